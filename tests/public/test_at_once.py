"""The same form sent several times, really at the same moment."""

import pytest
from django.test import Client

from accounts.models import Organisation
from referrals.models import Outcome, Receipt, Referral, SealedIdentity
from tests.public.posts import code_on, filled, post
from tests.referrals.test_submitting_at_once import TABS, together

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_makes_one_referral_of_six_clicks_at_once_and_shows_one_code(client: Client) -> None:
    typed = filled(client, "withheld")
    answers = together(lambda n: post(Client(), "withheld", typed))
    assert {answer.status_code for answer in answers} == {200}
    assert len({code_on(answer) for answer in answers}) == 1
    made = (Referral, Outcome, Receipt, SealedIdentity, Organisation)
    assert [model.objects.count() for model in made] == [1] * len(made)  # type: ignore[attr-defined]


def test_it_hears_six_strangers_at_once_on_a_new_installation(client: Client) -> None:
    forms = [filled(client, "anonymous", story=f"Worry {n}") for n in range(TABS)]
    answers = together(lambda n: post(Client(), "anonymous", forms[n]))
    assert {answer.status_code for answer in answers} == {200}
    assert Referral.objects.count() == TABS
    assert Organisation.objects.count() == 1
