"""Every answer of the long form, as an agency's system sends it: read, stored, and named when it is wrong."""

import copy
from dataclasses import fields
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from referrals import documents, submission
from referrals.choices import Disability, Ethnicity
from referrals.documents import InvalidDocument
from referrals.models import Adult, Concern, Referral, Subject
from referrals.submission import to_document
from tests.api.conftest import Caller
from tests.api.documents import EVERYTHING, a_document

pytestmark = pytest.mark.django_db

TOMORROW = (timezone.localdate() + timedelta(days=1)).isoformat()


def everything(**changes: Any) -> dict[str, Any]:
    """The long form, with other answers of its first child, adult and concern where they are named."""
    document = copy.deepcopy(EVERYTHING)
    for path, value in changes.items():
        section, _, name = path.partition("__")
        place = document[section][0] if isinstance(document[section], list) else document[section]
        place[name] = value
    return document


def test_it_fills_every_field_of_the_long_form() -> None:
    """So that no answer can be added and forgotten here, in what is stored, or on the pages that show it."""
    whole = EVERYTHING
    pairs = [
        (submission.Submission, whole),
        (submission.Child, whole["children"][0]),
        (submission.Adult, whole["adults"][0]),
        (submission.Concern, whole["concerns"][0]),
        (submission.Consent, whole["consent"]),
        (submission.Tools, whole["tools"]),
        (submission.Worker, whole["worker"]),
    ]
    apart = {"due_date", "estimated_age"}
    for known, sent in pairs:
        assert {one.name for one in fields(known)} - apart == set(sent), known


def test_it_reads_back_what_it_stores_of_the_long_form() -> None:
    read, ignored = documents.read(EVERYTHING)
    assert not ignored
    assert documents.read(to_document(read)) == (read, [])
    assert {**to_document(read)["children"][0], "due_date": None} == {
        **EVERYTHING["children"][0],
        "due_date": None,
        "estimated_age": None,
    }
    assert read.tools.dash == 0 and to_document(read)["tools"] == EVERYTHING["tools"]
    assert read.worker and read.worker.known_on == date(2026, 1, 12)


def test_it_stores_every_answer_in_its_own_column(system: Caller) -> None:
    assert system.refer(EVERYTHING).status_code == 201
    rows: list[tuple[Any, dict[str, Any], set[str]]] = [
        (Subject, EVERYTHING["children"][0], {"address", "birth_date"}),
        (Adult, EVERYTHING["adults"][0], set()),
        (Concern, EVERYTHING["concerns"][0], {"indicators", "about"}),
        (Referral, {name: EVERYTHING[name] for name in ("strengths", "hopes", "done_already")}, set()),
    ]
    for model, sent, apart in rows:
        row = model.objects.order_by("pk")[0]
        assert {name: getattr(row, name) for name in sent if name not in apart} == {
            name: value for name, value in sent.items() if name not in apart
        }


@pytest.mark.parametrize("score", [None, 0, 14])
def test_it_never_takes_a_tool_that_was_not_used_for_a_low_score(score: int | None, system: Caller) -> None:
    system.refer(everything(tools__dash=score, tools__dara=None))
    facts = Subject.objects.get().submitter_assessment.facts
    assert facts["tools"]["dash"] == score
    rules = {reason["rule"] for reason in Subject.objects.get().submitter_assessment.reasons}
    assert ("dash" in rules) == (score == 14)


@pytest.mark.parametrize("code", Ethnicity.values)
def test_it_takes_each_ethnicity_of_the_census(code: str) -> None:
    assert documents.parse(everything(children__ethnicity=code)).children[0].ethnicity == code


@pytest.mark.parametrize("code", Disability.values)
def test_it_takes_each_disability_of_the_census_once(code: str) -> None:
    assert documents.parse(everything(children__disabilities=[code, code])).children[0].disabilities == (code,)


