"""One adult in the children's lives."""

from mash.govuk.fields import RadiosField, TextareaField, TextField
from referrals.forms.submitting.base import ItemForm


class AdultForm(ItemForm):
    """A grown-up in the children's lives; one of them may be the person who causes the harm."""

    kind = "adults"

    name = TextField(
        label="Name",
        hint="If you do not know it, say who they are, like “mother’s partner”",
        missing="Enter a name, or say who they are",
        autocomplete="off",
    )
    relationship = TextField(
        label="Who are they to the children?", hint="For example, mother, stepfather, neighbour", required=False
    )
    causes_harm = RadiosField(
        label="Do you think this person causes the harm?",
        choices=[("yes", "Yes"), ("no", "No"), ("unknown", "I do not know")],
        missing="Select whether you think this person causes the harm",
    )
    parental_responsibility = RadiosField(
        label="Do they have parental responsibility?",
        hint="The legal right to decide for the child. Mothers have it; most fathers and some carers do too.",
        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "I do not know")],
        required=False,
    )
    whereabouts = TextareaField(
        label="Where are they now, and can they reach the children?",
        hint="Above all if this person causes the harm",
        required=False,
        rows=3,
        max_length=1000,
        count=False,
    )
