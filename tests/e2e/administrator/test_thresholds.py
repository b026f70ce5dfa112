"""A third authority's framework, made wholly in the browser: bands, names of services, indicators, a rule;
tried, published, adopted. The same facts then differ under three frameworks, and an old referral keeps its own."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Organisation, User
from accounts.policy import Role
from referrals.models import Referral, Subject
from referrals.services import submitting
from tests.api.conftest import ASSESSMENTS, caller
from tests.cast import a_submission, person
from tests.e2e.practitioner.walk import press
from tests.thresholds.earlier import weighed_at
from thresholds.models import Assessment, Framework, FrameworkDraft
from thresholds.selectors.frameworks import framework_here, parsed
from thresholds.services import assessments, drafts, frameworks, trying

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
Window = Callable[..., Page]

NEGLECT = "Care at home falls short, again and again."
EXCLUDED = "The child is shut out of school for good."
TOGETHER = "A young child and care that falls short cannot wait."


def test_a_third_authoritys_framework_is_made_published_and_adopted_in_the_browser(
    at_work: Window,
    look: Callable[[Page], None],
    polly: User,
    tess: User,
    amira: User,
    school: Organisation,
    record_property: Callable[[str, object], None],
) -> None:
    frameworks.publish_presets()
    old = submitting.submit(by=tess, submission=a_submission("P15"))
    for code in ("P15", "D19"):
        weighed_at(framework_here(), [timezone.now() - timedelta(days=2)] * 8, code)
    page = at_work(polly)
    begin(page, look)
    give_it_bands(page, look)
    name_the_services(page)
    add_indicators(page, look)
    add_a_rule(page, look)
    try_it(page, look)
    publish(page, look)
    oakshire = Framework.objects.get(key="oakshire")
    assert (oakshire.version, oakshire.by) == (1, polly)

    figures = [f"{key}: {' '.join(map(str, said.values()))}" for key, said in compared(school).items()]
    record_property("figure", f"the same facts (P15) under three frameworks: {'; '.join(figures)}")

    adopt(page, look, oakshire)
    assert framework_here() == oakshire
    new = submitting.submit(by=tess, submission=a_submission("P15"))
    assert (new.level, new.band, new.lane) == (2, "2", "universal")
    old_keeps_its_own(old, at_work(amira))


def begin(page: Page, look: Callable[[Page], None]) -> None:
    page.goto("/")
    page.get_by_role("link", name="Thresholds").click()
    expect(page.get_by_text("Referrals here are weighed under Levels 1 to 4, version 1")).to_be_visible()
    look(page)
    press(page, "Start from nothing")
    page.get_by_label("Title").fill("Oakshire’s levels of need")
    page.get_by_label("Short name").fill("Oak Shire!")
    press(page, "Start the draft")
    expect(page.get_by_role("alert")).to_contain_text("small letters")
    page.get_by_label("Short name").fill("oakshire")
    look(page)
    press(page, "Start the draft")
    expect(page.get_by_role("heading", level=1)).to_have_text("Draft: Oakshire’s levels of need")
    look(page)


def give_it_bands(page: Page, look: Callable[[Page], None]) -> None:
    """Level 2 stays with services open to everyone; Level 3 goes to social care as a child in need."""
    page.get_by_role("link", name="Bands").click()
    look(page)
    third, fourth = (page.get_by_role("group", name=f"Band {code}") for code in "34")
    second = page.get_by_role("group", name="Band 2")
    second.get_by_label("Goes to").select_option("universal")
    third.get_by_label("Goes to").select_option("cadt")
    third.get_by_label("Duty").select_option("s17")
    fourth.get_by_label("Goes to").select_option("gateway")
    press(page, "Save")
    expect(page.get_by_role("alert")).to_contain_text("4 must not ask for less than 3")
    expect(third.get_by_label("Duty")).to_have_value("s17")
    look(page)
    fourth.get_by_label("Goes to").select_option("cadt")
    press(page, "Save")
    expect(page.get_by_role("heading", level=1)).to_have_text("Draft: Oakshire’s levels of need")


def name_the_services(page: Page) -> None:
    page.get_by_role("link", name="Names of services").click()
    page.get_by_label("Early help").fill("Harbour")
    page.get_by_label("Social care").fill("The Children’s Desk")
    press(page, "Save")
    expect(page.get_by_text("Example: names of services.")).to_be_visible()


def add_indicators(page: Page, look: Callable[[Page], None]) -> None:
    page.get_by_role("link", name="Indicators").click()
    look(page)
    add_indicator(page, look, "P15", NEGLECT, "The people who care for the child", "Neglect", "2")
    add_indicator(page, look, "D32", EXCLUDED, "The child", "School and learning", "4")
    look(page)
    page.get_by_role("link", name="Change D32").click()
    look(page)
    page.get_by_label("By how serious it is").check()
    for name, level, words in (
        ("mild", "3", "It may still be prevented."),
        ("moderate", "3", "Other education is being arranged."),
        ("severe", "2", "Nobody arranges any."),
    ):
        page.get_by_label(f"Level when {name}").select_option(level)
        page.get_by_label(f"What {name} looks like").fill(words)
    press(page, "Save")
    expect(page.get_by_role("alert")).to_contain_text(
        "a more serious one must not have a lower level", ignore_case=True
    )
    look(page)
    page.get_by_label("Level when severe").select_option("4")
    press(page, "Save")
    expect(page.get_by_text("3 to 4, by how serious it is")).to_be_visible()


def add_indicator(
    page: Page, look: Callable[[Page], None], code: str, words: str, area: str, need: str, level: str
) -> None:
    press(page, "Add an indicator")
    look(page)
    page.get_by_label("Code").fill(code)
    page.get_by_label("In plain words").fill(words)
    page.get_by_label(area, exact=True).check()
    page.get_by_label("Kind of need").select_option(label=need)
    page.get_by_label("Always the same").check()
    page.get_by_label("Level", exact=True).select_option(level)
    page.get_by_label("Source").fill("Oakshire’s board, spring")
    press(page, "Add this indicator")
    expect(page.get_by_text(f"Indicator {code} is in the draft.")).to_be_visible()


def add_a_rule(page: Page, look: Callable[[Page], None]) -> None:
    page.get_by_role("link", name="Back to the draft").click()
    page.get_by_role("link", name="Rules that combine").click()
    look(page)
    press(page, "Add a rule")
    page.get_by_label("Name of the rule").fill("Young and neglected")
    page.get_by_label("Source or reason").fill("Oakshire’s board, after a review")
    page.get_by_label("The child is younger than an age, or not yet born").check()
    page.get_by_label("Younger than so many months").fill("60")
    page.get_by_label("Signs that were ticked").check()
    page.get_by_label("Only these, by code").first.fill("P99")
    page.get_by_label("Level", exact=True).select_option("3")
    page.get_by_label("Why, in a sentence").fill(TOGETHER)
    press(page, "Add this rule")
    expect(page.get_by_role("alert")).to_contain_text("There is no indicator P99 in this draft")
    expect(page.get_by_label("Why, in a sentence")).to_have_value(TOGETHER)
    look(page)
    page.get_by_label("Only these, by code").first.fill("P15")
    press(page, "Add this rule")
    expect(page.get_by_text("the child, born or unborn, is under 5 years and a sign of P15")).to_be_visible()
    look(page)


def try_it(page: Page, look: Callable[[Page], None]) -> None:
    page.get_by_role("link", name="Back to the rules").click()
    page.get_by_role("link", name="Back to the draft").click()
    page.get_by_role("link", name="Publish", exact=True).click()
    expect(page.get_by_text("The draft has not been tried yet.")).to_be_visible()
    page.get_by_role("link", name="Try it on the last 500 referrals").click()
    look(page)
    press(page, "Try it on the last 500 referrals")
    expect(page.get_by_role("heading", name="About 20 of about 20 would change")).to_be_visible()
    row = page.get_by_role("row", name="Level 3, to Harbour")
    expect(row).to_contain_text("Level 2, to Universal services")
    expect(row).to_contain_text("Less serious")
    expect(row).to_contain_text("about 10")
    expect(page.get_by_text("D19: about 10 referrals")).to_be_visible()
    look(page)


def publish(page: Page, look: Callable[[Page], None]) -> None:
    page.get_by_role("link", name="Go on to publish").click()
    look(page)
    press(page, "Publish this version")
    expect(page.get_by_role("alert")).to_contain_text("Select whether it begins now")
    page.get_by_label("Now", exact=True).check()
    page.get_by_label("What is new, and why?").fill("Agreed by the board.")
    press(page, "Publish this version")
    expect(page.get_by_text("Version 1 of Oakshire’s levels of need is published.")).to_be_visible()
    expect(page.get_by_text("This version never changes.")).to_be_visible()
    look(page)


def adopt(page: Page, look: Callable[[Page], None], oakshire: Framework) -> None:
    page.get_by_role("link", name="Adopt it here").click()
    look(page)
    page.get_by_label("Now", exact=True).check()
    page.get_by_label("Why?").fill("The board agreed it on Monday.")
    press(page, "Adopt it here")
    expect(page.get_by_text(f"Referrals here are weighed under {oakshire.title}, version 1")).to_be_visible()
    look(page)


def compared(school: Organisation) -> dict[str, dict[str, Any]]:
    """The API's answers to one question under three frameworks: no two are alike."""
    system = caller(school, name="Compare")
    found = {}
    for key in ("wirral", "wigan", "oakshire"):
        said = system.send(ASSESSMENTS, {"framework": key, "indicators": ["P15"]}).json()
        found[key] = {name: said[name] for name in ("level", "band", "route")}
    assert found == {
        "wirral": {"level": 3, "band": "3", "route": "gateway"},
        "wigan": {"level": 3, "band": "3b", "route": "cadt"},
        "oakshire": {"level": 2, "band": "2", "route": "universal"},
    }
    excluded = {
        key: system.send(ASSESSMENTS, {"framework": key, "indicators": [{"code": "D32", "severity": "severe"}]}).json()
        for key in found
    }
    assert {key: (said["level"], said["route"]) for key, said in excluded.items()} == dict.fromkeys(found, (4, "cadt"))
    young = {"framework": "oakshire", "indicators": ["P15"], "context": {"child_age_months": 14}}
    raised = system.send(ASSESSMENTS, young).json()
    assert (raised["level"], raised["route"], raised["duty"]) == (3, "cadt", "s17")
    assert [reason["because"] for reason in raised["reasons"]] == [NEGLECT, TOGETHER]
    return found


