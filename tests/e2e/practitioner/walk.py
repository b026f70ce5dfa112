"""The steps of a submission, as somebody with a mouse does them. Works with and without JavaScript."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

Look = Callable[[Page], None]
HERE = ("Save and continue", "Continue")


def no_look(page: Page) -> None:
    """For a walk on which nobody looks around."""


def press(page: Page, name: str, *, exact: bool = True) -> None:
    """Press a button, or a link that looks like one."""
    page.get_by_role("button", name=name, exact=exact).click()


def begin(page: Page, look: Look = no_look, *, danger: bool = False) -> None:
    page.goto("/referrals/")
    look(page)
    press(page, "Tell us that you are worried")
    expect(page.get_by_role("heading", name="Before you type")).to_be_visible()
    look(page)
    press(page, "Start")
    expect(page).to_have_title("Is a child in danger right now? – Lantern")
    look(page)
    page.get_by_label("Yes, now" if danger else "No", exact=True).check()
    press(page, "Continue")
    if danger:
        expect(page.get_by_role("heading", name="Call 999 now")).to_be_visible()
        look(page)
        press(page, "I have called 999: carry on")
    expect(page.get_by_role("heading", name="Your worry, step by step")).to_be_visible()
    look(page)


def add_children(page: Page, look: Look = no_look) -> None:
    """Ada, and her brother Bo at the same address."""
    page.get_by_role("link", name="The children", exact=True).click()
    look(page)
    add_child(page, "Ada", ("4", "5", "2019"))
    page.get_by_label("Address line 1").fill("1 Mill Lane")
    page.get_by_label("Postcode").fill("ch41 1aa")
    press(page, "Save and continue")
    say_more_of(page, "Ada Byrne", look)
    press(page, "Add another child")
    add_child(page, "Bo", ("3", "2", "2021"))
    page.get_by_label("Lives with Ada Byrne: 1 Mill Lane, CH41 1AA").check()
    look(page)
    press(page, "Save and continue")
    skip(page, "More about Bo Byrne")
    expect(page.get_by_role("heading", name="Bo Byrne")).to_be_visible()
    look(page)
    press(page, "Continue")


def add_child(page: Page, name: str, born: tuple[str, str, str]) -> None:
    page.get_by_label("First name").fill(name)
    page.get_by_label("Last name").fill("Byrne")
    page.get_by_label("I know the date of birth").check()
    for label, value in zip(("Day", "Month", "Year"), born, strict=True):
        page.get_by_role("group", name="Date of birth").get_by_label(label).fill(value)


def skip(page: Page, heading: str) -> None:
    """Go past a page on which nothing has to be answered."""
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    page.get_by_role("link", name="Skip this page").click()


def say_more_of(page: Page, name: str, look: Look = no_look) -> None:
    expect(page.get_by_role("heading", name=f"More about {name}")).to_be_visible()
    page.get_by_label("Other names that they are known by").fill("Addy Dunne")
    page.get_by_label("Ethnic background").select_option("White and Black Caribbean")
    page.get_by_label("Language spoken at home").fill("Polish")
    page.get_by_role("group", name="Does the family need an interpreter?").get_by_label("Yes").check()
    page.get_by_label("Hearing", exact=True).check()
    page.get_by_label("Learning", exact=True).check()
    page.get_by_label("What helps this child to understand").fill("Signs, and looks at pictures.")
    page.get_by_label("Where did they live before?").fill("9 Dock Road, until March\n3 Ferry Street, Hull")
    look(page)
    press(page, "Save and continue")


def add_adult(page: Page, look: Look = no_look) -> None:
    page.get_by_role("link", name="Adults in the children’s lives").click()
    look(page)
    press(page, "Add an adult")
    page.get_by_label("Name", exact=True).fill("Carl Dunne")
    page.get_by_label("Who are they to the children?").fill("mother’s partner")
    page.get_by_role("group", name="Do you think this person causes the harm?").get_by_label("Yes").check()
    look(page)
    press(page, "Save and continue")
    say_how_to_reach(page, "Carl Dunne", look)
    look(page)
    press(page, "Continue")


def say_how_to_reach(page: Page, name: str, look: Look = no_look) -> None:
    expect(page.get_by_role("heading", name=f"How to reach {name}")).to_be_visible()
    page.get_by_label("Phone number").fill("07700 900123")
    page.get_by_label("Email address").fill("carl@dunne.example")
    page.get_by_label("Address (optional)", exact=True).fill("5 Quay Street\nBirkenhead")
    page.get_by_label("How can we reach them safely?").fill("Not through the mother: he reads her messages.")
    look(page)
    press(page, "Save and continue")


def add_worry(page: Page, look: Look = no_look) -> None:
    """A Level 4 worry about both."""
    page.get_by_role("link", name="What you are worried about").click()
    page.get_by_label("Physical abuse").check()
    page.get_by_label("All the children").check()
    page.get_by_label("What have you seen or heard?").fill("Ada has a bruise in the shape of a hand.\nBo hid.")
    look(page)
    press(page, "Save and continue")
    say_when(page, look)
    page.locator("input[value=D19]").check()
    page.locator("input[value=D32]").check()
    look(page)
    press(page, "Save and continue")
    page.get_by_label("It may still be prevented.").check()
    page.get_by_label("For weeks").check()
    look(page)
    press(page, "Save and continue")
    expect(page.get_by_text("2 signs ticked")).to_be_visible()
    look(page)
    press(page, "Continue")


def say_when(page: Page, look: Look = no_look) -> None:
    """The second page of a worry."""
    expect(page.get_by_role("heading", name="When, and how you know")).to_be_visible()
    page.get_by_label("When did it happen?").fill("Tuesday after lunch")
    page.get_by_label("The child told me").check()
    page.get_by_label("What did the child say?").fill("“He was cross and he grabbed me.”")
    look(page)
    press(page, "Save and continue")


def say_what_works_well(page: Page, look: Look = no_look) -> None:
    page.get_by_role("link", name="What works well, what should happen").click()
    page.get_by_label("What works well for this family?").fill("Their grandmother collects them every day.")
    page.get_by_label("What do you think should happen?").fill("Somebody their mother can talk to.")
    page.get_by_label("What have you and your colleagues done already?").fill("We met their mother twice.")
    look(page)
    press(page, "Save and continue")


def say_what_the_family_knows(page: Page, look: Look = no_look) -> None:
    page.get_by_role("link", name="Agreement, sharing and what the family knows").click()
    page.get_by_label("I have not asked them").check()
    page.get_by_label("Why not?").fill("Asking could put them in danger.")
    page.get_by_label("It is part of our public work to keep children safe").check()
    page.get_by_role("group", name="Does the family know that you are sending this?").get_by_label(
        "No", exact=True
    ).check()
    look(page)
    press(page, "Save and continue")


def say_who_you_are(page: Page, look: Look = no_look) -> None:
    page.get_by_role("link", name="Your details").click()
    page.get_by_label("Your job").fill("Class teacher")
    look(page)
    press(page, "Save and continue")


def check_and_send(page: Page, look: Look = no_look) -> str:
    """Answers the reference on the confirmation page, as it is printed."""
    look(page)
    page.get_by_role("link", name="Check and send").click()
    look(page)
    page.get_by_label("What I have written is true").check()
    press(page, "Send to the hub")
    expect(page.get_by_role("heading", name="We have your referral")).to_be_visible()
    look(page)
    return page.locator(".govuk-panel .app-reference").inner_text()


def whole(page: Page, look: Look = no_look, *, danger: bool = False) -> str:
    """From the list of referrals to the confirmation."""
    begin(page, look, danger=danger)
    add_children(page, look)
    add_adult(page, look)
    add_worry(page, look)
    say_what_works_well(page, look)
    say_what_the_family_knows(page, look)
    say_who_you_are(page, look)
    return check_and_send(page, look)
