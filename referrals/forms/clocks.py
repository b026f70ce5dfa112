"""A colour and why it changes; why a clock stands still; a time limit from a day on."""

from datetime import date
from typing import Any

from django.utils import timezone

from mash.govuk import fields
from mash.govuk.forms import GovukForm
from referrals.choices import LimitUnit, Rating
from referrals.models import Limit
from referrals.models.clocks import NEVER_PAUSED
from referrals.services.limits import units_of

LONG = 2_000
HOUR = 60
COUNTED_IN = {
    LimitUnit.WORKING_DAYS: {"working_days": "Working days"},
    LimitUnit.OFFICE_MINUTES: {
        "office_hours": "Hours of office time (9am to 5pm on working days)",
        "office_minutes": "Minutes of office time",
    },
    LimitUnit.CLOCK_MINUTES: {
        "clock_hours": "Hours by the clock, day and night",
        "clock_minutes": "Minutes by the clock, day and night",
    },
    LimitUnit.WEEKS: {"weeks": "Weeks"},
    LimitUnit.MONTHS: {"months": "Months"},
}
IN_HOURS = {"office_hours": "office_minutes", "clock_hours": "clock_minutes"}


class RatingForm(GovukForm):
    """Another colour than the one that stands."""

    colour = fields.RadiosField(label="How urgent is it?", missing="Choose a colour")
    reason = fields.TextareaField(
        label="Why?", missing="Say why the rating changes", rows=4, max_length=LONG, count=False
    )

    def __init__(self, data: Any = None, *, choices: list[tuple[str, str]], hints: dict[str, str]) -> None:
        super().__init__(data)
        self.fields["colour"].choices = choices  # type: ignore[attr-defined]
        self.fields["colour"].hints = hints  # type: ignore[attr-defined]


class PauseForm(GovukForm):
    reason = fields.TextareaField(
        label="Why does it stand still?",
        hint="For example, whom you are waiting for.",
        missing="Say why the clock stands still",
        rows=4,
        max_length=LONG,
        count=False,
    )


class LimitForm(GovukForm):
    """One limit as it is to be from a day on; it begins with what is in force."""

    amount = fields.IntegerField(label="How long?", min_value=1, max_value=1000, missing="Enter how long")
    counted_in = fields.RadiosField(label="Counted in", small=True, missing="Choose what it is counted in")
    from_day = fields.DateField(
        label="From which day?", hint="Tomorrow or later. What has begun by then keeps the old limit.",
        missing="Enter the first day",
    )  # fmt: skip
    source = fields.TextareaField(
        label="Where is it written down?",
        hint="The guidance, or who decided it and when.",
        missing="Say where this limit is written down",
        rows=3,
        max_length=LONG,
        count=False,
    )
    reason = fields.TextareaField(
        label="Why does it change?", missing="Say why it changes", rows=3, max_length=LONG, count=False
    )
    warn_at = fields.IntegerField(
        label="Warn whoever has it when so much is used", min_value=1, max_value=98, suffix="%",
        missing="Enter when to warn whoever has it",
    )  # fmt: skip
    tell_manager_at = fields.IntegerField(
        label="Warn the manager when so much is used", min_value=2, max_value=99, suffix="%",
        missing="Enter when to warn the manager",
    )  # fmt: skip
    may_be_paused = fields.RadiosField(
        label="May this clock be stopped for a while, with a reason?",
        choices=[("yes", "Yes"), ("no", "No, never")],
        inline=True,
        small=True,
        missing="Choose whether it may be stopped",
    )

    def __init__(self, data: Any = None, *, limit: Limit) -> None:
        super().__init__(data, initial=_as_it_is(limit))
        units = [choice for unit in units_of(limit.key) for choice in COUNTED_IN[unit].items()]
        self.fields["counted_in"].choices = units  # type: ignore[attr-defined]
        if limit.key in NEVER_PAUSED:
            del self.fields["may_be_paused"]

    def clean_from_day(self) -> date:
        day: date = self.cleaned_data["from_day"]
        if day <= timezone.localdate():
            self.add_error("from_day", "The first day must be tomorrow or later")
        return day

    def clean(self) -> dict[str, Any]:
        """The manager is warned after whoever has it."""
        data = super().clean() or self.cleaned_data
        first, then = data.get("warn_at"), data.get("tell_manager_at")
        if first is not None and then is not None and first >= then:
            self.add_error("tell_manager_at", "The manager must be warned after whoever has it: enter a higher number")
        return data

    def answers(self) -> dict[str, Any]:
        """The answers, for the service: hours become minutes."""
        given = dict(self.cleaned_data)
        unit = given.pop("counted_in")
        if unit in IN_HOURS:
            given |= {"amount": given["amount"] * HOUR}
        paused = given.pop("may_be_paused", "no") == "yes"
        return given | {"unit": IN_HOURS.get(unit, unit), "may_be_paused": paused}


def _as_it_is(limit: Limit) -> dict[str, Any]:
    hours = {minutes: words for words, minutes in IN_HOURS.items()}
    whole = limit.unit in hours and limit.amount % HOUR == 0
    return {
        "amount": limit.amount // HOUR if whole else limit.amount,
        "counted_in": hours[limit.unit] if whole else limit.unit,
        "source": limit.source,
        "warn_at": limit.warn_at,
        "tell_manager_at": limit.tell_manager_at,
        "may_be_paused": "yes" if limit.may_be_paused else "no",
    }


def other_colours(now: str) -> list[tuple[str, str]]:
    """Every colour but the one that stands."""
    return [(value, str(label)) for value, label in Rating.choices if value != now]
