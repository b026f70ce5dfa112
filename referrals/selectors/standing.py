"""News as it stands: what there is to say now of what was once said."""

from collections.abc import Iterable, Sequence

from referrals.choices import OutcomeKind
from referrals.models import Outcome

# After one of these, what was said before of the same child holds no more. The others add to it.
TURNS = frozenset(
    {OutcomeKind.DECIDED, OutcomeKind.RETURNED, OutcomeKind.STEPPED, OutcomeKind.CLOSED, OutcomeKind.WITHDRAWN}
)


def now(outcomes: Iterable[Outcome], *, upto: int | None = None) -> dict[int, list[Outcome]]:
    """What to tell in place of each piece of news: itself, or where its child's story has turned since, the last turn;
    for news about the whole referral, the last turn of each child. With `upto`, as it stood when that was the last one.
    One statement."""
    wanted = list(outcomes)
    rows = Outcome.objects.filter(referral__in={one.referral_id for one in wanted}, kind__in=TURNS)
    rows = rows if upto is None else rows.filter(pk__lte=upto)
    turns = list(rows.select_related("subject").order_by("pk"))
    return {one.pk: _instead(one, turns) for one in wanted}


def _instead(one: Outcome, turns: Sequence[Outcome]) -> list[Outcome]:
    if one.kind == OutcomeKind.ANSWERED:
        return [one]
    last = {turn.subject_id: turn for turn in turns if _is_later(turn, one)}
    return list(last.values()) or [one]


def _is_later(turn: Outcome, one: Outcome) -> bool:
    about_it = one.subject_id is None or turn.subject_id in (None, one.subject_id)
    return about_it and turn.referral_id == one.referral_id and turn.pk > one.pk
