"""Organisations and teams, as the partnership administrator writes them."""

from typing import Any

from accounts.models import Organisation, OrganisationKind, SourceCode, Team, TeamKind
from accounts.models.organisations import AUTOMATIC, SOURCE_OF_KIND
from accounts.services import rights
from accounts.services.organisations import FIELDS
from mash.govuk import fields
from mash.govuk.forms import GovukForm

KINDS = [(kind.value, kind.label) for kind in OrganisationKind if kind not in AUTOMATIC]
COUNTED = {kind: f"Counted as {code.value}: {code.label}" for kind, code in SOURCE_OF_KIND.items()}


class OrganisationForm(GovukForm):
    """A new organisation, or with one, that one as the page shows it."""

    seen = fields.HiddenField(required=False)
    name = fields.TextField(label="Name of the organisation", missing="Enter the name of the organisation")
    kind = fields.RadiosField(
        label="What is it?", choices=KINDS, hints=COUNTED, missing="Select what it is", small=True
    )
    source_code = fields.SelectField(
        label="Counted in the children in need census as",
        hint="Only if it is counted otherwise than its kind.",
        choices=[(code.value, f"{code.value}: {code.label}") for code in SourceCode],
        placeholder="As its kind is counted",
        required=False,
    )
    hours = fields.TextField(
        label="Opening hours",
        hint="When somebody answers, such as: Monday to Friday, 8:30 to 16:00, closed in the school holidays",
        required=False,
    )
    shared_inbox = fields.EmailField(
        label="Shared inbox",
        hint="Read by more than one person",
        required=False,
        width="two-thirds",
        autocomplete="off",
    )
    phone = fields.TelephoneField(label="Phone number", required=False, autocomplete="off")
    second_factor_required = fields.YesNoField(
        label="Must its people sign in with a second factor?",
        hint="A code from an app, or a passkey. People of the hub always must.",
        missing="Select yes if they must",
    )

    def __init__(self, data: Any = None, *, organisation: Organisation | None = None) -> None:
        super().__init__(data, initial=_shown(organisation) if organisation else {"second_factor_required": "no"})
        if organisation and organisation.automatic:
            kind: Any = self.fields["kind"]
            kind.choices = [(organisation.kind, OrganisationKind(organisation.kind).label)]
        if organisation:
            self.fields["active"] = fields.YesNoField(
                label="Is it active?",
                hint="If not, none of its people and none of its systems can do anything here.",
                missing="Select yes if it is active",
                initial=organisation.active,
            )

    def answers(self) -> dict[str, Any]:
        """What was typed, without the mark."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class AddTeamForm(GovukForm):
    name = fields.TextField(label="Name of the team", missing="Enter the name of the team", max_length=100)
    kind = fields.RadiosField(label="What does it do?", choices=TeamKind.choices, missing="Select what it does")


class RenameTeamForm(GovukForm):
    seen = fields.HiddenField(required=False)
    name = fields.TextField(label="Name of the team", missing="Enter the name of the team", max_length=100)

    def __init__(self, data: Any = None, *, team: Team) -> None:
        super().__init__(data, initial={"name": team.name, "seen": rights.mark(team, ("name",))})


def _shown(organisation: Organisation) -> dict[str, Any]:
    return {**rights.values(organisation, FIELDS), "seen": rights.mark(organisation, FIELDS)}
