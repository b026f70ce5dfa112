"""Children who wait for Gateway and CADT."""

import pytest

from accounts.models import User
from referrals.choices import Service
from referrals.models import Case
from tests.referrals.a_case import offered


@pytest.fixture
def bo(tess: User, ben: User) -> Case:
    """Offered to Gateway."""
    return offered(to=Service.GATEWAY, sender=tess, triage=ben, name="Bo")


@pytest.fixture
def ada(tess: User, ben: User) -> Case:
    """Offered to CADT."""
    return offered(to=Service.CADT, sender=tess, triage=ben, name="Ada")
