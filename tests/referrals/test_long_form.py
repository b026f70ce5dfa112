"""The pages that may be skipped: more about a child, an adult and a worry; the wider picture; the tools."""

from typing import Any

import pytest

from referrals import drafting
from referrals.choices import Disability
from referrals.models import Referral
from referrals.services import drafts
from tests.referrals.test_submitting import CHILD, WORRY, Journey, journey, words
from tests.referrals.test_submitting_two_tabs import ADULT, Tab

__all__ = ["journey"]

MORE = "children/aaaa1111/more/"
REACH = "adults/bbbb1111/more/"
WHEN = "concerns/cccc1111/more/"
CHILD_MORE = {
    "aliases": "Addy Dunne",
    "ethnicity": "MWBC",
    "language": "Polish",
    "interpreter": "yes",
    "disabilities": ["HEAR", "LD"],
    "communication": "Signs, and looks at pictures.",
    "earlier_addresses": "9 Dock Road, until March\r\n\r\n 3 Ferry Street, Hull ",
}
ADULT_MORE = {
    "phone": "07700 900123",
    "email": "jo@byrne.example",
    "address": "1 Mill Lane",
    "safe_contact": "Only in school hours: he reads her messages.",
}
CONCERN_MORE = {"happened": "Tuesday after lunch", "how_known": "child", "childs_words": "“He broke the door.”"}
WIDER = {"strengths": "Her grandmother.", "hopes": "Somebody to talk to.", "done_already": "We met her mother."}


@pytest.fixture
def filled(journey: Journey) -> Journey:
    """Everything that is needed, and one adult."""
    journey.fill()
    journey.post("adults/add/", ADULT)
    return journey


def tool_worries(journey: Journey) -> None:
    for n, category in enumerate(("domestic_abuse", "exploitation", "neglect")):
        journey.post("concerns/add/", WORRY | {"key": f"dddd000{n}", "category": category})
        journey.post(f"concerns/dddd000{n}/signs/", {})


@pytest.mark.parametrize(
    ("page", "answers", "onward"),
    [
        ("children/add/", CHILD, "children/aaaa1111/more/"),
        ("adults/add/", ADULT, "adults/bbbb1111/more/"),
        ("concerns/add/", WORRY, "concerns/cccc1111/more/"),
    ],
)
def test_it_comes_to_the_second_page_once_and_lets_it_be_skipped(
    journey: Journey, page: str, answers: dict[str, str], onward: str
) -> None:
    assert journey.post(page, answers)["Location"] == journey.url(onward)
    kind = page.partition("/")[0]
    skip = journey.get(onward).context["skip"]
    assert skip == journey.url(f"{kind}/cccc1111/signs/" if kind == "concerns" else f"{kind}/")
    assert journey.client.get(skip).status_code == 200
    item = onward.removesuffix("more/")
    assert journey.post(item, answers)["Location"] == skip, "who changes the first page is not sent to the second"


def test_it_needs_none_of_it_to_send(filled: Journey) -> None:
    for page in (MORE, REACH, WHEN, "wider/"):
        assert filled.post(page, {}).status_code == 302
    filled.send()
    referral = Referral.objects.get()
    child, adult, concern = referral.subjects.get(), referral.adults.get(), referral.concerns.get()
    assert not any((child.aliases, child.ethnicity, child.disabilities, child.earlier_addresses, child.interpreter))
    assert not any((adult.phone, adult.safe_contact, concern.happened, concern.how_known, concern.childs_words))
    assert not any((referral.strengths, referral.hopes, referral.done_already)) and not referral.scores


