"""The people in a referral: children, adults, and whoever sends it."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from mash.lib import identifiers
from mash.lib.reading import Part
from referrals import keys
from referrals.choices import Disability, Ethnicity, Sex
from referrals.documents.words import ANSWERS, several, texts
from referrals.submission import Address, Adult, Child, Referrer

MOST_CHILDREN = 20
MOST_ADULTS = 40
OLDEST_YEARS = 25
"""Duties to a young person with special needs, or leaving care, end at 25; before that we let a person judge."""
LONGEST_PREGNANCY = timedelta(days=300)
LONGEST_OVERDUE = timedelta(days=28)
PHONE_LENGTH, EMAIL_LENGTH, TOWN_LENGTH, NOTE_LENGTH = 40, 254, 100, 2_000
FEWEST_DIGITS = 3
NOT_KNOWN = frozenset({"notknown", "unknown"})
RESPONSIBILITY = ANSWERS
LANGUAGE_LENGTH, ADDRESS_LENGTH = 100, 500
MOST_EARLIER_ADDRESSES = 20


def children(part: Part) -> tuple[Child, ...]:
    """One to twenty children, each of them once."""
    parts = part.parts("children", most=MOST_CHILDREN, needed="Add the child or children you are worried about.")
    found = tuple(_child(one) for one in parts)
    _refuse_twice(parts, found)
    return found


def _child(part: Part) -> Child:
    child = Child(
        given_name=part.text("given_name"),
        family_name=part.text("family_name"),
        aliases=part.text("aliases"),
        birth_date=_birth_date(part),
        due_date=_due_date(part),
        estimated_age=part.whole("estimated_age", 0, OLDEST_YEARS),
        sex=part.word("sex", Sex.values) or Sex.U.value,
        nhs_number=part.form("nhs_number", identifiers.nhs_number),
        upn=part.form("upn", identifiers.upn),
        school=part.text("school"),
        ethnicity=part.word("ethnicity", Ethnicity.values),
        language=part.text("language", most=LANGUAGE_LENGTH),
        interpreter=part.word("interpreter", ANSWERS),
        disabilities=several(part, "disabilities", Disability.values, alone=Disability.NONE.value),
        communication=part.text("communication", most=NOTE_LENGTH),
        address=_address(part.part("address")),
        earlier_addresses=texts(part, "earlier_addresses", most=MOST_EARLIER_ADDRESSES, longest=ADDRESS_LENGTH),
    )
    _check_age(part)
    named = child.given_name or child.family_name or child.due_date
    if not named and not _is_wrong(part, "given_name", "family_name", "due_date"):
        part.wrong("given_name", "Give the child’s name. If you do not know it, write “Not known”.")
    return child


def _is_wrong(part: Part, *names: str) -> bool:
    """Whether one of these fields has its own mistake already: then it is not missing."""
    return any(part.at(name) in part.notes.errors for name in names)


def _check_age(part: Part) -> None:
    """A birth date, a due date or an estimated age: one of them."""
    given = [name for name in ("birth_date", "due_date", "estimated_age") if part.raw(name) not in (None, "")]
    for name in given[1:]:
        part.wrong(name, f"Give only one of these: you gave {' and '.join(given)}.")


def _birth_date(part: Part) -> date | None:
    born, today = part.day("birth_date"), timezone.localdate()
    if born is None:
        return None
    if born > today:
        part.wrong("birth_date", "This date of birth is in the future. For an unborn child give the due date instead.")
    elif _years(born, today - timedelta(days=1)) >= OLDEST_YEARS:
        part.wrong("birth_date", f"This date of birth is more than {OLDEST_YEARS} years ago. Check the year.")
    return born


def _years(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _due_date(part: Part) -> date | None:
    due, today = part.day("due_date"), timezone.localdate()
    if due is None:
        return None
    if due > today + LONGEST_PREGNANCY:
        part.wrong("due_date", "This due date is more than ten months away. Check the month and the year.")
    elif due < today - LONGEST_OVERDUE:
        part.wrong("due_date", "This due date is more than four weeks ago. If the baby is born, give the birth date.")
    return due


def _address(part: Part) -> Address:
    return Address(
        line1=part.text("line1"),
        line2=part.text("line2"),
        town=part.text("town", most=TOWN_LENGTH),
        postcode=part.form("postcode", identifiers.postcode),
    )


def _refuse_twice(parts: list[Part], found: tuple[Child, ...]) -> None:
    """A child named twice would be decided twice, and told apart by nobody."""
    _refuse_same(parts, [_mark(child) for child in found], "given_name", "This child is named twice.")
    numbers = [child.nhs_number for child in found]
    _refuse_same(parts, numbers, "nhs_number", "Two children cannot have the same NHS number.")


def _mark(child: Child) -> str:
    """The same for two entries that are one child as far as anybody can tell; nothing when too little is known.

    Twins may share a date and a family name, unborn ones everything; two strangers may both be "Not known".
    """
    name = keys.letters(child.given_name)
    known = child.birth_date or child.estimated_age is not None or child.family_name
    if not name or name in NOT_KNOWN or child.due_date or not known:
        return ""
    return f"{name}/{keys.letters(child.family_name)}/{child.birth_date}/{child.estimated_age}"


def _refuse_same(parts: list[Part], marks: list[str], name: str, sentence: str) -> None:
    seen: set[str] = set()
    for part, mark in zip(parts, marks, strict=True):
        if mark and mark in seen:
            part.wrong(name, sentence)
        seen.add(mark)


def adults(part: Part) -> tuple[Adult, ...]:
    """Grown-ups in the children's lives, in the order given."""
    return tuple(_adult(one) for one in part.parts("adults", most=MOST_ADULTS))


def _adult(part: Part) -> Adult:
    return Adult(
        name=part.text("name", needed="Give this adult’s name. If you do not know it, write “Not known”."),
        relationship=part.text("relationship"),
        causes_harm=part.flag("causes_harm"),
        parental_responsibility=part.word("parental_responsibility", RESPONSIBILITY),
        phone=part.form("phone", _as_phone, most=PHONE_LENGTH),
        email=part.form("email", _as_email, most=EMAIL_LENGTH),
        address=part.text("address", most=ADDRESS_LENGTH),
        safe_contact=part.text("safe_contact", most=NOTE_LENGTH),
        whereabouts=part.text("whereabouts", most=NOTE_LENGTH),
    )


def referrer(part: Part) -> Referrer:
    """Whoever sends it, with a way to reach them: we owe them the outcome."""
    sender = Referrer(
        name=part.text("name", needed="Give your name."),
        role=part.text("role"),
        phone=part.form("phone", _as_phone, most=PHONE_LENGTH),
        email=part.form("email", _as_email, most=EMAIL_LENGTH),
    )
    if not (sender.phone or sender.email or _is_wrong(part, "phone", "email")):
        part.wrong("phone", "Give a telephone number or an email address, so that we can tell you what happens.")
    return sender


def _as_phone(text: str) -> str:
    if sum(character.isdigit() for character in text) < FEWEST_DIGITS:
        raise ValueError("Enter a telephone number, like 0151 496 0000.")
    return text


def _as_email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise ValueError("Enter an email address, like name@school.example.") from None
    return text
