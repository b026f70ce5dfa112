"""What may be sent as a referral, and the sentence for each thing that may not."""

import math
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from referrals import documents
from referrals.documents import InvalidDocument
from referrals.submission import Indicator, Submission, to_document
from tests.api.documents import GONE, a_document

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


def errors(document: Any) -> dict[str, list[str]]:
    with pytest.raises(InvalidDocument) as caught:
        documents.parse(document)
    return caught.value.errors


def day(days: int) -> str:
    return (TODAY() + timedelta(days=days)).isoformat()


def test_it_reads_the_contracts_own_example() -> None:
    submission = documents.parse(a_document())
    child, concern = submission.children[0], submission.concerns[0]
    assert (child.given_name, child.birth_date, child.address.postcode) == ("Ada", date(2019, 5, 4), "CH41 1AA")
    assert (concern.category, concern.indicators) == ("physical_abuse", (Indicator(code="D19"),))
    assert (submission.consent.status, submission.consent.lawful_basis) == ("not_sought", "not_stated")
    assert submission.immediate_danger is False


def test_it_reads_its_own_stored_form_back_unchanged() -> None:
    document = a_document(
        children=[
            {"given_name": "Ada", "estimated_age": 4, "upn": "", "nhs_number": "485 777 3457"},
            {"due_date": day(9)},
        ],
        adults=[{"name": "Q", "causes_harm": True, "parental_responsibility": "not_known", "phone": "07700 900123"}],
        tools={"dash": 14, "dara": "high", "neglect_grade": 3, "exploitation": "medium"},
        concerns__0__about=[1, 1],
        concerns__0__indicators=[{"code": "D12", "severity": "mild", "duration": "weeks"}, "D19", "D19"],
        consent__lawful_basis="public_task",
        consent__family_told="partly",
    )
    first = documents.parse(document)
    assert first.concerns[0].about == (1,)
    assert len(first.concerns[0].indicators) == 2
    assert documents.read(to_document(first)) == (first, [])


