"""Only those who cannot see a referral are offered as people who may be let in."""

import pytest

from accounts.policy import Role
from referrals.models import Referral
from referrals.selectors.file import to_admit
from referrals.services import restricting
from tests.cast import person

pytestmark = pytest.mark.django_db


def names(referral: Referral) -> set[str]:
    return {user.name.split()[0] for user in to_admit(referral)}


def test_it_offers_only_those_who_cannot_see_it(referral, amira, ben, gita, gus, cleo, carl, lara, otto, tess) -> None:
    restricting.restrict(by=ben, referral=referral, restricted=True, reason="Staff.")
    assert names(referral) == {"Amira", "Gita", "Gus", "Cleo", "Lara"}, "managers of triage and CADT see it already"
    restricting.admit(by=ben, referral=referral, user=cleo)
    assert names(referral) == {"Amira", "Gita", "Gus", "Lara"}


def test_it_asks_once_for_each_set_of_roles(referral, ben, cleo, hub, django_assert_max_num_queries) -> None:
    for number in range(20):
        person(f"Cadt{number}", hub, Role.CADT_WORKER)
    restricting.restrict(by=ben, referral=referral, restricted=True, reason="Staff.")
    with django_assert_max_num_queries(4):
        assert len(to_admit(referral)) == 21


def test_it_offers_them_on_the_page(referral, ben, cleo, carl, client_for) -> None:
    restricting.restrict(by=ben, referral=referral, restricted=True, reason="Staff.")
    page = client_for(ben).get(f"/queue/{referral.reference}/admit/").content.decode()
    assert "Cleo Example" in page and "Carl Example" not in page
