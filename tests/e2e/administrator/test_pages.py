"""Every page for letting people in: clean for axe, no wider than a phone, by keyboard, and without a script."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts import api_keys
from accounts.models import AccessReview, Invitation, Organisation, Team, TeamKind, User
from accounts.policy import API_SCOPES
from accounts.services import invitations, loads
from referrals.services import drafts
from tests.e2e.practitioner.walk import press

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
Window = Callable[..., Page]
LIST = """name;email;role
Sam Long;sam@mill.example;Practitioner
=Max;max@mill.example;Practitioner
Tess;tess@mill.example;Captain
"""


@pytest.fixture
def places(polly: User, leo: User, tess: User, school: Organisation, hub: Organisation) -> dict[str, str]:
    """The addresses of all pages, by what they are, with something on each."""
    asked = invitations.invite(
        by=leo, organisation=school, name="Nia New", email="nia.with.a.long.name@mill.example", roles=["practitioner"]
    )
    key, _ = api_keys.issue(organisation=school, name="Records", scopes=API_SCOPES, by=polly)
    listed = loads.prepare(by=polly, organisation=school, data=LIST.encode())
    review = AccessReview.objects.create(organisation=school, quarter=date(2026, 10, 1))
    team = Team.objects.create(name="Front door", kind=TeamKind.TRIAGE)
    drafts.start(by=tess)
    gone = User.objects.create_user("gone@mill.example", name="Gone Example", organisation=school, is_active=False)
    here = f"/organisations/{school.pk}/"
    return {
        "organisations": "/organisations/",
        "closed": "/organisations/?show=closed",
        "add": "/organisations/add/",
        "organisation": here,
        "change": f"{here}change/",
        "invite": f"{here}invite/",
        "load": f"{here}load/",
        "preview": f"/people/lists/{listed.pk}/",
        "keys": f"{here}keys/",
        "issue": f"{here}keys/issue/",
        "revoke": f"/keys/{key.pk}/revoke/",
        "teams": "/teams/",
        "add_team": "/teams/add/",
        "team": f"/teams/{team.pk}/",
        "people": "/people/",
        "person": f"/people/{tess.pk}/",
        "change_person": f"/people/{leo.pk}/change/",
        "let_go": f"/people/{tess.pk}/let-go/",
        "let_back": f"/people/{gone.pk}/let-back/",
        "invitation": f"/people/invitations/{asked.pk}/",
        "reviews": "/reviews/",
        "review": f"/reviews/{review.pk}/",
    }


@pytest.mark.parametrize("width", [1280, 320])
def test_it_is_right_at_every_width(
    at_work: Window, look: Callable[[Page], None], polly: User, places: dict[str, str], width: int
) -> None:
    page = at_work(polly, width=width)
    for address in places.values():
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        look(page)


@pytest.mark.parametrize("width", [1280, 320])
def test_it_is_right_for_whoever_opens_the_link(
    browser: Browser, live_server: Any, look: Callable[[Page], None], places: dict[str, str], width: int
) -> None:
    asked = Invitation.objects.get()
    link = f"{live_server.url}/accounts/invitations/{invitations.token(asked.pk)}/"
    page = browser.new_context(viewport={"width": width, "height": 900}, locale="en-GB").new_page()
    page.goto(link)
    press(page, "Accept and sign in")
    expect(page.get_by_role("alert")).to_contain_text("Choose a password")
    look(page)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    page.goto(link)
    look(page)
    press(page, "Ask for a new link")
    expect(page.get_by_text("We have asked whoever invited you")).to_be_visible()
    look(page)
    page.goto(f"{live_server.url}/accounts/invitations/1-wrong/")
    look(page)
    page.context.close()


def test_it_shows_a_mistake_where_it_was_made(
    at_work: Window, look: Callable[[Page], None], polly: User, places: dict[str, str]
) -> None:
    page = at_work(polly, width=320)
    for name, button in (
        ("add", "Add this organisation"),
        ("invite", "Send the invitation"),
        ("load", "Show me what would happen"),
        ("add_team", "Add this team"),
        ("let_go", "Let this person go"),
        ("revoke", "Revoke this key"),
    ):
        page.goto(places[name])
        press(page, button)
        expect(page.get_by_role("alert")).to_contain_text("There is a problem")
        look(page)


def test_it_needs_no_script(at_work: Window, polly: User, places: dict[str, str], tess: User) -> None:
    page = at_work(polly, java_script_enabled=False)
    page.goto(places["issue"])
    page.get_by_label("Name of the key").fill("Records, live")
    page.get_by_label("Raise a concern").check()
    press(page, "Make the key")
    assert page.get_by_label("The key").input_value().startswith("mash_")
    page.goto(places["let_go"])
    page.get_by_label("Who takes over what they have not sent?").select_option(label="Leo Example")
    page.get_by_label("They have left").check()
    press(page, "Let this person go")
    expect(page.get_by_text("Tess Example can no longer sign in.")).to_be_visible()
    assert not User.objects.get(pk=tess.pk).is_active


def test_it_invites_somebody_with_the_keyboard_alone(at_work: Window, polly: User, places: dict[str, str]) -> None:
    page = at_work(polly)
    page.goto(places["invite"])
    page.get_by_label("Full name").focus()
    page.keyboard.type("Kay Board")
    page.keyboard.press("Tab")
    page.keyboard.type("kay@mill.example")
    page.keyboard.press("Enter")
    expect(page.get_by_text("An invitation is on its way to kay@mill.example.")).to_be_visible()
    assert Invitation.objects.get(email="kay@mill.example").roles == ["practitioner"]
