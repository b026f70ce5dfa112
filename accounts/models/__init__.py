"""Organisations, teams, the people who sign in, and the keys of agencies' systems."""

from accounts.models.api_keys import ApiKey
from accounts.models.browsers import KnownBrowser
from accounts.models.invitations import Invitation, PeopleLoad
from accounts.models.organisations import Organisation, OrganisationKind, SourceCode, Team, TeamKind
from accounts.models.resets import ResetRequest
from accounts.models.reviews import AccessAnswer, AccessReview
from accounts.models.users import User

__all__ = [
    "AccessAnswer",
    "AccessReview",
    "ApiKey",
    "Invitation",
    "KnownBrowser",
    "Organisation",
    "OrganisationKind",
    "PeopleLoad",
    "ResetRequest",
    "SourceCode",
    "Team",
    "TeamKind",
    "User",
]
