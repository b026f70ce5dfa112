"""Amira and her phone, her passkey and her recovery codes; a screen left alone."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Browser, Page, expect

from accounts.models import Organisation, User
from accounts.policy import Role
from mash.access import held
from mash.access.models import HeldPost
from referrals.services import drafts
from tests.cast import PASSWORD, person
from tests.signing_in.hands import SECRET, code, give_app, give_codes

pytestmark = pytest.mark.django_db(transaction=True)
Window = Callable[..., Page]
LATER = 30


@pytest.fixture
def window(browser: Browser, live_server: Any) -> Iterator[Window]:
    """A browser in which nobody is signed in."""
    made = []

    def opened(*, width: int = 1280, **options: Any) -> Page:
        size = {"width": width, "height": 900}
        context = browser.new_context(base_url=live_server.url, viewport=size, locale="en-GB", **options)
        context.set_default_timeout(20_000)
        made.append(context)
        return context.new_page()

    yield opened
    for context in made:
        context.close()


def enter(page: Page, user: User) -> None:
    page.goto("/accounts/login/?next=/queue/")
    page.get_by_label("Email address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def show(page: Page, digits: str) -> None:
    page.get_by_label("Code").fill(digits)
    page.get_by_role("button", name="Continue").click()


def leave(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def with_key(page: Page) -> None:
    """A phone or computer that can make passkeys, whose owner always agrees."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    able = {"hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    options = {"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True, **able}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without"])
def test_she_sets_up_an_app_and_signs_in_with_it(
    window: Window, amira: User, look: Callable[[Page], None], javascript: bool
) -> None:
    page = window(java_script_enabled=javascript)
    seen = look if javascript else lambda _page: None
    enter(page, amira)
    expect(page.get_by_role("heading", name="How you sign in")).to_be_visible()
    expect(page.get_by_text("Before you go on")).to_be_visible()
    seen(page)
    page.get_by_role("button", name="Set up an app").or_(page.get_by_role("link", name="Set up an app")).click()
    expect(page.get_by_role("img", name=re.compile("square to scan"))).to_be_visible()
    seen(page)
    secret = page.locator("#key").inner_text().replace(" ", "").strip()
    page.get_by_label("Code from the app").fill("000000")
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_role("alert")).to_contain_text("That code is not right")
    assert page.locator("#key").inner_text().replace(" ", "").strip() == secret
    used = code(secret)
    page.get_by_label("Code from the app").fill(used)
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    seen(page)
    words = page.locator(".app-codes code").all_inner_texts()
    assert len(words) == 10
    page.get_by_role("button", name="I have kept them").or_(page.get_by_role("link", name="I have kept them")).click()
    expect(page).to_have_url(re.compile("/queue/$"))
    leave(page)
    enter(page, amira)
    expect(page.get_by_role("heading", name="Show your second factor")).to_be_visible()
    seen(page)
    show(page, used)
    expect(page.get_by_text("it was used before").first).to_be_visible()
    show(page, words[0])
    expect(page).to_have_url(re.compile("/queue/$"))
    leave(page)
    enter(page, amira)
    show(page, words[0])
    expect(page.get_by_text("it was used before").first).to_be_visible()
    show(page, code(secret, steps=1))
    expect(page).to_have_url(re.compile("/queue/$"))


def test_she_signs_in_with_a_passkey(window: Window, amira: User, look: Callable[[Page], None]) -> None:
    page = window()
    with_key(page)
    enter(page, amira)
    page.get_by_role("button", name="Add a passkey").or_(page.get_by_role("link", name="Add a passkey")).click()
    page.get_by_label("Name").fill("work laptop")
    look(page)
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    assert Authenticator.objects.filter(user=amira, type=Authenticator.Type.WEBAUTHN).count() == 1
    leave(page)
    enter(page, amira)
    page.get_by_role("button", name="Use a passkey instead").click()
    expect(page).to_have_url(re.compile("/queue/$"))
    page.goto("/accounts/second-factor/")
    expect(page.get_by_text("Passkey: work laptop")).to_be_visible()
    look(page)
    page.get_by_role("link", name="Rename work laptop").click()
    page.get_by_label("Name").fill("the blue laptop")
    look(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Passkey: the blue laptop")).to_be_visible()
    page.get_by_role("link", name="Remove the blue laptop").click()
    look(page)
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("You must keep one second factor").first).to_be_visible()


