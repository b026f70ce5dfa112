"""Why triage looks at a referral again stands at the top of its file, once."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from referrals.choices import Service
from referrals.models import Referral
from referrals.services import cases, decisions, queue
from tests.referrals.a_case import JUDGEMENTS, offered

ClientFor = Callable[[User], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def read(client_for: ClientFor, amira: User) -> Callable[[Referral], tuple[str, str]]:
    """The file above what the referrer wrote, and from there on."""

    def got(referral: Referral) -> tuple[str, str]:
        html = client_for(amira).get(f"/queue/{referral.reference}/").content.decode()
        top, _, rest = html.partition("is worried about")
        return top, rest

    return got


@pytest.fixture
def returned(tess: User, ben: User, gita: User) -> Referral:
    case = offered(to=Service.GATEWAY, sender=tess, triage=ben, name="Omar")
    cases.hand_back(by=gita, case=case, reason="Wrong door: he lives in Wirral.")
    return case.referral


def test_it_says_at_the_top_who_returned_the_child_why_and_what_had_been_decided(
    read: Callable[[Referral], tuple[str, str]], returned: Referral
) -> None:
    top, rest = read(returned)
    for words in ("Gateway returned to triage: Omar Byrne", "Wrong door", "Gita Example", "The earlier decision:"):
        assert words in top, words
    assert ", Level 2, by <bdi>Ben Example</bdi>" in top and "We know more now." in top
    assert rest.count("Wrong door") == 1, "once in the timeline"


def test_it_is_history_when_the_child_is_decided_again(
    read: Callable[[Referral], tuple[str, str]], returned: Referral, ben: User
) -> None:
    queue.claim(by=ben, referral=returned)
    assert "Wrong door" in read(returned)[0]
    decisions.decide(by=ben, subject=returned.subjects.get(), judgement=JUDGEMENTS[Service.GATEWAY])
    top, rest = read(returned)
    assert "Wrong door" not in top and rest.count("Wrong door") == 1


def test_it_says_at_the_top_why_it_was_put_back_the_last_time(
    read: Callable[[Referral], tuple[str, str]], referral: Referral, ben: User
) -> None:
    for reason in ("Waiting for school.", "I am off sick."):
        queue.claim(by=ben, referral=referral)
        referral.refresh_from_db()
        queue.put_back(by=ben, referral=referral, reason=reason)
        referral.refresh_from_db()
    top, rest = read(referral)
    assert "I am off sick." in top and "Waiting for school." not in top and "The earlier decision" not in top
    assert "Waiting for school." in rest


def test_it_says_nothing_at_the_top_of_a_new_referral(
    read: Callable[[Referral], tuple[str, str]], referral: Referral
) -> None:
    assert "app-card--lamp" not in read(referral)[0]


def test_it_says_when_only_a_social_worker_is_missing(client_for: ClientFor, referral: Referral, amira: User) -> None:
    queue.claim(by=amira, referral=referral)
    decisions.decide(by=amira, subject=referral.subjects.get(), judgement=JUDGEMENTS[Service.CADT])
    html = client_for(amira).get(f"/queue/{referral.reference}/").content.decode()
    assert "Waiting for a social worker" in html and "waiting for a social worker" in html
