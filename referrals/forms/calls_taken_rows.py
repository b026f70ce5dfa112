"""The rows of the telephone page: a child, what may be said of one beside, and an adult."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from mash.govuk import fields
from referrals.choices import Sex
from referrals.documents.people import LANGUAGE_LENGTH
from referrals.notices.rows import day

QUIET: dict[str, Any] = {"required": False, "mark_optional": False}
TYPED: dict[str, Any] = {**QUIET, "autocomplete": "off"}


class DayField(fields.TextField):
    """A date in one box, typed as people write it: quicker than three while somebody speaks."""

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return date.fromisoformat(day(typed))
        except ValueError as mistake:
            raise ValidationError(str(mistake).rstrip(".")) from None


class _Named(fields.GovukField):
    """What is wrong names the child that it is about."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except ValidationError as wrong:
            raise ValidationError([self._named(str(words)) for words in wrong.messages]) from None

    def _named(self, words: str) -> str:
        return words if words.startswith(self.subject) else f"{self.subject}: {words[:2].lower()}{words[2:]}"


class ChildDayField(_Named, DayField):
    """A date of one of the children."""


class ChildNHSNumberField(_Named, fields.NHSNumberField):
    """The NHS number of one of the children."""


@dataclass(frozen=True, slots=True)
class ChildRow:
    """One child of the page: the boxes that everybody needs, and `more`, which is folded away until it is wanted."""

    number: int
    boxes: list[BoundField]
    more: list[BoundField]

    @property
    def open(self) -> bool:
        """Whether something was typed there, or is wrong there: what was typed must not be out of sight."""
        return any(box.value() or box.errors for box in self.more)


def child(n: int) -> dict[str, Any]:
    """Who the child is: quick to go through while somebody speaks."""
    return {
        f"given_{n}": fields.TextField(label="First name", subject=f"First name of child {n}", **TYPED),
        f"family_{n}": fields.TextField(label="Last name", subject=f"Last name of child {n}", **TYPED),
        f"born_{n}": ChildDayField(label="Date of birth", subject=f"Date of birth of child {n}", **TYPED),
        f"age_{n}": fields.IntegerField(label="or age, about", subject=f"Age of child {n}", max_value=25, **QUIET),
        f"due_{n}": ChildDayField(label="or due date", subject=f"Due date of child {n}", **TYPED),
        f"sex_{n}": fields.SelectField(
            label="Sex", choices=[one for one in Sex.choices if one[0] != Sex.U], placeholder="Not known", **QUIET
        ),
    }


def more(n: int) -> dict[str, Any]:
    """What only some callers know."""
    return {
        f"nhs_{n}": ChildNHSNumberField(subject=f"NHS number of child {n}", **TYPED),
        f"school_{n}": fields.TextField(label="School or nursery", subject=f"School of child {n}", **TYPED),
        f"interpreter_{n}": fields.SelectField(
            label="Interpreter needed?", choices=[("yes", "Yes"), ("no", "No")], placeholder="Not known", **QUIET
        ),
        f"language_{n}": fields.TextField(
            label="Language", subject=f"Language of child {n}", max_length=LANGUAGE_LENGTH, **TYPED
        ),
    }


def adult(n: int) -> dict[str, Any]:
    """Somebody grown up in the children's lives."""
    return {
        f"adult_{n}": fields.TextField(label="Name", subject=f"Name of adult {n}", **TYPED),
        f"tie_{n}": fields.TextField(
            label="Who are they to the children?", subject=f"Who adult {n} is to the children", **TYPED
        ),
        f"harm_{n}": fields.ConfirmField(label="Thought to cause the harm", required=False),
    }
