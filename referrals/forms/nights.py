"""What somebody types to keep the rota, and to hand a night over."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from mash.govuk.fields import (
    DateField,
    IntegerField,
    RadiosField,
    SelectField,
    TelephoneField,
    TextareaField,
    TextField,
)
from mash.govuk.forms import GovukForm
from mash.govuk.moments import day_words, time_words
from mash.lib.workingdays import LONDON
from mash.outbox import channels
from referrals.models import NightHours, Shift
from referrals.services.rota import Duty

CLOCK = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))?\s*(am|pm)?", re.I)
WORDS = {"midday": time(12), "noon": time(12), "midnight": time(0)}
PLACES = [("1", "First"), ("2", "Second"), ("3", "Third"), ("4", "Fourth"), ("5", "Fifth")]


class TimeField(TextField):
    """A time of the day as people write it: 5pm, 17:00, 5.30 pm or midnight. A bare 5 is taken for neither."""

    nothing = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 12, "width": 5, **kwargs})

    def clean(self, value: Any) -> time | None:
        typed = super().clean(value)
        return read_time(typed, subject=str(self.label)) if typed else None

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H:%M}" if isinstance(value, time) else value


def read_time(typed: str, *, subject: str) -> time:
    """The time that was typed. ValidationError for what is no time, or for a bare number before 1pm: 5 is two times
    of the day."""
    if word := WORDS.get(typed.lower()):
        return word
    found = CLOCK.fullmatch(typed.strip())
    problem = ValidationError(f"{subject} must be a time, like 5pm or 17:00")
    if found is None:
        raise problem
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if not half and found[2] is None:
        raise problem
    if half and not 1 <= hour <= 12:
        raise problem
    hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
    if hour > 23 or minute > 59:
        raise problem
    return time(hour, minute)


class NightNumberField(TelephoneField):
    """A number that a telephone network could connect: it is called by a machine."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not channels.usable("voice", email="", phone=value):
            raise ValidationError("Enter a phone number that we can call, like 07700 900 982 or 0151 496 0000")


def london(day: date, at: time) -> datetime:
    """That time of that day on London's clocks. ValidationError for a time that the change of clocks leaves out, or
    brings twice."""
    moment = datetime.combine(day, at, LONDON)
    before, after = moment.utcoffset(), moment.replace(fold=1).utcoffset()
    assert before is not None and after is not None
    if before == after:
        return moment
    when, other = f"{time_words(moment)} on {day_words(moment)}", "Enter a time before 1am or from 2am"
    if before < after:
        raise ValidationError(f"There is no {when}: the clocks go forward from 1am to 2am. {other}")
    raise ValidationError(f"There are two times {when}: the clocks go back from 2am to 1am. {other}")


class ShiftForm(GovukForm):
    """Who is on call, when, in which place and on which telephone."""

    person = SelectField(label="Who is on call?", placeholder="Choose somebody", missing="Select who is on call")
    place = RadiosField(
        label="In which place are they called?",
        hint="The first is called at once. The next is called when the one before has not answered in time.",
        choices=PLACES[:3],
        missing="Select in which place they are called",
    )
    starts_on = DateField(label="Starts on", hint="", missing="Enter the day on which the shift starts")
    starts_time = TimeField(label="Starts at", hint="For example, 5pm or 17:00", missing="Enter when the shift starts")
    ends_on = DateField(label="Ends on", hint="", missing="Enter the day on which the shift ends")
    ends_time = TimeField(label="Ends at", hint="For example, 9am or 09:00", missing="Enter when the shift ends")
    phone = NightNumberField(
        label="Telephone number",
        hint="We text it and call it. A mobile number is best: a landline gets no texts.",
        missing="Enter the telephone number on which to call them",
    )

    def __init__(self, data: Any = None, *, choices: list[tuple[str, str]], initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self._moments: dict[str, datetime] = {}
        self._kept: Sequence[datetime] = initial.get("kept", ())
        self.fields["person"].choices = choices  # type: ignore[attr-defined]
        if int(initial.get("place") or 1) > len(PLACES[:3]):
            self.fields["place"].choices = PLACES  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Both moments are on London's clocks, once; what the shift has already may stay."""
        data = super().clean() or self.cleaned_data
        for name in ("starts", "ends"):
            day, at = data.get(f"{name}_on"), data.get(f"{name}_time")
            if day is None or at is None:
                continue
            try:
                self._moments[name] = self._moment(day, at)
            except ValidationError as problem:
                self.add_error(f"{name}_time", problem)
        return data

    def _moment(self, day: date, at: time) -> datetime:
        same = (one for one in self._kept if (one.date(), one.time()) == (day, at))
        return next(same, None) or london(day, at)

    def duty(self, people: dict[int, User]) -> Duty:
        """What was typed, in London time."""
        data = self.cleaned_data
        return Duty(
            person=people[int(data["person"])],
            starts_at=self._moments["starts"],
            ends_at=self._moments["ends"],
            place=int(data["place"]),
            phone=data["phone"],
        )

    @staticmethod
    def of(shift: Shift) -> dict[str, Any]:
        """The answers that a shift stands for."""
        starts, ends = timezone.localtime(shift.starts_at, LONDON), timezone.localtime(shift.ends_at, LONDON)
        return {
            "person": str(shift.person_id),
            "place": str(shift.place),
            "starts_on": starts.date(),
            "starts_time": starts.time(),
            "ends_on": ends.date(),
            "ends_time": ends.time(),
            "phone": shift.phone,
            "kept": (starts, ends),
        }

    @staticmethod
    def for_night(day: date, hours: NightHours) -> dict[str, Any]:
        """The answers to begin with: the night that begins on a day."""
        return {
            "starts_on": day,
            "starts_time": hours.closes,
            "ends_on": day + timedelta(days=1),
            "ends_time": hours.opens,
        }


class NightHoursForm(GovukForm):
    """Office hours and minutes."""

    opens = TimeField(
        label="The office opens at", hint="On working days. For example, 9am", missing="Enter when the office opens"
    )
    closes = TimeField(label="The office closes at", hint="For example, 5pm", missing="Enter when the office closes")
    answer_minutes = IntegerField(
        label="Minutes to answer",
        hint="After so many minutes without an answer, the next on the rota is called.",
        min_value=1,
        max_value=60,
        width=2,
        missing="Enter how many minutes somebody has to answer",
    )
    again_minutes = IntegerField(
        label="Minutes between calls to managers",
        hint="When nobody on call has answered, managers are called again and again until somebody has it.",
        min_value=1,
        max_value=60,
        width=2,
        missing="Enter how many minutes pass between calls to managers",
    )


class NightNumberForm(GovukForm):
    phone = NightNumberField(
        label="Telephone number",
        hint="We text it and call it in the night, when nobody on call has answered.",
        missing="Enter the telephone number on which to call them",
    )


class TakeAlarmForm(GovukForm):
    """Why a referral leaves a colleague's desk; without a reason it stays there."""

    reason = TextareaField(
        label="Why do you take the referral over?",
        hint="For example, your colleague is not at work. Without a reason it stays on their desk. They are told.",
        rows=2,
        required=False,
        max_length=2_000,
        count=False,
    )


class HandOverNightForm(GovukForm):
    """What who leaves says."""

    words = TextareaField(
        label="How was the night?",
        hint="What came in and what you did about it. What is on this page already need not be said again.",
        rows=6,
        missing="Say how the night was",
    )
    left_open = TextareaField(
        label="What is left to do?",
        hint="Who is waiting for what, and by when.",
        rows=4,
        required=False,
    )
