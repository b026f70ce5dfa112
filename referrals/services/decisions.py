"""Decide for a child. The engine advises up, people decide; below its advice a reason, from Level 4 a second person."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.policy import Act
from mash.audit import events
from mash.govuk.moments import when_words
from referrals import stages, visible
from referrals.choices import OutcomeKind, Service, Stage, SubjectState, Way
from referrals.errors import NotNow, Refused, SomeoneElse
from referrals.models import Case, Countersignature, Decision, Person, Referral, Subject
from referrals.selectors import lying
from referrals.services import indicators, nights, open_cases, people, rereading, rights, telling, urgent
from referrals.services.telling import News

SERVICES = {Way.CADT: Service.CADT, Way.GATEWAY: Service.GATEWAY}
SPECIALIST_LEVEL = 4
PROTECTION = {Way.NO_FURTHER_ACTION: 0, Way.ADVICE: 1, Way.GATEWAY: 2, Way.CADT: 3, Way.OPEN_CASE: 3}
ADVISED = {"undetermined": 0, "universal": 1, "gateway": 2, "cadt": 3}
ROUTE_NAMES = {"universal": "universal services", "gateway": "Gateway", "cadt": "CADT"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What somebody decides for one child: which way, at what level, why, and in which words the referrer is told.

    `person` is the child the hub knows already; None makes a new one, without the NHS number when that is wrong.
    """

    way: str
    level: int
    words: str
    agreement: str
    reason: str = ""
    agreement_reason: str = ""
    person: Person | None = None
    number_is_wrong: bool = False


@transaction.atomic
def decide(*, by: User, subject: Subject, judgement: Judgement) -> Decision:
    """Record a decision for one child, and carry it out unless somebody else must sign first.

    Rules (design 5): below the engine's level or its route a written reason; below its Level 4 also a second person;
    Level 4 and no further action are made or signed by a registered social worker; Level 4 goes to CADT. A service at
    Levels 2 and 3, and a section 17 service, needs the family's agreement or why there is none. Raises Refused naming
    the answer to mend, NotNow when the referral is not on `by`'s desk, SomeoneElse when the child is already decided.
    Of a notice that ends here a sample is drawn for a second person, as on the screening page.
    """
    (decision,) = decide_each(by=by, judgements={subject: judgement})
    rereading.draw_of_notices([decision])
    return decision


@transaction.atomic
def decide_all(*, by: User, judgements: dict[Subject, Judgement]) -> list[Decision]:
    """Several children of one referral at once: all, or none; of a notice, one is drawn to be read again."""
    made = decide_each(by=by, judgements=judgements)
    rereading.draw_of_notices(made)
    return made


@transaction.atomic
def decide_each(*, by: User, judgements: dict[Subject, Judgement]) -> list[Decision]:
    """The same without the draw, for whoever draws from many referrals together: screening, and nobody else."""
    made = [_decide(by, subject, one) for subject, one in judgements.items()]
    _tell(made)
    return made


def _decide(by: User, subject: Subject, judgement: Judgement) -> Decision:
    rights.require(by, Act.DECIDE)
    referral = Referral.objects.select_for_update(of=("self",)).get(pk=subject.referral_id)
    subject = _fresh(subject)
    _check_undecided(by, subject)
    _check_desk(by, referral)
    check(subject, judgement)
    people.settle(by=by, subject=subject, person=judgement.person, number_is_wrong=judgement.number_is_wrong)
    open_cases.check(by=by, subject=subject, way=judgement.way, level=judgement.level, reason=judgement.reason)
    decision = _write(by, subject, judgement)
    _claim(subject, decision)
    events.record(by=by, what="decision_made", about=referral, detail={"subject": subject.pk, "level": decision.level})
    nights.settle(by=by, referrals=[referral], causes=[nights.Cause.BACK])
    if decision.waits_for_signature:
        urgent.to_sign(decision, referral)
    else:
        _carry_out(decision, subject, by)
    _advance(referral, by)
    return decision


