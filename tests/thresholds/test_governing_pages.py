"""Every page on which the thresholds are governed: it opens, keeps what was typed, and says what is wrong where."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from mash.audit.models import Event
from mash.audit.sentences import sentence_for
from mash.lib.workingdays import LONDON
from tests.architecture.routes import all_routes
from thresholds.editing.comparing import compare
from thresholds.events import PAGES
from thresholds.models import Framework, FrameworkDraft
from thresholds.selectors.frameworks import framework_in_force
from thresholds.services import drafts, frameworks

pytestmark = pytest.mark.django_db

Browser = Callable[[User], Client]


@pytest.fixture
def desk(client_for: Browser, polly: User) -> Client:
    return client_for(polly)


def shown(client: Client, name: str, *args: object) -> dict:
    """What the form of a page holds, as a browser would send it back."""
    form = client.get(reverse(name, args=args)).context["form"]
    found: dict = {}
    for bound in form:
        value = bound.value()
        if isinstance(value, bool):
            value = "yes" if value else "no"
        found[bound.html_name] = "" if value is None else value
    return found


@pytest.mark.parametrize(
    "name",
    [
        "framework_draft", "draft_about", "draft_services", "draft_bands", "draft_areas", "draft_indicators",
        "add_indicator", "draft_rules", "add_rule", "compare_draft", "preview_draft", "publish_framework",
        "discard_draft",
    ],
)  # fmt: skip
def test_it_opens_every_page_of_a_draft(desk: Client, draft: FrameworkDraft, name: str) -> None:
    assert desk.get(reverse(name, args=[draft.pk])).status_code == 200


@pytest.mark.parametrize(
    "name", ["framework", "start_from", "compare_framework", "adopt_framework", "retire_framework"]
)
def test_it_opens_every_page_of_a_version(desk: Client, wirral: Framework, name: str) -> None:
    assert desk.get(reverse(name, args=[wirral.pk])).status_code == 200


def sent(client: Client, route: str, *args: object, **changed: object) -> HttpResponse:
    """The page opened, changed, and saved."""
    return client.post(reverse(route, args=args), {**shown(client, route, *args), **changed})


def test_it_is_in_the_navigation_of_whoever_governs_and_of_nobody_else(
    client_for: Browser, desk: Client, ben: User, wirral: Framework
) -> None:
    assert b'href="/frameworks/"' in desk.get("/organisations/").content
    manager = client_for(ben)
    assert b'href="/frameworks/"' not in manager.get("/queue/").content
    assert manager.get("/frameworks/").status_code == 403
    assert manager.get(reverse("framework", args=[wirral.pk])).status_code == 404


def test_it_lists_at_the_same_cost_one_version_and_many(
    desk: Client, polly: User, wirral: Framework, django_assert_num_queries: Callable[..., Any]
) -> None:
    desk.get("/frameworks/")
    with CaptureQueriesContext(connection) as few:
        desk.get("/frameworks/")
    cost = len(few)
    for number in range(8):
        document = {**wirral.document, "title": f"Title {number}"}
        frameworks.publish(document=document)
        drafts.start(by=polly, key="wirral", title=f"Draft {number}", based_on=wirral)
    desk.get("/frameworks/")  # this process reads a version once
    with django_assert_num_queries(cost):
        answer = desk.get("/frameworks/")
    words = answer.content.decode()
    assert "Version 9" in words and "Draft 7" in words
    assert words.count("In force here") == 1 and words.count("Replaced") == 8


def test_it_changes_an_indicator_and_leaves_the_others(desk: Client, draft: FrameworkDraft) -> None:
    assert sent(desk, "change_indicator", draft.pk, "D05", words="Other words.").status_code == 302
    before, draft_after = draft.document, FrameworkDraft.objects.get(pk=draft.pk)
    (section,) = compare(before, draft_after.document)
    (change,) = section.changes
    assert (change.name, change.lines[0].new) == ("D05", "Other words.")


def test_it_keeps_what_the_second_editor_typed_and_lets_them_save_it_knowingly(
    client_for: Browser, desk: Client, ned: User, draft: FrameworkDraft
) -> None:
    opened = shown(desk, "change_indicator", draft.pk, "D05")
    sent(client_for(ned), "change_indicator", draft.pk, "D07", words="Ned’s words.")
    address = reverse("change_indicator", args=[draft.pk, "D05"])
    answer = desk.post(address, {**opened, "words": "Polly’s words."})
    words = answer.content.decode()
    assert "Ned Example saved this draft" in words and "indicator D07" in words
    assert "Polly’s words." in words
    again = {bound.html_name: bound.value() or "" for bound in answer.context["form"]}
    assert desk.post(address, again).status_code == 302
    held = {one["code"]: one["words"] for one in FrameworkDraft.objects.get(pk=draft.pk).document["indicators"]}
    assert (held["D05"], held["D07"]) == ("Polly’s words.", "Ned’s words.")


def test_it_keeps_a_band_that_somebody_added_meanwhile(
    client_for: Browser, desk: Client, ned: User, draft: FrameworkDraft
) -> None:
    address = reverse("draft_bands", args=[draft.pk])
    opened = shown(desk, "draft_bands", draft.pk)
    new = {
        "code-4": "3b",
        "title-4": "A child in need",
        "level-4": "3",
        "route-4": "cadt",
        "duty-4": "s17",
        "order-4": 3,
    }
    sent(client_for(ned), "draft_bands", draft.pk, **new, **{"order-3": 4, "order-2": 2})
    answer = desk.post(address, {**opened, "title-0": "Everybody"})
    assert "Ned Example saved this draft" in answer.content.decode()
    again = {bound.html_name: "" if bound.value() is None else bound.value() for bound in answer.context["form"]}
    assert desk.post(address, again).status_code == 302
    bands = FrameworkDraft.objects.get(pk=draft.pk).document["bands"]
    assert [band["code"] for band in bands] == ["1", "2", "3", "3b", "4"]
    assert bands[0]["title"] == "Everybody"


def test_it_moves_placements_with_a_band_that_gets_another_code(desk: Client, polly: User, wirral: Framework) -> None:
    wigan = framework_in_force("wigan")
    draft = drafts.start(by=polly, key="wigan", title=wigan.title, based_on=wigan)
    assert sent(desk, "draft_bands", draft.pk, **{"code-2": "3x"}).status_code == 302
    document = FrameworkDraft.objects.get(pk=draft.pk).document
    assert {place["band"] for place in document["placements"].values()} >= {"3x", "3b"}
    assert "3a" not in {place["band"] for place in document["placements"].values()}


@pytest.mark.parametrize(
    ("name", "args", "changed", "field", "words"),
    [
        ("draft_bands", (), {"code-1": "1"}, "code-1", "1 is there twice"),
        ("draft_bands", (), {"duty-3": "early_help", "duty-2": "s17"}, "code-3", "4 must not ask for less than 3"),
        ("draft_bands", (), {"code-3": ""}, "__all__", "no band has Level 4"),
        ("draft_bands", (), {"title-0": ""}, "title-0", "Band 1: enter what it means"),
        ("draft_areas", (), {"domains-0": ""}, "__all__", "its area is not there"),
        ("change_indicator", ("D05",), {"level": ""}, "level", "Select the level of this sign"),
        ("change_indicator", ("D05",), {"tags": "a/b"}, "tags", "must be letters and numbers"),
        ("change_indicator", ("D34",), {"severe_level": "1"}, "severe_level", "must not have a lower level"),
        ("change_indicator", ("D05",), {"duty": "s17"}, "duty_because", "Write why it has that duty"),
        ("change_step", ("baby", 1), {"because": "So {nonsense}."}, "because", "The sentence may have only"),
        ("change_step", ("baby", 1), {"because": "So {."}, "because", "not closed"),
        ("change_step", ("baby", 1), {"tags1": "nothing like it"}, "kinds", "Nothing is called nothing_like_it"),
        ("change_step", ("baby", 1), {"codes1": "Z99"}, "codes1", "There is no indicator Z99"),
        ("change_step", ("baby", 1), {"kinds": []}, "kinds", "Tick at least one"),
        ("change_step", ("baby", 1), {"months": ""}, "months", "Enter the age in months"),
        ("add_rule", (), {"name": "Baby", "source": "Us", "kinds": ["danger"], "level": "4", "because": "So."}, "name",
         "There is a rule, a note or an indicator with this name already"),
        ("add_indicator", (), {"code": "D05"}, "code", "There is an indicator D05 in this draft already"),
        ("add_indicator", (), {"code": "D 05!"}, "code", "letters, numbers and dashes"),
        ("publish_framework", (), {"begins": "later", "day-day": "1", "day-month": "1", "day-year": "2020"}, "day",
         "must be today or in the future"),
        ("publish_framework", (), {"begins": "now", "note": "Agreed."}, "__all__", "Try it on the last referrals"),
    ],
)  # fmt: skip
def test_it_says_what_is_wrong_beside_it_and_keeps_what_was_typed(
    desk: Client, draft: FrameworkDraft, name: str, args: tuple[Any, ...], changed: Any, field: str, words: str
) -> None:
    answer = sent(desk, name, draft.pk, *args, **changed)
    assert answer.status_code == 200
    form = answer.context["form"]
    assert words in " ".join(form.errors.get(field, [])), form.errors
    for typed, value in changed.items():
        if value and typed in form.fields:
            assert form[typed].value() == value
    assert FrameworkDraft.objects.get(pk=draft.pk).document == draft.document


def test_it_adds_a_step_where_its_level_belongs_and_takes_one_out(desk: Client, draft: FrameworkDraft) -> None:
    new = {"kinds": ["danger", "tool_1"], "joiner": "any", "tool1": "dash:9", "level": "3", "because": "New."}
    assert sent(desk, "add_step", draft.pk, "dash", **new).status_code == 302
    rule = find_rule(draft, "dash")
    assert [step["level"] for step in rule["steps"]] == [4, 3, 3, 2]
    assert rule["steps"][2]["when"] == {"any": [{"immediate_danger": True}, {"tool_at_least": {"dash": 9}}]}
    assert sent(desk, "remove_step", draft.pk, "dash", 3).status_code == 302
    assert find_rule(draft, "dash") == next(one for one in draft.document["rules"] if one["id"] == "dash")


def test_it_keeps_a_nested_condition_whole_until_another_is_written(desk: Client, draft: FrameworkDraft) -> None:
    before = find_rule(draft, "baby")["steps"][1]
    assert sent(desk, "change_step", draft.pk, "baby", 2, because="In other words.").status_code == 302
    assert find_rule(draft, "baby")["steps"][1] == {**before, "because": "In other words."}
    anew = {"kept": "new", "joiner": "all", "kinds": ["younger"], "months": "12"}
    assert sent(desk, "change_step", draft.pk, "baby", 2, **anew).status_code == 302
    assert find_rule(draft, "baby")["steps"][1]["when"] == {"younger_than_months": 12}


def find_rule(draft: FrameworkDraft, rule: str) -> dict[str, Any]:
    document = FrameworkDraft.objects.get(pk=draft.pk).document
    return next(dict(one) for one in document["rules"] if one["id"] == rule)


def test_it_takes_out_an_indicator_and_a_rule_but_not_what_a_rule_still_names(
    desk: Client, draft: FrameworkDraft
) -> None:
    assert sent(desk, "remove_rule", draft.pk, "dara").status_code == 302
    assert sent(desk, "remove_indicator", draft.pk, "D05").status_code == 302
    document = FrameworkDraft.objects.get(pk=draft.pk).document
    assert "D05" not in {one["code"] for one in document["indicators"]}
    named = {"kinds": ["needs_1"], "joiner": "all", "codes1": "P15", "level": "4", "because": "By name.", "count1": "1"}
    assert sent(desk, "add_step", draft.pk, "baby", **named).status_code == 302
    answer = sent(desk, "remove_indicator", draft.pk, "P15")
    assert "Rule A baby, born or not yet born" in " ".join(answer.context["form"].errors["__all__"])


def test_it_leads_from_a_published_draft_to_its_version(desk: Client, polly: User, draft: FrameworkDraft) -> None:
    row = drafts.save(by=polly, draft=draft, seen=1, part="title", change=lambda old: {**old, "title": "New"})
    desk.post(reverse("preview_draft", args=[row.pk]), {"seen": "2"})
    answer = sent(desk, "publish_framework", row.pk, begins="now", note="Agreed.")
    made = Framework.objects.latest("pk")
    assert answer["Location"] == reverse("framework", args=[made.pk])
    assert desk.get(reverse("draft_bands", args=[row.pk]))["Location"] == answer["Location"]


def test_it_publishes_from_the_beginning_of_a_day_in_london(desk: Client, polly: User, draft: FrameworkDraft) -> None:
    row = drafts.save(by=polly, draft=draft, seen=1, part="title", change=lambda old: {**old, "title": "New"})
    desk.post(reverse("preview_draft", args=[row.pk]), {"seen": "2"})
    day = timezone.localdate() + timedelta(days=400)
    typed = {"day-day": day.day, "day-month": day.month, "day-year": day.year}
    assert sent(desk, "publish_framework", row.pk, begins="later", note="Agreed.", **typed).status_code == 302
    begins = timezone.localtime(Framework.objects.latest("pk").in_force_from, LONDON)
    assert (begins.date(), begins.hour) == (day, 0)


def test_it_writes_down_who_read_and_changed_what(desk: Client, polly: User, draft: FrameworkDraft) -> None:
    desk.get(reverse("framework_draft", args=[draft.pk]))
    event = Event.objects.latest("pk")
    assert (event.what, event.about_id, event.actor_id) == ("read:framework_draft", draft.pk, polly.pk)
    assert sentence_for(event) == "opened a draft of thresholds"
    assert not [name for name in PAGES if name not in {route.name for route in all_routes()}]


@pytest.mark.parametrize(
    "address", ["indicators/ZZ/change/", "rules/zz/change/", "rules/baby/steps/99/", "rules/baby/steps/0/"]
)
def test_it_knows_no_part_that_is_not_there(desk: Client, draft: FrameworkDraft, address: str) -> None:
    assert desk.get(f"/frameworks/drafts/{draft.pk}/{address}").status_code == 404


@pytest.mark.parametrize("name", ["framework", "draft_rules"])
def test_it_calls_rules_and_what_they_look_for_by_their_titles(
    desk: Client, wirral: Framework, draft: FrameworkDraft, name: str
) -> None:
    pk = wirral.pk if name == "framework" else draft.pk
    page = desk.get(reverse(name, args=[pk])).content.decode()
    assert "Difficulties of the adults that come together" in page
    assert "a sign about sexual activity under age at Level 2 or above" in page
    assert "Parents problems together" not in page
    assert "under age sexual activity" not in page


def test_it_understands_what_rules_look_for_by_title_and_by_word(desk: Client, draft: FrameworkDraft) -> None:
    shown_as = shown(desk, "change_step", draft.pk, "under-13", 1)
    assert shown_as["tags1"] == "sexual activity under age"
    assert (
        sent(desk, "change_step", draft.pk, "under-13", 1, tags1="Sexual activity under age, missing").status_code
        == 302
    )
    when = find_rule(draft, "under-13")["steps"][0]["when"]
    assert when["all"][1]["needs"]["tags"] == ["under_age_sexual_activity", "missing"]


@pytest.mark.parametrize(
    ("name", "args", "empty", "field", "words"),
    [
        ("add_indicator", (), "words", "words", "Write what somebody would see or hear, in plain words"),
        ("add_indicator", (), "source", "source", "Enter the source"),
        ("add_rule", (), "name", "name", "Give the rule a name"),
        ("publish_framework", (), "begins", "begins", "Select whether it begins now, or on a day to come"),
        ("draft_about", (), "title", "title", "Enter a title"),
    ],
)
def test_it_says_what_to_do_about_an_empty_answer(
    desk: Client, draft: FrameworkDraft, name: str, args: tuple[Any, ...], empty: str, field: str, words: str
) -> None:
    answer = desk.post(reverse(name, args=[draft.pk, *args]), {**shown(desk, name, draft.pk, *args), empty: ""})
    assert answer.context["form"].errors[field] == [words]


@pytest.mark.parametrize("route", ["universal", "gateway", "cadt"])
def test_it_names_the_service_that_has_no_name(desk: Client, draft: FrameworkDraft, route: str) -> None:
    form = sent(desk, "draft_services", draft.pk, universal="", gateway="", cadt="").context["form"]
    assert len({words for _place, words in form.error_links()}) == 3
    assert form[route].label.lower() in form.errors[route][0]


def test_it_names_the_band_and_says_one_thing_of_an_answer(desk: Client, draft: FrameworkDraft) -> None:
    new = sum(name.startswith("was-") for name in shown(desk, "draft_bands", draft.pk)) - 1
    wrong = {"code-0": "far too long", "order-1": "100", f"code-{new}": "far too long", f"title-{new}": "New"}
    form = sent(desk, "draft_bands", draft.pk, **wrong).context["form"]
    assert list(form.error_links()) == [
        ("id_code-0", "Code of band 1 must be 8 characters or fewer. You have 12"),
        ("id_order-1", "Place of band 2 must be between 1 and 99"),
        (f"id_code-{new}", "Code of the new band must be 8 characters or fewer. You have 12"),
    ]


def test_it_leads_through_a_band_in_the_order_of_the_page(desk: Client, draft: FrameworkDraft) -> None:
    form = sent(desk, "draft_bands", draft.pk, **{"title-0": "x" * 121, "order-0": "0"}).context["form"]
    assert [place for place, _words in form.error_links()] == ["id_order-0", "id_title-0"]


def test_it_asks_for_a_band_where_every_one_was_taken_out(desk: Client, draft: FrameworkDraft) -> None:
    codes = {name: "" for name in shown(desk, "draft_bands", draft.pk) if name.startswith("code-")}
    form = sent(desk, "draft_bands", draft.pk, **codes).context["form"]
    assert list(form.error_links()) == [("id_code-0", "Enter the code of one band at least")]
