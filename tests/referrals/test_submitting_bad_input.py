"""What people mistype, paste or send twice: a clear message, everything kept, nothing half-done."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.referrals.test_submitting import AGREEMENT, CHILD, WORRY, YOU, Journey, journey, words

__all__ = ["journey"]

TOMORROW = timezone.localdate() + timedelta(days=1)
ARABIC = "ليلى"


def birth(day: object, month: object, year: object) -> dict[str, str]:
    return {"birth_date-day": str(day), "birth_date-month": str(month), "birth_date-year": str(year)}


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (birth(31, 2, 2019), "Date of birth must be a real date"),
        (birth("x", "y", "z"), "Date of birth must be a real date"),
        (birth("", "", ""), "Enter date of birth"),
        (birth(4, "", 2019), "Date of birth must include a month"),
        (birth(TOMORROW.day, TOMORROW.month, TOMORROW.year), "Date of birth must be today or in the past"),
        (birth(1, 1, 1950), "this service is for children and young people up to 25"),
        ({"given_name": "A" * 4000}, "First name must be 200 characters or fewer. You have 4,000"),
        ({"given_name": "", "family_name": ""}, "Enter a first name or a last name"),
        ({"given_name": "\u200b\u202e", "family_name": ""}, "Enter a first name or a last name"),
        ({"nhs_number": "485 777 3456"}, "That NHS number is not right"),
        ({"nhs_number": "12"}, "An NHS number has 10 digits, like 943 476 5919"),
        ({"postcode": "CH41"}, "Enter a full UK postcode"),
        ({"upn": "A123"}, "A unique pupil number has 13 characters"),
        ({"age_kind": ""}, "Select what you know about the child’s age"),
        ({"age_kind": "estimated", "estimated_age": "ten"}, "must be a whole number"),
        ({"age_kind": "estimated", "estimated_age": "99"}, "must be between 0 and 25"),
        ({"age_kind": "unborn", "due_date-day": "1", "due_date-month": "1", "due_date-year": "2019"}, "on or after"),
        ({"sex": "robot"}, "Select one of the answers"),
    ],
)
def test_it_says_what_is_wrong_with_a_child_and_keeps_what_was_typed(
    journey: Journey, answers: dict[str, str], message: str
) -> None:
    page = journey.post("children/add/", CHILD | answers)
    assert page.status_code == 200 and message in words(page) and "Error:" in words(page)
    for kept in (CHILD | answers).values():
        assert kept in ("", "aaaa1111", "robot") or kept.strip("\u200b\u202e") in page.content.decode()
    assert "children" not in journey.data()


def test_it_asks_for_the_name_and_the_age_of_an_empty_child_at_once(journey: Journey) -> None:
    page = words(journey.post("children/add/", {"key": "aaaa1111"}))
    assert "Enter a first name or a last name" in page and "Select what you know about the child’s age" in page


@pytest.mark.parametrize("name", ["Zoë 👧🏽", ARABIC, "O'Brien-Šťastný", "<script>alert(1)</script>", "李"])
def test_it_takes_any_name_as_it_is(journey: Journey, name: str) -> None:
    journey.post("children/add/", CHILD | {"given_name": name})
    assert journey.data()["children"][0]["given_name"] == name
    assert "<script>alert" not in journey.get("children/").content.decode()


def test_it_takes_out_the_marks_that_turn_text_around(journey: Journey) -> None:
    journey.post("children/add/", CHILD | {"given_name": f"\u202e{ARABIC}\x00"})
    assert journey.data()["children"][0]["given_name"] == ARABIC


def test_it_adds_one_child_when_the_page_is_sent_twice(journey: Journey) -> None:
    for _ in range(2):
        assert journey.post("children/add/", CHILD).status_code == 302
    assert len(journey.data()["children"]) == 1


def test_it_overwrites_nobody_when_somebody_goes_back_to_add_another(journey: Journey) -> None:
    journey.post("children/add/", CHILD)
    journey.post("children/add/", CHILD | {"given_name": "Bo"})
    assert [child["given_name"] for child in journey.data()["children"]] == ["Ada", "Bo"]


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({}, "You have already added Ada Byrne, born 4 May 2019"),
        ({"given_name": " ADA ", "family_name": "Bÿrne"}, "You have already added Ada Byrne, born 4 May 2019"),
        (birth(5, 5, 2019), "If this is another child, tick the box"),
        ({"given_name": "Bo", "nhs_number": "943 476 5919"}, "with this NHS number"),
    ],
)
def test_it_warns_of_a_child_named_twice(journey: Journey, answers: dict[str, str], message: str) -> None:
    journey.post("children/add/", CHILD | {"nhs_number": "9434765919"})
    page = journey.post("children/add/", CHILD | {"key": "bbbb2222"} | answers)
    assert message in words(page) and len(journey.data()["children"]) == 1


def test_it_believes_somebody_who_says_that_two_children_share_a_name(journey: Journey) -> None:
    journey.post("children/add/", CHILD)
    journey.post("children/add/", CHILD | {"key": "bbbb2222", "another": "yes"} | birth(5, 5, 2019))
    assert len(journey.data()["children"]) == 2


def test_it_cannot_tell_two_children_apart_who_share_all_that_is_known(journey: Journey) -> None:
    unknown = CHILD | {"age_kind": "unknown"}
    journey.post("children/add/", unknown)
    page = journey.post("children/add/", unknown | {"key": "bbbb2222", "another": "yes"})
    assert "say roughly how old each of them is" in words(page)


def test_it_lets_a_child_be_changed_without_calling_it_its_own_twin(journey: Journey) -> None:
    journey.post("children/add/", CHILD)
    journey.post("children/aaaa1111/", CHILD | {"school": "Mill Lane Primary"})
    assert journey.data()["children"][0]["school"] == "Mill Lane Primary"


def test_it_copies_the_first_childs_address(journey: Journey) -> None:
    journey.post("children/add/", CHILD)
    assert "Lives with Ada Byrne: 1 Mill Lane, CH41 1AA" in words(journey.get("children/add/"))
    nothing_typed = {"key": "bbbb2222", "given_name": "Bo", "line1": "", "postcode": "", "same_address": "yes"}
    journey.post("children/add/", CHILD | nothing_typed)
    assert journey.data()["children"][1]["address"] == {"line1": "1 Mill Lane", "postcode": "CH41 1AA"}


def test_it_asks_which_address_is_meant_when_two_are_given(journey: Journey) -> None:
    journey.post("children/add/", CHILD)
    both = {"key": "bbbb2222", "given_name": "Bo", "line1": "9 Dock Road", "same_address": "yes"}
    page = journey.post("children/add/", CHILD | both)
    assert "Either tick that they live together" in words(page) and "9 Dock Road" in words(page)


def test_it_takes_an_unborn_child_without_a_name(journey: Journey) -> None:
    due = timezone.localdate() + timedelta(days=60)
    parts = {"due_date-day": due.day, "due_date-month": due.month, "due_date-year": due.year}
    journey.post("children/add/", {"key": "dddd1111", "age_kind": "unborn", "sex": "U", **parts})
    assert journey.data()["children"][0]["due_date"] == due.isoformat()
    assert "Unborn child" in words(journey.get("children/")) and "mother" in words(journey.get())


@pytest.mark.parametrize(
    ("place", "answers", "message"),
    [
        ("danger/", {}, "Select yes if a child is in danger right now"),
        ("danger/", {"immediate_danger": "maybe"}, "Select one of the answers"),
        ("adults/add/", {"name": ""}, "Enter a name, or say who they are"),
        ("adults/add/", {"name": "Jo", "causes_harm": ""}, "Select whether you think this person causes the harm"),
        ("concerns/add/", WORRY | {"narrative": ""}, "Say what you have seen or heard"),
        ("concerns/add/", WORRY | {"category": "x"}, "Select one of the answers"),
        ("concerns/add/", WORRY | {"narrative": "x" * 10_001}, "10,000 characters or fewer"),
        ("agreement/", {}, "Select whether the family agrees"),
        ("agreement/", {"status": "not_sought"}, "Say why you have not asked the family"),
        ("agreement/", {"status": "refused"}, "Say what they said"),
        (
            "agreement/",
            AGREEMENT | {"not_sought_reason": "x" * 1001},
            "Your answer to “Why not?” must be 1,000 characters or fewer",
        ),
        ("you/", YOU | {"phone": ""}, "Enter a phone number that we can reach you on"),
        ("you/", YOU | {"phone": "call me"}, "Enter a phone number, like"),
        ("you/", YOU | {"email": "tess"}, "Enter an email address in the correct format"),
    ],
)
def test_it_says_what_is_wrong_with_the_other_pages(
    journey: Journey, place: str, answers: dict[str, Any], message: str
) -> None:
    before = journey.data()
    shown = journey.post(place, answers)
    assert shown.status_code == 200 and message in words(shown)
    assert journey.data() == before


def test_it_refuses_a_sign_that_the_framework_does_not_have(journey: Journey) -> None:
    journey.fill()
    page = journey.post("concerns/cccc1111/signs/", {"signs": ["D19", "Z99"]})
    assert "one that you ticked is no longer in it" in words(page)
    assert journey.data()["concerns"][0]["indicators"] == [{"code": "D19"}]


@pytest.mark.parametrize("key", ["", "../../x", "A" * 500, "é"])
def test_it_gives_an_item_a_name_of_its_own_when_the_pages_is_garbage(journey: Journey, key: str) -> None:
    journey.post("children/add/", CHILD | {"key": key})
    held = journey.data().get("children", [])
    assert all(child["id"].isalnum() and child["id"].isascii() for child in held)


@pytest.mark.parametrize("place", ["children/zzzz/", "children/zzzz/remove/", "concerns/zzzz/signs/"])
def test_it_leads_back_from_what_another_tab_removed(journey: Journey, place: str) -> None:
    assert journey.get(place).status_code == 302
    assert not journey.data().get("children")


def test_it_keeps_what_was_typed_about_a_child_whom_another_tab_removed(journey: Journey) -> None:
    journey.post("children/add/", CHILD)
    journey.post("children/aaaa1111/remove/", {})
    journey.post("children/aaaa1111/", CHILD | {"school": "Mill Lane Primary"})
    assert [child["school"] for child in journey.data()["children"]] == ["Mill Lane Primary"]
