"""A service takes a child on, hands them on, and lets them go; the referrer learns of each step."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from mash.outbox.models import CallTask, Message
from referrals.choices import CaseStage, Service
from referrals.models import Case, Closure, Reading
from tests.referrals.a_case import offered

Look = Callable[[Page], None]
WORDS = "Bo is back at school every day. Please call us if that changes."


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def accept(page: Page, child: str, look: Look) -> None:
    page.goto("/cases/")
    look(page)
    page.get_by_role("link", name=child).click()
    look(page)
    press(page, "Accept this case")
    expect(page.get_by_text(f"You have accepted {child}")).to_be_visible()
    look(page)


def close(page: Page, look: Look) -> None:
    page.get_by_role("link", name="Close this case").click()
    look(page)
    press(page, "Continue")
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    look(page)
    page.get_by_label("The child's needs are met").check()
    page.get_by_label("What will the referrer be told?").fill(WORDS)
    press(page, "Continue")
    expect(page.get_by_text("Tess Example at Mill Lane Primary will be told by email")).to_be_visible()
    look(page)
    press(page, "Change what I wrote")
    expect(page.get_by_label("What will the referrer be told?")).to_have_value(WORDS)
    press(page, "Continue")
    press(page, "Close the case and tell them")
    expect(page.get_by_text("is closed. The referrer will be told.")).to_be_visible()
    look(page)


@pytest.mark.parametrize("width", [1280, 320])
def test_gateway_accepts_and_later_closes(at_work, look: Look, bo: Case, gita: User, width: int) -> None:
    page = at_work(gita, width=width)
    accept(page, "Bo Byrne", look)
    close(page, look)
    for show in ("open", "ended"):
        page.goto(f"/cases/?show={show}")
        look(page)
    expect(page.get_by_role("link", name="Bo Byrne")).to_be_visible()
    assert Closure.objects.get().outcome.words == WORDS
    assert list(Message.objects.order_by("pk").values_list("kind", flat=True))[-2:] == ["accepted", "closed"]


@pytest.mark.parametrize("width", [1280, 320])
def test_cadt_accepts_and_steps_down_to_gateway(
    at_work, look: Look, ada: Case, cleo: User, gita: User, width: int
) -> None:
    page = at_work(cleo, width=width)
    accept(page, "Ada Byrne", look)
    page.get_by_role("link", name="Step down to Gateway").click()
    look(page)
    page.get_by_label("Why does this child need the other service?").fill("Her aunt has moved in and Ada is safe.")
    page.get_by_label("What will the referrer be told?").fill("Gateway goes on helping the family.")
    press(page, "Step down to Gateway")
    expect(page.get_by_role("alert")).to_contain_text("Select whether the family agrees")
    look(page)
    page.get_by_label("They agree", exact=True).check()
    page.get_by_label("Who agreed?").fill("Mum, at home")
    press(page, "Step down to Gateway")
    expect(page.get_by_text("has been offered to Gateway")).to_be_visible()
    look(page)
    theirs = at_work(gita, width=width)
    accept(theirs, "Ada Byrne", look)
    expect(theirs.get_by_text("Her aunt has moved in and Ada is safe.").first).to_be_visible()
    assert Case.objects.get(service=Service.GATEWAY).stage == CaseStage.OPEN


def test_cadt_returns_a_child_to_triage(at_work, look: Look, ada: Case, cleo: User, amira: User) -> None:
    page = at_work(cleo)
    page.goto(f"/cases/{ada.pk}/")
    page.get_by_role("link", name="Return it to triage instead").click()
    look(page)
    page.get_by_label("Why should triage look again?").fill("The family lives in the next borough.")
    press(page, "Return to triage")
    expect(page.get_by_text("is back with triage")).to_be_visible()
    look(page)
    theirs = at_work(amira)
    theirs.goto("/cases/?show=ended")
    expect(theirs.get_by_text("Returned to triage")).to_be_visible()
    look(theirs)


def test_the_second_to_accept_is_told_who_was_first(at_work, look: Look, ada: Case, cleo: User, carl: User) -> None:
    first, second = at_work(cleo), at_work(carl)
    for page in (first, second):
        page.goto(f"/cases/{ada.pk}/")
    press(first, "Accept this case")
    press(second, "Accept this case")
    expect(second.get_by_text("Cleo Example has just dealt with this")).to_be_visible()
    look(second)


def test_it_works_without_javascript(at_work, look: Look, bo: Case, gita: User) -> None:
    page = at_work(gita, java_script_enabled=False)
    page.goto(f"/cases/{bo.pk}/")
    press(page, "Accept this case")
    page.get_by_role("link", name="Close this case").click()
    page.get_by_label("Universal services will carry on").check()
    page.get_by_label("What will the referrer be told?").fill(WORDS)
    press(page, "Continue")
    press(page, "Close the case and tell them")
    expect(page.get_by_text("is closed. The referrer will be told.")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 320])
def test_cadt_telephones_somebody_who_has_no_email(
    at_work, look: Look, tess: User, ben: User, cleo: User, width: int
) -> None:
    User.objects.filter(pk=tess.pk).update(email="no address")
    tess.refresh_from_db()
    offered(to=Service.CADT, sender=tess, triage=ben)
    page = at_work(cleo, width=width)
    page.goto("/owed/")
    look(page)
    page.get_by_role("table").first.get_by_role("link").first.click()
    look(page)
    press(page, "Write it down")
    look(page)
    page.get_by_label("By telephone").check()
    page.get_by_label("Note").fill("Spoke with her at break.")
    press(page, "Write it down")
    expect(page.get_by_text("you dealt with Mill Lane Primary")).to_be_visible()
    look(page)
    assert not CallTask.objects.filter(state="open").exists()
    assert Reading.objects.filter(how="phone").count() == 2
