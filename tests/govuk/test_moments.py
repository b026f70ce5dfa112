"""Times and clocks as people say them."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.template import Context, Template

from mash.govuk import moments

# A Thursday, three in the afternoon in winter: London and UTC agree.
NOW = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)


def after(**time: int) -> datetime:
    return NOW + timedelta(**time)


def printed(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("due", "words", "tone"),
    [
        (after(minutes=25), "Due in 25 working minutes", "soon"),
        (after(minutes=1), "Due in 1 working minute", "soon"),
        (after(hours=1, minutes=30), "Due in 1 working hour", "soon"),
        (after(hours=2), "Due in 2 working hours", "soon"),
        (after(days=1), "Due in 8 working hours", "calm"),
        (after(days=4), "Due in 2 working days", "calm"),
        (after(minutes=-30), "Overdue by 30 working minutes", "late"),
        (after(hours=-5), "Overdue by 5 working hours", "late"),
        (after(days=-7), "Overdue by 5 working days", "late"),
    ],
)
def test_it_says_in_office_time_how_long_is_left_or_how_late_it_is(due: datetime, words: str, tone: str) -> None:
    assert moments.clock_label(due, now=NOW) == moments.ClockLabel(words, tone)


def test_it_names_the_moment_when_no_office_time_lies_between() -> None:
    friday_night = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
    monday = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert moments.clock_label(monday, now=friday_night).words == "Due Mon 23 November 2026 at 9am"
    assert (
        moments.clock_label(friday_night, now=friday_night + timedelta(hours=2)).words == "Overdue since today at 8pm"
    )


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (after(minutes=5), "today at 3:05pm"),
        (after(days=-1), "yesterday at 3pm"),
        (after(days=1, hours=-3), "tomorrow at midday"),
        (after(days=12, hours=-6, minutes=30), "Tue 1 December 2026 at 9:30am"),
        (after(hours=9), "tomorrow at midnight"),
    ],
)
def test_it_says_when(moment: datetime, words: str) -> None:
    assert moments.when_words(moment, now=NOW) == words


def test_it_speaks_london_s_time_in_summer() -> None:
    assert moments.time_words(datetime(2026, 7, 1, 14, 5, tzinfo=UTC)) == "3:05pm"
    assert moments.day_words(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == "2 July 2026"


def test_it_prints_times_for_people_and_machines() -> None:
    with time_machine.travel(NOW, tick=False):
        assert printed("{{ x|when }}", x=NOW) == (
            '<time datetime="2026-11-19T15:00+00:00" title="19 November 2026, 3pm">today at 3pm</time>'
        )
        assert ">Today at 3pm</time>" in printed("{{ x|when_first }}", x=NOW)
    assert printed("{{ x|when }}", x=None) == "" == printed("{{ x|when_first }}", x=None)
    assert printed("{{ x|day }}", x=date(2019, 5, 4)) == "4 May 2019"


def test_it_prints_a_clock_that_ran_out_with_words_and_not_colour_alone() -> None:
    with time_machine.travel(NOW, tick=False):
        assert "Overdue by 1 working hour" in printed("{% due x %}", x=after(hours=-1))
        assert "Done in time" in printed("{% due x y %}", x=NOW, y=after(hours=-1))
        assert "Done late" in printed("{% due x y %}", x=NOW, y=after(hours=1))
    assert printed("{% due x %}", x=None) == ""


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{% level_tag 4 %}", "Level 4"),
        ('{% level_tag 3 "3b" %}', "Level 3b"),
        ("{% level_tag None %}", "No level yet"),
        ('{% stage_tag "in_triage" %}', "In triage"),
        ('{% stage_tag "closed" "Closed" %}', "Closed"),
        ('{{ "7QK2M9XR4TBD0VHW"|grouped }}', "7QK2-M9XR-4TBD-0VHW"),
        ('{{ "9434765919"|nhs_number }}', "943 476 5919"),
    ],
)
def test_it_says_levels_stages_and_numbers_in_words(source: str, words: str) -> None:
    assert words in printed(source)


def test_it_escapes_what_it_puts_in_a_label() -> None:
    assert "&lt;b&gt;" in printed("{% tag x %}", x="<b>")
    assert "&lt;b&gt;" in printed("{% level_tag 3 x %}", x="<b>")


def test_it_prints_not_given_for_what_is_empty() -> None:
    page = printed("{% rows pairs %}", pairs=[("Born", "4 May 2019"), ("NHS number", "")])
    assert page.count("Not given") == 1


@pytest.mark.parametrize(
    ("now", "due", "words", "tone"),
    [
        # On a Sunday nothing is left of the week: the day must be named.
        ((2026, 11, 22, 11), (2026, 11, 24, 0), "Due by the end of Mon 23 Nov: 8 working hours left", "calm"),
        ((2026, 11, 23, 16), (2026, 11, 24, 0), "Due by the end of Mon 23 Nov: 1 working hour left", "soon"),
        ((2026, 11, 23, 20), (2026, 11, 24, 0), "Due by the end of Mon 23 Nov: no working time left", "soon"),
        (
            (2026, 11, 24, 9, 30),
            (2026, 11, 24, 0),
            "Overdue by 30 working minutes: it was due by the end of Mon 23 Nov",
            "late",
        ),
        ((2026, 11, 24, 1), (2026, 11, 24, 0), "Overdue: it was due by the end of Mon 23 Nov", "late"),
        ((2026, 12, 31, 16), (2027, 1, 1, 15, 5), "Due by 3:05pm on Fri 1 Jan 2027: 1 working hour left", "soon"),
    ],
)
def test_it_says_by_when_on_any_day(now: tuple[int, ...], due: tuple[int, ...], words: str, tone: str) -> None:
    moment, limit = (datetime(*time, tzinfo=UTC) for time in (now, due))  # type: ignore[misc, arg-type]
    assert moments.due_words(limit, now=moment) == moments.ClockLabel(words, tone)


def test_it_never_calls_a_limit_the_midnight_of_the_next_day() -> None:
    page = printed("{% due x %}", x=datetime(2026, 11, 24, 0, 0, tzinfo=UTC))
    assert 'title="the end of Monday 23 November 2026"' in page and "midnight" not in page