def old_keeps_its_own(old: Referral, page: Page) -> None:
    """The referral that was there before says what it said, on its page and when the engine is asked again."""
    kept = Subject.objects.select_related("hub_assessment__framework").get(referral=old).hub_assessment
    assert kept.framework.key == "wirral"
    again = assessments.explain(Assessment.objects.get(pk=kept.pk))
    assert (again.level, again.band, again.route) == (3, "3", "gateway")
    assert assessments.reasons(again) == kept.reasons
    page.goto(reverse("hub_referral", args=[old.reference]))
    words = parsed(kept.framework).indicator("P15").words
    expect(page.get_by_text(words).first).to_be_visible()
    expect(page.get_by_text(NEGLECT)).to_have_count(0)


@pytest.fixture
def draft(polly: User) -> FrameworkDraft:
    """The next version of the one in force here, already tried once on nothing."""
    frameworks.publish_presets()
    here = framework_here()
    row = drafts.start(by=polly, key=here.key, title="Next year’s levels", based_on=here)
    return trying.preview(by=polly, draft=row)


def test_it_is_right_on_a_narrow_screen(
    at_work: Window, look: Callable[[Page], None], polly: User, draft: FrameworkDraft
) -> None:
    page = at_work(polly, width=320)
    version = [draft.based_on_id]
    for name, args in (
        ("frameworks", []), ("start_framework", []), ("framework", version), ("start_from", version),
        ("compare_framework", version), ("adopt_framework", version), ("retire_framework", version),
        ("framework_draft", [draft.pk]), ("draft_about", [draft.pk]), ("draft_services", [draft.pk]),
        ("draft_bands", [draft.pk]), ("draft_areas", [draft.pk]), ("draft_indicators", [draft.pk]),
        ("add_indicator", [draft.pk]), ("change_indicator", [draft.pk, "D34"]), ("remove_indicator", [draft.pk, "D34"]),
        ("draft_rules", [draft.pk]), ("add_rule", [draft.pk]), ("draft_rule", [draft.pk, "baby"]),
        ("remove_rule", [draft.pk, "baby"]), ("add_step", [draft.pk, "baby"]), ("change_step", [draft.pk, "baby", 2]),
        ("remove_step", [draft.pk, "baby", 2]), ("compare_draft", [draft.pk]), ("preview_draft", [draft.pk]),
        ("publish_framework", [draft.pk]), ("discard_draft", [draft.pk]),
    ):  # fmt: skip
        page.goto(reverse(name, args=args))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        look(page)


