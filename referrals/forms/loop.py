"""What somebody notes after a call."""

from collections.abc import Sequence
from typing import Any

from mash.govuk.fields import CheckboxesField, HiddenField, RadiosField, TextareaField
from mash.govuk.forms import GovukForm
from mash.govuk.templatetags.mash import grouped
from mash.outbox.models import CallTask
from referrals.selectors.rounds import Thing
from referrals.services.telling import LATER, NEXT, NOT_YET, SOON

How = CallTask.How
LONGEST = 18


class CallForm(GovukForm):
    """They know now, or could not be told, why, and when to try again; of several things, some may be excepted."""

    how = RadiosField(
        label="How did you tell them?",
        choices=[
            *((one.value, one.label) for one in How if one != How.NOT_POSSIBLE),
            (NOT_YET, "They could not be told yet"),
            (How.NOT_POSSIBLE, How.NOT_POSSIBLE.label),
        ],
        hints={
            NOT_YET: "It stays owed. Say why in the note, and below when to try again.",
            How.NOT_POSSIBLE: "Nobody will try again. Say why in the note: managers see it in a list.",
        },
        divider_before=NOT_YET,
        missing="Choose how you told them",
    )
    note = TextareaField(
        label="Note",
        hint="When you spoke, with whom, and anything they told you that the hub should know.",
        rows=4,
        count=False,
        required=False,
    )

    def __init__(self, data: Any = None, *, things: Sequence[Thing], seen: int, upto: int) -> None:
        super().__init__(data)
        self.fields["seen"] = HiddenField(initial=str(seen), required=False)
        self.fields["upto"] = HiddenField(initial=str(upto), required=False)
        self.abouts = list(dict.fromkeys(thing.about for thing in things))
        if len(self.abouts) > 1:
            self.fields["not_told"] = CheckboxesField(
                label="Could you not tell them of some of these?",
                hint="Tick only what they could not be told. It stays owed.",
                choices=[(about, grouped(about)) for about in self.abouts],
                required=False,
            )
            self.fields["because"] = TextareaField(label="Why not?", rows=2, count=False, required=False)
        self.fields["again"] = RadiosField(
            label="When should somebody try again?",
            hint="Only for what they could not be told yet.",
            choices=[(SOON, "In two hours"), (NEXT, "The next working day"), (LATER, "In three working days")],
            initial=NEXT,
            required=False,
        )

    def clean(self) -> dict[str, Any]:
        """Nobody is given up without a reason. A page that says not what it showed has shown nothing."""
        data = super().clean() or self.cleaned_data
        data["seen"], data["upto"] = _key(data.get("seen")), _key(data.get("upto"))
        if data.get("how") in (NOT_YET, How.NOT_POSSIBLE) and not data.get("note"):
            self.add_error("note", "Say why they could not be told")
        if data.get("not_told") and not data.get("because"):
            self.add_error("because", "Say why they could not be told of these")
        return data


def _key(said: object) -> int:
    """The key that a page carries; 0 for anything else."""
    text = str(said)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST else 0
