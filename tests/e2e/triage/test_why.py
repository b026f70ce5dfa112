"""From the file to why it stands at its level, and back, on a phone and at a desk."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from referrals.models import RelevantIndicator
from referrals.services import indicators, queue, submitting
from referrals.submission import Tools
from tests.cast import a_child, a_concern, a_submission


@pytest.mark.parametrize("width", [320, 1280])
def test_it_says_why_in_plain_words(
    at_work: Callable[..., Page], axe: Callable[[Page], None], tess: User, amira: User, width: int
) -> None:
    children = (a_child(), a_child(given_name="Bo"))
    concerns = (a_concern("D19", "D05", about=(0,)), a_concern("P15", "F02", category="neglect", about=(1,)))
    submission = replace(a_submission(children=children, concerns=concerns), tools=Tools(dash=11))
    sent = submitting.submit(by=tess, submission=submission)
    queue.claim(by=amira, referral=sent)
    row = RelevantIndicator.objects.get(concern__referral=sent, code="D19")
    indicators.withdraw(by=amira, indicator=row, reason="The bruise was paint")
    page = at_work(amira)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/queue/{sent.reference}/")
    page.get_by_role("link", name="Why this level, and what would change it").click()
    expect(page.get_by_role("heading", name="Why this level")).to_be_visible()
    expect(page.get_by_text("The bruise was paint")).to_be_visible()
    expect(page.get_by_text("It would be more if").first).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Back to the referral").click()
    expect(page).to_have_url(f"{page.url.split('/queue/')[0]}/queue/{sent.reference}/")
