"""What was typed stays, and each mistake gets one plain sentence."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from mash.govuk import fields
from mash.govuk.fields import GovukField
from mash.govuk.forms import GovukForm


def one(field: GovukField, **typed: Any) -> GovukForm:
    """A form with one field called `it`, filled in with `typed`."""
    return type("One", (GovukForm,), {"it": field})({name.replace("_", "-"): value for name, value in typed.items()})


def born(day: str, month: str, year: str, **options: Any) -> GovukForm:
    return one(fields.DateField(label="Date of birth", past=True, **options), it_day=day, it_month=month, it_year=year)


def message(form: GovukForm) -> str:
    [(_anchor, words)] = form.error_links()
    return words


def anchor(form: GovukForm) -> str:
    [(where, _words)] = form.error_links()
    return where


def test_it_reads_a_date_from_its_three_boxes() -> None:
    form = born("04", "5", "2019")
    assert form.is_valid()
    assert form.cleaned_data["it"] == date(2019, 5, 4)


@pytest.mark.parametrize("month", ["may", "May", "MAY", "5", "05"])
def test_it_reads_a_month_in_words_too(month: str) -> None:
    assert born("4", month, "2019").is_valid()


@pytest.mark.parametrize(
    ("typed", "words", "where"),
    [
        (("31", "2", "2019"), "Date of birth must be a real date, like 27 3 2015", "id_it-day"),
        (("4", "13", "2019"), "Date of birth must be a real date, like 27 3 2015", "id_it-month"),
        (("32", "1", "2019"), "Date of birth must be a real date, like 27 3 2015", "id_it-day"),
        (("4", "5", ""), "Date of birth must include a year", "id_it-year"),
        (("", "5", ""), "Date of birth must include a day and a year", "id_it-day"),
        (("4", "5", "19"), "Date of birth must have a year with 4 numbers, like 2015", "id_it-year"),
        (("4", "5", "201９9"), "Date of birth must be a real date, like 27 3 2015", "id_it-year"),
        (("x", "y", "z"), "Date of birth must be a real date, like 27 3 2015", "id_it-day"),
        (("9" * 5000, "5", "2019"), "Date of birth must be a real date, like 27 3 2015", "id_it-day"),
        (("4", "5", "1066"), "Date of birth must be on or after 1 January 1900", "id_it-day"),
        (("0", "0", "0000"), "Date of birth must be a real date, like 27 3 2015", "id_it-day"),
    ],
)
def test_it_says_what_is_wrong_with_a_date_and_leads_to_the_box(
    typed: tuple[str, str, str], words: str, where: str
) -> None:
    form = born(*typed)
    assert (message(form), anchor(form)) == (words, where)


def test_it_keeps_an_impossible_date_in_the_boxes_as_it_was_typed() -> None:
    page = str(born("31", "Feb", "2019"))
    assert all(f'value="{typed}"' in page for typed in ("31", "Feb", "2019"))


def test_it_refuses_a_birth_tomorrow_and_accepts_one_today() -> None:
    today = timezone.localdate()
    tomorrow = today + timedelta(days=1)
    assert message(born(*parts(tomorrow))) == "Date of birth must be today or in the past"
    assert born(*parts(today)).is_valid()


def parts(day: date) -> tuple[str, str, str]:
    return str(day.day), str(day.month), str(day.year)


def test_it_limits_a_date_by_functions_that_are_asked_each_time() -> None:
    field = fields.DateField(label="Due date", future=True, latest=lambda: timezone.localdate() + timedelta(days=10))
    far = parts(timezone.localdate() + timedelta(days=11))
    form = one(field, it_day=far[0], it_month=far[1], it_year=far[2])
    assert message(form).startswith("Due date must be on or before ")


def test_it_shows_a_stored_date_in_the_boxes() -> None:
    form = type("One", (GovukForm,), {"it": fields.DateField(label="Born")})(initial={"it": date(2019, 5, 4)})
    assert 'name="it-year" type="text" value="2019"' in str(form)


def test_it_shows_a_draft_s_text_date_in_the_boxes() -> None:
    form = type("One", (GovukForm,), {"it": fields.DateField(label="Born")})(initial={"it": "2019-05-04"})
    assert 'name="it-month" type="text" value="5"' in str(form)


def test_it_asks_for_a_date_that_is_missing_in_the_page_s_own_words() -> None:
    form = one(fields.DateField(label="Date of birth", missing="Enter the child’s date of birth"))
    assert message(form) == "Enter the child’s date of birth"


def test_it_tells_somebody_who_typed_4000_letters_how_many_fit_and_keeps_them_all() -> None:
    form = one(fields.TextField(label="Given name", max_length=100), it="a" * 4000)
    assert message(form) == "Given name must be 100 characters or fewer. You have 4,000"
    assert "a" * 4000 in str(form)
    assert "maxlength" not in str(form)


def test_it_says_why_an_early_date_is_not_taken() -> None:
    field = fields.DateField(label="Born", earliest=date(2001, 1, 2), too_early="we help people up to 25")
    form = one(field, **{"it-day": "1", "it-month": "1", "it-year": "2001"})
    assert message(form) == "Born must be on or after 2 January 2001: we help people up to 25"


def test_it_writes_the_limit_of_a_story_with_a_comma_before_any_script_runs() -> None:
    assert "You can enter up to 10,000 characters" in str(one(fields.TextareaField(label="What happened?")))


def test_it_counts_a_story_after_cleaning_and_keeps_its_lines() -> None:
    form = one(fields.TextareaField(label="What happened?", max_length=11), it="one\r\n\r\nthree\x00 ")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["it"] == "one\n\nthree"


def test_it_names_the_question_whose_answer_is_too_long() -> None:
    form = one(fields.TextareaField(label="What happened?", max_length=5), it="too long")
    assert message(form) == "Your answer to “What happened?” must be 5 characters or fewer. You have 8"


def test_it_names_an_answer_by_its_subject_where_several_on_the_page_share_a_label() -> None:
    name = fields.TextField(label="First name", subject="First name of child 2", max_length=5)
    assert message(one(name, it="too long")) == "First name of child 2 must be 5 characters or fewer. You have 8"
    place = fields.IntegerField(label="Place", subject="Place of band 3b", max_value=9)
    assert message(one(place, it="10")) == "Place of band 3b must be between 0 and 9"
    assert "of band 3b" not in str(one(place, it="1"))


def test_it_says_how_long_a_password_may_be_in_our_words() -> None:
    form = one(fields.PasswordField(label="New password"), it="x" * 1001)
    assert message(form) == "New password must be 1,000 characters or fewer"


@pytest.mark.parametrize("typed", ["זוהר כהן", "فاطمة", "Zoë 👩‍👧‍👦", "Ọlá", "O’Brien-Šimić", "李雷"])
def test_it_keeps_names_of_every_script(typed: str) -> None:
    form = one(fields.TextField(label="Given name"), it=f"  {typed} ")
    assert form.is_valid()
    assert form.cleaned_data["it"] == typed
    assert typed in str(form)


def test_it_takes_out_what_turns_text_around_and_runs_of_space() -> None:
    form = one(fields.TextField(label="Given name"), it="Ada\u202e\n\n  Byrne\x00")
    assert form.is_valid()
    assert form.cleaned_data["it"] == "Ada Byrne"


def test_it_takes_nothing_but_invisible_marks_for_nothing() -> None:
    assert message(one(fields.TextField(label="Given name"), it="\u202e \x00")) == "Enter given name"


def test_it_shows_markup_that_was_typed_as_text() -> None:
    page = str(one(fields.TextField(label="Given name", max_length=5), it='"><script>alert(1)</script>'))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("typed", ["9434765919", "943 476 5919", "943-476-5919"])
def test_it_accepts_an_nhs_number_however_it_is_spaced(typed: str) -> None:
    form = one(fields.NHSNumberField(), it=typed)
    assert form.is_valid()
    assert form.cleaned_data["it"] == "9434765919"


@pytest.mark.parametrize("typed", ["9434765918", "123", "94347659190", "0000000000", "٤٨٥٧٧٧٣٤٥٦", "abcdefghij"])
def test_it_refuses_an_nhs_number_that_is_wrong_and_keeps_it(typed: str) -> None:
    form = one(fields.NHSNumberField(), it=typed)
    assert "NHS number" in message(form)
    assert f'value="{typed}"' in str(form)


def test_it_leaves_an_empty_nhs_number_empty() -> None:
    form = one(fields.NHSNumberField(required=False), it=" ")
    assert form.is_valid()
    assert form.cleaned_data["it"] == ""


def test_it_writes_a_postcode_one_way() -> None:
    form = one(fields.PostcodeField(), it="ch411aa")
    assert form.is_valid()
    assert form.cleaned_data["it"] == "CH41 1AA"


@pytest.mark.parametrize("typed", ["0151 496 0000", "+44 (0)7700 900982", "01514960000 ext 12", "0151-496-0000"])
def test_it_accepts_a_phone_number_as_people_write_it(typed: str) -> None:
    assert one(fields.TelephoneField(label="Phone"), it=typed).is_valid()


@pytest.mark.parametrize("typed", ["12", "call me", "0151 496 000O", "1" * 30])
def test_it_refuses_what_cannot_be_dialled(typed: str) -> None:
    assert message(one(fields.TelephoneField(label="Phone"), it=typed)).startswith("Enter a phone number")


def test_it_explains_an_email_address() -> None:
    form = one(fields.EmailField(label="Email address"), it="r.teacher@school")
    assert message(form) == "Enter an email address in the correct format, like name@example.com"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("-1", "Age must be between 0 and 17"),
        ("18", "Age must be between 0 and 17"),
        ("9" * 5000, "Age must be a whole number, like 12"),
        ("seven", "Age must be a whole number, like 12"),
        ("1.5", "Age must be a whole number, like 12"),
    ],
)
def test_it_says_the_limits_of_a_number(typed: str, words: str) -> None:
    assert message(one(fields.IntegerField(label="Age", max_value=17), it=typed)) == words


def test_it_reads_a_number_with_a_comma() -> None:
    form = one(fields.IntegerField(label="Days"), it=" 1,200 ")
    assert form.is_valid()
    assert form.cleaned_data["it"] == 1200


@pytest.mark.parametrize(("typed", "meant"), [("yes", True), ("no", False), ("unknown", None)])
def test_it_reads_yes_no_and_not_known(typed: str, meant: bool | None) -> None:
    form = one(fields.YesNoField(label="Known?", unknown="I do not know"), it=typed)
    assert form.is_valid()
    assert form.cleaned_data["it"] is meant


def test_it_wants_an_answer_to_yes_or_no() -> None:
    assert (
        message(one(fields.YesNoField(label="Known?", missing="Select yes if it is known")))
        == "Select yes if it is known"
    )


def test_it_ticks_the_answer_that_was_stored() -> None:
    form = type("One", (GovukForm,), {"it": fields.YesNoField(label="Known?")})(initial={"it": False})
    assert 'value="no" checked' in str(form)


def test_it_refuses_an_answer_that_is_not_in_the_list() -> None:
    form = one(fields.RadiosField(label="Where?", choices=[("home", "At home")]), it="moon")
    assert message(form) == "Select one of the answers in the list"


def grouped(**options: Any) -> GovukField:
    groups = [("Child", [("D1", "Sad"), ("D2", "Hurt")]), ("Home", [("F1", "Cold")])]
    return fields.CheckboxesField(label="Signs", choices=groups, **options)


def test_it_groups_boxes_each_in_a_fieldset_with_its_own_ids() -> None:
    page = str(one(grouped(hints={"D2": "bruises"}), it=["F1"]))
    assert page.count("<fieldset") == 3
    assert 'id="id_it-g2" name="it" type="checkbox" value="F1" checked' in page
    assert "bruises" in page


def test_it_leads_to_the_first_box_when_none_is_ticked() -> None:
    form = one(grouped(missing="Tick a sign"))
    assert (anchor(form), message(form)) == ("id_it", "Tick a sign")
    assert 'id="id_it" name="it" type="checkbox" value="D1"' in str(form)


def test_it_refuses_none_of_these_beside_a_sign() -> None:
    field = fields.CheckboxesField(label="Signs", choices=[("a", "A"), ("none", "None of these")], none="none")
    assert message(one(field, it=["a", "none"])) == "Either tick the answers that apply, or “None of these”"
    assert 'data-behaviour="exclusive"' in str(one(field))


def test_it_marks_what_nobody_has_to_answer() -> None:
    assert "Town (optional)" in str(one(fields.TextField(label="Town", required=False)))
    assert "(optional)" not in str(one(fields.TextField(label="Town", required=False, mark_optional=False)))


def test_it_makes_the_question_the_heading_of_the_page() -> None:
    page = str(one(fields.RadiosField(label="Where?", choices=[("a", "A")], page_heading=True)))
    assert '<h1 class="govuk-fieldset__heading">' in page
    assert "govuk-fieldset__legend--l" in page


def test_it_never_prints_a_password_back() -> None:
    assert "secret-words" not in str(one(fields.PasswordField(label="Password", min_length=50), it="secret-words"))


def test_it_ties_hint_and_error_to_the_box() -> None:
    assert 'aria-describedby="id_it-hint id_it-error"' in str(
        one(fields.TextField(label="Town", hint="Where you live"))
    )