def test_it_keeps_every_answer_and_sends_it(filled: Journey) -> None:
    for page, answers in ((MORE, CHILD_MORE), (REACH, ADULT_MORE), (WHEN, CONCERN_MORE), ("wider/", WIDER)):
        assert filled.post(page, answers).status_code == 302
        assert filled.post(page, Tab(filled, page).boxes).status_code == 302, "opened and saved again, it is the same"
    check = words(filled.get("check/"))
    for shown in ("Addy Dunne", "White and Black Caribbean", "Polish", "Hearing", "Learning", "3 Ferry Street, Hull"):
        assert shown in check
    filled.send()
    referral = Referral.objects.get()
    child, adult, concern = referral.subjects.get(), referral.adults.get(), referral.concerns.get()
    assert child.earlier_addresses == ["9 Dock Road, until March", "3 Ferry Street, Hull"]
    assert (child.disabilities, child.interpreter) == (["HEAR", "LD"], "yes")
    assert {name: getattr(adult, name) for name in ADULT_MORE} == ADULT_MORE
    assert {name: getattr(concern, name) for name in CONCERN_MORE} == CONCERN_MORE
    assert {name: getattr(referral, name) for name in WIDER} == WIDER
    sent = words(filled.client.get(f"/referrals/{referral.reference}/"))
    for shown in ("Addy Dunne", "Only in school hours", "Tuesday after lunch", "The child told me", "Her grandmother."):
        assert shown in sent


def test_it_links_each_answer_to_its_own_page_and_box(filled: Journey) -> None:
    tool_worries(filled)
    filled.post("tools/domestic-abuse/", {"used": "dash", "dash": "14"})
    for page, answers in ((MORE, CHILD_MORE), (REACH, ADULT_MORE), (WHEN, CONCERN_MORE)):
        filled.post(page, answers)
    found = {row.href for card in filled.get("check/").context["cards"] for row in card.rows}
    for place in (
        f"{MORE}?from=check#id_disabilities",
        f"{REACH}?from=check#id_address",
        f"{WHEN}?from=check#id_childs_words",
        "children/aaaa1111/?from=check#id_line1",
        "wider/?from=check#id_hopes",
        "tools/domestic-abuse/?from=check#id_used",
    ):
        assert filled.url(place) in found
        shown = filled.client.get(filled.url(place))
        assert f'id="{place.partition("#")[2]}"' in shown.content.decode(), place
        assert filled.post(place.partition("#")[0], {"opened": "x:y"}).status_code in (200, 302)


def test_it_leads_from_a_mistake_of_the_document_to_the_second_page(filled: Journey) -> None:
    drafts.put(draft=filled.draft, kind="children", item={"id": "aaaa1111", "language": "x" * 101})
    drafts.put(draft=filled.draft, kind="adults", item={"id": "bbbb1111", "address": "x" * 501})
    drafts.fill(draft=filled.draft, section="tools", answers={"dash": 99})
    drafts.save(draft=filled.draft, changes={"hopes": "x" * 20_001})
    found = {gap.href for gap in filled.get("check/").context["gaps"]}
    assert found == {
        filled.url(f"{MORE}?from=check#id_language"),
        filled.url(f"{REACH}?from=check#id_address"),
        filled.url("tools/domestic-abuse/?from=check#id_used"),
        filled.url("wider/?from=check#id_hopes"),
    }


