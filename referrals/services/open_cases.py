"""A child who has a case already: what is told goes to the worker and the manager, as new information to that case."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts import policy
from accounts.models import User
from accounts.policy import Act, Role
from mash.audit import events
from mash.lib.workingdays import add_working_days
from mash.outbox.services import messages
from mash.outbox.services.messages import Owed
from referrals import visible
from referrals.choices import OutcomeKind, Service, Way
from referrals.errors import NotNow, Refused
from referrals.models import Case, Decision, NewInformation, NewInformationRead, Outcome, Person, Referral, Subject
from referrals.models.cases import LIVE
from referrals.services import rights, telling
from referrals.services.telling import News

MANAGERS = {Service.GATEWAY: Role.GATEWAY_MANAGER, Service.CADT: Role.CADT_MANAGER}
SERVICE_OF = {Way.GATEWAY: Service.GATEWAY, Way.CADT: Service.CADT}
KIND = "new_information"
SPECIALIST_LEVEL = 4
READ_WITHIN = 1
"""Working days. What nobody has read by then becomes a telephone call."""
ENDED = "The work that followed what you told us has ended. If you are worried again, tell us at once."


def live(by: User, people: Iterable[Person | int]) -> dict[int, Case]:
    """The case of each of these people (by their key) that is offered or open now and that `by` may see. A child with
    a case in both services has the one in CADT here."""
    rows = visible.cases(by).filter(person__in=list(people), stage__in=LIVE).select_related("worker", "referral")
    found: dict[int, Case] = {}
    for case in rows.order_by("pk"):
        if case.person_id not in found or case.service == Service.CADT:
            found[case.person_id] = case
    return found


def may_have(user: User, subjects: Sequence[Subject], candidates: Mapping[int, Sequence[Person]]) -> dict[int, Case]:
    """By the child's key, the live case of whoever each of these children is, or may be."""
    who = {one.pk: [one.person_id] if one.person_id else [each.pk for each in candidates[one.pk]] for one in subjects}
    people = {key for keys in who.values() for key in keys}
    cases = live(user, people) if people else {}
    return {child: cases[key] for child, keys in who.items() for key in keys if key in cases}


def check(*, by: User, subject: Subject, way: str, level: int, reason: str) -> None:
    """Hold the person, so that two who decide at once for one child see each other; then judge the way.

    A child who is open to a service is not sent there a second time: what was told is new information for that case
    (so the figures do not count a new referral). New information needs an open case, and at Level 4, or where the
    framework advises CADT and nobody says why not, one in CADT. A case that is closed to readers of this referral
    refuses nothing, for the decision would tell them of it: see `tell_the_closed`. Raises Refused beside `way` or
    `reason`.
    """
    person = subject.person
    assert person is not None
    list(Person.objects.select_for_update().filter(pk=person.pk).values_list("pk"))
    if way != Way.OPEN_CASE:
        if taken := _taken(by, subject, way):
            where = taken.get_service_display()
            raise Refused(f"{subject} has a case in {where} already. Select “{Way.OPEN_CASE.label}”", field="way")
        return
    case = live(by, [person]).get(person.pk)
    if case is None:
        raise Refused(f"{subject} has no open case. Select what happens", field="way")
    if case.service == Service.GATEWAY:
        _check_gateway(subject, level, reason)


def may_go_to(case: Case, level: int) -> bool:
    """Whether what is judged to be at this level may go to this case: at Level 4, CADT alone."""
    return level < SPECIALIST_LEVEL or case.service == Service.CADT


def _check_gateway(subject: Subject, level: int, reason: str) -> None:
    if level >= SPECIALIST_LEVEL:
        raise Refused(f"{subject} is open to Gateway. A Level 4 decision goes to CADT", field="way")
    if subject.hub_assessment.route == Way.CADT and not reason:
        raise Refused(
            f"The framework advises CADT, and {subject} is open to Gateway. Say why that is right", field="reason"
        )


def in_the_way(decision: Decision, subject: Subject) -> Case | None:
    """The case to which a decision that takes effect now is new information: for one that says so, and for one that
    names a service in which the child has got a case meanwhile. A case that is closed to whoever decided, or to
    readers of this referral, is in nobody's way: see `tell_the_closed`. Raises NotNow when that case has ended."""
    assert subject.person_id is not None
    if decision.way == Way.OPEN_CASE:
        case = live(decision.by, [subject.person_id]).get(subject.person_id)
        if case is None:
            raise NotNow(f"The case of {subject} has ended meanwhile. Say that you do not agree: triage decides again.")
        return case
    return _taken(decision.by, subject, decision.way)


def tell_the_closed(decision: Decision, subject: Subject) -> None:
    """Where the child has another live case in the service, closed to whoever decided or to readers of this referral,
    its people are told as well.

    For who decided and for the referrer all is as for a child whom nobody knows: a case is offered, and no word of
    theirs tells of another. Whoever sees both brings the two together.
    """
    rows = _in_the_service(Case.objects.exclude(decision=decision), subject, decision.way)
    if case := rows.first():
        send(decision, case)


def closed_more(case: Case, referral: Referral) -> bool:
    """Whether a case is closed to people who may read this referral, which must then not tell of it."""
    there = case.referral
    return (there.restricted and not referral.restricted) or (there.allegation and not referral.allegation)