@pytest.mark.parametrize(
    ("path", "value", "named", "words"),
    [
        ("children", GONE, "children", "Add the child"),
        ("children", [], "children", "Add the child"),
        ("children", {}, "children", "must be a list"),
        ("children", [7], "children.0", "must be an object"),
        ("children", [{"due_date": "2020-01-01"}] * 21, "children", "21 of these and there may be 20"),
        ("children__0", {"sex": "F"}, "children.0.given_name", "Give the child’s name"),
        ("children__0__given_name", "x" * 4000, "children.0.given_name", "4,000 characters and may have 200"),
        ("children__0__given_name", 5, "children.0.given_name", "must be text"),
        ("children__0__family_name", ["Byrne"], "children.0.family_name", "must be text"),
        ("children__0__sex", "X", "children.0.sex", "one of: F, M, U"),
        ("children__0__birth_date", "2019-02-30", "children.0.birth_date", "no such date"),
        ("children__0__birth_date", "20190504", "children.0.birth_date", "year, month and day"),
        ("children__0__birth_date", "2019-W18-6", "children.0.birth_date", "year, month and day"),
        ("children__0__birth_date", "٢٠١٩-٠٥-٠٤", "children.0.birth_date", "year, month and day"),
        ("children__0__birth_date", 2019, "children.0.birth_date", "must be text"),
        ("children__0__birth_date", "0000-01-01", "children.0.birth_date", "no such date"),
        ("children__0__birth_date", "1950-01-01", "children.0.birth_date", "more than 25 years ago"),
        ("children__0__birth_date", "9999-12-31", "children.0.birth_date", "in the future"),
        ("children__0__due_date", day(9), "children.0.due_date", "Give only one"),
        ("children__0__estimated_age", 7, "children.0.estimated_age", "Give only one"),
        ("children__0__estimated_age", "7", "children.0.estimated_age", "whole number from 0 to 25"),
        ("children__0__estimated_age", True, "children.0.estimated_age", "whole number"),
        ("children__0__estimated_age", 7.0, "children.0.estimated_age", "whole number"),
        ("children__0__estimated_age", math.nan, "children.0.estimated_age", "whole number"),
        ("children__0__estimated_age", 10**4000, "children.0.estimated_age", "whole number"),
        ("children__0__nhs_number", "485 777 3456", "children.0.nhs_number", "not right"),
        ("children__0__nhs_number", 4857773456, "children.0.nhs_number", "must be text"),
        ("children__0__upn", "P207000016040", "children.0.upn", "check letter|not right|13 characters"),
        ("children__0__address", "1 Mill Lane", "children.0.address", "must be an object"),
        ("children__0__address__postcode", "NOWHERE", "children.0.address.postcode", "postcode"),
        ("children__0__address__town", "x" * 101, "children.0.address.town", "may have 100"),
        ("adults", [{"relationship": "uncle"}], "adults.0.name", "adult’s name"),
        ("adults", [{"name": "Q", "causes_harm": "yes"}], "adults.0.causes_harm", "true or false"),
        ("adults", [{"name": "Q", "phone": "ask"}], "adults.0.phone", "telephone number"),
        ("concerns", GONE, "concerns", "what you are worried about"),
        ("concerns", None, "concerns", "what you are worried about"),
        ("concerns", [{}] * 31, "concerns", "31 of these"),
        ("concerns__0__category", "gossip", "concerns.0.category", "must be one of: physical_abuse"),
        ("concerns__0__category", GONE, "concerns.0.category", "kind of worry"),
        ("concerns__0__category", ["neglect"], "concerns.0.category", "must be text"),
        ("concerns__0__narrative", " \u200b\n", "concerns.0.narrative", "your own words"),
        ("concerns__0__narrative", "x" * 20_001, "concerns.0.narrative", "may have 20,000"),
        (
            "concerns__0__indicators",
            ["D19", "X99"],
            "concerns.0.indicators.1",
            "no indicator “X99” in the framework “Levels 1 to 4”",
        ),
        ("concerns__0__indicators", "D19", "concerns.0.indicators", "must be a list"),
        ("concerns__0__indicators", [["D19"]], "concerns.0.indicators.0", "must be an object"),
        (
            "concerns__0__indicators",
            [{"severity": "mild"}],
            "concerns.0.indicators.0.code",
            "the code of the indicator",
        ),
        ("concerns__0__indicators", [{"code": "X9"}], "concerns.0.indicators.0.code", "no indicator"),
        (
            "concerns__0__indicators",
            [{"code": "D19", "severity": "bad"}],
            "concerns.0.indicators.0.severity",
            "one of: mild",
        ),
        (
            "concerns__0__indicators",
            [{"code": "D19", "duration": 3}],
            "concerns.0.indicators.0.duration",
            "must be text",
        ),
        ("concerns__0__about", [0, 1], "concerns.0.about.1", "position of a child"),
        ("concerns__0__about", [-1], "concerns.0.about.0", "position of a child"),
        ("concerns__0__about", [False], "concerns.0.about.0", "position of a child"),
        ("concerns__0__about", "all", "concerns.0.about", "must be a list"),
        ("consent", GONE, "consent.status", "whether the family agrees"),
        ("consent", [], "consent", "must be an object"),
        ("consent__status", "maybe", "consent.status", "one of: given, refused, not_sought"),
        ("consent__reason", "", "consent.reason", "Say why the family"),
        ("consent__lawful_basis", "whim", "consent.lawful_basis", "one of: public_task"),
        ("referrer__name", " ", "referrer.name", "Give your name"),
        ("referrer", {"name": "R"}, "referrer.phone", "telephone number or an email"),
        ("referrer__email", "r.teacher", "referrer.email", "Enter an email address"),
        ("referrer__phone", "1" * 41, "referrer.phone", "may have 40"),
        ("tools", {"dash": 28}, "tools.dash", "from 0 to 27"),
        ("tools", {"dash_grade": "extreme"}, "tools.dash_grade", "one of: standard"),
        ("tools", {"dara": "extreme"}, "tools.dara", "one of: standard"),
        ("tools", {"neglect_grade": 0}, "tools.neglect_grade", "from 1 to 5"),
        ("immediate_danger", "no", "immediate_danger", "true or false"),
        ("immediate_danger", 0, "immediate_danger", "true or false"),
        ("framework", "atlantis", "framework", "under “wirral”"),
        ("framework", "wigan", "framework", "under “wirral”"),
        ("framework", {}, "framework", "must be text"),
    ],
)
def test_it_names_what_is_wrong(path: str, value: Any, named: str, words: str) -> None:
    found = errors(a_document(**{path: value}))
    assert list(found) == [named], found
    assert any(part in found[named][0] for part in words.split("|")), found


