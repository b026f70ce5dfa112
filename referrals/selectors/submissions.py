"""What a referrer reads: their drafts, their referrals and what became of them, and the signs they choose among.

Nothing here may read the hub's assessment, a decision's internal reason, or another agency's information.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.text import get_text_list

from accounts.models import User
from accounts.policy import Role
from referrals import drafting, visible
from referrals.choices import CaseStage, OutcomeKind, Stage, SubjectState, Way
from referrals.models import Case, Draft, NewInformation, NewInformationRead, Outcome, Reading, Referral, Subject
from referrals.services.open_cases import closed_more
from thresholds.engine import Framework, Indicator
from thresholds.selectors.frameworks import framework_here, parsed
from thresholds.selectors.indicators import DomainGroup, indicators_for_form, words_before


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one child stands, in the words and the tone of a tag, and a sentence more."""

    words: str
    tone: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """One entry of the referrer's timeline."""

    title: str
    when: datetime
    body: str
    tone: str
    by: str = ""


WITHOUT_CASE = {
    Way.ADVICE: Standing("Advice given", "done", "No service takes it on. Please keep giving the help you give."),
    Way.NO_FURTHER_ACTION: Standing("No further action", "done", "The hub will not take this further."),
}
DRAFTS_SHOWN = 20


def signs_by_need() -> tuple[DomainGroup, ...]:
    """The signs of the framework in force, grouped as a person looks for them."""
    return indicators_for_form(framework_here())


def indicators(codes: Sequence[str]) -> list[Indicator]:
    """The signs with these codes, in the framework's order; a code it no longer has is left out."""
    held = _framework()
    return sorted((held.by_code[code] for code in codes if code in held.by_code), key=lambda one: one.order)


def sign_parts(sign: Any) -> tuple[str, str, str]:
    """The code, severity and duration of a sign as a document holds it; "" where nobody said."""
    if isinstance(sign, str):
        return sign, "", ""
    return str(sign["code"]), sign.get("severity") or "", sign.get("duration") or ""


def sign_words(signs: Iterable[Any]) -> dict[tuple[str, str], str]:
    """The words of each sign under (code, ""), and of how serious it is said to be under (code, severity): those that
    the framework offers to choose from. What it no longer has is in the words of before."""
    held, parts = _framework(), list(map(sign_parts, signs))
    before = lost_signs(code for code, _severity, _duration in parts)
    found: dict[tuple[str, str], str] = {}
    for code, severity, _duration in parts:
        one = held.by_code.get(code)
        grades = {str(grade.severity): grade.words for grade in one.grades} if one else {}
        found |= {(code, severity): grades.get(severity, severity), (code, ""): one.words if one else before[code]}
    return found


def lost_signs(codes: Iterable[str]) -> dict[str, str]:
    """The signs among these that are no longer in the framework in force here, each in the words it last had."""
    held = _framework().by_code
    lost = [code for code in codes if code not in held]
    before = words_before(lost)
    return {code: before.get(code, code) for code in lost}


def band_titles() -> dict[str, str]:
    """What each band of the framework in force means."""
    return {band.code: band.title for band in _framework().bands}


def open_drafts(user: User) -> list[Draft]:
    """One's own unsent drafts, the one saved last first."""
    return list(visible.drafts(user).filter(referral=None).order_by("-saved_at")[:DRAFTS_SHOWN])


def colleagues_drafts(user: User) -> list[tuple[Draft, int]]:
    """The unsent drafts of colleagues that `user` may take over, each with how many children it is about: the one saved
    last first. Nothing else of what they hold leaves here."""
    rows = visible.colleagues_drafts(user).select_related("owner").order_by("-saved_at")[:DRAFTS_SHOWN]
    return [(row, len(drafting.items(row.data, "children"))) for row in rows]


def sees_colleagues(user: User) -> bool:
    """Whether one's list holds what colleagues sent: a safeguarding lead's does."""
    return Role.SAFEGUARDING_LEAD in user.roles


def followed(user: User) -> QuerySet[Referral]:
    """The referrals that `user` may follow, with what their list shows; the same few queries at any length.

    `news` says that something has been written for the referrer since the receipt, and this user has not read it: on
    what a colleague sent, it is the colleague's to read; what an agency's system sent is the lead's.
    """
    unread = (
        Outcome.objects.filter(referral=OuterRef("pk"))
        .exclude(kind=OutcomeKind.RECEIVED)
        .exclude(Exists(Reading.objects.filter(outcome=OuterRef("pk"), user=user)))
    )
    theirs = Q(referral__submitted_by=user) | Q(referral__submitted_by=None)
    return (
        visible.submissions(user)
        .select_related("submitted_by")
        .annotate(news=Exists(unread.filter(theirs)))
        .prefetch_related(Prefetch("subjects", queryset=_subjects()))
        .defer("document")
    )


def children(referral: Referral) -> list[tuple[Subject, Standing]]:
    """Each child with where they stand, for the referrer."""
    return [(subject, standing(subject, referral)) for subject in _subjects().filter(referral=referral)]


def standings(referral: Referral) -> list[tuple[Subject, Standing]]:
    """The same for a referral of the list, whose children are already at hand."""
    return [(subject, standing(subject, referral)) for subject in referral.subjects.all()]


