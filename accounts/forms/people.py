"""People: who they are, what they may do, and how they come and go."""

from typing import Any

from accounts.forms.sign_in import LONG, NewPasswordField
from accounts.models import Invitation, Organisation, OrganisationKind, Team, User
from accounts.policy import LEADS_MAY_GIVE, Act, Role, roles_to_give
from accounts.services import rights
from accounts.services.people import FIELDS
from mash.govuk import fields
from mash.govuk.forms import GovukForm

HINTS = {
    Role.PRACTITIONER: "Raises worries, and follows their own",
    Role.SAFEGUARDING_LEAD: "Sees what the organisation has raised, but no worry about somebody who works with "
    "children; and looks after its people",
    Role.PARTNERSHIP_ADMINISTRATOR: "Lets organisations and people in",
    Role.ANALYST: "Numbers only",
    Role.AUDITOR: "The audit trail only",
}


def roles_for(by: User, organisation: Organisation) -> list[tuple[str, str]]:
    """The roles that `by` may give to people of this organisation."""
    hub = organisation.kind == OrganisationKind.AUTHORITY
    allowed = roles_to_give(by) if hub else roles_to_give(by) & LEADS_MAY_GIVE
    return [(role.value, role.label) for role in Role if role in allowed]


def _name(**more: Any) -> fields.TextField:
    return fields.TextField(label="Full name", missing="Enter their full name", width="two-thirds", **more)


def _roles() -> fields.CheckboxesField:
    return fields.CheckboxesField(label="What are they?", missing="Select what they are", hints=HINTS, small=True)


class _WithRoles(GovukForm):
    def __init__(self, data: Any = None, *, by: User, organisation: Organisation, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        if "roles" in self.fields:
            roles: Any = self.fields["roles"]
            roles.choices = roles_for(by, organisation)


class InviteForm(_WithRoles):
    name = _name(autocomplete="off")
    email = fields.EmailField(
        label="Email address", missing="Enter their email address", width="two-thirds", autocomplete="off"
    )
    roles = _roles()

    def __init__(self, data: Any = None, *, by: User, organisation: Organisation) -> None:
        usual = [] if organisation.kind == OrganisationKind.AUTHORITY else [Role.PRACTITIONER.value]
        super().__init__(data, by=by, organisation=organisation, initial={"roles": usual})


class PersonForm(_WithRoles):
    """Whatever `by` may change of this person: of themselves, their name."""

    seen = fields.HiddenField(required=False)
    name = _name(autocomplete="off")
    roles = _roles()
    team = fields.SelectField(label="Team", required=False, placeholder="No team")
    registration = fields.TextField(
        label="Social work registration",
        hint="Whoever has one may sign decisions at Level 4. Check it in the register first.",
        required=False,
        max_length=20,
        width=10,
        spellcheck=False,
    )

    def __init__(self, data: Any = None, *, by: User, person: User, teams: list[Team]) -> None:
        initial = {**rights.values(person, FIELDS), "registration": person.social_work_registration}
        initial |= {"seen": rights.mark(person, FIELDS), "team": str(person.team_id or "")}
        self.teams = {str(team.pk): team for team in teams}
        self.person = person
        super().__init__(data, by=by, organisation=person.organisation, initial=initial)
        for name in self.fields.keys() - _open_to(by, person):
            del self.fields[name]
        if "team" in self.fields:
            team: Any = self.fields["team"]
            team.choices = [(key, one.name) for key, one in self.teams.items()]

    def answers(self) -> dict[str, Any]:
        """What the service is given: what cannot be changed here stays as it is."""
        given, now = self.cleaned_data, self.person
        return {
            "seen": given["seen"],
            "name": given["name"],
            "roles": given.get("roles", now.roles),
            "team": self.teams.get(given["team"]) if "team" in given else now.team,
            "registration": given.get("registration", now.social_work_registration),
        }


class LetGoForm(GovukForm):
    seen = fields.HiddenField(required=False)
    to = fields.SelectField(
        label="Who takes over what they have not sent?", missing="Select who takes over what they have not sent"
    )
    sure = fields.ConfirmField(label="They have left, or should no longer sign in", missing="Tick the box to confirm")

    def __init__(self, data: Any = None, *, person: User, colleagues: list[User], needed: bool) -> None:
        super().__init__(data, initial={"seen": rights.mark(person, FIELDS)})
        self._people = {str(user.pk): user for user in colleagues}
        if needed:
            to: Any = self.fields["to"]
            to.choices = [(key, user.name) for key, user in self._people.items()]
        else:
            del self.fields["to"]

    def colleague(self) -> User | None:
        """Whoever was chosen; nobody when there is nothing to take over."""
        return self._people.get(self.cleaned_data.get("to", ""))


class LetBackForm(_WithRoles):
    seen = fields.HiddenField(required=False)
    roles = _roles()

    def __init__(self, data: Any = None, *, by: User, person: User) -> None:
        initial = {"seen": rights.mark(person, FIELDS)}
        super().__init__(data, by=by, organisation=person.organisation, initial=initial)


class AcceptForm(GovukForm):
    """What an invited person sets themselves."""

    name = fields.TextField(label="Your full name", missing="Enter your full name", autocomplete="name")
    password = NewPasswordField(label="Choose a password", subject="Password", hint=LONG, missing="Choose a password")

    def __init__(self, data: Any = None, *, invitation: Invitation) -> None:
        super().__init__(data, initial={"name": invitation.name})
        password: Any = self.fields["password"]
        password.user = User(email=invitation.email, name=invitation.name)


class LoadForm(GovukForm):
    file = fields.FileField(label="The list, as a CSV file", hint="At most 500 people and 2 MB", accept=".csv,text/csv")


def _open_to(by: User, person: User) -> set[str]:
    """Which answers of the form `by` may give about this person."""
    names = {"seen", "name"}
    if by.pk == person.pk:
        return names
    names.add("roles")
    hub = person.organisation.kind == OrganisationKind.AUTHORITY
    return names | {"team", "registration"} if hub and by.may(Act.MANAGE_ORGANISATIONS) else names
