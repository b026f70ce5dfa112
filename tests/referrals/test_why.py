"""Why a referral stands at its level: child by child, to whoever may read the file and to nobody else."""

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from mash.audit.models import Event
from referrals.models import Referral, RelevantIndicator
from referrals.services import indicators, queue, submitting
from referrals.submission import Tools
from tests.cast import a_child, a_concern, a_submission
from thresholds import presets
from thresholds.services import frameworks

ClientFor = Callable[[User], Client]


def words(client: Client, referral: Referral) -> str:
    answer = client.get(f"/queue/{referral.reference}/why/")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def strike(by: User, referral: Referral, code: str) -> None:
    queue.claim(by=by, referral=referral)
    row = RelevantIndicator.objects.get(concern__referral=referral, code=code)
    indicators.withdraw(by=by, indicator=row, reason="The bruise was paint")


def test_it_gives_each_reason_its_source_and_says_what_would_change_it(client_for: ClientFor, tess: User, amira: User):
    sent = submitting.submit(by=tess, submission=a_submission("D05", "F02"))
    text = words(client_for(amira), sent)
    assert "The child has started to miss school, or comes only part of the time." in text
    assert "Source or reason: Hampshire" in text
    assert "somebody said that the child is in danger now (Level 4, CADT)" in text
    assert "It would be less without" not in text
    assert "Levels 1 to 4, version" in text and "which is in force now" in text
    assert "What a safe judgement lacks" in text
    assert "Somebody has to keep the child safe tonight" in text


def test_it_says_the_sentence_of_a_rule_and_the_facts_it_rests_on(client_for: ClientFor, tess: User, amira: User):
    submission = replace(a_submission("D05"), tools=Tools(dash=15))
    text = words(client_for(amira), submitting.submit(by=tess, submission=submission))
    assert "A rule, “Domestic abuse: the DASH score”. When the DASH score is 14 or more: Level 4." in text
    assert "It rests on: The DASH score: 15" in text
    assert "Source or reason: SafeLives DASH checklist" in text


def test_it_shows_what_was_struck_out_with_before_and_after(
    client_for: ClientFor, tess: User, amira: User, siblings: Referral
):
    strike(amira, siblings, "D19")
    ada, _, bo = words(client_for(amira), siblings).partition("Bo Byrne, ")
    assert "Struck out, since it was ticked in error" in ada
    assert "The bruise was paint" in ada
    assert re.search(r"Before: Level 4 After: No level", ada), ada
    assert "Struck out" not in bo


def test_it_says_when_striking_out_changed_nothing(client_for: ClientFor, tess: User, amira: User):
    sent = submitting.submit(by=tess, submission=a_submission("D19", "D20"))
    strike(amira, sent, "D19")
    text = words(client_for(amira), sent)
    assert "The answer stayed the same: Level 4" in text
    assert "Before:" not in text


def test_it_explains_an_old_referral_under_its_own_version(client_for: ClientFor, tess: User, amira: User):
    sent = submitting.submit(by=tess, submission=a_submission("D05", "D06", "F02"))
    frameworks.publish(document={**deepcopy(presets.read("wirral")), "title": "Later", "rules": []})
    page = client_for(amira).get(f"/queue/{sent.reference}/why/").content.decode()
    assert "Needs that add up" in page
    assert "Another version is in force now, which does not change what was said then" in page
    version = sent.subjects.get().hub_assessment.framework.version
    assert f'href="/thresholds/wirral/{version}/"' in page
    assert "Later" not in page


def test_it_says_so_when_nothing_gives_a_level(client_for: ClientFor, tess: User, amira: User):
    concern = replace(a_concern("D05"), indicators=())
    sent = submitting.submit(by=tess, submission=a_submission(concerns=(concern,)))
    assert "Nothing that was ticked or scored gives a level" in words(client_for(amira), sent)


def test_it_is_closed_to_the_referrer_and_to_whoever_may_not_see_the_file(
    client_for: ClientFor, referral: Referral, tess: User, gita: User, client: Client
):
    address = f"/queue/{referral.reference}/why/"
    assert client_for(tess).get(address).status_code == 404
    assert client_for(gita).get(address).status_code == 404
    assert client.get(address).status_code == 302


def test_it_is_written_down_that_it_was_read_and_the_file_leads_there(
    client_for: ClientFor, referral: Referral, amira: User
):
    page = client_for(amira).get(f"/queue/{referral.reference}/").content.decode()
    assert f'href="/queue/{referral.reference}/why/"' in page
    before = Event.objects.count()
    words(client_for(amira), referral)
    assert Event.objects.count() > before
    assert Event.objects.order_by("-pk").first().detail.get("page", "why_level") == "why_level"  # type: ignore[union-attr]


def test_it_costs_the_same_queries_for_ten_children_as_for_two(client_for: ClientFor, tess: User, amira: User):
    def cost(number: int) -> int:
        children = tuple(a_child(given_name=f"Child{n}") for n in range(number))
        sent = submitting.submit(by=tess, submission=a_submission("D05", children=children))
        client = client_for(amira)
        words(client, sent)
        with CaptureQueriesContext(connection) as queries:
            words(client, sent)
        return len(queries)

    assert cost(2) == cost(10)


@pytest.mark.parametrize("key", presets.KEYS)
def test_it_names_no_code_and_no_key(client_for: ClientFor, tess: User, amira: User, key: str):
    sent = submitting.submit(by=tess, submission=a_submission("D05", "P06", "F06"))
    assert not re.search(r"\b[DPF]\d\d\b|[{}]", words(client_for(amira), sent))