@pytest.mark.parametrize(
    ("path", "value", "named", "words"),
    [
        ("children__aliases", "x" * 201, "children.0.aliases", "may have 200"),
        ("children__ethnicity", "Irish", "children.0.ethnicity", "one of: WBRI"),
        ("children__ethnicity", ["WBRI"], "children.0.ethnicity", "must be text"),
        ("children__language", "x" * 101, "children.0.language", "may have 100"),
        ("children__interpreter", True, "children.0.interpreter", "must be text"),
        ("children__interpreter", "perhaps", "children.0.interpreter", "one of: yes, no, not_known"),
        ("children__disabilities", "MOB", "children.0.disabilities", "must be a list"),
        ("children__disabilities", ["MOB", "SAD"], "children.0.disabilities.1", "one of: NONE"),
        ("children__disabilities", [{"code": "MOB"}], "children.0.disabilities.0", "must be text"),
        ("children__disabilities", ["NONE", "MOB"], "children.0.disabilities", "“NONE” cannot be given together"),
        ("children__disabilities", ["MOB"] * 27, "children.0.disabilities", "27 of these"),
        ("children__communication", 5, "children.0.communication", "must be text"),
        ("children__earlier_addresses", ["a"] * 21, "children.0.earlier_addresses", "21 of these"),
        ("children__earlier_addresses", ["a", 5], "children.0.earlier_addresses.1", "must be text"),
        ("children__earlier_addresses", ["x" * 501], "children.0.earlier_addresses.0", "may have 500"),
        ("adults__email", "jo", "adults.0.email", "Enter an email address"),
        ("adults__address", {"line1": "1"}, "adults.0.address", "must be text"),
        ("adults__safe_contact", "x" * 2001, "adults.0.safe_contact", "may have 2,000"),
        ("concerns__happened", "x" * 2001, "concerns.0.happened", "may have 2,000"),
        ("concerns__how_known", "dreamt", "concerns.0.how_known", "one of: seen, heard, child, other"),
        ("concerns__childs_words", ["no"], "concerns.0.childs_words", "must be text"),
        ("tools__domestic_abuse_by", 7, "tools.domestic_abuse_by", "must be text"),
        ("tools__exploitation", "extreme", "tools.exploitation", "one of: low"),
        ("worker__name", "", "worker.name", "name of the person"),
        ("worker__known_on", TOMORROW, "worker.known_on", "in the future"),
        ("worker__known_on", "0001-01-01", "worker.known_on", "too long ago"),
        ("worker__known_on", "soon", "worker.known_on", "year, month and day"),
        ("worker__own_children", "two", "worker.own_children", "one of: yes, no, not_known"),
        ("worker__still_working", False, "worker.still_working", "must be text"),
    ],
)
def test_it_names_what_is_wrong_in_the_long_form(path: str, value: Any, named: str, words: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        documents.parse(everything(**{path: value}))
    assert list(caught.value.errors) == [named] and words in caught.value.errors[named][0], caught.value.errors


@pytest.mark.parametrize("name", ["strengths", "hopes", "done_already"])
def test_it_says_when_the_wider_picture_is_too_long(name: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        documents.parse(a_document(**{name: "x" * 20_001}))
    assert list(caught.value.errors) == [name]


def test_it_takes_an_allegation_from_a_system_that_says_nothing_more_of_the_worker() -> None:
    allegation = {"category": "allegation_against_worker", "narrative": "He grabbed her arm."}
    assert documents.parse(a_document(concerns=[allegation])).worker is None


def test_it_refuses_a_worker_in_a_referral_that_is_not_closed_to_others() -> None:
    with pytest.raises(InvalidDocument) as caught:
        documents.parse(a_document(worker={"name": "Max Coach"}))
    assert list(caught.value.errors) == ["worker"]


def test_it_cleans_what_plays_tricks_in_every_new_text() -> None:
    odd = "  ليلى\u202e 🧒🏽\x00 "
    document = everything(
        children__aliases=odd,
        children__language=odd,
        children__earlier_addresses=[odd, "\u200b", None],
        adults__safe_contact=odd,
        concerns__childs_words=odd,
        worker__own_children_about=odd,
    )
    read = documents.parse(document)
    child, adult, concern = read.children[0], read.adults[0], read.concerns[0]
    assert read.worker
    found = {child.aliases, child.language, *child.earlier_addresses, adult.safe_contact, concern.childs_words}
    assert found | {read.worker.own_children_about} == {"ليلى 🧒🏽"}
    assert len(child.earlier_addresses) == 1
