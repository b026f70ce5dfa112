"""What somebody notes after a call."""

from typing import Any

from mash.govuk.fields import RadiosField, TextareaField
from mash.govuk.forms import GovukForm
from mash.outbox.models import CallTask

How = CallTask.How


class CallForm(GovukForm):
    """They know now, or they cannot be told and why."""

    how = RadiosField(
        label="How did you tell them?",
        choices=How.choices,
        divider_before=How.NOT_POSSIBLE,
        missing="Choose how you told them",
    )
    note = TextareaField(
        label="Note",
        hint="When you spoke, and anything they told you that the hub should know.",
        rows=4,
        count=False,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Nobody is given up without a reason."""
        data = super().clean() or self.cleaned_data
        if data.get("how") == How.NOT_POSSIBLE and not data.get("note"):
            self.add_error("note", "Say why they could not be told")
        return data
