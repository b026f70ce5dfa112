"""What the matrix tries at the doors of organisations, people, invitations, lists, keys, reviews and teams."""

from datetime import date

from django.db import models

from accounts import api_keys
from accounts.models import AccessReview, Organisation, PeopleLoad, Team, TeamKind, User
from accounts.policy import API_SCOPES, Role
from accounts.services import invitations
from tests.cast import person

POLLY, LEAD = Role.PARTNERSHIP_ADMINISTRATOR, Role.SAFEGUARDING_LEAD

# The administrator sees all; a lead their own organisation, and of its people those whom a lead may manage.
SEES: dict[str, dict[Role, set[str]]] = {
    "organisation": {POLLY: {"our_school", "their_police", "the_hub"}, LEAD: {"our_school"}},
    "person": {POLLY: {"a_colleague", "an_officer", "an_auditor"}, LEAD: {"a_colleague"}},
    "invitation": {POLLY: {"our_invitation", "hub_invitation"}, LEAD: {"our_invitation"}},
    "load": {POLLY: {"pollys_list"}, LEAD: {"leads_list"}},
    "key": {POLLY: {"schools_key"}},
    "review": {POLLY: {"our_review", "hub_review"}, LEAD: {"our_review"}},
    "team": {POLLY: {"a_team"}},
}
KINDS: dict[str, tuple[str, ...]] = {
    "organisation": ("our_school", "their_police", "the_hub"),
    "person": ("a_colleague", "an_officer", "an_auditor"),
    "invitation": ("our_invitation", "hub_invitation"),
    "load": ("pollys_list", "leads_list"),
    "key": ("schools_key",),
    "review": ("our_review", "hub_review"),
    "team": ("a_team",),
}


def add(records: dict[str, models.Model], users: dict[Role, User], pat: User) -> None:
    """One of each, for the school, the police and the hub."""
    polly, lead = users[POLLY], users[LEAD]
    school, hub = lead.organisation, polly.organisation
    records |= {"our_school": school, "their_police": pat.organisation, "the_hub": hub}
    records |= {"a_colleague": person("Col", school, Role.PRACTITIONER), "an_officer": pat}
    records["an_auditor"] = users[Role.AUDITOR]
    records["our_invitation"] = _invited(lead, school, Role.PRACTITIONER)
    records["hub_invitation"] = _invited(polly, hub, Role.ANALYST)
    records["pollys_list"] = PeopleLoad.objects.create(organisation=school, by=polly, rows=[])
    records["leads_list"] = PeopleLoad.objects.create(organisation=school, by=lead, rows=[])
    records["schools_key"] = api_keys.issue(organisation=school, name="Records", scopes=API_SCOPES)[0]
    records["our_review"] = AccessReview.objects.create(organisation=school, quarter=date(2026, 10, 1))
    records["hub_review"] = AccessReview.objects.create(organisation=hub, quarter=date(2026, 10, 1))
    records["a_team"] = Team.objects.create(name="Front door", kind=TeamKind.TRIAGE)


def _invited(by: User, organisation: Organisation, role: Role) -> models.Model:
    email = f"new.{role.value}@somewhere.example"
    return invitations.invite(by=by, organisation=organisation, name="New", email=email, roles=[role.value])