@pytest.mark.parametrize(
    ("page", "answers", "message"),
    [
        (MORE, {"aliases": "x" * 201}, "must be 200 characters or fewer. You have 201"),
        (MORE, {"language": "x" * 101}, "must be 100 characters or fewer"),
        (MORE, {"ethnicity": "Irish"}, "Select one of the answers"),
        (MORE, {"interpreter": "perhaps"}, "Select one of the answers"),
        (MORE, {"disabilities": ["MOB", "NONE"]}, "Either tick the answers that apply, or “No disability”"),
        (MORE, {"disabilities": ["SAD"]}, "Select one of the answers"),
        (MORE, {"earlier_addresses": "\n".join("abc" for _ in range(21))}, "Enter 20 or fewer, one on each line"),
        (MORE, {"earlier_addresses": "x" * 501}, "Each line must be 500 characters or fewer"),
        (MORE, {"communication": "🧒" * 1001}, "must be 1,000 characters or fewer"),
        (REACH, {"phone": "call me"}, "Enter a phone number, like"),
        (REACH, {"email": "jo"}, "Enter an email address in the correct format"),
        (REACH, {"address": "x" * 501}, "must be 500 characters or fewer"),
        (REACH, {"safe_contact": "x" * 1001}, "must be 1,000 characters or fewer"),
        (WHEN, {"how_known": "dreamt"}, "Select one of the answers"),
        (WHEN, {"childs_words": "x" * 5001}, "must be 5,000 characters or fewer"),
        ("wider/", {"done_already": "x" * 5001}, "must be 5,000 characters or fewer"),
        ("tools/domestic-abuse/", {}, "Select which of these was filled in"),
        ("tools/domestic-abuse/", {"used": "crystal ball"}, "Select one of the answers"),
        (
            "tools/domestic-abuse/",
            {"used": "dash", "dash": ""},
            "Enter how many questions were answered yes, or select",
        ),
        ("tools/domestic-abuse/", {"used": "dash", "dash_grade": "none"}, "or select how the risk was graded"),
        ("tools/domestic-abuse/", {"used": "dash", "dash_grade": "purple"}, "Select one of the answers"),
        ("tools/domestic-abuse/", {"used": "dash", "dash": "x", "dash_grade": "high"}, "must be a whole number"),
        ("tools/domestic-abuse/", {"used": "dash", "dash": "28"}, "must be between 0 and 27"),
        ("tools/domestic-abuse/", {"used": "dash", "dash": "-1"}, "must be between 0 and 27"),
        ("tools/domestic-abuse/", {"used": "dash", "dash": "٣ish"}, "must be a whole number"),
        ("tools/domestic-abuse/", {"used": "dara", "dash": "14"}, "Select which grade was given"),
        ("tools/exploitation/", {"exploitation": "extreme"}, "Select one of the answers"),
        ("tools/neglect/", {"neglect_grade": "6"}, "Select one of the answers"),
        ("tools/neglect/", {"neglect_grade": "2", "neglect_by": "x" * 201}, "must be 200 characters or fewer"),
    ],
)
def test_it_says_what_is_wrong_and_saves_nothing(
    filled: Journey, page: str, answers: dict[str, Any], message: str
) -> None:
    before = filled.data()
    shown = filled.post(page, answers)
    assert shown.status_code == 200 and message in words(shown) and "Error:" in words(shown)
    assert filled.data() == before


@pytest.mark.parametrize("name", ["ليلى 👧🏽", "<script>alert(1)</script>", "O\u202e'Brien\x00"])
def test_it_takes_any_words_and_shows_them_as_they_are(filled: Journey, name: str) -> None:
    filled.post(MORE, {"aliases": name, "earlier_addresses": name})
    filled.post(REACH, {"safe_contact": name})
    held = filled.data()["children"][0]
    assert held["aliases"] == held["earlier_addresses"][0] == name.replace("\u202e", "").replace("\x00", "")
    assert "<script>alert" not in filled.get("check/").content.decode()


def test_it_keeps_what_each_tab_changed_on_a_second_page(filled: Journey) -> None:
    for page, first, second in (
        (MORE, {"language": "Polish"}, {"disabilities": ["HEAR"]}),
        (REACH, {"phone": "0151 496 0000"}, {"safe_contact": "Mornings only"}),
        (WHEN, {"happened": "Tuesday"}, {"how_known": "seen"}),
        ("wider/", {"strengths": "Gran"}, {"hopes": "A talk"}),
    ):
        one, other = Tab(filled, page), Tab(filled, page)
        assert [one.save(**first).status_code, other.save(**second).status_code] == [302, 302]
        held = str(filled.data())
        for value in (*first.values(), *second.values()):
            assert str(value) in held, (page, value)


