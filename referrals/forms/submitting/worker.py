"""Somebody who works with children, whom a worry is about."""

from datetime import date
from typing import Any

from mash.govuk.fields import DateField, RadiosField, TextareaField, TextField
from mash.govuk.forms import GovukForm
from referrals.choices import KnownOrNot
from referrals.drafting import Item

ABOUT = "own_children_about"


class WorkerForm(GovukForm):
    """The answers that the officer for allegations needs first. Nobody has to know all of them."""

    name = TextField(
        label="Their name",
        hint="If you do not know it, write “Not known” and say in your worry what you do know",
        max_length=200,
        missing="Enter their name, or “Not known”",
    )
    job = TextField(
        label="What they do with children",
        hint="For example, class teacher, foster carer, football coach",
        max_length=200,
        missing="Enter what they do with children",
    )
    employer = TextField(
        label="Where they do it",
        hint="The school, club, agency or other organisation",
        max_length=200,
        required=False,
    )
    known_on = DateField(
        label="When did your organisation learn of this?",
        hint="It has to be reported within one working day. If it is later than that, report it all the same. "
        "For example, 27 3 2026",
        past=True,
        missing="Enter the date on which your organisation learnt of this",
    )
    still_working = RadiosField(
        label="Are they still working with children?",
        choices=KnownOrNot.choices,
        missing="Select whether they are still working with children",
    )
    own_children = RadiosField(
        label="Do they have, or live with, children of their own?",
        hint="We ask because those children may need help too. Do not ask the person.",
        choices=KnownOrNot.choices,
        reveals={KnownOrNot.YES: [ABOUT]},
        missing="Select whether they have, or live with, children of their own",
    )
    own_children_about = TextareaField(
        label="Who are the children?",
        hint="Names and ages, as far as you know",
        rows=3,
        max_length=2000,
        count=False,
        required=False,
    )

    def __init__(self, posted: Any, *, saved: Item) -> None:
        known = saved.get("known_on")
        super().__init__(posted, initial={**saved, "known_on": date.fromisoformat(known) if known else None})

    def answers(self) -> Item:
        """The `worker` of the document."""
        given: Item = dict(self.cleaned_data)
        return {**given, "known_on": given["known_on"].isoformat()}
