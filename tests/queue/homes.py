"""Referrals of different households, and how they are decided, for the tests of the queue."""

from datetime import date, timedelta
from typing import Any

from accounts.models import User
from referrals.choices import Way
from referrals.models import Referral
from referrals.services import submitting
from referrals.services.decisions import Judgement
from referrals.submission import Address
from tests.cast import a_child, a_concern, a_submission


def send(by: User, *codes: str, home: int = 1, name: str = "Ada", **changes: Any) -> Referral:
    """A child in house number `home`, born on a day of their own; without codes the framework gives no level."""
    address = Address(line1=f"{home} Mill Lane", postcode="CH41 1AA")
    child = a_child(given_name=name, address=address, birth_date=date(2015, 1, 1) + timedelta(days=home))
    concern = a_concern(*codes, category=changes.pop("category", "neglect"))
    return submitting.submit(by=by, submission=a_submission(children=(child,), concerns=(concern,), **changes))


def judged(**changes: Any) -> Judgement:
    return Judgement(**{"way": Way.CADT, "level": 4, "words": "CADT acts.", "agreement": "not_sought", **changes})
