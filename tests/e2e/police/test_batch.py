"""A police desk sends a night's 45 notices in one file; the hub screens a page of them, and a second person reads."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from referrals.choices import Via
from referrals.models import BatchRow, Referral, Reread, Subject
from tests.notices.files import a_file, families, row

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def a_night() -> list[dict[str, Any]]:
    """45 rows: 41 families, an unborn child, twins in two rows, and one with a date that does not exist."""
    due = (timezone.localdate() + timedelta(days=60)).strftime("%d/%m/%Y")
    unborn = row(incident_number="MP-100", first_name="", last_name="Shaw", date_of_birth="", due_date=due)
    twins = [row(incident_number="MP-101", first_name=name, address_line_1="101 Mill Lane") for name in ("Bo", "Cy")]
    bad = row(incident_number="MP-102", first_name="Dee", date_of_birth="31/02/2020", address_line_1="102 Mill Lane")
    return [*families(41), unborn | {"address_line_1": "100 Mill Lane"}, *twins, bad]


def test_it_takes_a_nights_notices_and_names_the_bad_row(
    at_work: Any, look: Callable[[Page], None], tmp_path: Path, pat: User, ben: User, carl: User
) -> None:
    file = tmp_path / "night.csv"
    file.write_text(a_file(*a_night()), encoding="cp1252")
    page = at_work(pat)
    page.goto("/notices/")
    look(page)
    page.get_by_role("link", name="Send a file of notices").first.click()
    look(page)
    page.get_by_label("The file").set_input_files(file)
    page.get_by_role("button", name="Look through it").click()
    expect(page.get_by_role("table", name="Rows to mend")).to_contain_text("Row 46: Dee Byrne")
    expect(page.get_by_role("table", name="Rows to mend")).to_contain_text("There is no such date")
    look(page)
    assert Referral.objects.count() == 0
    page.get_by_role("button", name="Send the good rows").click()
    expect(page.get_by_text("44 rows accepted, as 43 referrals. 1 refused.")).to_be_visible()
    expect(page.get_by_text("In one referral with row 45")).to_be_visible()
    look(page)
    with page.expect_download() as refused:
        page.get_by_role("link", name="Download the refused row").click()
    assert "31/02/2020" in refused.value.path().read_text(encoding="utf-8-sig")
    assert Referral.objects.filter(via=Via.BULK, submitted_by=pat).count() == 43
    assert BatchRow.objects.filter(referral=None).count() == 1
    assert Subject.objects.get(due_date__isnull=False).highest_level == 3, "standard, and a baby"
    assert Subject.objects.get(given_name="Child1").highest_level == 2
    the_hub_screens(at_work, look, ben)
    a_second_person_reads(at_work, look, carl, ben)


def the_hub_screens(at_work: Any, look: Callable[[Page], None], ben: User) -> None:
    page = at_work(ben)
    page.goto("/queue/")
    page.get_by_role("link", name="43 notices in the tray").click()
    look(page)
    page.get_by_role("button", name="Screen the next 20").click()
    expect(page.get_by_role("main").get_by_role("heading", level=2)).to_have_count(20)
    expect(page.get_by_role("main").get_by_role("heading", level=2).first).to_contain_text("Shaw, due")
    look(page)
    first, second, third = (
        page.get_by_role("group").filter(has=page.get_by_label("What happens?")).nth(n) for n in range(3)
    )
    first.get_by_label("What happens?").select_option(label="Send to Gateway (Targeted Services)")
    first.get_by_label("At which level?").select_option("3")
    first.get_by_label("Why?").fill("A baby is expected in this home.")
    second.get_by_label("What happens?").select_option(label="Advice and universal services")
    second.get_by_label("At which level?").select_option("2")
    second.get_by_label("Why?").fill("The school knows and helps.")
    third.get_by_label("What happens?").select_option(label="No further action")
    third.get_by_label("What the referrer will read").fill("Thank you, Pat. Nobody was hurt.")
    page.get_by_role("button", name="Do these").click()
    expect(page.get_by_role("alert").first).to_contain_text("There is a problem")
    expect(page.get_by_role("main").get_by_role("heading", level=2).filter(has_text="Family")).to_have_count(1)
    expect(page.get_by_label("What the referrer will read")).to_have_value("Thank you, Pat. Nobody was hurt.")
    look(page)
    page.get_by_label("At which level?").select_option("2")
    page.get_by_label("Why?").fill("It was another family.")
    page.get_by_role("button", name="Do these").click()
    expect(page.get_by_text("Decided for 1 child.")).to_be_visible()
    assert Referral.objects.exclude(decided_at=None).count() == 3
    assert Reread.objects.count() == 2, "one of each screening"
    the_twins_go_two_ways(page, look)


def the_twins_go_two_ways(page: Page, look: Callable[[Page], None]) -> None:
    """Nobody has looked at the first pages' others yet, so the twins are on the last page."""
    page.goto("/queue/notices/screen/")
    while not page.get_by_role("heading", name="Bo Byrne").count():
        page.get_by_role("link", name="show the next 20").click()
    twins = page.locator("section", has=page.get_by_role("heading", name="Bo Byrne"))
    twins.get_by_label("What happens?").select_option(label="Advice and universal services")
    twins.get_by_label("At which level?").select_option("2")
    twins.get_by_label("Why?").fill("The school helps Bo.")
    twins.get_by_text("Something else for one of the children").click()
    twins.get_by_label("What happens for Cy Byrne?").select_option(label="Send to Gateway (Targeted Services)")
    twins.get_by_label("At which level for Cy Byrne?").select_option("3")
    page.get_by_role("button", name="Do these").click()
    expect(page.get_by_role("link", name="Give a reason for Cy Byrne")).to_be_visible()
    look(page)
    page.get_by_label("Why, for Cy Byrne?").fill("Cy does not come to school.")
    page.get_by_role("button", name="Do these").click()
    expect(page.get_by_text("Decided for 2 children.")).to_be_visible()
    decided = Subject.objects.filter(given_name__in=("Bo", "Cy")).values_list("given_name", "decision__way")
    assert dict(decided) == {"Bo": "advice", "Cy": "gateway"}


