"""How old a child is, in the words people use."""

from datetime import date

from mash.govuk.moments import day_words
from referrals.models import Subject

MONTHS_A_YEAR = 12
SAID_IN_MONTHS = 24


def age_words(subject: Subject, *, on: date) -> str:
    """7, 8 months, about 6, due 3 March 2027, or age not known."""
    if subject.due_date:
        return f"due {day_words(subject.due_date)}"
    if subject.birth_date:
        return _since(subject.birth_date, on)
    return "age not known" if subject.estimated_age is None else f"about {subject.estimated_age}"


def _since(born: date, on: date) -> str:
    months = (on.year - born.year) * MONTHS_A_YEAR + on.month - born.month - (on.day < born.day)
    if months >= SAID_IN_MONTHS:
        return str(months // MONTHS_A_YEAR)
    return f"{months} month{'' if months == 1 else 's'}"


def child_words(subject: Subject, *, on: date) -> str:
    """Ada Byrne, 7."""
    return f"{subject}, {age_words(subject, on=on)}"
