"""Answers that open other questions, and the box at the top of the page."""

from typing import Any

import pytest

from mash.govuk import fields
from mash.govuk.forms import GovukForm
from mash.govuk.templatetags.mash import error_summary


class Agreement(GovukForm):
    name = fields.TextField(label="Name")
    agreed = fields.YesNoField(
        label="Do they agree?", unknown="Not asked", reveals={"no": ["refusal"], "unknown": ["since", "why"]}
    )
    refusal = fields.TextareaField(label="What did they say?", missing="Say what they said")
    since = fields.DateField(label="Since", missing="Enter since when")
    why = fields.RadiosField(label="Why?", choices=[("risk", "Risk"), ("other", "Other")], reveals={"other": ["more"]})
    more = fields.TextField(label="More", missing="Say more")


def links(**typed: Any) -> list[tuple[str, str]]:
    return list(Agreement({"name": "Ada", **typed}).error_links())


def test_it_asks_only_what_the_answer_opens() -> None:
    assert links(agreed="no") == [("id_refusal", "Say what they said")]
    assert links(agreed="yes") == []


def test_it_asks_what_an_opened_answer_opens_in_turn() -> None:
    assert links(agreed="unknown", why="other", **{"since-day": "1", "since-month": "2", "since-year": "2020"}) == [
        ("id_more", "Say more")
    ]


def test_it_lets_go_of_what_is_typed_under_another_answer() -> None:
    form = Agreement({"name": "Ada", "agreed": "yes", "refusal": "x" * 20_000, "why": "other", "since-day": "99"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"name": "Ada", "agreed": True, "refusal": "", "since": None, "why": "", "more": ""}


def test_it_prints_an_opened_question_inside_its_answer_and_nowhere_else() -> None:
    page = str(Agreement())
    assert page.count('name="refusal"') == 1
    assert page.index('id="conditional-id_agreed-2"') < page.index('name="refusal"') < page.index('id="id_agreed-3"')


def test_it_shows_the_opened_question_when_its_answer_was_chosen() -> None:
    assert 'class="govuk-radios__conditional" id="conditional-id_agreed-2"' in str(Agreement({"agreed": "no"}))
    assert 'class="govuk-radios__conditional govuk-radios__conditional--hidden" id="conditional-id_agreed-2"' in str(
        Agreement()
    )


def test_it_does_not_indent_the_lines_that_somebody_typed_in_an_opened_box() -> None:
    assert ">one\ntwo\n  three</textarea>" in str(Agreement({"agreed": "no", "refusal": "one\ntwo\n  three"}))


def test_it_lists_mistakes_from_the_top_of_the_page_and_the_form_s_own_last() -> None:
    form = Agreement({"agreed": "no"})
    form.add_error(None, "Somebody else changed this")
    form.add_error("name", "Second")
    assert [words for _id, words in form.error_links()] == [
        "Enter name", "Second", "Say what they said", "Somebody else changed this"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("This is too short.", "This is too short"),
        ("It is not there. Choose one from the list.", "It is not there. Choose one from the list"),
        ("Enter more than “a...”", "Enter more than “a...”"),
        ("And so on...", "And so on..."),
        ("What is it?", "What is it?"),
    ],
)
def test_it_ends_no_error_with_a_full_stop(said: str, shown: str) -> None:
    form = Agreement({"name": "Ada", "agreed": "yes"})
    form.add_error("name", said)
    form.add_error(None, said)
    assert [words for _id, words in form.error_links()] == [shown, shown]
    assert str(form).count(shown) == 1 and (said == shown or said not in str(form))


def test_it_puts_the_same_words_in_the_summary_and_beside_the_box() -> None:
    form = Agreement({"agreed": "no"})
    summary = error_summary(form)
    assert "There is a problem" in summary
    assert '<a href="#id_refusal">Say what they said</a>' in summary
    assert "Say what they said" in str(form)


@pytest.mark.parametrize("form", [Agreement(), Agreement({"name": "Ada", "agreed": "yes"}), "", None])
def test_it_shows_no_summary_when_nothing_is_wrong(form: Any) -> None:
    assert error_summary(form) == ""


def test_it_shows_one_summary_for_two_forms() -> None:
    summary = error_summary(Agreement({"agreed": "yes"}, prefix="a"), Agreement({"agreed": "yes"}, prefix="b"))
    assert summary.count("There is a problem") == 1
    assert '"#id_a-name"' in summary
    assert '"#id_b-name"' in summary
