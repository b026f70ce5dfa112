"""What triage and the auditor see of a child who came back, in a browser: nothing for axe to find, and paper too."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from referrals.choices import Service
from referrals.services import cases, decisions, submitting
from referrals.services.decisions import Judgement
from referrals.submission import Adult
from tests.cast import a_child, a_submission
from tests.referrals.a_case import offered

pytestmark = pytest.mark.django_db(transaction=True)
ARABIC = "ليلى العربية"


@pytest.mark.parametrize("width", [1280, 320])
def test_it_shows_a_child_who_came_back(
    at_work: Any, look: Callable[[Page], None], tess: User, ben: User, gita: User, otto: User, siblings: Any, width: int
) -> None:
    adults = (Adult(name="Mark", relationship="father", causes_harm=True),)
    omar = a_child(given_name="Omar", family_name=ARABIC)
    case = offered(to=Service.GATEWAY, sender=tess, triage=ben, name="Omar", children=(omar,), adults=adults)
    page = at_work(gita, width=width)
    page.goto(f"/cases/{case.pk}/")
    look(page)
    page.goto("/cases/")
    look(page)
    cases.hand_back(by=gita, case=case, reason="Wrong door: he lives in Wirral.")
    judged = Judgement(way="cadt", level=4, words="CADT acts.", agreement="not_sought")
    decisions.decide(by=ben, subject=siblings.subjects.get(given_name="Ada"), judgement=judged)
    submitting.submit(by=tess, submission=a_submission("D05", immediate_danger=True))
    page = at_work(ben, width=width)
    page.goto("/queue/")
    look(page)
    page.get_by_role("link", name="Omar").click()
    look(page)
    page.goto(f"/queue/{siblings.reference}/")
    page.emulate_media(media="print")
    expect(page.get_by_text("Ticked in error?").first).to_be_hidden()
    expect(page.get_by_text("CADT acts.")).to_be_visible()
    expect(page.get_by_role("heading", name="What you can do")).to_be_hidden()
    page = at_work(otto, width=width)
    page.goto("/audit/")
    page.get_by_label("Reference").fill(case.referral.reference.lower())
    page.get_by_label("From this day").fill("2026-01-01")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("table")).to_contain_text("Returned a case to triage")
    look(page)
