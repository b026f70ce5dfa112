"""Clocks in a browser: the manager sets a limit, a worker reads why, rates and stops a clock; on a telephone too."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from referrals.services import queue, submitting
from tests.cast import a_child, a_submission

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.mark.parametrize("width", [1280, 320])
def test_a_worker_reads_why_rates_and_stops_a_clock(
    width: int, at_work: Callable[..., Page], look: Callable[[Page], None], tess: User, amira: User
) -> None:
    referral = submitting.submit(by=tess, submission=a_submission("D05"))
    submitting.submit(by=tess, submission=a_submission("D19", children=(a_child(given_name="Bo"),)))
    queue.claim(by=amira, referral=referral)
    page = at_work(amira, width=width)
    page.goto("/queue/")
    expect(page.get_by_role("row").filter(has_text="Bo Byrne")).to_contain_text("Red")
    look(page)
    page.goto(f"/queue/{referral.reference}/")
    card = page.get_by_role("region", name="Clocks")
    card.get_by_text("Why then: Decision").click()
    expect(card).to_contain_text("1 working day from")
    look(page)
    card.get_by_role("link", name="Change the rating").click()
    look(page)
    page.get_by_label("Amber").check()
    page.get_by_role("textbox", name="Why?").fill("The school nurse has called.")
    page.get_by_role("button", name="Change the rating").click()
    expect(page.get_by_text("It is rated amber now.")).to_be_visible()
    card.get_by_role("link", name="Stop the clock for a while").click()
    look(page)
    page.get_by_role("textbox").fill("The school is closed today.")
    page.get_by_role("button", name="Stop the clock").click()
    expect(card).to_contain_text("The clock stands still")
    look(page)
    card.get_by_role("button", name="Let the clock run").click()
    expect(page.get_by_text("The clock runs again.")).to_be_visible()
    card.get_by_role("button", name="What we needed is here").click()
    expect(card).to_contain_text("Done in time")


@pytest.mark.parametrize("width", [1280, 320])
def test_a_manager_changes_a_limit_by_keyboard(
    width: int, at_work: Callable[..., Page], look: Callable[[Page], None], ben: User
) -> None:
    page = at_work(ben, width=width)
    page.goto("/time-limits/")
    look(page)
    page.get_by_role("link", name="Information for a green referral").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("How long?")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Save the limit").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Enter the first day")
    look(page)
    _fill(page, timezone.localdate() + timedelta(days=1))
    page.get_by_role("button", name="Save the limit").press("Enter")
    expect(page.get_by_text("is changed. What has begun keeps the limit it began under.")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="green referral")).to_contain_text("4 hours of office time")
    look(page)


def _fill(page: Page, day: Any) -> None:
    page.get_by_label("How long?").fill("4")
    page.get_by_label("Day", exact=True).fill(str(day.day))
    page.get_by_label("Month", exact=True).fill(str(day.month))
    page.get_by_label("Year", exact=True).fill(str(day.year))
    page.get_by_label("Why does it change?").fill("The board wants it sooner.")
