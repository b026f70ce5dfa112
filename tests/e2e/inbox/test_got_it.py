"""Somebody at the office opens the link in the shared inbox: by keyboard, on a telephone, without JavaScript."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Organisation, User
from mash.outbox import words
from mash.outbox.models import Message
from referrals.choices import Service
from referrals.models import Reading
from referrals.services import acknowledging
from tests.referrals.a_case import offered

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def path(school: Organisation, tess: User, ben: User) -> str:
    Organisation.objects.filter(pk=school.pk).update(shared_inbox="office@mill.example")
    offered(to=Service.CADT, sender=tess, triage=ben)
    found = re.search(r"/got-it/\S+", words.of(Message.objects.get(kind=acknowledging.KIND)).body)
    assert found is not None
    return found[0]


def test_the_office_says_that_it_has_the_news(
    page: Page, live_server: LiveServer, path: str, axe: Callable[[Any], None]
) -> None:
    page.goto(live_server.url + path)
    expect(page).to_have_title(re.compile("News for your organisation"))
    axe(page)
    button = page.get_by_role("button", name="We have got this")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    axe(page)
    expect(page.get_by_role("button", name="We have got this")).to_have_count(0)
    assert Reading.objects.filter(how="inbox").count() == 1
    page.reload()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


@pytest.mark.parametrize("broken", [False, True])
def test_it_works_on_a_telephone_without_javascript(
    browser: Browser, live_server: LiveServer, path: str, broken: bool, axe: Callable[[Any], None]
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url + (path[:40] + "/" if broken else path))
    name = "This link does not work" if broken else "News for your organisation"
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    assert page.locator("body").bounding_box()["width"] <= 320  # type: ignore[index]
    if not broken:
        page.get_by_role("button", name="We have got this").click()
        expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    context.close()