def _taken(by: User, subject: Subject, way: str) -> Case | None:
    rows = _in_the_service(visible.cases(by), subject, way).select_related("referral")
    return next((case for case in rows if not closed_more(case, subject.referral)), None)


def _in_the_service(cases: QuerySet[Case], subject: Subject, way: str) -> QuerySet[Case]:
    """The live cases of a child in the service that a way names."""
    service = SERVICE_OF.get(Way(way))
    return cases.filter(person=subject.person_id, stage__in=LIVE, service=service or "").order_by("pk")


def send(decision: Decision, case: Case) -> NewInformation:
    """Put what was told before the people of a case: they see it there until they have said that they read it, and the
    worker and the managers of the service are owed a message. Managers cover for a worker who is away or not named."""
    news = NewInformation.objects.create(decision=decision, case=case, at=timezone.now())
    about = _about(news)
    messages.owe_many([_owed(news, user, about) for user in concerned(case)])
    return news


def concerned(case: Case) -> list[User]:
    """The worker and the managers of the service, where they are still here and may see the case."""
    manager = Q(roles__contains=[MANAGERS[Service(case.service)]])
    worker = Q(pk=case.worker_id or 0)
    users = User.objects.filter(manager | worker, is_active=True, organisation__active=True).order_by("pk")
    return [user for user in users if visible.cases(user).filter(pk=case.pk).exists()]


def news_of(case: Case) -> QuerySet[NewInformation]:
    """What is new about this child, also where it came while another service had the case; but nothing that lies with
    a case of another referral which is closed to more people, nor what led to this case itself."""
    closed = Q(case__referral__restricted=True) | Q(case__referral__allegation=True)
    rows = NewInformation.objects.filter(case__person=case.person_id).filter(
        ~closed | Q(case__referral=case.referral_id)
    )
    return rows.exclude(decision__in=Case.objects.filter(pk=case.pk).values("decision"))


def is_news_of(row: NewInformation, case: Case) -> bool:
    """The same for one row about the same child."""
    there = row.case.referral
    closed = (there.restricted or there.allegation) and there.pk != case.referral_id
    return not closed and row.decision_id != case.decision_id


@transaction.atomic
def read(*, by: User, case: Case, upto: int) -> None:
    """Say that one has read what is new for a case, up to what the page showed. Said twice, the first stands."""
    rights.require(by, Act.WORK_CASE)
    if case.service not in policy.services_of(by) or not visible.cases(by).filter(pk=case.pk).exists():
        raise NotNow(f"Only {case.get_service_display()} can do this.")
    manages = MANAGERS[Service(case.service)] in by.roles
    rows = news_of(case).filter(pk__lte=upto).exclude(readings__user=by)
    now = timezone.now()
    made = [NewInformationRead(news=one, user=by, as_manager=manages, at=now) for one in rows]
    NewInformationRead.objects.bulk_create(made, ignore_conflicts=True)
    if made:
        events.record(by=by, what="new_information_read", about=case.referral, detail={"case": case.pk})
        for reference in {_about(one.news).reference for one in made}:
            messages.mark_read(by=by, about=reference)


def tell_of_end(case: Case) -> None:
    """When a case closes, everybody whose words had come to it as new information is told that the work has ended, in
    words that say nothing of anybody else's: whoever raised a concern always learns what became of it."""
    for subject in [row.decision.subject for row in _going_on(case)]:
        telling.tell(referral=subject.referral, news=News(OutcomeKind.CLOSED, ENDED, subject))


def brought(case: Case) -> list[Referral]:
    """The referrals whose words came as new information to this child's work that goes on: whoever takes the case on
    may read them."""
    return list({row.decision.subject.referral_id: row.decision.subject.referral for row in _going_on(case)}.values())


def _going_on(case: Case) -> list[NewInformation]:
    """The new information about this child of whose end nobody was told, but what lies with another live case, and
    what has a case of its own to tell of."""
    told = Outcome.objects.filter(kind=OutcomeKind.CLOSED, subject=OuterRef("decision__subject"))
    rows = NewInformation.objects.filter(~Exists(told), case__person=case.person_id, decision__cases=None)
    rows = rows.exclude(decision__subject__referral=case.referral_id)
    live_elsewhere = rows.filter(case__stage__in=LIVE).exclude(case=case)
    rows = rows.exclude(pk__in=live_elsewhere.values("pk"))
    return list(rows.select_related("decision__subject__referral").order_by("pk"))


def _about(news: NewInformation) -> Referral:
    """Whose file shows that the people of the case are told: where the news has a case of its own beside this one, or
    this one is closed to who reads the news, theirs."""
    referral = news.decision.subject.referral
    beside = Case.objects.filter(decision=news.decision_id).exists()
    return news.case.referral if beside or closed_more(news.case, referral) else referral


def _owed(news: NewInformation, user: User, about: Referral) -> Owed:
    return Owed(
        key=f"{KIND}:{news.pk}:{user.pk}",
        kind=KIND,
        about=about.reference,
        to=user,
        path=f"/cases/{news.case_id}/",
        read_by=add_working_days(news.at, READ_WITHIN),
    )
