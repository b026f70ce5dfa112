"""The clocks of one referral or case as its page shows them, with what the reader may do about them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from accounts.policy import Act
from mash.govuk.moments import ClockLabel
from referrals.choices import ClockKey, Stage, WarningStep
from referrals.clocks import Clock, State
from referrals.clocks.explaining import explain, label
from referrals.models import Case, ClockWarning, RagRating, Referral
from referrals.models.clocks import RAG_KEY
from referrals.models.referrals import WAITING_STAGES
from referrals.selectors import clocks, clocks_left, limits
from referrals.services import cases, ratings


@dataclass(frozen=True, slots=True)
class Shown:
    """One clock: its name, where it stands, why, who was warned, and whether it may be stopped or let run."""

    clock: Clock
    title: str
    label: ClockLabel
    why: list[str]
    warnings: list[ClockWarning]
    may_pause: bool
    may_resume: bool


@dataclass(frozen=True, slots=True)
class OnFile:
    """What the card of clocks on a referral's file shows. `advice` is a colour more urgent than the one that stands;
    `left` says that information was overdue when its colour was changed, and `may_look` is for who may look at that."""

    decision: Shown
    ratings: list[RagRating]
    gathering: Shown | None
    advice: str
    may_rate: bool
    may_gather: bool
    left: ClockLabel | None
    may_look: bool
    in_row: clocks.InRow | None

    @property
    def rating(self) -> RagRating | None:
        """The one that stands."""
        return self.ratings[0] if self.ratings else None


def on_file(user: User, referral: Referral) -> OnFile | None:
    """The clocks of a referral; none for one that was withdrawn."""
    if referral.stage == Stage.WITHDRAWN:
        return None
    hands = user.may(Act.TRIAGE) and not ratings.why_not(user, referral)
    rated = clocks.rated([referral.pk]).get(referral.pk)
    clock, decision = rated.clock if rated else None, clocks.decision(referral)
    warned = _warned([decision, clock], referral=referral)
    given = list(RagRating.objects.filter(referral=referral).select_related("by", "limit").order_by("-pk"))
    limit = given[0].limit if given else None
    left = clocks_left.of(referral, clock) if len(given) > 1 and referral.stage in WAITING_STAGES else None
    return OnFile(
        decision=_shown(decision, warned),
        ratings=given,
        gathering=_shown(clock, warned, stoppable=hands and bool(limit and limit.may_be_paused)) if clock else None,
        advice=_advice(referral, given),
        may_rate=hands,
        may_gather=hands and clock is not None and clock.runs and clock.state != State.PAUSED,
        left=left.label(now=timezone.now()) if left else None,
        may_look=hands and left is not None and left.rating.by_id != user.pk,
        in_row=clocks.in_row(rated, timezone.now()) if rated else None,
    )


def of_case(user: User, case: Case) -> list[Shown]:
    """The clocks of a case for its page, in the order in which they begin."""
    found = clocks.of_case(case)
    warned = _warned(found, case=case)
    works, book = cases.may_work(user, case), limits.book(*clocks.CASE_KEYS)
    return [_shown(one, warned, stoppable=works and book.at(one.key, one.started_at).may_be_paused) for one in found]


def _warned(found: Sequence[Clock | None], **about: Referral | Case) -> list[ClockWarning]:
    """Who was warned of these; not asked while none is so far on that anybody can have been."""
    if not any(clock and clock.used * 100 >= clock.rule.warn_at for clock in found):
        return []
    return list(ClockWarning.objects.filter(**about).order_by("pk"))


def _shown(clock: Clock, warned: list[ClockWarning], *, stoppable: bool = False) -> Shown:
    return Shown(
        clock=clock,
        title=_title(clock.key),
        label=label(clock, now=timezone.now()),
        why=explain(clock),
        warnings=[one for one in warned if one.key == clock.key and one.started_at == clock.started_at],
        may_pause=stoppable and clock.runs and clock.state == State.RUNNING,
        may_resume=stoppable and clock.runs and clock.state == State.PAUSED,
    )


def _title(key: str) -> str:
    return "Information" if key in RAG_KEY.values() else str(ClockKey(key).label)


def _advice(referral: Referral, given: list[RagRating]) -> str:
    """The colour that the level calls for now, when that is more urgent than the one that stands."""
    colour, _ = ratings.advised(referral)
    if not given or referral.stage not in WAITING_STAGES:
        return ""
    return str(colour.label).lower() if ratings.lower(given[0].colour, colour) else ""


def told_words(warning: ClockWarning) -> str:
    """Who was told of it, as the card says."""
    return {
        WarningStep.HOLDER: "A first warning was sent",
        WarningStep.MANAGER: "The managers were warned",
        WarningStep.LATE: "A warning that it is late was sent",
    }[WarningStep(warning.step)]
