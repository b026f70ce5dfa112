"""Who may see a withheld name, and why."""

from mash.govuk import fields
from referrals.forms.queue import LONG, PersonForm


class LetForm(PersonForm):
    """One person of the hub, and the reason, which is kept in the audit trail."""

    person_name = "user"
    user = fields.SelectField(label="Who may see the name?", missing="Select who may see the name")
    reason = fields.TextareaField(
        label="Why do they need it?",
        hint="For example: they must ask what was seen, and when. Do not write the name here.",
        rows=4,
        max_length=LONG,
        count=False,
        missing="Say why they need it",
    )


class CloseForm(PersonForm):
    """One of those who may see it, and why they need it no more."""

    person_name = "user"
    user = fields.SelectField(
        label="Who may not see the name any more?", missing="Select who may not see the name any more"
    )
    reason = fields.TextareaField(
        label="Why?",
        hint="For example: they have asked what they had to ask. Do not write the name here.",
        rows=4,
        max_length=LONG,
        count=False,
        missing="Say why they may not see it any more",
    )
