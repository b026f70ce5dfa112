"""The short forms of the hub: a reason, a colleague, a sign, a reference."""

from typing import Any

from accounts.models import User
from mash.govuk import fields
from mash.govuk.forms import GovukForm
from mash.lib.references import InvalidReference, normalise

LONG = 2_000


def _reason(label: str, missing: str, *, hint: str = "", required: bool = True) -> fields.TextareaField:
    return fields.TextareaField(
        label=label, missing=missing, hint=hint, required=required, rows=4, max_length=LONG, count=False
    )


class PutBackForm(GovukForm):
    reason = _reason("Why are you putting it back?", "Say why you are putting this back")


class PersonForm(GovukForm):
    """A form with a list of colleagues to choose one from, under the name that the service gives it."""

    person_name = ""

    def __init__(self, data: Any = None, *, people: list[User]) -> None:
        super().__init__(data)
        self._people = {str(user.pk): user for user in people}
        chosen = self.fields[self.person_name]
        chosen.choices = [(key, _named(user)) for key, user in self._people.items()]  # type: ignore[attr-defined]

    def person(self) -> User:
        """Whoever was chosen."""
        return self._people[self.cleaned_data[self.person_name]]


class HandOverForm(PersonForm):
    person_name = "to"
    to = fields.SelectField(label="Who takes it?", missing="Select who takes it")
    reason = _reason("Why are you handing it over?", "Say why you are handing this over")


class AdmitForm(PersonForm):
    person_name = "user"
    user = fields.SelectField(label="Who may see it?", missing="Select who may see it")


class WithdrawForm(GovukForm):
    """One sign that was ticked in error, and why."""

    indicator = fields.RadiosField(label="Which one was ticked in error?", missing="Select what was ticked in error")
    reason = _reason("How do you know?", "Say why this was ticked in error", hint="For example who told you, and when.")

    def __init__(self, data: Any = None, *, signs: list[tuple[str, str]], chosen: str = "") -> None:
        super().__init__(data, initial={"indicator": chosen})
        self.fields["indicator"].choices = signs  # type: ignore[attr-defined]


class StepAwayForm(GovukForm):
    reason = _reason("How do you know them?", "", hint="You do not have to say.", required=False)


class RestrictForm(GovukForm):
    reason = _reason("Why?", "Say why")


class BreakGlassForm(GovukForm):
    reason = _reason(
        "What is the emergency?",
        "Say what the emergency is",
        hint="Your name, this reason and the time are kept, and whoever looks after this referral is told at once.",
    )


class FindForm(GovukForm):
    """A reference as somebody read it out."""

    reference = fields.TextField(
        label="Reference",
        hint="16 letters and numbers, like ABCD-EFGH-JKMN-PQRS",
        width=20,
        spellcheck=False,
        missing="Enter the reference",
        max_length=40,
    )

    def clean_reference(self) -> str:
        try:
            return normalise(self.cleaned_data["reference"])
        except InvalidReference as error:
            self.add_error("reference", str(error))
            return ""


def _named(user: User) -> str:
    return f"{user.name}, {', '.join(user.role_names)}"