def test_it_shows_both_answers_when_two_tabs_differ_on_a_second_page(filled: Journey) -> None:
    for page, first, second, shown in (
        (MORE, {"disabilities": ["HEAR", "LD"]}, {"disabilities": ["MOB"]}, "Hearing, Learning"),
        (MORE, {"earlier_addresses": "9 Dock Road"}, {"earlier_addresses": "3 Ferry Street"}, "9 Dock Road"),
        (MORE, {"ethnicity": "WBRI"}, {"ethnicity": "WIRI"}, "White British"),
        (REACH, {"safe_contact": "Mornings"}, {"safe_contact": "Evenings"}, "Mornings"),
        (WHEN, {"how_known": "seen"}, {"how_known": "child"}, "I saw it"),
        ("wider/", {"hopes": "A talk"}, {"hopes": "A group"}, "A talk"),
        ("tools/domestic-abuse/", {"used": "dash", "dash": "9"}, {"used": "dara", "dara": "high"}, "DASH: 9 of 27"),
        ("tools/exploitation/", {"exploitation": "none"}, {"exploitation": "high"}, "No, or I do not know"),
        ("tools/neglect/", {"neglect_grade": "2"}, {"neglect_grade": "4"}, "2: the needs that matter most are met"),
    ):
        one, other = Tab(filled, page), Tab(filled, page)
        one.save(**first)
        before = filled.data()
        answer = other.save(**second)
        assert [row.value for row in answer.context["form"].elsewhere] == [shown], page
        assert filled.data() == before
        assert other.save().status_code == 302, page


def test_it_leads_back_from_the_second_page_of_what_another_tab_removed(filled: Journey) -> None:
    filled.post("children/aaaa1111/remove/", {})
    for answer in (filled.get(MORE), filled.post(MORE, CHILD_MORE)):
        assert answer["Location"] == filled.url("children/")
    assert not filled.data()["children"]


def test_it_offers_a_tool_only_where_a_worry_calls_for_it(filled: Journey) -> None:
    def offered() -> list[str]:
        return [extra.key for extra in filled.get().context["extras"]]

    assert offered() == ["wider"]
    tool_worries(filled)
    assert offered() == ["wider", "tool_domestic_abuse", "tool_exploitation", "tool_neglect"]
    filled.post("tools/neglect/", {"neglect_grade": "4"})
    for n in range(3):
        filled.post(f"concerns/dddd000{n}/remove/", {})
    assert offered() == ["wider", "tool_neglect"], "what was answered stays to be seen and changed"


@pytest.mark.parametrize(
    ("page", "answers", "kept", "level"),
    [
        ("domestic-abuse", {"used": "dash", "dash": "14"}, {"dash": 14}, 4),
        ("domestic-abuse", {"used": "dash", "dash_grade": "high"}, {"dash_grade": "high"}, 4),
        ("domestic-abuse", {"used": "dash", "dash": "3", "dash_grade": "high"}, {"dash": 3, "dash_grade": "high"}, 4),
        ("domestic-abuse", {"used": "dash", "dash": "14", "dash_grade": "none"}, {"dash": 14}, 4),
        ("domestic-abuse", {"used": "dara", "dara": "standard", "dash_grade": "high"}, {"dara": "standard"}, 2),
        ("domestic-abuse", {"used": "dash", "dash": "0", "dara": "high"}, {"dash": 0}, None),
        ("domestic-abuse", {"used": "dara", "dara": "medium", "dash": "14"}, {"dara": "medium"}, 3),
        ("domestic-abuse", {"used": "none", "dash": "14", "dara": "high"}, {}, None),
        ("exploitation", {"exploitation": "high"}, {"exploitation": "high"}, 4),
        ("exploitation", {"exploitation": "none", "exploitation_by": "Yusuf"}, {}, None),
        ("neglect", {"neglect_grade": "3", "neglect_by": "Nina"}, {"neglect_grade": 3, "neglect_by": "Nina"}, 3),
        ("neglect", {"neglect_grade": "none"}, {}, None),
    ],
)
def test_it_lets_the_level_follow_the_tool_and_never_takes_a_skipped_one_for_a_low_score(
    filled: Journey, page: str, answers: dict[str, str], kept: dict[str, Any], level: int | None
) -> None:
    filled.post("concerns/cccc1111/signs/", {})
    assert filled.post(f"tools/{page}/", answers).status_code == 302
    assert drafting.document(filled.data())["tools"] == kept
    extra = filled.get().context["extras"][-1]
    assert extra.done
    filled.send()
    referral = Referral.objects.get()
    assert referral.level == level
    assert bool(referral.scores) == bool(kept)


