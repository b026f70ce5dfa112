"""The person who works with children, where a worry is about one."""

from datetime import date

from django.utils import timezone

from mash.lib.reading import Part
from referrals.choices import Category
from referrals.documents.words import ANSWERS
from referrals.submission import Concern, Worker

LONGEST_ABOUT = 2_000
EARLIEST = date(1900, 1, 1)


def worker(part: Part, concerns: tuple[Concern, ...]) -> Worker | None:
    """Who it is, and the day on which their organisation learnt of it; None when it is not given.

    Only with a worry about somebody who works with children: that alone closes a referral to everybody but its
    submitter and the officer for allegations, and a name like this one must not be in any other.
    """
    if part.raw("worker") is None:
        return None
    given = part.part("worker")
    found = Worker(
        name=given.text("name", needed="Give the name of the person who works with children."),
        job=given.text("job"),
        employer=given.text("employer"),
        known_on=_known_on(given),
        still_working=given.word("still_working", ANSWERS),
        own_children=given.word("own_children", ANSWERS),
        own_children_about=given.text("own_children_about", most=LONGEST_ABOUT),
    )
    if not any(concern.category == Category.ALLEGATION for concern in concerns):
        part.wrong("worker", f"Give this only with a concern of the category {Category.ALLEGATION.value}.")
    return found


def _known_on(part: Part) -> date | None:
    day = part.day("known_on")
    if day is None:
        return None
    if day > timezone.localdate():
        part.wrong("known_on", "This date is in the future. Give the day on which your organisation learnt of it.")
    elif day < EARLIEST:
        part.wrong("known_on", "This date is too long ago. Check the year.")
    return day
