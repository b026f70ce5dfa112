"""What somebody writes when a case goes back, goes on or ends."""

from typing import Any

from mash.govuk.fields import RadiosField, TextareaField
from mash.govuk.forms import GovukForm
from referrals.choices import ClosureReason

WORDS_HINT = (
    "The person who sent the referral reads this. Say what will happen now and what they should do. "
    "Leave out what other agencies told you."
)


class ReturnForm(GovukForm):
    """Back to triage."""

    reason = TextareaField(
        label="Why should triage look again?",
        hint="Triage reads this first. The referrer is told only that the hub is looking again.",
        missing="Say why you are returning this to triage",
        rows=5,
        count=False,
    )


class StepForm(GovukForm):
    """To the other service."""

    reason = TextareaField(
        label="Why does this child need the other service?",
        hint="The other service reads this before it accepts. Say what has changed and what you saw.",
        missing="Say why this child needs the other service",
        rows=5,
        count=False,
    )
    words = TextareaField(
        label="What will the referrer be told?",
        hint=WORDS_HINT,
        missing="Write what the referrer will be told",
        rows=4,
        count=False,
    )


class CloseForm(GovukForm):
    """The end."""

    reason = RadiosField(
        label="Why does the case end?", choices=ClosureReason.choices, missing="Choose why the case ends"
    )
    words = TextareaField(
        label="What will the referrer be told?",
        hint=WORDS_HINT,
        missing="Write what the referrer will be told",
        rows=4,
        count=False,
    )
    note = TextareaField(
        label="Note for the record",
        hint="Only the hub and the two services read this.",
        rows=4,
        required=False,
        count=False,
    )

    def clean(self) -> dict[str, Any]:
        """Another reason has to be named."""
        data = super().clean() or self.cleaned_data
        if data.get("reason") == ClosureReason.OTHER and not data.get("note"):
            self.add_error("note", "Say what the other reason is")
        return data