@pytest.mark.parametrize(
    ("signs", "done", "asked"),
    [(["D19"], "", False), (["D05"], "", True), (["D05"], "We met her mother.", False), ([], "", False)],
)
def test_it_asks_kindly_what_was_done_at_level_2_and_3_and_sends_without_it(
    filled: Journey, signs: list[str], done: str, asked: bool
) -> None:
    filled.post("concerns/cccc1111/signs/", {"signs": signs})
    filled.post("wider/", {"done_already": done})
    assert ("You have not said what you and your colleagues have done" in words(filled.get("check/"))) == asked
    filled.send()
    assert Referral.objects.get().done_already == done


def test_it_takes_a_score_back(filled: Journey) -> None:
    filled.post("tools/domestic-abuse/", {"used": "dash", "dash": "14", "domestic_abuse_by": "PC Reed"})
    filled.post("tools/domestic-abuse/", {"used": "none", "domestic_abuse_by": "PC Reed"})
    assert drafting.document(filled.data())["tools"] == {}
    page = filled.get("tools/domestic-abuse/").context["form"]
    assert page["used"].value() == "none"


@pytest.mark.parametrize(
    ("answers", "shown"),
    [
        ({"dash": "3", "dash_grade": "high"}, "DASH: 3 of 27, graded high risk"),
        ({"dash_grade": "standard"}, "DASH: graded standard risk"),
        ({"dash": "3", "dash_grade": "none"}, "DASH: 3 of 27"),
    ],
)
def test_it_reads_back_the_score_and_the_grade_of_dash(filled: Journey, answers: dict[str, str], shown: str) -> None:
    page = "tools/domestic-abuse/"
    tool_worries(filled)
    filled.post(page, {"used": "dash", **answers})
    form = filled.get(page).context["form"]
    assert (form["used"].value(), form["dash_grade"].value()) == ("dash", answers["dash_grade"])
    assert filled.post(page, Tab(filled, page).boxes).status_code == 302, "opened and saved again, it is the same"
    assert shown in words(filled.get("check/"))
    filled.send()
    assert shown in words(filled.client.get(f"/referrals/{Referral.objects.get().reference}/"))


def test_it_keeps_every_disability_of_the_census_on_the_page(filled: Journey) -> None:
    page = filled.get(MORE).context["form"]
    assert {code for code, _label in page.fields["disabilities"].choices} == set(Disability.values)
    filled.post(MORE, {"disabilities": ["NONE"]})
    filled.send()
    assert Referral.objects.get().subjects.get().disability_words == ["No disability"]


def test_it_sends_what_was_said_of_a_worker_only_with_a_worry_about_one(filled: Journey) -> None:
    drafts.save(draft=filled.draft, changes={"worker": {"name": "Max Coach"}})
    assert "worker" not in drafting.document(filled.data())
    filled.post("concerns/cccc1111/", WORRY | {"category": "allegation_against_worker"})
    assert drafting.document(filled.data())["worker"] == {"name": "Max Coach"}
    assert list(drafting.unfinished(filled.data())) == ["worker"], "their own children are asked about"
    drafts.save(draft=filled.draft, changes={"worker": {"name": "Max Coach", "own_children": "not_known"}})
    assert not list(drafting.unfinished(filled.data()))
