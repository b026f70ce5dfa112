"""Which referrals even bare numbers leave out, for people who see no file."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from referrals.choices import Identity
from referrals.models import Subject

CLOSED = (
    Q(referral__restricted=True)
    | Q(referral__allegation=True)
    | Q(referral__referrer_identity=Identity.PUBLIC_WITHHELD)
)


def uncounted(abouts: Collection[UUID]) -> set[UUID]:
    """Of what was weighed, that of referrals restricted, about a worker, or by somebody whose name is withheld."""
    rows = Subject.objects.filter(CLOSED, hub_assessment__about__in=list(abouts))
    return {about for about in rows.values_list("hub_assessment__about", flat=True) if about}
