"""Organisations, teams, the people who sign in, and the keys of agencies' systems."""

from accounts.models.api_keys import ApiKey
from accounts.models.organisations import Organisation, OrganisationKind, SourceCode, Team, TeamKind
from accounts.models.users import User

__all__ = ["ApiKey", "Organisation", "OrganisationKind", "SourceCode", "Team", "TeamKind", "User"]