def test_it_needs_no_script_and_no_mouse(at_work: Window, polly: User, draft: FrameworkDraft) -> None:
    page = at_work(polly, java_script_enabled=False)
    page.goto(reverse("change_step", args=[draft.pk, "dash", 3]))
    page.get_by_label("Somebody says the child is in danger now").focus()
    page.keyboard.press("Space")
    page.get_by_label("Any one of them").focus()
    page.keyboard.press("Space")
    page.get_by_label("Why, in a sentence").fill("Either is enough.")
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")
    expect(
        page.get_by_text("When somebody says the child is in danger now, or a DASH score of 1 or more")
    ).to_be_visible()


def test_a_second_editor_is_told_who_saved_and_keeps_what_they_typed(
    at_work: Window, look: Callable[[Page], None], polly: User, hub: Organisation, draft: FrameworkDraft
) -> None:
    address = reverse("change_indicator", args=[draft.pk, "D05"])
    mine, theirs = at_work(polly), at_work(person("Ned", hub, Role.PARTNERSHIP_ADMINISTRATOR))
    for page, words in ((mine, "Polly’s words."), (theirs, "Ned’s words.")):
        page.goto(address)
        page.get_by_label("In plain words").fill(words)
    press(theirs, "Save")
    expect(theirs.get_by_role("heading", level=1)).to_contain_text("Indicators of")
    press(mine, "Save")
    expect(mine.get_by_role("alert")).to_contain_text("Ned Example saved this draft today at")
    expect(mine.get_by_label("In plain words")).to_have_value("Polly’s words.")
    look(mine)
    press(mine, "Save")
    expect(mine.get_by_text("Polly’s words.")).to_be_visible()
