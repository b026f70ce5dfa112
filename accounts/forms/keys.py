"""Keys of agencies' systems."""

from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError

from accounts.policy import API_SCOPES, Act
from accounts.services.keys import LONGEST
from mash.govuk import fields
from mash.govuk.forms import GovukForm

SCOPES = [(act.value, act.label.capitalize()) for act in Act if act in API_SCOPES]


class IssueKeyForm(GovukForm):
    page = fields.HiddenField(missing="Open this page again, then make the key")
    name = fields.TextField(
        label="Name of the key",
        hint="The system that will use it, such as “School records, live”",
        missing="Enter a name for the key",
        max_length=100,
        width="two-thirds",
    )
    scopes = fields.CheckboxesField(label="What may the system do?", choices=SCOPES, missing="Select what it may do")
    days = fields.IntegerField(
        label="For how many days does it work?",
        hint=f"Up to {LONGEST}. Its people are warned 14 days before it ends.",
        min_value=1,
        max_value=LONGEST,
        missing="Enter for how many days it works",
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"page": str(uuid4()), "days": LONGEST})

    def clean_page(self) -> UUID:
        """The page's own id."""
        try:
            return UUID(self.cleaned_data["page"])
        except ValueError as error:
            raise ValidationError("Open this page again, then make the key") from error


class RevokeKeyForm(GovukForm):
    reason = fields.TextareaField(label="Why?", missing="Say why", rows=3, max_length=2_000, count=False)