@transaction.atomic
def countersign(*, by: User, decision: Decision, agrees: bool, reason: str = "") -> Countersignature:
    """The second person's answer. Agreed: the decision takes effect. Not agreed, with a reason: triage decides again,
    and out of hours somebody is called, for whoever decided may be asleep.

    The second person is never the first. A missing social worker's signature needs a registered social worker.
    """
    referral = decision.subject.referral
    rights.hold(by=by, referral=referral, act=Act.COUNTERSIGN)
    _check_signer(by, decision, agrees, reason)
    state = SubjectState.DECIDED if agrees else SubjectState.WAITING
    won = Subject.objects.filter(decision=decision, state=SubjectState.PROPOSED).update(
        state=state, decision=decision if agrees else None
    )
    if not won:
        raise SomeoneElse(_who_signed(decision))
    signature = Countersignature.objects.create(
        decision=decision,
        decided_by=decision.by,
        by=by,
        as_social_worker=by.is_registered_social_worker,
        agrees=agrees,
        reason=reason,
        at=timezone.now(),
    )
    events.record(by=by, what="decision_signed" if agrees else "decision_refused", about=referral)
    if not (agrees and lying.waits(referral, nights.Cause.TO_SIGN)):
        nights.settle(by=by, referrals=[referral], causes=[nights.Cause.TO_SIGN])
    if agrees:
        subject = _fresh(decision.subject)
        _carry_out(decision, subject, by)
        telling.tell(referral=subject.referral, news=_news(decision, subject))
    else:
        indicators.place(referral)
    _advance(referral, by)
    if not agrees:
        urgent.refused(decision, referral, by=by)
    return signature


def check(subject: Subject, judgement: Judgement) -> None:
    """Raise Refused, naming the answer to mend, when a judgement breaks a rule that its own reason could mend."""
    advised = subject.highest_level
    if not judgement.words:
        raise Refused("Write what the referrer will be told", field="words")
    if judgement.level == SPECIALIST_LEVEL and judgement.way not in (Way.CADT, Way.OPEN_CASE):
        raise Refused("A Level 4 decision goes to CADT", field="way")
    if advised is not None and judgement.level < advised and not judgement.reason:
        raise Refused(f"{_advice(subject)} Say why you decide on a lower level", field="reason")
    route = subject.hub_assessment.route
    if PROTECTION[Way(judgement.way)] < ADVISED[route] and not judgement.reason:
        raise Refused(f"The framework advises {ROUTE_NAMES[route]}. Say why you decide on less", field="reason")
    if judgement.way == Way.NO_FURTHER_ACTION and not judgement.reason:
        raise Refused("Say why no further action is right for this child", field="reason")
    _check_agreement(judgement)


def _advice(subject: Subject) -> str:
    """What the framework advised at its highest, and whether something was struck out since."""
    if subject.hub_assessment.level == subject.highest_level:
        return f"The framework advises Level {subject.highest_level}."
    return f"The framework advised Level {subject.highest_level} before something was struck out."


def _check_agreement(judgement: Judgement) -> None:
    needs_agreement = judgement.way in SERVICES and judgement.level < SPECIALIST_LEVEL
    if needs_agreement and judgement.agreement != "given" and not judgement.agreement_reason:
        raise Refused(
            "This service needs the family's agreement. Say why it goes ahead without it", field="agreement_reason"
        )


def _fresh(subject: Subject) -> Subject:
    """The child as they stand now; call it when the referral is locked."""
    return Subject.objects.select_related("hub_assessment", "person", "referral").get(pk=subject.pk)


def _check_undecided(by: User, subject: Subject) -> None:
    if subject.state == SubjectState.WAITING:
        return
    assert subject.decision_id is not None
    first = Decision.objects.select_related("by").get(pk=subject.decision_id)
    who = "You have" if first.by_id == by.pk else f"{first.by.name} has"
    when = when_words(first.at, now=timezone.now())
    raise SomeoneElse(f"{who} already decided for {subject}, {when}: Level {first.level}, {first.get_way_display()}.")


def _check_desk(by: User, referral: Referral) -> None:
    if not visible.referrals(by).filter(pk=referral.pk).exists():
        raise NotNow("You can no longer see this referral.")
    if referral.owner_id is None:
        raise NotNow("Take this referral before you decide.")
    if referral.owner_id != by.pk:
        raise SomeoneElse(f"{referral.owner} has this referral. Ask them, or have it handed over to you.")


def _write(by: User, subject: Subject, judgement: Judgement) -> Decision:
    advised = subject.highest_level
    registered = by.is_registered_social_worker
    for_social_worker = judgement.level == SPECIALIST_LEVEL or judgement.way == Way.NO_FURTHER_ACTION
    return Decision.objects.create(
        subject=subject,
        assessment=subject.hub_assessment,
        by=by,
        at=timezone.now(),
        way=judgement.way,
        level=judgement.level,
        engine_level=advised,
        reason=judgement.reason,
        words=judgement.words,
        agreement=judgement.agreement,
        agreement_reason=judgement.agreement_reason,
        by_social_worker=registered,
        needs_second_person=advised == SPECIALIST_LEVEL and judgement.level < SPECIALIST_LEVEL,
        needs_social_worker=for_social_worker and not registered,
    )