@pytest.mark.parametrize("document", [None, [], "{}", 7, math.nan, True])
def test_it_wants_an_object(document: Any) -> None:
    assert "document" in errors(document)


def test_it_names_every_mistake_at_once() -> None:
    wrong = a_document(children__0__sex="X", concerns__0__category="gossip", consent__reason="", tools={"dash": 99})
    assert set(errors(wrong)) == {"children.0.sex", "concerns.0.category", "consent.reason", "tools.dash"}


def test_it_takes_an_unborn_child_without_a_name_and_one_whose_age_is_a_guess() -> None:
    document = a_document(children=[{"due_date": day(100)}, {"given_name": "Not known", "estimated_age": 3}])
    unborn, other = documents.parse(document).children
    assert unborn.due_date and not unborn.given_name
    assert other.estimated_age == 3


def test_it_draws_its_lines_at_the_day() -> None:
    today = TODAY()
    oldest = today.replace(year=today.year - 25, day=min(today.day, 28))
    for field, good, bad in [
        ("birth_date", today, today + timedelta(days=1)),
        ("birth_date", oldest + timedelta(days=3), oldest - timedelta(days=1)),
        ("due_date", today + timedelta(days=300), today + timedelta(days=301)),
        ("due_date", today - timedelta(days=28), today - timedelta(days=29)),
    ]:
        documents.parse(a_document(children=[{"given_name": "Ada", field: good.isoformat()}]))
        assert errors(a_document(children=[{"given_name": "Ada", field: bad.isoformat()}]))


@pytest.mark.parametrize(
    ("first", "second", "named"),
    [
        (
            {"given_name": "Ada", "family_name": "Byrne", "birth_date": "2019-05-04"},
            {"given_name": "ADA ", "family_name": "byrne", "birth_date": "2019-05-04"},
            "children.1.given_name",
        ),
        (
            {"given_name": "Ada", "family_name": "Byrne"},
            {"given_name": "Ada", "family_name": "Byrne"},
            "children.1.given_name",
        ),
        (
            {"given_name": "Ada", "nhs_number": "4857773457"},
            {"given_name": "Bo", "nhs_number": "485-777-3457"},
            "children.1.nhs_number",
        ),
    ],
)
def test_it_refuses_a_child_named_twice(first: dict[str, Any], second: dict[str, Any], named: str) -> None:
    assert list(errors(a_document(children=[first, second]))) == [named]


@pytest.mark.parametrize(
    "children",
    [
        [{"due_date": "soon"}, {"due_date": "soon"}],
        [{"given_name": "Not known"}, {"given_name": "not known"}],
        [{"given_name": "Ada", "family_name": "Byrne", "estimated_age": age} for age in (3, 5)],
        [{"given_name": name, "family_name": "Byrne", "birth_date": "2019-05-04"} for name in ("Ada", "Bo")],
    ],
)
def test_it_takes_twins_and_strangers(children: list[dict[str, Any]]) -> None:
    for child in children:
        if child.get("due_date") == "soon":
            child["due_date"] = day(30)
    assert len(documents.parse(a_document(children=children)).children) == 2


def test_it_keeps_every_script_and_emoji_and_drops_what_plays_tricks() -> None:
    document = a_document(
        children__0__given_name="  ليلى\u202e\x00 ",
        children__0__family_name="O\ud800’Neill 👩‍👧",
        concerns__0__narrative="one\r\ntwo\x07",
    )
    submission = documents.parse(document)
    assert submission.children[0].given_name == "ليلى"
    assert submission.children[0].family_name == "O’Neill 👩‍👧"
    assert submission.concerns[0].narrative == "one\ntwo"


def test_it_says_which_fields_meant_nothing_to_it() -> None:
    document = a_document(imediate_danger=True, children__0__nickname="Ads", **{"concerns__0__\ud800x": 1})
    submission, ignored = documents.read(document)
    assert isinstance(submission, Submission)
    assert set(ignored) == {"imediate_danger", "children.0.nickname", "concerns.0.x"}
    assert "Ads" not in str(to_document(submission))