def test_without_scripts_the_passkey_page_offers_the_app(window: Window, amira: User) -> None:
    page = window(java_script_enabled=False)
    enter(page, amira)
    page.goto("/accounts/second-factor/passkeys/add/")
    expect(page.get_by_text("Passkeys need JavaScript")).to_be_visible()
    expect(page.get_by_role("link", name="Set up an authenticator app")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 320])
def test_each_page_is_for_everybody(
    window: Window, amira: User, hub: Organisation, look: Callable[[Page], None], width: int
) -> None:
    give_app(amira)
    give_codes(amira)
    polly = person("Polly", hub, Role.PARTNERSHIP_ADMINISTRATOR)
    give_app(polly)
    page = window(width=width)
    page.goto("/accounts/login/")
    look(page)
    for user in (amira, polly):
        enter(page, user)
        show(page, code(SECRET))
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        for path in pages_of(user, amira):
            page.goto(path)
            look(page)
        leave(page)


def pages_of(user: User, other: User) -> list[str]:
    root = "/accounts/second-factor/"
    own = ["", "app/remove/", "passkeys/add/", "recovery-codes/", "recovery-codes/new/", "show/"]
    if user == other:
        return [*(f"{root}{page}" for page in own), "/accounts/sessions/", "/accounts/reauthenticate/"]
    return [f"/people/{other.pk}/second-factor/"]


def test_she_signs_in_by_the_keyboard_alone(window: Window, amira: User) -> None:
    give_app(amira)
    page = window()
    page.goto("/accounts/login/?next=/queue/")
    page.get_by_label("Email address").focus()
    page.keyboard.type(amira.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Show your second factor")).to_be_visible()
    page.get_by_label("Code").focus()
    page.keyboard.type(code(SECRET))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/queue/$"))


def test_she_sees_her_other_session_and_ends_it(window: Window, amira: User) -> None:
    give_app(amira)
    codes = give_codes(amira)
    here, there = window(), window()
    for page, digits in ((there, codes[0]), (here, codes[1])):
        enter(page, amira)
        show(page, digits)
        expect(page).to_have_url(re.compile("/queue/$"))
    here.goto("/accounts/sessions/")
    expect(here.locator(".app-sessions li")).to_have_count(2)
    here.get_by_role("button", name="Sign out everywhere else").click()
    expect(here.get_by_text("You are not signed in anywhere else")).to_be_visible()
    there.goto("/queue/")
    expect(there.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def test_she_is_warned_before_her_session_ends_and_stays(at_work: Callable[..., Page], amira: User, axe: Any) -> None:
    page = at_work(amira)
    page.clock.install(time=time.time())
    page.goto("/queue/")
    page.clock.run_for(27 * 60 * 1000)
    expect(page.get_by_role("dialog")).to_be_hidden()
    age(amira, minutes=28.5)
    page.clock.run_for(90 * 1000)
    expect(page.get_by_role("dialog", name="Are you still there?")).to_be_visible()
    expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()
    axe(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert page.evaluate("fetch('/stay/', {headers: {'X-Automatic': '1'}}).then(a => a.json())")["seconds"] > 29 * 60


def test_a_screen_left_alone_is_covered_and_what_was_typed_is_kept(
    at_work: Callable[..., Page], tess: User, axe: Any
) -> None:
    draft = drafts.start(by=tess)
    drafts.put(draft=draft, kind="children", item={"id": "a", "given_name": "Ada", "family_name": "Byrne"})
    page = at_work(tess)
    page.clock.install(time=time.time())
    page.goto(f"/drafts/{draft.token}/concerns/add/")
    page.get_by_label("What have you seen or heard?").fill("A long story.")
    age(tess, minutes=61)
    page.clock.run_for(58 * 60 * 1000 + 2000)
    expect(page.get_by_role("dialog", name="You are signed out")).to_be_visible()
    expect(page.get_by_text("We keep it while you sign in")).to_be_visible()
    expect(page.get_by_role("button", name="Sign in and go on")).to_be_focused()
    axe(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    assert "A long story." in dict(held.fields(HeldPost.objects.get())).values()
    page.get_by_label("Email address").fill(tess.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="We kept what you typed")).to_be_visible()


def age(user: User, *, minutes: float) -> None:
    """As if this person had done nothing for so long."""
    from django.contrib.sessions.models import Session

    for row in Session.objects.all():
        kept = row.get_decoded()
        if kept.get("_auth_user_id") == str(user.pk):
            kept["seen_at"] -= int(minutes * 60)
            row.session_data = Session.objects.encode(kept)
            row.save()
