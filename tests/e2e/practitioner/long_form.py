"""The teacher's long form with every part filled, page by page. Works with and without JavaScript."""

from collections.abc import Iterator
from datetime import date, timedelta

from playwright.sync_api import Page, expect

from tests.e2e.practitioner.walk import Look, no_look, press, say_how_to_reach, say_more_of

DUE = date.today() + timedelta(days=60)


def link(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()


def day(page: Page, group: str, when: date) -> None:
    boxes = page.get_by_role("group", name=group)
    for label, value in (("Day", when.day), ("Month", when.month), ("Year", when.year)):
        boxes.get_by_label(label).fill(str(value))


def a_child_with_everything(page: Page, look: Look = no_look) -> None:
    link(page, "The children")
    page.get_by_label("First name").fill("Ada")
    page.get_by_label("Last name").fill("Byrne")
    page.get_by_label("I know the date of birth").check()
    day(page, "Date of birth", date(2019, 5, 4))
    page.get_by_label("Female").check()
    page.get_by_label("Address line 1").fill("1 Mill Lane")
    page.get_by_label("Address line 2").fill("Flat 2")
    page.get_by_label("Town or city").fill("Birkenhead")
    page.get_by_label("Postcode").fill("ch41 1aa")
    page.get_by_label("Nursery, school or college").fill("Mill Lane Primary")
    page.get_by_label("NHS number").fill("943 476 5919")
    page.get_by_label("Unique pupil number").fill("P207000016049")
    look(page)
    press(page, "Save and continue")
    say_more_of(page, "Ada Byrne", look)


def an_unborn_child(page: Page) -> None:
    press(page, "Add another child")
    page.get_by_label("The child is not born yet").check()
    day(page, "Date the baby is due", DUE)
    press(page, "Save and continue")
    expect(page.get_by_role("heading", name="More about Unborn child")).to_be_visible()
    link(page, "Skip this page")
    press(page, "Continue")


def two_adults(page: Page, look: Look = no_look) -> None:
    link(page, "Adults in the children’s lives")
    press(page, "Add an adult")
    page.get_by_label("Name", exact=True).fill("Jo Byrne")
    page.get_by_label("Who are they to the children?").fill("mother")
    page.get_by_role("group", name="Do you think this person causes the harm?").get_by_label("No", exact=True).check()
    page.get_by_role("group", name="parental responsibility").get_by_label("Yes").check()
    press(page, "Save and continue")
    link(page, "Skip this page")
    press(page, "Add another adult")
    page.get_by_label("Name", exact=True).fill("Carl Dunne")
    page.get_by_label("Who are they to the children?").fill("mother’s partner")
    page.get_by_role("group", name="Do you think this person causes the harm?").get_by_label("Yes").check()
    page.get_by_role("group", name="parental responsibility").get_by_label("I do not know").check()
    page.get_by_label("Where are they now").fill("At the flat most nights. He has a key.")
    look(page)
    press(page, "Save and continue")
    say_how_to_reach(page, "Carl Dunne", look)
    press(page, "Continue")


def begin_worry(page: Page, category: str, narrative: str) -> None:
    """The first page of a worry, filled in and not yet sent."""
    page.get_by_label(category, exact=True).check()
    page.get_by_label("All the children").check()
    page.get_by_label("What have you seen or heard?").fill(narrative)
    page.get_by_label("Who do you think causes the harm?").fill("Carl Dunne")


def end_worry(page: Page, sign: str, look: Look = no_look) -> None:
    """Its second page, the signs, and how serious they are where it is asked."""
    page.get_by_label("When did it happen?").fill("Tuesday after lunch")
    page.get_by_label("The child told me").check()
    page.get_by_label("What did the child say?").fill("“He broke the door again.”")
    look(page)
    press(page, "Save and continue")
    page.locator(f"input[value={sign}]").check()
    press(page, "Save and continue")
    if page.get_by_role("heading", name="How serious, and for how long").is_visible():
        press(page, "Save and continue")


def tools(page: Page, look: Look = no_look) -> None:
    """DASH with a score and a grade, an exploitation screening and a neglect grade."""
    link(page, "Domestic abuse: DASH or DARA")
    page.get_by_label("Yes, DASH").check()
    page.get_by_label("How many questions were answered yes?").fill("11")
    page.get_by_role("group", name="How did they grade the risk?").get_by_label("High risk").check()
    page.get_by_label("Who filled it in?").fill("PC Pat Reed, on Monday")
    look(page)
    press(page, "Save and continue")
    link(page, "Screening for exploitation")
    page.get_by_label("Yes: low risk").check()
    page.get_by_label("Who did it?").fill("Yusuf, youth worker")
    look(page)
    press(page, "Save and continue")
    link(page, "Neglect: how the child’s care was graded")
    page.get_by_label("3: some needs are not met").check()
    page.get_by_label("Who did it?").fill("Nina, health visitor")
    look(page)
    press(page, "Save and continue")


def said() -> Iterator[str]:
    """Every answer, as it is read on the hub's file page."""
    yield from ("Ada Byrne", "Addy Dunne", "4 May 2019", "Female", "1 Mill Lane", "Flat 2", "Birkenhead", "CH41 1AA")
    yield from ("Mill Lane Primary", "943 476 5919", "P207000016049", "White and Black Caribbean", "Polish", "Needed")
    yield from (
        "Learning, Hearing",
        "Signs, and looks at pictures.",
        "9 Dock Road, until March",
        "3 Ferry Street, Hull",
    )
    yield from ("Unborn child", f"{DUE.day} {DUE:%B %Y}", "Jo Byrne", "mother", "Carl Dunne", "mother’s partner")
    yield from ("Thought to cause the harm", "He has a key.", "07700 900123", "carl@dunne.example", "5 Quay Street")
    yield from ("Not through the mother", "Domestic abuse", "Exploitation", "Neglect", "Worry number 1", "half an hour")
    yield from (
        "Tuesday after lunch",
        "The child told me",
        "“He broke the door again.”",
        "DASH: 11 of 27, graded high risk",
    )
    yield from ("PC Pat Reed, on Monday", "Low risk", "Yusuf, youth worker", "3: some needs are not met")
    yield from ("Nina, health visitor", "Their grandmother collects them", "Somebody their mother can talk to.")
    yield from ("We met their mother twice.", "Asking could put them in danger.", "Class teacher", "0151 496 0001")
