"""The auditor reads who did and saw what."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from referrals.models import Case
from tests.e2e.services.conftest import ada

__all__ = ["ada"]


@pytest.mark.parametrize("width", [1280, 320])
def test_it_finds_what_one_person_did(
    at_work: Any, look: Callable[[Page], None], ada: Case, otto: User, width: int
) -> None:
    page = at_work(otto, width=width)
    page.goto("/")
    expect(page).to_have_title("Audit trail – Lantern")
    look(page)
    page.get_by_label("Who").fill("ben")
    page.get_by_label("What").select_option("Took a referral from the queue")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("table")).to_contain_text("Ben Example")
    look(page)
    page.get_by_label("Who").fill("nobody of that name")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Nothing was found")).to_be_visible()
    look(page)
    assert "Ada" not in page.content()
