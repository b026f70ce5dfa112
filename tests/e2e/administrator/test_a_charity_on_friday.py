"""Friday afternoon: a charity rings. Before the kettle has boiled it is on board with three people, and one of them has
told the hub about a child. No code, no Django admin: pages alone."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from playwright.sync_api import Browser, Page, expect

from accounts.models import Organisation, User
from mash.outbox.services.sweeper import sweep
from referrals.models import Referral
from tests.e2e.practitioner import walk
from tests.e2e.practitioner.walk import press
from tests.support.mail import Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
MOST = 180
PHRASE = "lighthouse kettle on friday"
LIST = (
    "name,email,role\r\n"
    "Chi Evans,chi@lighthouse.example,Safeguarding lead; Practitioner\r\n"
    "Dee Okoro,dee@lighthouse.example,Practitioner\r\n"
    "Eli Marsh,eli@lighthouse.example,Practitioner\r\n"
)


def test_a_new_charity_with_three_people_has_told_the_hub_about_a_child(
    at_work: Callable[..., Page],
    browser: Browser,
    live_server: Any,
    smtp_sink: Sink,
    settings: LazySettings,
    polly: User,
    record_property: Callable[[str, object], None],
) -> None:
    settings.BASE_URL = live_server.url
    began = time.monotonic()
    add_the_charity(at_work(polly))
    sweep()
    windows = {}
    for link in links_in(smtp_sink):
        window = browser.new_context(base_url=live_server.url, locale="en-GB").new_page()
        windows[accept(window, link)] = window
    reference = walk.whole(windows["dee@lighthouse.example"])
    took = time.monotonic() - began
    record_property("figure", f"a new charity: three people on board and a referral sent in {took:.0f} s of {MOST} s")
    assert took < MOST

    charity = Organisation.objects.get(name="Lighthouse Families Trust")
    assert charity.users.filter(is_active=True).count() == len(windows) == 3
    referral = Referral.objects.get()
    assert referral.reference == reference.replace("-", "")
    assert (referral.organisation, referral.submitted_by.email) == (charity, "dee@lighthouse.example")
    for window in windows.values():
        window.context.close()


def add_the_charity(page: Page) -> None:
    """From the first page to three invitations."""
    page.goto("/")
    page.get_by_role("button", name="Add an organisation").click()
    page.get_by_label("Name of the organisation").fill("Lighthouse Families Trust")
    page.get_by_label("Charity or voluntary organisation").check()
    page.get_by_label("Shared inbox").fill("office@lighthouse.example")
    page.get_by_label("Phone number").fill("0151 496 0155")
    page.get_by_role("group", name="Must its people sign in with a second factor?").get_by_label("No").check()
    press(page, "Add this organisation")
    page.get_by_role("link", name="Invite everybody from a list").click()
    file: Any = {"name": "people.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
    page.get_by_label("The list, as a CSV file").set_input_files(file)
    press(page, "Show me what would happen")
    expect(page.get_by_role("table").get_by_text("Will be invited")).to_have_count(3)
    press(page, "Invite these 3 people")
    expect(page.get_by_text("3 invitations on the way.")).to_be_visible()


def links_in(sink: Sink) -> list[str]:
    """The link of each email that came."""
    bodies = [mail.get_body(("plain",)) for mail in sink.messages]
    return [re.search(r"http\S+/invitations/\S+", body.get_content()).group(0) for body in bodies]  # type: ignore[union-attr]


def accept(page: Page, link: str) -> str:
    """Open the link, choose a password, and be inside. Answers the address that signs in."""
    page.goto(link)
    address = page.locator("main strong").first.inner_text()
    page.get_by_label("Choose a password").fill(PHRASE)
    press(page, "Accept and sign in")
    expect(page.get_by_text("You belong to Lighthouse Families Trust now.")).to_be_visible()
    return address
