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
        f"given_{n}": fields.TextField(label="First name", **TYPED),
        f"family_{n}": fields.TextField(label="Last name", **TYPED),
        f"born_{n}": DayField(label="Date of birth", **TYPED),
        f"age_{n}": fields.IntegerField(label="or age, about", max_value=25, **QUIET),
        f"due_{n}": DayField(label="or due date", **TYPED),
        f"sex_{n}": fields.SelectField(
            label="Sex", choices=[one for one in Sex.choices if one[0] != Sex.U], placeholder="Not known", **QUIET
        ),
    }


def more(n: int) -> dict[str, Any]:
    """What only some callers know."""
    return {
        f"nhs_{n}": fields.NHSNumberField(**TYPED),
        f"school_{n}": fields.TextField(label="School or nursery", **TYPED),
        f"interpreter_{n}": fields.SelectField(
            label="Interpreter needed?", choices=[("yes", "Yes"), ("no", "No")], placeholder="Not known", **QUIET
        ),
        f"language_{n}": fields.TextField(label="Language", max_length=LANGUAGE_LENGTH, **TYPED),
    }


def adult(n: int) -> dict[str, Any]:
    """Somebody grown up in the children's lives."""
    return {
        f"adult_{n}": fields.TextField(label="Name", **TYPED),
        f"tie_{n}": fields.TextField(label="Who are they to the children?", **TYPED),
        f"harm_{n}": fields.ConfirmField(label="Thought to cause the harm", required=False),
    }
