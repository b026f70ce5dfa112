"""The same child, adult or worry open in two tabs: neither loses what the other saved, and nobody overwrites unseen."""

from typing import Any

import pytest

from tests.referrals.test_submitting import CHILD, WORRY, Journey, journey, words

__all__ = ["journey"]

ADULT = {"key": "bbbb1111", "name": "Jo Byrne", "causes_harm": "unknown"}
ZOE = CHILD | {"given_name": "Zoë"}
BO = CHILD | {"key": "bbbb2222", "given_name": "Bo", "line1": "", "postcode": "", "same_address": "yes"}


class Tab:
    """A page as a browser has it: every box filled in as it was when the page was opened."""

    def __init__(self, journey: Journey, page: str) -> None:
        self.journey = journey
        self.page = page
        self.boxes = _boxes(journey.get(page).context["form"])

    def save(self, **typed: Any) -> Any:
        self.boxes |= typed
        answer = self.journey.post(self.page, self.boxes)
        if answer.status_code == 200:
            self.boxes = _boxes(answer.context["form"])
        return answer


def _boxes(form: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        if bound.name.endswith("_date"):
            typed = value.split("-")[::-1] if isinstance(value, str) else value or ("", "", "")
            found |= dict(zip((f"{bound.name}-{part}" for part in ("day", "month", "year")), typed, strict=True))
        elif value not in (None, False):
            found[bound.name] = "yes" if value is True else value
    return found


def child(journey: Journey, place: int = 0) -> dict[str, Any]:
    return dict(journey.data()["children"][place])


def test_it_keeps_what_each_tab_changed_of_one_child(journey: Journey) -> None:
    journey.post("children/add/", CHILD)
    one, other = Tab(journey, "children/aaaa1111/"), Tab(journey, "children/aaaa1111/")
    assert one.save(school="Mill Lane Primary").status_code == 302
    assert other.save(town="Birkenhead").status_code == 302
    assert child(journey)["school"] == "Mill Lane Primary"
    assert child(journey)["address"]["town"] == "Birkenhead"


def test_it_asks_when_both_tabs_changed_the_same_answer_and_shows_both(journey: Journey) -> None:
    journey.post("children/add/", CHILD)
    one, other = Tab(journey, "children/aaaa1111/"), Tab(journey, "children/aaaa1111/")
    one.save(school="Mill Lane Primary", upn="P207000016049")
    page = other.save(school="Dock Road Primary")
    assert "Nursery, school or college was also changed in another tab" in words(page)
    assert "Mill Lane Primary" in words(page) and "Dock Road Primary" in words(page)
    assert child(journey)["school"] == "Mill Lane Primary", "nothing is saved before somebody has chosen"
    assert other.save().status_code == 302
    assert (child(journey)["school"], child(journey)["upn"]) == ("Dock Road Primary", "P207000016049")


def test_it_lets_somebody_take_the_other_tabs_answer(journey: Journey) -> None:
    journey.post("children/add/", CHILD)
    one, other = Tab(journey, "children/aaaa1111/"), Tab(journey, "children/aaaa1111/")
    one.save(school="Mill Lane Primary")
    other.save(school="Dock Road Primary", sex="M")
    other.save(school="Mill Lane Primary")
    assert (child(journey)["school"], child(journey)["sex"]) == ("Mill Lane Primary", "M")


def test_it_never_mixes_two_tabs_ages_or_addresses_into_one(journey: Journey) -> None:
    journey.post("children/add/", CHILD)
    one, other = Tab(journey, "children/aaaa1111/"), Tab(journey, "children/aaaa1111/")
    one.save(**{"birth_date-day": "5", "line1": "9 Dock Road"})
    page = other.save(age_kind="estimated", estimated_age="7", postcode="CH41 1AB")
    assert "5 May 2019" in words(page) and "9 Dock Road, CH41 1AA" in words(page)
    assert (child(journey)["birth_date"], child(journey)["estimated_age"]) == ("2019-05-05", None)


def test_it_asks_nothing_when_both_tabs_say_the_same(journey: Journey) -> None:
    journey.post("children/add/", CHILD)
    one, other = Tab(journey, "children/aaaa1111/"), Tab(journey, "children/aaaa1111/")
    assert [tab.save(school="Mill Lane Primary").status_code for tab in (one, other)] == [302, 302]


def test_it_keeps_what_each_tab_changed_of_one_adult(journey: Journey) -> None:
    journey.post("adults/add/", ADULT)
    one, other = Tab(journey, "adults/bbbb1111/"), Tab(journey, "adults/bbbb1111/")
    one.save(relationship="mother")
    other.save(whereabouts="At home")
    held = journey.data()["adults"][0]
    assert (held["relationship"], held["whereabouts"]) == ("mother", "At home")


def test_it_shows_the_words_of_an_adults_answer_that_two_tabs_changed(journey: Journey) -> None:
    journey.post("adults/add/", ADULT)
    one, other = Tab(journey, "adults/bbbb1111/"), Tab(journey, "adults/bbbb1111/")
    one.save(causes_harm="no")
    page = other.save(causes_harm="yes")
    found = [(row.label, row.value) for row in page.context["form"].elsewhere]
    assert found == [("Do you think this person causes the harm?", "No")]


def test_it_keeps_what_each_tab_changed_of_one_worry(journey: Journey) -> None:
    journey.fill()
    one, other = Tab(journey, "concerns/cccc1111/"), Tab(journey, "concerns/cccc1111/")
    one.save(narrative="A bruise,\r\nand a burn.")
    other.save(who_causes_harm="Her uncle")
    held = journey.data()["concerns"][0]
    assert (held["narrative"], held["who_causes_harm"]) == ("A bruise,\nand a burn.", "Her uncle")
    page = Tab(journey, "concerns/cccc1111/")
    Tab(journey, "concerns/cccc1111/").save(narrative="Much worse.")
    shown = page.save(narrative=WORRY["narrative"])
    assert "What have you seen or heard?” was also changed in another tab" in words(shown)
    assert "Much worse." in words(shown) and WORRY["narrative"] in words(shown)


def test_it_keeps_the_signs_that_each_tab_ticked_and_none_that_one_took_away(journey: Journey) -> None:
    journey.fill()
    one, other = Tab(journey, "concerns/cccc1111/signs/"), Tab(journey, "concerns/cccc1111/signs/")
    one.save(signs=["D05"])
    other.save(signs=["D19", "D32"])
    assert {sign["code"] for sign in journey.data()["concerns"][0]["indicators"]} == {"D05", "D32"}


def test_it_keeps_how_serious_each_tab_said_that_a_sign_is(journey: Journey) -> None:
    journey.fill()
    journey.post("concerns/cccc1111/signs/", {"signs": ["D32"]})
    one, other = Tab(journey, "concerns/cccc1111/degree/"), Tab(journey, "concerns/cccc1111/degree/")
    one.save(**{"severity-D32": "severe"})
    other.save(**{"duration-D32": "months"})
    held = journey.data()["concerns"][0]["indicators"]
    assert held == [{"code": "D32", "severity": "severe", "duration": "months"}]
    late = Tab(journey, "concerns/cccc1111/degree/")
    Tab(journey, "concerns/cccc1111/degree/").save(**{"severity-D32": "mild"})
    assert "was also changed in another tab" in words(late.save(**{"severity-D32": "moderate"}))


@pytest.mark.parametrize("opened", ["", "x", "school:", "é" * 300, "a:b:c school:zz"])
def test_it_takes_what_was_typed_when_the_page_forgot_what_it_was_opened_with(journey: Journey, opened: str) -> None:
    journey.post("children/add/", CHILD)
    journey.post("children/aaaa1111/", CHILD | {"opened": opened, "town": "Birkenhead"})
    assert child(journey)["address"]["town"] == "Birkenhead"


def test_it_lets_those_who_live_together_move_together(journey: Journey) -> None:
    journey.post("children/add/", ZOE)
    journey.post("children/add/", BO)
    journey.post("children/aaaa1111/", ZOE | {"line1": "9 Dock Road"})
    from referrals import drafting

    sent = drafting.document(journey.data())["children"]
    assert [one["address"]["line1"] for one in sent] == ["9 Dock Road", "9 Dock Road"]
    assert "lives_with" not in sent[1]
    assert words(journey.get("children/")).count("9 Dock Road") == 2


def test_it_remembers_with_whom_a_child_lives_until_somebody_says_otherwise(journey: Journey) -> None:
    journey.post("children/add/", ZOE)
    journey.post("children/add/", BO)
    tab = Tab(journey, "children/bbbb2222/")
    assert tab.boxes["same_address"] == "yes" and not tab.boxes.get("line1")
    assert tab.save(school="Mill Lane Primary").status_code == 302
    assert Tab(journey, "children/bbbb2222/").boxes["same_address"] == "yes"
    del tab.boxes["same_address"]
    tab.boxes["opened"] = Tab(journey, "children/bbbb2222/").boxes["opened"]
    tab.save(line1="3 Ferry Street")
    journey.post("children/aaaa1111/", ZOE | {"line1": "9 Dock Road"})
    assert child(journey, 1)["address"]["line1"] == "3 Ferry Street"


def test_it_leaves_a_child_at_home_when_the_one_they_live_with_is_removed(journey: Journey) -> None:
    journey.post("children/add/", ZOE)
    journey.post("children/add/", BO)
    journey.post("children/aaaa1111/", ZOE | {"line1": "9 Dock Road"})
    journey.post("children/aaaa1111/remove/", {})
    assert child(journey)["address"]["line1"] == "9 Dock Road"


def test_it_does_not_let_two_children_live_only_with_each_other(journey: Journey) -> None:
    journey.post("children/add/", ZOE)
    journey.post("children/add/", BO)
    assert "Lives with" not in words(journey.get("children/aaaa1111/"))
