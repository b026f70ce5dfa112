"""Draw the decisions about notices that a second person reads again."""

import secrets
from collections.abc import Sequence

from django.utils import timezone

from referrals.choices import Via, Way
from referrals.models import Decision, Reread

SHARE = 10
"""One in so many of the notices that end at once is read again, and one of each screening at least."""
ENDS = frozenset({Way.ADVICE, Way.NO_FURTHER_ACTION})
_chance = secrets.SystemRandom()


def draw(made: Sequence[Decision]) -> list[Reread]:
    """Choose by chance which of these decisions are read again, and write it down."""
    ended = [one for one in made if one.way in ENDS and not one.waits_for_signature]
    if not ended:
        return []
    now = timezone.now()
    sample = _chance.sample(ended, -(-len(ended) // SHARE))
    return Reread.objects.bulk_create([Reread(decision=one, decided_by_id=one.by_id, chosen_at=now) for one in sample])


def draw_of_notices(made: Sequence[Decision]) -> list[Reread]:
    """The same for what was decided on a referral's own page: of notices alone."""
    return draw([one for one in made if one.subject.referral.via == Via.BULK])