def _claim(subject: Subject, decision: Decision) -> None:
    """The referral is locked and the child was undecided, so this cannot fail; the constraint is there all the same."""
    state = SubjectState.PROPOSED if decision.waits_for_signature else SubjectState.DECIDED
    Subject.objects.filter(pk=subject.pk, state=SubjectState.WAITING).update(state=state, decision=decision)
    subject.refresh_from_db(fields=["state", "decision"])


def _carry_out(decision: Decision, subject: Subject, by: User) -> None:
    """What a decision in force brings about: a case for the service it names, or what is new for the case that the
    child has. `by` put it in force."""
    referral = subject.referral
    service = SERVICES.get(Way(decision.way))
    case = open_cases.in_the_way(decision, subject)
    if case is not None:
        urgent.news(open_cases.send(decision, case), referral, by=by)
        note_service(referral, Service(case.service))
    elif service is not None:
        urgent.offered(_offer(decision, subject, service), by=by)
        open_cases.tell_the_closed(decision, subject)


def _tell(decisions: Iterable[Decision]) -> None:
    """Of the decisions that are in force: those about one referral are told together, so that nobody gets two messages
    for what was decided at once."""
    news: dict[Referral, list[News]] = {}
    for one in decisions:
        if not one.waits_for_signature:
            news.setdefault(one.subject.referral, []).append(_news(one, one.subject))
    for referral, some in news.items():
        telling.tell_all(referral=referral, news=some)


def _news(decision: Decision, subject: Subject) -> News:
    return News(OutcomeKind.DECIDED, decision.words, subject)


def _offer(decision: Decision, subject: Subject, service: Service) -> Case:
    """A case for the service, whose people may from then on read the referral, and what was new for an earlier case
    that they handed back."""
    assert subject.person is not None
    now = timezone.now()
    case = Case.objects.create(
        referral=subject.referral,
        subject=subject,
        person=subject.person,
        decision=decision,
        service=service,
        level=decision.level,
        offered_at=now,
        social_care_at=now if service == Service.CADT else None,
    )
    for referral in (subject.referral, *open_cases.brought(case)):
        note_service(referral, service)
    return case


def note_service(referral: Referral, service: Service) -> None:
    """Remember that a service has had a case of this referral: its staff may read the referral from then on."""
    services = sorted({*referral.services, service.value})
    Referral.objects.filter(pk=referral.pk).update(services=services)
    referral.services = services


def _advance(referral: Referral, by: User) -> None:
    """The referral's own stage, from its children's: waiting, a second person's, or decided."""
    states = set(Subject.objects.filter(referral=referral).values_list("state", flat=True))
    now = timezone.now()
    if states == {SubjectState.DECIDED}:
        stages.move(referral, to=Stage.DECIDED, by=by, decided_at=now)
    elif SubjectState.WAITING not in states and referral.stage == Stage.IN_TRIAGE:
        stages.move(referral, to=Stage.SECOND_PERSON, by=by)
    elif SubjectState.WAITING in states and referral.stage == Stage.SECOND_PERSON:
        # Whoever decided may have stepped away since: then it waits for anybody.
        stages.move(referral, to=Stage.IN_TRIAGE if referral.owner_id else Stage.RECEIVED, by=by)


def why_not_sign(by: User, decision: Decision) -> str:
    """Why `by` cannot be the second person for this decision, in a sentence; "" when they can."""
    if by.pk == decision.by_id:
        return "A second person must look at this: it cannot be the one who decided."
    if not by.may(Act.COUNTERSIGN):
        return "A second person must look at this: a manager, or a CADT social worker."
    if decision.needs_social_worker and not by.is_registered_social_worker:
        return "A registered social worker must sign this."
    return ""


def _check_signer(by: User, decision: Decision, agrees: bool, reason: str) -> None:
    if why := why_not_sign(by, decision):
        raise Refused(why)
    if not agrees and not reason:
        raise Refused("Say why you do not agree", field="reason")


def _who_signed(decision: Decision) -> str:
    first = Countersignature.objects.select_related("by").filter(decision=decision).first()
    if first is None:
        return "This decision no longer waits for a signature."
    answer = "agreed to" if first.agrees else "did not agree with"
    return f"{first.by.name} {answer} this decision {when_words(first.at, now=timezone.now())}."
