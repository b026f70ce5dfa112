"""What the hub weighed last, as bare facts: no referral, no child, no name."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from thresholds.engine import facts_from_json
from thresholds.models import Assessment
from thresholds.previewing import Weighed

REFERRALS = 500
PER_REFERRAL = 20
"""How many assessments are looked through, for each referral that is wanted, to find that many different ones."""


@dataclass(frozen=True, slots=True)
class Last:
    """The children of the last referrals, and when the oldest of these referrals was weighed."""

    rows: list[Weighed]
    oldest: datetime | None


def last(referrals: int = REFERRALS) -> Last:
    """The referrals that the hub weighed last, each child once, as they stand now. Two queries, however many there are.

    A child's assessment that another one replaced is left out.
    """
    hub = Assessment.objects.filter(kind=Assessment.Kind.HUB, about__isnull=False)
    newest = hub.order_by("-assessed_at", "about").values_list("about", "assessed_at")[: referrals * PER_REFERRAL]
    seen: dict[object, datetime] = {}
    for about, at in newest:
        if about not in seen and len(seen) == referrals:
            break
        seen.setdefault(about, at)
    later = Assessment.objects.filter(replaces=OuterRef("pk"))
    rows = hub.filter(~Exists(later), about__in=list(seen))
    return Last([_weighed(row) for row in rows], min(seen.values(), default=None))


def _weighed(row: Assessment) -> Weighed:
    assert row.about is not None
    return Weighed(row.about, row.level, row.band, row.route, facts_from_json(row.facts))
