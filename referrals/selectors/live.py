"""What has come into the queue since a page of it was opened."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from referrals.choices import Stage
from referrals.models import StageChange
from referrals.selectors import queue
from referrals.selectors.cursors import instant, numbers, stamp
from referrals.selectors.wanted import Wanted


def mark(now: datetime | None = None) -> str:
    """The moment at which a page was opened, for the page to ask with."""
    return str(stamp(now or timezone.now()))


def since(user: User, wanted: Wanted, opened: str) -> int:
    """How many referrals that `user` may see, under the page's filter, have come in, or back, since then. What is no
    mark of ours counts as nothing new: the page says nothing, and a reload shows what there is."""
    found = numbers(opened, 1)
    if not found:
        return 0
    moment = instant(found[0])
    back = StageChange.objects.filter(referral=OuterRef("pk"), case=None, new=Stage.RECEIVED, at__gt=moment)
    came = Q(submitted_at__gt=moment) | Q(Exists(back))
    return queue.under(user, wanted).order_by().filter(came).count()
