"""What the telephone page needs: the organisations to choose from, and the signs."""

from accounts.models import Organisation
from accounts.models.organisations import AUTOMATIC
from mash.outbox.models import CallTask
from referrals.models import Referral
from thresholds.selectors.frameworks import framework_here
from thresholds.selectors.indicators import indicators_for_form

MOST_ORGANISATIONS = 2_000


def organisations() -> dict[str, Organisation]:
    """Every active organisation but those that make themselves, by its name in small letters."""
    rows = Organisation.objects.filter(active=True).exclude(kind__in=AUTOMATIC).order_by("name")
    return {" ".join(one.name.casefold().split()): one for one in rows[:MOST_ORGANISATIONS]}


def call_is_owed(referral: Referral) -> bool:
    """Whether somebody would have to call the referrer to say that it is stored."""
    return CallTask.objects.filter(about=referral.reference, state=CallTask.State.OPEN).exists()


def signs() -> list[tuple[str, str]]:
    """The signs of the framework in force, in its order."""
    groups = indicators_for_form(framework_here())
    return [(one.code, one.words) for domain in groups for one in domain.indicators]