def standing(subject: Subject, referral: Referral) -> Standing:
    """Where one child stands, in plain words. A decision that waits for a signature is not one yet."""
    cases: list[Case] = list(subject.cases.all())
    if subject.state != SubjectState.DECIDED:
        return _undecided(referral, cases)
    if cases:
        return _with_service(cases[-1])
    if subject.decision and hasattr(subject.decision, "new_information"):
        return _passed_on(subject.decision.new_information, referral)
    way = Way(subject.decision.way) if subject.decision else Way.ADVICE
    return WITHOUT_CASE.get(way, Standing("Decided", "done"))


def is_looked_at_again(referral: Referral) -> bool:
    """Whether every child who waits for a decision has had one already: for another the hub gives no day."""
    had_one = Outcome.objects.filter(subject=OuterRef("pk"), kind=OutcomeKind.DECIDED)
    waiting = Subject.objects.filter(referral=referral).exclude(state=SubjectState.DECIDED)
    return not waiting.exclude(Exists(had_one)).exists()


def unread(referral: Referral, user: User) -> set[int]:
    """The outcomes that this user has not yet read."""
    read = Reading.objects.filter(outcome=OuterRef("pk"), user=user)
    return set(Outcome.objects.filter(referral=referral).exclude(Exists(read)).values_list("pk", flat=True))


def news(referral: Referral, *, unread: Container[int]) -> list[News]:
    """What was written for the referrer, newest first: once, where the same was said of several children together."""
    rows = Outcome.objects.filter(referral=referral).select_related("subject").order_by("-id")
    groups = [list(some) for _, some in groupby(rows, lambda one: (_shown(one), one.pk in unread))]
    return [_entry(some[::-1], new=some[0].pk in unread) for some in groups]


def _shown(outcome: Outcome) -> tuple[object, ...]:
    """What a reader sees of it apart from the child, to the minute."""
    return str(outcome), outcome.words, outcome.at.replace(second=0, microsecond=0)


def _entry(some: Sequence[Outcome], *, new: bool) -> News:
    about, what = get_text_list([str(one.subject) for one in some if one.subject], "and"), str(some[0])
    title = f"{about}: {what[:1].lower()}{what[1:]}" if about else what
    return News(
        title=f"New – {title}" if new else title, when=some[0].at, body=some[0].words, tone="now" if new else "done"
    )


def own_assessments(referral: Referral) -> list[dict[str, Any]]:
    """What the framework says from the referrer's own facts, child by child. Never the hub's."""
    titles = band_titles()
    return [
        {
            "child": subject,
            "assessment": subject.submitter_assessment,
            "title": titles.get(subject.submitter_assessment.band, ""),
            "reasons": [reason["because"] for reason in subject.submitter_assessment.reasons],
        }
        for subject in Subject.objects.filter(referral=referral).select_related("submitter_assessment")
    ]


def only_receipt(referral: Referral) -> bool:
    """Whether nothing has been written for the referrer but that it arrived."""
    return not Outcome.objects.filter(referral=referral).exclude(kind=OutcomeKind.RECEIVED).exists()


def _subjects() -> QuerySet[Subject]:
    cases = Case.objects.order_by("id").only("subject", "service", "stage")
    rows = Subject.objects.select_related("decision__new_information__case__referral")
    read = Prefetch("decision__new_information__readings", queryset=NewInformationRead.objects.only("news"))
    return rows.prefetch_related(Prefetch("cases", queryset=cases), read)


def _undecided(referral: Referral, cases: list[Case]) -> Standing:
    if referral.stage == Stage.WITHDRAWN:
        return Standing("Withdrawn", "closed")
    if cases:
        return Standing("Being looked at again", "active", "The service asked the hub to decide again.")
    if referral.stage == Stage.RECEIVED:
        return Standing("Waiting to be read", "waiting")
    return Standing("Being looked at", "active", "Somebody at the hub is working on it now.")


def _passed_on(news: NewInformation, referral: Referral) -> Standing:
    """What was told went to a case that was there already. Until its service has taken the news in, and for good where
    the case is closed to more people than this referral, it says no more than the decision's letter: nothing of the
    service, nor of how far another agency's referral has come."""
    case = news.case
    if (
        not closed_more(case, referral)
        and news.readings.all()
        and case.stage not in (CaseStage.RETURNED, CaseStage.MOVED)
    ):
        return _with_service(case)
    if case.stage == CaseStage.CLOSED:
        return Standing("Work has ended", "closed", "If you are worried again, tell us.")
    return Standing("Passed on", "done", "The people who should know have what you told us.")


def _with_service(case: Case) -> Standing:
    service = case.get_service_display()
    match case.stage:
        case CaseStage.OPEN:
            return Standing(f"{service} is helping", "active", "A named worker is responsible.")
        case CaseStage.ACCEPTED:
            return Standing(f"{service} has accepted", "active", "It is choosing who will work with the family.")
        case CaseStage.CLOSED:
            return Standing("Work has ended", "closed", f"{service} has finished. If worried again, tell us.")
        case _:
            return Standing(f"Sent to {service}", "new", f"{service} has been asked, and has yet to accept.")


def _framework() -> Framework:
    return parsed(framework_here())
