"""The wider picture: what works well, what should happen, and what has been done already."""

from mash.govuk.fields import TextareaField
from referrals.forms.submitting.base import SectionForm


class WiderForm(SectionForm):
    """Asked kindly, never required. Below Level 4 the hub looks for what the agency has done itself."""

    strengths = TextareaField(
        label="What works well for this family?",
        hint="People they trust, things they are good at, anything that keeps the children safe",
        required=False,
        rows=4,
        max_length=5000,
        count=False,
    )
    hopes = TextareaField(
        label="What do you think should happen?",
        hint="And what the children or the family hope for, if they have told you",
        required=False,
        rows=4,
        max_length=5000,
        count=False,
    )
    done_already = TextareaField(
        label="What have you and your colleagues done already?",
        hint="For example, talked with the parents, an early help plan, extra support. Say what changed. Nothing yet? "
        "Say so: you can still send this.",
        required=False,
        rows=4,
        max_length=5000,
        count=False,
    )
