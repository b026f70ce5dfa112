"""The short forms of the hub: a reason, a colleague, a sign, a reference."""

from typing import Any

from accounts.models import User
from mash.govuk import fields
from mash.govuk.forms import GovukForm
from mash.lib.references import InvalidReference, normalise
from referrals.models.queue import LONGEST_NAME
from referrals.selectors.desks import Home
from referrals.services.handing import CannotGo

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


class HandOverManyForm(PersonForm):
    """Households from one desk, the colleague who takes them, and one reason. One box for each household: what is on
    the same desk about it goes together."""

    person_name = "to"
    homes = fields.CheckboxesField(label="What goes?", missing="Select what you hand over", label_size="m")
    to = fields.SelectField(label="Who takes it?", missing="Select who takes it")
    reason = _reason("Why are you handing it over?", "Say why you are handing this over")

    def __init__(self, data: Any = None, *, homes: list[Home], people: list[User], all_of_them: bool = False) -> None:
        super().__init__(data, people=people)
        self._homes = {home.key: home for home in homes}
        box: Any = self.fields["homes"]
        box.choices = [(home.key, home.words) for home in homes]
        box.hints = {home.key: home.more for home in homes}
        box.initial = list(self._homes) if all_of_them else []
        box.error_messages["invalid_choice"] = (
            "Something you chose is no longer on this desk. Nothing was handed over: choose again"
        )

    def chosen(self) -> list[Home]:
        """The households that go."""
        return [self._homes[key] for key in self.cleaned_data["homes"]]

    def say_why(self, refusal: CannotGo) -> None:
        """What stands in the way of each that cannot go, and that nothing went."""
        for home in self.chosen():
            if home.first.pk in refusal.why:
                self.add_error("homes", f"{home.words}: {refusal.why[home.first.pk]}")
        self.add_error(None, f"{refusal.message}. Leave out what cannot go, or choose somebody else")


class SaveFilterForm(GovukForm):
    name = fields.TextField(
        label="A name for this filter",
        missing="Enter a name for this filter",
        max_length=LONGEST_NAME,
        width=20,
        spellcheck=False,
    )


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
