"""What the hub weighed last, as bare facts: no referral, no child, no name."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from thresholds.engine import facts_from_json
from thresholds.models import Assessment
from thresholds.previewing import Weighed

REFERRALS = 500
PER_REFERRAL = 20
"""How many assessments are looked through, for each referral that is wanted, to find that many different ones."""

Closed = Callable[[Collection[UUID]], set[UUID]]
_CLOSED: list[Closed] = []


@dataclass(frozen=True, slots=True)
class Last:
    """The children of the last referrals, and when the oldest of these referrals was weighed."""

    rows: list[Weighed]
    oldest: datetime | None


def leave_out(closed: Closed) -> None:
    """Of some referrals, say which may not be counted. What these stand for is known above this app alone."""
    _CLOSED.append(closed)


def last(*, before: datetime, referrals: int = REFERRALS) -> Last:
    """The referrals that the hub weighed last before a moment, each child once, as they stood then.

    Those that may not be counted are left out, and so is an assessment that another one had replaced. Two queries, and
    one for each app that leaves some out, however many referrals there are.
    """
    hub = Assessment.objects.filter(kind=Assessment.Kind.HUB, about__isnull=False, assessed_at__lt=before)
    newest = hub.order_by("-assessed_at", "about").values_list("about", "assessed_at")[: referrals * PER_REFERRAL]
    seen: dict[UUID, datetime] = {}
    for about, at in newest:
        assert about is not None
        seen.setdefault(about, at)
    closed = {about for find in _CLOSED for about in find(seen.keys())} if seen else set()
    counted = [about for about in seen if about not in closed][:referrals]
    later = Assessment.objects.filter(replaces=OuterRef("pk"), assessed_at__lt=before)
    rows = hub.filter(~Exists(later), about__in=counted)
    return Last([_weighed(row) for row in rows], min((seen[about] for about in counted), default=None))


def _weighed(row: Assessment) -> Weighed:
    assert row.about is not None
    return Weighed(row.about, row.level, row.band, row.route, facts_from_json(row.facts))
