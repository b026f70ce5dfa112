"""What is not known is told from what is held, each gap with why it matters, and nothing is guessed."""

from datetime import date
from typing import Any

import pytest

from referrals.choices import Agreement, Category, FamilyTold, HowKnown
from referrals.models import Adult, Concern, Referral, Subject
from referrals.selectors.missing import Gap, Held, gaps

TODAY = date(2026, 11, 24)
DAD = Adult(name="Mark", relationship="dad")
STRANGER = Adult(name="X", causes_harm=True)
MOTHER, FATHER = (
    Adult(name="Jo", relationship="Mother"),
    Adult(name="Mark", relationship="stepfather", causes_harm=True),
)


def referral(**changes: Any) -> Referral:
    whole = {"agreement": Agreement.GIVEN, "family_told": FamilyTold.YES, "document": {"tools": {}}}
    return Referral(**{**whole, **changes})


def used(**tools: Any) -> Referral:
    return referral(document={"tools": tools})


def child(**changes: Any) -> Subject:
    whole = {
        "pk": 1,
        "given_name": "Ada",
        "family_name": "Byrne",
        "birth_date": date(2019, 5, 4),
        "address_line1": "1 Mill Lane",
        "postcode": "CH41 1AA",
        "school": "Mill Lane",
    }
    return Subject(**{**whole, **changes})


def worry(category: str = Category.PHYSICAL_ABUSE, **changes: Any) -> Concern:
    whole = {"pk": 1, "happened": "On Monday", "how_known": HowKnown.CHILD, "childs_words": "He hit me."}
    return Concern(category=category, **{**whole, **changes})


def found(*children: Subject, **changes: Any) -> list[Gap]:
    whole: dict[str, Any] = {
        "referral": referral(),
        "subjects": children or (child(),),
        "adults": (MOTHER, FATHER),
        "concerns": (worry(),),
        "about": {},
        "worker_has_children": False,
        "today": TODAY,
    }
    return gaps(Held(**{**whole, **changes}))


def test_it_finds_nothing_where_nothing_is_missing():
    assert found() == []


CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("A child’s name", {"given_name": "", "family_name": ""}, {}),
    ("The whole name of Ada", {"family_name": ""}, {}),
    ("The date of birth of Ada Byrne, or even about how old", {"birth_date": None}, {}),
    ("The date of birth of Ada Byrne", {"birth_date": None, "estimated_age": 7}, {}),
    ("Where Ada Byrne lives", {"postcode": ""}, {}),
    ("Which school Ada Byrne goes to", {"school": ""}, {}),
    ("Whether Ada Byrne needs an interpreter", {"language": "Polish"}, {}),
    ("Whether anybody has seen Ada Byrne: all of it was told by somebody else", {},
     {"concerns": (worry(how_known=HowKnown.OTHER, childs_words=""),)}),
    ("What Ada Byrne says: none of the child’s own words are written down", {},
     {"concerns": (worry(how_known=HowKnown.SEEN, childs_words=""),)}),
    ("Who cares for the children: no parent or carer is named", {}, {"adults": (STRANGER, STRANGER)}),
    ("Who the father is", {}, {"adults": (MOTHER, Adult(name="X", relationship="aunt", causes_harm=True))}),
    ("Whether other adults live in the home or visit: one is named", {}, {"adults": (FATHER,)}),
    ("Who causes the harm", {}, {"adults": (MOTHER, Adult(name="Mark", relationship="father"))}),
    ("When it happened", {}, {"concerns": (worry(happened=""),)}),
    ("How dangerous the domestic abuse is: nobody used DASH or DARA", {},
     {"concerns": (worry(Category.DOMESTIC_ABUSE),)}),
    ("Whether the family agrees: nobody has asked them", {}, {"referral": referral(agreement=Agreement.NOT_SOUGHT)}),
    ("Whether the family knows about this referral", {}, {"referral": referral(family_told=FamilyTold.NOT_STATED)}),
    ("Whether the person who works with children has, or lives with, children of their own", {},
     {"referral": referral(allegation=True)}),
]  # fmt: skip


@pytest.mark.parametrize(("what", "of_child", "of_all"), CASES, ids=[case[0] for case in CASES])
def test_it_finds_one_gap_alone_and_says_why_it_matters(what: str, of_child: dict[str, Any], of_all: dict[str, Any]):
    (gap,) = found(child(**of_child), **of_all)
    assert str(gap) == gap.what == what
    assert gap.why.endswith(".") and len(gap.why) > 20


@pytest.mark.parametrize(
    ("of_child", "of_all"),
    [
        ({"birth_date": None, "due_date": date(2027, 1, 1), "given_name": "", "family_name": ""}, {}),
        ({"birth_date": date(2022, 1, 1), "school": ""}, {}),
        ({"birth_date": date(2009, 11, 24), "school": ""}, {}),
        ({"language": "English"}, {}),
        ({"language": "Polish", "interpreter": "yes"}, {}),
        ({}, {"concerns": (worry(how_known="", childs_words=""),)}),
        ({"birth_date": date(2024, 1, 1)}, {"concerns": (worry(how_known=HowKnown.SEEN, childs_words=""),)}),
        ({}, {"concerns": (worry(Category.EDUCATION, how_known=HowKnown.OTHER, happened=""),), "adults": (FATHER,)}),
        ({}, {"concerns": (worry(who_causes_harm="His uncle"),), "adults": (MOTHER, DAD)}),
        ({}, {"concerns": (worry(Category.DOMESTIC_ABUSE),), "referral": used(dash=0)}),
        ({}, {"concerns": (worry(Category.DOMESTIC_ABUSE),), "referral": used(dara="high")}),
        ({}, {"referral": referral(allegation=True), "worker_has_children": True}),
    ],
    ids=str,
)  # fmt: skip
def test_it_asks_for_nothing_that_does_not_apply(of_child: dict[str, Any], of_all: dict[str, Any]):
    assert found(child(**of_child), **of_all) == []


@pytest.mark.parametrize(
    ("day", "asked"), [(date(2024, 5, 3), False), (date(2024, 5, 4), True), (date(2035, 5, 4), False)]
)
def test_it_asks_for_a_school_from_the_fifth_birthday_to_the_sixteenth(day: date, asked: bool):
    assert [gap.what for gap in found(child(school=""), today=day)] == ["Which school Ada Byrne goes to"] * asked


def test_it_looks_only_at_the_worries_about_each_child():
    told, seen = worry(how_known=HowKnown.OTHER, childs_words=""), worry(pk=2)
    both = (child(), child(pk=2, given_name="Bo"))
    (gap,) = found(*both, concerns=(told, seen), about={1: frozenset({2}), 2: frozenset({1})})
    assert gap.what.startswith("Whether anybody has seen Bo Byrne")


def test_it_says_the_childrens_gaps_first_in_their_order():
    bare = referral(agreement=Agreement.NOT_SOUGHT)
    said = [gap.what for gap in found(child(school=""), child(pk=2, given_name="Bo", postcode=""), referral=bare)]
    assert said == [
        "Which school Ada Byrne goes to",
        "Where Bo Byrne lives",
        "Whether the family agrees: nobody has asked them",
    ]
