"""Loops closed, and the banner when messages do not go: for axe, in both widths, and by keyboard."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Organisation, User
from accounts.policy import Role
from mash.outbox import windows
from mash.outbox.models import Message
from referrals.choices import OutcomeKind, ReadHow
from referrals.models import Outcome, Party, Reading, Referral, Telling
from referrals.services import owed_trouble, reconciling, submitting
from tests.cast import a_child, a_submission, person


@pytest.fixture
def year(referral: Referral, tess: User, pat: User) -> Referral:
    """Two months of a school's loops, most of them closed, and a few of the police."""
    of_police = submitting.submit(by=pat, submission=a_submission(children=(a_child(given_name="Bo"),)))
    for about, by, count, back in ((referral, tess, 40, 40), (referral, tess, 30, 70), (of_police, pat, 4, 40)):
        at = timezone.now() - timedelta(days=back)
        made = [Outcome(referral=about, kind=OutcomeKind.DECIDED, words="Decided.", at=at) for _ in range(count)]
        party = Party.objects.get(referral=about)
        for place, one in enumerate(Outcome.objects.bulk_create(made)):
            message = Message.objects.create(
                key=f"k{one.pk}", kind="decided", about=about.reference, state="cancelled",
                next_attempt_at=None, settled_at=at, owed_at=at,
            )  # fmt: skip
            Telling.objects.create(outcome=one, party=party, message=message)
            if place % 4:
                read = at + timedelta(days=place % 7)
                Reading.objects.create(outcome=one, user=by, how=ReadHow.PRODUCT if place % 3 else "phone", at=read)
    return referral


@pytest.fixture
def stuck(referral: Referral) -> Message:
    long_ago = timezone.now() - windows.NOTHING_GOES - timedelta(hours=1)
    return Message.objects.create(
        key="stuck",
        kind="decided",
        about=referral.reference,
        recipient_email="a@b.example",
        owed_at=long_ago,
        next_attempt_at=timezone.now() + timedelta(hours=1),
    )


@pytest.mark.parametrize("width", [1280, 320])
def test_a_manager_sees_loops_and_one_organisation(at_work, look, year, stuck, ben: User, width: int) -> None:
    reconciling.check()
    owed_trouble.look()
    page = at_work(ben, width=width)
    page.goto("/loops/")
    expect(page.get_by_role("region", name="Messages do not go out")).to_be_visible()
    expect(page.get_by_role("heading", name="Is any message missing?")).to_be_visible()
    look(page)
    page.get_by_role("link", name="See which are not closed").click()
    expect(page.get_by_role("heading", name="Not known yet")).to_be_visible()
    look(page)
    page.go_back()
    page.get_by_role("link", name="Mill Lane Primary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Loops closed: Mill Lane Primary")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download these figures").click()
    assert download.value.suggested_filename == "loops-closed.csv"


@pytest.mark.parametrize("width", [1280, 320])
def test_an_analyst_sees_no_small_number(at_work, look, year, hub: Organisation, width: int) -> None:
    page = at_work(person("Ana", hub, Role.ANALYST), width=width)
    page.goto("/loops/")
    expect(page.get_by_role("heading", name="By organisation")).to_be_visible()
    expect(page.get_by_text("Merebrook Police")).to_have_count(0)
    look(page)
