"""Notices that wait at the hub."""

from typing import Any

from accounts.models import User
from referrals.choices import Via
from referrals.models import Referral
from referrals.services import submitting
from referrals.services.submitting import Sender
from referrals.submission import Address
from tests.cast import a_child, a_concern, a_submission


def notice(pat: User, number: int, *codes: str, via: Via = Via.BULK, **changes: Any) -> Referral:
    """One police notice about a child at an address of their own; Level 2 (D05) unless other signs are named."""
    home = Address(line1=f"{number} Mill Lane", postcode="CH41 1AA")
    child = a_child(given_name=f"Child{number}", family_name=f"Family{number}", address=home)
    submission = a_submission(
        **{"children": (child,), "concerns": (a_concern(*(codes or ("D05",)), category="education"),), **changes}
    )
    sender = Sender(actor=pat, organisation=pat.organisation, via=via, user=pat)
    return submitting.submit(by=sender, submission=submission)


def answers(*said: tuple[Referral, dict[str, Any]]) -> dict[str, Any]:
    """What a screening page sends: the notices on it, and what was typed for each."""
    typed = {f"{part}_{referral.pk}": value for referral, parts in said for part, value in parts.items()}
    return {"notices": ",".join(str(referral.pk) for referral, _parts in said), **typed}
