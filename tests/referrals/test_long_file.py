"""Each answer of the long form on the hub's file page, and in what the referrer reads back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from accounts.models import User
from referrals import documents
from referrals.models import Referral
from referrals.services import submitting
from tests.api.documents import EVERYTHING

WORDS = {
    "MWBC": "White and Black Caribbean",
    "HEAR": "Hearing",
    "LD": "Learning",
    "child": "The child told me",
    "9434765919": "943 476 5919",
    "2019-05-04": "4 May 2019",
    "domestic_abuse": "Domestic abuse",
    "standard": "standard risk",
    "low": "Low risk",
    "not_sought": "The family has not been asked",
}
UNSEEN = ("worker", "referrer", "immediate_danger", "consent")


def leaves(value: Any) -> list[str]:
    """Every text in a part of a document, as people read it."""
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in leaves(inner)]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in leaves(inner)]
    plain = isinstance(value, str) and value not in ("", "F", "yes", "no", "not_known", "D05")
    return [WORDS.get(value, value)] if plain else []


def a_long_one(tess: User) -> Referral:
    """The long form without the worry about a worker, which would close it to the hub."""
    document = {name: value for name, value in EVERYTHING.items() if name != "worker"}
    document["concerns"] = EVERYTHING["concerns"][:1]
    return submitting.submit(by=tess, submission=documents.parse(document))


def shown(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


@pytest.mark.django_db
def test_it_shows_the_hub_each_answer_of_the_long_form(
    tess: User, amira: User, client_for: Callable[[User], Client]
) -> None:
    referral = a_long_one(tess)
    page = shown(client_for(amira), f"/queue/{referral.reference}/")
    sent = {name: value for name, value in EVERYTHING.items() if name not in UNSEEN}
    sent["concerns"] = sent["concerns"][:1]
    missing = [leaf for leaf in leaves(sent) if escape(leaf) not in page]
    assert not missing
    for words in (
        "Interpreter",
        "Needed",
        "DASH: 0 of 27, graded medium risk",
        "DARA: standard risk",
        "2: the needs that matter most",
    ):
        assert words in page
    assert "By <bdi>PC Pat Reed</bdi>" in page


@pytest.mark.django_db
def test_it_reads_back_each_answer_of_the_long_form_to_whoever_sent_it(
    tess: User, client_for: Callable[[User], Client]
) -> None:
    referral = a_long_one(tess)
    page = shown(client_for(tess), f"/referrals/{referral.reference}/")
    sent = {name: value for name, value in EVERYTHING.items() if name not in UNSEEN}
    sent["concerns"] = sent["concerns"][:1]
    assert not [leaf for leaf in leaves(sent) if escape(leaf) not in page]


@pytest.mark.django_db
def test_it_says_when_nobody_said_how_to_reach_an_adult_safely(
    tess: User, amira: User, client_for: Callable[[User], Client]
) -> None:
    document = {**EVERYTHING, "worker": None, "concerns": EVERYTHING["concerns"][:1]}
    document["adults"] = [{"name": "Jo Byrne", "phone": "07700 900123"}, {"name": "Al Byrne"}]
    referral = submitting.submit(by=tess, submission=documents.parse(document))
    page = shown(client_for(amira), f"/queue/{referral.reference}/")
    assert page.count("Nobody has said what is safe") == 1


@pytest.mark.django_db
def test_it_shows_no_empty_part_where_nothing_was_said(
    referral: Referral, amira: User, client_for: Callable[[User], Client]
) -> None:
    page = shown(client_for(amira), f"/queue/{referral.reference}/")
    for words in ("What else they told us", "Screening tools", "Also known as", "Disability", "Interpreter"):
        assert words not in page
