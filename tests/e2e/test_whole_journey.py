"""One worry goes all the way: from a teacher's first word to the day on which the last child's case is closed."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page, expect

from accounts.models import User
from mash.outbox.models import Message
from mash.outbox.services.sweeper import sweep
from referrals.models import Closure, Reading, Referral
from tests.e2e.practitioner import walk
from tests.support.mail import Sink

pytestmark = pytest.mark.django_db(transaction=True)
Window = Callable[..., Page]
NEWS = sorted([*["accepted"] * 2, *["closed"] * 2, *["decided"] * 2, "referral_received"])
PERSONAL = ("Ada", "Bo", "Byrne", "Mill Lane", "CH41", "bruise", "Carl", "Tess")


def test_two_siblings_go_two_ways_and_their_teacher_is_told_at_every_step(
    at_work: Window,
    look: Callable[[Page], None],
    smtp_sink: Sink,
    tess: User,
    amira: User,
    ben: User,
    gita: User,
    cleo: User,
    carl: User,
) -> None:
    teacher = at_work(tess)
    walk.whole(teacher)
    referral = Referral.objects.get()
    assert (referral.lane, referral.level) == ("cadt", 4)
    lane = at_work(cleo)
    lane.goto("/queue/?lane=cadt")
    expect(lane.get_by_text("Ada Byrne")).to_be_visible()

    decide_two_ways(at_work(amira))
    sign_both(at_work(ben))
    accept(at_work(cleo), "Ada Byrne")
    accept(at_work(gita), "Bo Byrne")
    close(at_work(carl), "Ada Byrne", note="Seen twice; the grandmother cares for them now.")
    with time_machine.travel("2031-03-03 10:00 +0000", tick=True):
        close(at_work(gita), "Bo Byrne")
        first, last = Closure.objects.order_by("pk")
        assert (last.at - first.at).days > 1
        sweep()

    check_mail(smtp_sink, tess, referral)
    teacher.goto(f"/referrals/{referral.reference}/")
    for child in ("Ada Byrne", "Bo Byrne"):
        expect(teacher.get_by_text(child).first).to_be_visible()
    look(teacher)
    assert Reading.objects.filter(user=tess).count() == referral.outcomes.count() == 7


def decide_two_ways(page: Page) -> None:
    page.goto("/queue/")
    walk.press(page, "Take the next one")
    page.get_by_role("group", name="What happens for the children?").get_by_label("Send to CADT").check()
    page.get_by_role("group", name="At which level?").first.get_by_label("Level 4").check()
    page.get_by_label("No, something else for Bo Byrne").check()
    page.get_by_role("group", name="What happens for Bo Byrne?").get_by_label("Send to Gateway").check()
    page.get_by_role("group", name="At which level?").last.get_by_label("Level 3").check()
    page.get_by_label("I have seen what is not known").check()
    walk.press(page, "Decide")
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    reasons = page.get_by_label("Why")
    for n in range(reasons.count()):
        if reasons.nth(n).is_visible() and not reasons.nth(n).input_value():
            reasons.nth(n).fill("Only Ada was hurt; Bo needs help, and his mother wants it.")
    walk.press(page, "Decide")


def sign_both(page: Page) -> None:
    for _ in range(2):
        page.goto("/to-sign/")
        page.get_by_role("table").get_by_role("link").first.click()
        page.get_by_label("I agree").check()
        page.get_by_role("button").last.click()


def accept(page: Page, child: str) -> None:
    page.goto("/cases/")
    page.get_by_role("link", name=child).click()
    expect(page.get_by_role("heading", name="This child waits for somebody")).to_be_visible()
    heard = page.get_by_role("link", name="Record what the family says").first
    if heard.is_visible():
        heard.click()
        page.get_by_label("They agree", exact=True).check()
        page.get_by_label("Who agreed?").fill("Mum, by telephone")
        walk.press(page, "Save")
    walk.press(page, "Accept this case")
    expect(page.get_by_text(f"You have accepted {child}")).to_be_visible()


def close(page: Page, child: str, note: str = "") -> None:
    page.goto("/cases/?show=open")
    page.get_by_role("link", name=child).click()
    page.get_by_role("link", name="Close this case").click()
    page.get_by_label("The child's needs are met").check()
    if note:
        page.get_by_label("Note for the record").fill(note)
    page.get_by_label("What will the referrer be told?").fill(f"The work with {child} has ended well.")
    walk.press(page, "Continue")
    walk.press(page, "Close the case and tell them")
    expect(page.get_by_text("is closed. The referrer will be told.")).to_be_visible()


def check_mail(sink: Sink, tess: User, referral: Referral) -> None:
    """One message for each step, to the teacher alone; to managers two that cannot wait. No word about anybody."""
    told = Message.objects.filter(recipient_user=tess)
    assert sorted(told.values_list("kind", flat=True)) == NEWS
    others = Message.objects.exclude(recipient_user=tess)
    assert set(others.values_list("kind", flat=True)) == {"sign_now", "offered_now"}
    hers = [mail for mail in sink.messages if mail["To"] == tess.email]
    assert len(hers) == len(NEWS) and len(sink.messages) == len(NEWS) + others.count()
    assert all(f"/referrals/{referral.reference}/" in as_text(mail) for mail in hers)
    for mail in sink.messages:
        body = mail.get_body(("plain",))
        assert body is not None
        said = f"{mail['Subject']} {body.get_content()}"
        assert [word for word in PERSONAL if word in said] == []


def as_text(mail: Any) -> str:
    return str(mail.as_string()).replace("=\n", "")
