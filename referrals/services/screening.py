"""Screen notices many on a page, each by itself, and have a sample of what is ended read again by a second person."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.policy import Act, Role
from mash.audit import events
from mash.outbox.services import messages
from mash.outbox.services.messages import Owed
from referrals import stages, visible
from referrals.choices import OutcomeKind, Stage, SubjectState, Via
from referrals.errors import NotNow, Refused, SomeoneElse
from referrals.models import Case, Decision, LeftForTriage, Referral, Reread, Subject
from referrals.models.cases import LIVE
from referrals.services import decisions, indicators, queue, rereading, rights, telling
from referrals.services.decisions import Judgement
from referrals.services.telling import News

LOOKED_AGAIN = "A second person at the hub has read this again, and asked for another look. The hub has it now."


@dataclass(frozen=True, slots=True)
class Screened:
    """What somebody says of one notice: a judgement for each child who is decided for now, each with its reason; or
    that it waits for a full look, and perhaps why (`reason`)."""

    referral: Referral
    judgements: dict[Subject, Judgement] = field(default_factory=dict)
    leave: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a page: decisions, notices left, why the others were not done (by the key of the referral), how
    many referrals of the same households are on the screener's desk now, and how many children of notices that were
    decided in part wait there."""

    made: list[Decision]
    left: list[Referral]
    failed: dict[int, Refused]
    chosen: int
    on_desk: int
    waiting: int


@transaction.atomic
def screen(*, by: User, page: Sequence[Screened]) -> Done:
    """Decide for each notice by itself: one that is refused undoes itself and nothing else. The children of one notice
    may go different ways; whoever is not decided for waits, with the notice, on the screener's desk.

    Each is taken from the queue when nobody has it, and decided by all the rules of a decision. Of those that ended
    with advice or no further action at once, a sample is drawn for a second person: one in ten, one at least, by
    chance, after the decisions stand, so that nobody can know which. What waits for a signature is read by a second
    person anyway. Households are locked in one order, so that two who screen at once do not wait for each other.
    """
    rights.require(by, Act.DECIDE)
    made: list[Decision] = []
    left: list[Referral] = []
    failed: dict[int, Refused] = {}
    for one in sorted(page, key=lambda each: (each.referral.household_key, each.referral.pk)):
        try:
            with transaction.atomic():
                if one.leave:
                    left.append(_leave(by, one))
                else:
                    made.extend(_decide(by, one))
        except Refused as refusal:
            failed[one.referral.pk] = refusal
    chosen = rereading.draw(made)
    return Done(made, left, failed, len(chosen), _on_desk(by, page), _in_part(made))


@transaction.atomic
def read_again(*, by: User, reread: Reread, agrees: bool, note: str = "") -> Reread:
    """The second person's view of a screening decision; never the decider's own.

    Not agreed, with a reason: the child goes back to triage unless a service has them, the referrer is told that it is
    looked at again, and so are whoever decided and the managers of triage. Raises SomeoneElse when a colleague was
    quicker.
    """
    decision = reread.decision
    referral = decision.subject.referral
    rights.hold(by=by, referral=referral, act=Act.COUNTERSIGN)
    if by.pk == reread.decided_by_id:
        raise Refused("A second person must read this: it cannot be the one who decided.")
    if not agrees and not note:
        raise Refused("Say why you do not agree", field="note")
    won = Reread.objects.filter(pk=reread.pk, read_at=None).update(
        by=by, agrees=agrees, note=note, read_at=timezone.now()
    )
    reread.refresh_from_db()
    if not won:
        raise SomeoneElse(f"{reread.by} has read this already.")
    events.record(by=by, what="reread_agreed" if agrees else "reread_disagreed", about=referral)
    if not agrees:
        _look_again(by, reread, note)
    return reread


def _decide(by: User, one: Screened) -> list[Decision]:
    if not one.judgements or not all(judgement.reason for judgement in one.judgements.values()):
        raise Refused("Give a reason for this notice", field="reason")
    referral = _fresh(by, one.referral)
    if referral.stage == Stage.RECEIVED:
        queue.claim(by=by, referral=referral)
    return decisions.decide_each(by=by, judgements=one.judgements)


def _leave(by: User, one: Screened) -> Referral:
    referral = _fresh(by, one.referral)
    row, new = LeftForTriage.objects.get_or_create(
        referral=referral, defaults={"by": by, "reason": one.reason, "at": timezone.now()}
    )
    if not new:
        raise SomeoneElse(f"{row.by} has left this for a full look already.")
    events.record(by=by, what="left_for_triage", about=referral)
    return referral


def _fresh(by: User, referral: Referral) -> Referral:
    found = visible.referrals(by).filter(pk=referral.pk, via=Via.BULK).select_related("owner").first()
    if found is None:
        raise NotNow("You can no longer see this notice.")
    return found


def _on_desk(by: User, page: Sequence[Screened]) -> int:
    """Others of the same households: a household is never split, so they came along."""
    homes = {one.referral.household_key for one in page}
    rows = Referral.objects.filter(owner=by, stage=Stage.IN_TRIAGE, household_key__in=homes)
    return rows.exclude(pk__in=[one.referral.pk for one in page]).count()


def _in_part(made: Sequence[Decision]) -> int:
    """Children who wait on a notice of which others were decided for."""
    notices = {one.subject.referral_id for one in made}
    return Subject.objects.filter(referral__in=notices, state=SubjectState.WAITING).count()


def _look_again(by: User, reread: Reread, note: str) -> None:
    decision = reread.decision
    referral = decision.subject.referral
    if _undone(decision):
        indicators.place(referral)
        if referral.stage == Stage.DECIDED:
            stages.move(referral, to=Stage.RECEIVED, by=by, reason=note, owner=None, owned_since=None, decided_at=None)
        elif referral.stage == Stage.SECOND_PERSON:
            back = Stage.IN_TRIAGE if referral.owner_id else Stage.RECEIVED
            stages.move(referral, to=back, by=by, reason=note)
        telling.tell(referral=referral, news=News(OutcomeKind.RETURNED, LOOKED_AGAIN, decision.subject))
    _tell(by, reread)


def _undone(decision: Decision) -> bool:
    """Put the child back among those who wait, unless another decision followed or a service has them."""
    live = Case.objects.filter(subject=decision.subject, stage__in=LIVE)
    if live.exists():
        return False
    rows = Subject.objects.filter(pk=decision.subject_id, decision=decision, state=SubjectState.DECIDED)
    return bool(rows.update(state=SubjectState.WAITING, decision=None))


def _tell(by: User, reread: Reread) -> None:
    """Whoever decided, and the managers of triage, where they may see the referral."""
    referral = reread.decision.subject.referral
    concerned = Q(roles__overlap=[Role.TRIAGE_MANAGER]) | Q(pk=reread.decided_by_id)
    users = User.objects.filter(concerned, is_active=True, organisation__active=True).exclude(pk=by.pk)
    messages.owe_many(
        [
            Owed(
                key=f"reread:{reread.pk}:{user.pk}",
                kind="reread_disagreed",
                about=referral.reference,
                to=user,
                path=f"/queue/{referral.reference}/",
            )
            for user in users
            if visible.referrals(user).filter(pk=referral.pk).exists()
        ]
    )