def a_second_person_reads(at_work: Any, look: Callable[[Page], None], carl: User, ben: User) -> None:
    Referral.objects.filter(subjects__decisions__reread__isnull=False).update(lane="cadt")
    page = at_work(ben)
    page.goto("/queue/rereads/")
    expect(page.get_by_text("Nothing to read again")).to_be_visible()
    page = at_work(carl, width=320)
    page.goto("/queue/rereads/")
    look(page)
    page.get_by_role("table").get_by_role("link").first.click()
    look(page)
    page.get_by_label("No, triage should look again").check()
    page.get_by_label("Why do you not agree?").fill("The same address was attended last week.")
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_text("Thank you. It is written down.")).to_be_visible()
    back = Reread.objects.get(agrees=False).decision.subject.referral
    assert (back.stage, back.owner) == ("received", None)


@pytest.mark.parametrize("width", [320, 1280])
def test_it_works_without_a_script_on_a_narrow_screen(
    at_work: Any, look: Callable[[Page], None], tmp_path: Path, pat: User, amira: User, width: int
) -> None:
    file = tmp_path / "night.csv"
    file.write_text(a_file(*families(2), row(date_of_birth="x")), encoding="utf-8-sig")
    page = at_work(pat, width=width, java_script_enabled=False)
    page.goto("/notices/new/")
    page.get_by_role("button", name="Look through it").click()
    expect(page.get_by_text("Choose the file with your notices").first).to_be_visible()
    page.get_by_label("The file").set_input_files(file)
    page.get_by_role("button", name="Look through it").click()
    page.get_by_role("button", name="Send the good rows").click()
    expect(page.get_by_text("2 rows accepted")).to_be_visible()
    seen = at_work(pat, width=width)
    for address in ("/notices/", "/notices/new/", page.url):
        seen.goto(address)
        look(seen)
    hub = at_work(amira, width=width)
    for address in ("/queue/notices/", "/queue/notices/screen/"):
        hub.goto(address)
        look(hub)
