"""A date typed as day, month and year."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from mash.govuk.fields.base import GovukField, text_of

if TYPE_CHECKING:
    from django.forms.boundfield import BoundField

PARTS = ("day", "month", "year")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
EARLIEST = date(1900, 1, 1)
LATEST = date(2199, 12, 31)

Limit = date | Callable[[], date]


class Typed(NamedTuple):
    """The three boxes exactly as they were filled in."""

    day: str
    month: str
    year: str


class DateParts(forms.Widget):
    """Reads name-day, name-month and name-year; a whole ISO date under the plain name is understood too."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Typed:
        parts = Typed(*(str(data.get(f"{name}-{part}", "")).strip() for part in PARTS))
        return parts if any(parts) else _typed(data.get(name))

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not any(key in data for key in (name, *(f"{name}-{part}" for part in PARTS)))


class DateField(GovukField):
    """A date; what was typed stays in the boxes, and the message says which box is wrong.

    `earliest` and `latest` are dates, or functions giving one; `past=True` means today or before,
    `future=True` today or after. `too_early` says why nothing before `earliest` is taken. `recent=True` is for what
    happened lately: the example is today, not a child's date of birth.
    """

    widget = DateParts
    nothing = None
    macro = "date-input"

    def __init__(
        self,
        *,
        earliest: Limit = EARLIEST,
        latest: Limit = LATEST,
        past: bool = False,
        future: bool = False,
        autocomplete: bool = False,
        too_early: str = "",
        recent: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**{"hint": "" if recent else "For example, 27 3 2015", **kwargs})
        self.earliest = timezone.localdate if future else earliest
        self.latest = timezone.localdate if past else latest
        self.past = past
        self.future = future
        self.autocomplete = autocomplete
        self.too_early = too_early
        self.recent = recent
        if not self.label:
            self.subject = "The date"

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, date) or value is None:
            return value
        typed = Typed(*value)
        if not any(typed):
            return None
        self._refuse_gaps(typed)
        return self._real(typed)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None:
            self._refuse_out_of_range(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _typed(initial) != Typed(*data or ("", "", ""))

    def params(self, bound: "BoundField") -> dict[str, Any]:
        shared, today = super().params(bound), " ".join(_typed(timezone.localdate()))
        return {
            "id": bound.auto_id,
            "namePrefix": bound.html_name,
            "hint": text_of(f"For example, {today}") if self.recent else shared["hint"],
            "errorMessage": shared["errorMessage"],
            "fieldset": {"legend": self.heading(bound, "legend")},
            "items": [self._box(bound, part, typed) for part, typed in zip(PARTS, _typed(bound.value()), strict=True)],
        }

    def anchor(self, bound: "BoundField") -> str:
        return f"{bound.auto_id}-{_wrong(bound)[0]}"

    def _box(self, bound: "BoundField", part: str, typed: str) -> dict[str, Any]:
        wrong = " govuk-input--error" if bound.errors and part in _wrong(bound) else ""
        return {
            "name": part,
            "value": typed,
            "classes": f"govuk-input--width-{4 if part == 'year' else 2}{wrong}",
            "inputmode": "text" if part == "month" and not typed.isdigit() and typed else "numeric",
            "autocomplete": f"bday-{part}" if self.autocomplete else None,
        }

    def _refuse_gaps(self, typed: Typed) -> None:
        missing = [part for part, words in zip(PARTS, typed, strict=True) if not words]
        if missing:
            message = f"{self.subject} must include a {' and a '.join(missing)}"
            raise ValidationError(message, code="incomplete", params={"parts": missing})

    def _real(self, typed: Typed) -> date:
        numbers = [_number(typed.day), _month(typed.month), _number(typed.year)]
        wrong = [part for part, number in zip(PARTS, numbers, strict=True) if number is None]
        if "year" not in wrong and len(typed.year) != 4:
            message = f"{self.subject} must have a year with 4 numbers, like 2015"
            raise ValidationError(message, code="year", params={"parts": ["year"]})
        try:
            return date(*(number or 0 for number in reversed(numbers)))
        except ValueError:
            raise ValidationError(
                f"{self.subject} must be a real date, like 27 3 2015",
                code="invalid",
                params={"parts": wrong or _impossible(numbers)},
            ) from None

    def _refuse_out_of_range(self, value: date) -> None:
        earliest, latest = _resolved(self.earliest), _resolved(self.latest)
        if value > latest:
            words = "today or in the past" if self.past else f"on or before {_words(latest)}"
            raise ValidationError(f"{self.subject} must be {words}", code="late")
        if value < earliest:
            words = "today or in the future" if self.future else f"on or after {_words(earliest)}"
            why = f": {self.too_early}" if self.too_early else ""
            raise ValidationError(f"{self.subject} must be {words}{why}", code="early")


def _typed(value: Any) -> Typed:
    if isinstance(value, tuple | list) and len(value) == 3:
        return Typed(*map(str, value))
    if isinstance(value, str):
        match = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", value.strip())
        return Typed(str(int(match[3])), str(int(match[2])), match[1]) if match else Typed("", "", "")
    return Typed(str(value.day), str(value.month), str(value.year)) if isinstance(value, date) else Typed("", "", "")


def _number(words: str) -> int | None:
    return int(words) if re.fullmatch(r"\d{1,4}", words) else None


def _month(words: str) -> int | None:
    start = words[:3].lower()
    return MONTHS.index(start) + 1 if start in MONTHS else _number(words)


def _impossible(numbers: list[int | None]) -> list[str]:
    """Which boxes no calendar has: a month past 12 alone, a day past 31 alone, else all (31 February)."""
    day, month, _year = (number or 0 for number in numbers)
    wrong = [part for part, bad in (("day", not 1 <= day <= 31), ("month", not 1 <= month <= 12)) if bad]
    return wrong or list(PARTS)


def _wrong(bound: "BoundField") -> list[str]:
    errors = bound.errors.as_data() if bound.errors else []
    parts = (errors[0].params or {}).get("parts") if errors else None
    return list(parts or PARTS)


def _resolved(limit: Limit) -> date:
    return limit() if callable(limit) else limit


def _words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
