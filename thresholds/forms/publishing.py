"""Publishing, adopting, retiring and throwing away: from when, and why."""

from datetime import datetime, time
from typing import Any

from django.utils import timezone

from mash.govuk import fields
from mash.govuk.forms import GovukForm
from mash.lib.workingdays import LONDON
from thresholds.forms.base import DraftForm
from thresholds.models import FrameworkDraft

NOW, LATER = "now", "later"


class _FromWhen(GovukForm):
    """Now, or from the beginning of a day in London."""

    begins = fields.RadiosField(
        label="From when?",
        choices=[(NOW, "Now"), (LATER, "From the beginning of a day")],
        reveals={LATER: ("day",)},
        missing="Select whether it begins now, or on a day to come",
    )
    day = fields.DateField(label="Which day?", future=True, required=False, mark_optional=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("begins") != LATER or "day" in self.errors:
            return given
        if not given.get("day"):
            self.add_error("day", "Enter the day on which it begins")
        elif given["day"] <= timezone.localdate(timezone=LONDON):
            self.add_error("day", "The day must be after today. For today, select now")
        return given

    def moment(self) -> datetime | None:
        """When it begins; nothing for now."""
        if self.cleaned_data["begins"] == NOW:
            return None
        return datetime.combine(self.cleaned_data["day"], time(), tzinfo=LONDON)


class PublishForm(_FromWhen, DraftForm):
    note = fields.TextareaField(
        label="What is new, and why?",
        hint="Kept with the version for ever",
        rows=4,
        max_length=2_000,
        missing="Say what is new, and why",
    )

    def __init__(self, data: Any = None, *, draft: FrameworkDraft) -> None:
        super().__init__(data, draft=draft)


class AdoptForm(_FromWhen):
    reason = fields.TextareaField(
        label="Why?",
        hint="Kept for ever. Say who agreed it, and when.",
        rows=4,
        max_length=2_000,
        missing="Say why, and who agreed it",
    )


class RetireForm(GovukForm):
    reason = fields.TextareaField(
        label="Why?", hint="Kept for ever", rows=4, max_length=2_000, missing="Say why it is retired"
    )
