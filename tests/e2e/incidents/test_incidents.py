"""One event of which three agencies tell, and three siblings with three outcomes, each as their people see them."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from referrals.models import Referral
from referrals.services import submitting
from tests.cast import a_child, a_concern, a_submission
from tests.incidents.conftest import Agency, agencies, tells, three  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)
AtWork = Callable[..., Page]
Look = Callable[[Page], None]


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize("width", [1280, 320])
def test_three_agencies_one_incident(
    at_work: AtWork,
    look: Look,
    agencies: list[Agency],  # noqa: F811
    three: list[Referral],  # noqa: F811
    ben: User,
    cleo: User,
    width: int,
) -> None:
    page = at_work(ben, width=width)
    page.goto(f"/queue/{three[0].reference}/")
    look(page)
    for other in ("Wombat Constabulary", "Numbat Hospital"):
        page.get_by_role("link", name=re.compile(f"^Same incident.*{other}")).click()
        expect(page.get_by_role("heading", name="Is it the same incident?")).to_be_visible()
        expect(page.get_by_label("Yes, the same event")).to_be_checked()
        look(page)
        press(page, "Save")
    expect(page.get_by_role("heading", name="The same incident: 2 others told us")).to_be_visible()
    page.get_by_role("link", name="Read them side by side").click()
    press(page, "Take all that wait")
    expect(page.get_by_role("heading", name="3 referrals about the same incident")).to_be_visible()
    look(page)
    page.goto(f"/queue/{three[0].reference}/incident/hand-over/")
    look(page)
    decide_for_ada(page, three[0])
    page.get_by_role("link", name=re.compile("Decide the same for them there")).first.click()
    expect(page.get_by_role("heading", name="Decide the same")).to_be_visible()
    look(page)
    press(page, "Decide the same")
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    page.get_by_label("I have seen what is not known").check()
    press(page, "Decide the same")
    expect(page.get_by_text("The people who have the case are told").first).to_be_visible()
    worker_reads(at_work, look, cleo, width)
    page = at_work(agencies[1].practitioner, width=width)
    page.goto(f"/referrals/{three[1].reference}/")
    expect(page.get_by_text("Social workers in CADT").first).to_be_visible()
    assert not [word for word in ("quokka", "numbat") if word in page.content().lower()]


def decide_for_ada(page: Page, referral: Referral) -> None:
    page.goto(f"/queue/{referral.reference}/")
    page.get_by_role("group", name="What happens for Ada Byrne?").get_by_label("Send to CADT").check()
    page.get_by_label("I have seen what is not known").check()
    press(page, "Decide")
    expect(page.get_by_text("CADT has been asked to take the case.").first).to_be_visible()


def worker_reads(at_work: AtWork, look: Look, cleo: User, width: int) -> None:
    page = at_work(cleo, width=width)
    page.goto("/cases/")
    page.get_by_role("link", name="Ada Byrne").first.click()
    expect(page.get_by_role("heading", name="New information")).to_be_visible()
    look(page)
    page.get_by_role("button", name="I have read this").click()
    expect(page.get_by_text("It is kept that you have read it")).to_be_visible()
    page.get_by_role("link", name="Read what they told us").first.click()
    expect(page.get_by_text("wombat-narrative")).to_be_visible()


def test_three_siblings_three_outcomes(
    at_work: AtWork, look: Look, tess: User, ben: User, gita: User, cleo: User
) -> None:
    referral = three_children(tess)
    page = at_work(ben)
    page.goto("/queue/")
    press(page, "Take the next one")
    page.get_by_role("group", name="What happens for the children?").get_by_label("Send to CADT").check()
    page.get_by_role("group", name="At which level?").first.get_by_label("Level 4").check()
    differs(page, "Bo Byrne", "Send to Gateway", "Level 2")
    differs(page, "Cy Byrne", "No further action", "Level 1")
    page.get_by_role("group", name="Does the family agree to a service?").get_by_label("The family agrees").check()
    page.get_by_label("I have seen what is not known").check()
    press(page, "Decide")
    expect(page.get_by_text("Ada Byrne: CADT has been asked to take the case.")).to_be_visible()
    expect(page.get_by_text("Bo Byrne: Gateway has been asked to take the case.")).to_be_visible()
    expect(page.get_by_text("Cy Byrne: The referrer is told that no more will be done")).to_be_visible()
    look(page)
    for user, own, other in ((cleo, "Ada Byrne", "Bo Byrne"), (gita, "Bo Byrne", "Ada Byrne")):
        page = at_work(user)
        page.goto("/cases/")
        expect(page.get_by_role("link", name=own)).to_be_visible()
        expect(page.get_by_role("link", name=other)).to_have_count(0)
        expect(page.get_by_role("link", name="Cy Byrne")).to_have_count(0)
    page = at_work(tess)
    page.goto(f"/referrals/{referral.reference}/")
    for standing in ("Sent to CADT", "Sent to Gateway", "No further action"):
        expect(page.get_by_text(standing).first).to_be_visible()
    assert "He is well." not in page.content()
    look(page)


def three_children(tess: User) -> Referral:
    born = {"Ada": date(2016, 3, 1), "Bo": date(2018, 3, 1), "Cy": date(2020, 3, 1)}
    children: Any = tuple(a_child(given_name=name, birth_date=day) for name, day in born.items())
    concerns = (a_concern("D19", about=(0,)), a_concern("D05", category="education", about=(1,)))
    return submitting.submit(by=tess, submission=a_submission(children=children, concerns=concerns))


def differs(page: Page, child: str, way: str, level: str) -> None:
    page.get_by_label(f"No, something else for {child}").check()
    group = page.get_by_role("group", name=f"What happens for {child}?")
    group.get_by_label(way).check()
    box = page.locator(".govuk-radios__conditional:visible", has=group).last
    box.get_by_label(level).check()
    box.get_by_label("Why?").fill("He is well.")
