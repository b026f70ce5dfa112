"""Draw up the account of what was lately owed, and say loudly when it does not balance."""

import structlog
from django.utils import timezone

from mash.outbox import windows
from mash.outbox.services import balance
from referrals.selectors import accounts_kept

log = structlog.get_logger(__name__)


def check() -> bool:
    """Whether what was owed within `windows.RECONCILE_BACK` is all in one place, with nobody left out.

    It is remembered for the managers' page and the operators' figures; an error is logged when it is not so.
    """
    now = timezone.now()
    since = now - windows.RECONCILE_BACK
    kept = accounts_kept.draw_up(since=since)
    said = accounts_kept.lines(kept)
    balance.remember(balance.Said(at=now, since=since, balances=kept.balances, lines=said))
    if not kept.balances:
        log.error("account_does_not_balance", lines=said)
    return kept.balances
