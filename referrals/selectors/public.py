"""What may be told to somebody who comes back with a receipt code."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from referrals import codes
from referrals.choices import AmendmentKind, CaseStage, Stage
from referrals.models import Amendment, Case, Opening, Receipt, Referral, StageChange

OPEN_FOR = timedelta(minutes=30)
ENDED_CASES = (CaseStage.CLOSED, CaseStage.MOVED)


@dataclass(frozen=True, slots=True)
class May:
    """All that may be told: that it came, that somebody looked, that it ended.

    `added` holds when they added something, and whether somebody has read that.
    """

    came: datetime
    due: datetime
    late: bool
    looked: bool
    ended: bool
    added: list[tuple[datetime, bool]]


def receipt(digest: str) -> Receipt | None:
    """The receipt with this digest."""
    return Receipt.objects.select_related("referral").filter(digest=digest).first()


def opened(secret: str) -> Receipt | None:
    """The receipt whose code was typed a short while ago in the browser that has this secret."""
    rows = Opening.objects.filter(digest=codes.digest(secret), at__gt=timezone.now() - OPEN_FOR)
    found = rows.select_related("receipt__referral").first()
    return found.receipt if found else None


def may_be_told(referral: Referral) -> May:
    """Nothing of what was decided, for whom, or by whom."""
    added = Amendment.objects.filter(referral=referral, kind=AmendmentKind.MORE).select_related("reply")
    return May(
        came=referral.submitted_at,
        due=referral.decision_due_at,
        late=referral.decision_due_at < timezone.now(),
        looked=StageChange.objects.filter(referral=referral).exclude(new=Stage.RECEIVED).exists(),
        ended=_ended(referral),
        added=[(row.at, hasattr(row, "reply")) for row in added.order_by("pk")],
    )


def added_last(referral: Referral) -> str:
    """The words that were added last: the same sent again at once are one."""
    rows = Amendment.objects.filter(referral=referral, kind=AmendmentKind.MORE).order_by("-pk")
    return rows.values_list("should_be", flat=True).first() or ""


def _ended(referral: Referral) -> bool:
    if referral.stage == Stage.WITHDRAWN:
        return True
    passed_on = Q(new_information__decision__subject__referral=referral, new_information__decision__cases=None)
    still = Case.objects.filter(Q(referral=referral) | passed_on).exclude(stage__in=ENDED_CASES)
    return referral.stage == Stage.DECIDED and not still.exists()
