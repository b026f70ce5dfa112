"""The only door from a page to organisations, people and what is about them: what you may not see does not exist."""

from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import Http404

from accounts import policy
from accounts.models import AccessReview, ApiKey, Invitation, Organisation, PeopleLoad, Team, User
from accounts.policy import LEADS_MAY_GIVE, Act

M = TypeVar("M", bound=Model)
Principal = Any
"""A User, or Django's AnonymousUser."""


def organisations(user: Principal) -> QuerySet[Organisation]:
    """All of them for the partnership administrator; a safeguarding lead's own."""
    return Organisation.objects.filter(_within(user, "pk"))


def people(user: Principal) -> QuerySet[User]:
    """Whom `user` may manage: everybody, or a lead's own colleagues who are nothing that a lead may not give."""
    if not isinstance(user, User) or not user.may(Act.MANAGE_PEOPLE):
        return User.objects.none()
    return User.objects.filter(policy.people_scope(user))


def invitations(user: Principal) -> QuerySet[Invitation]:
    """The invitations to organisations that `user` sees, for people whom they might have invited themselves."""
    rows = Invitation.objects.filter(_within(user, "organisation_id"))
    if isinstance(user, User) and user.may(Act.MANAGE_ORGANISATIONS):
        return rows
    return rows.filter(roles__contained_by=list(LEADS_MAY_GIVE))


def keys(user: Principal) -> QuerySet[ApiKey]:
    """The keys of agencies' systems, for whoever manages them."""
    may = isinstance(user, User) and user.may(Act.MANAGE_KEYS)
    return ApiKey.objects.all() if may else ApiKey.objects.none()


def reviews(user: Principal) -> QuerySet[AccessReview]:
    """The access reviews of the organisations that `user` sees."""
    return AccessReview.objects.filter(_within(user, "organisation_id"))


def loads(user: Principal) -> QuerySet[PeopleLoad]:
    """What `user` sent themselves, for an organisation that they see."""
    return PeopleLoad.objects.filter(_within(user, "organisation_id"), by=getattr(user, "pk", None))


def teams(user: Principal) -> QuerySet[Team]:
    """The authority's teams, for whoever manages organisations."""
    may = isinstance(user, User) and user.may(Act.MANAGE_ORGANISATIONS)
    return Team.objects.all() if may else Team.objects.none()


def organisation(user: Principal, pk: int) -> Organisation:
    """One organisation, or 404."""
    return _one(organisations(user), pk)


def person(user: Principal, pk: int) -> User:
    """One person whom `user` may manage, or 404."""
    return _one(people(user).select_related("organisation", "team"), pk)


def invitation(user: Principal, pk: int) -> Invitation:
    """One invitation, or 404."""
    return _one(invitations(user).select_related("organisation", "by", "user"), pk)


def key(user: Principal, pk: int) -> ApiKey:
    """One key, or 404."""
    return _one(keys(user).select_related("organisation", "issued_by", "revoked_by"), pk)


def review(user: Principal, pk: int) -> AccessReview:
    """One access review, or 404."""
    return _one(reviews(user).select_related("organisation", "finished_by"), pk)


def load(user: Principal, pk: int) -> PeopleLoad:
    """One's own list of people, or 404."""
    return _one(loads(user).select_related("organisation"), pk)


def team(user: Principal, pk: int) -> Team:
    """One team, or 404."""
    return _one(teams(user), pk)


def _within(user: Principal, column: str) -> Q:
    """Rows of the organisations whose people `user` manages."""
    if not isinstance(user, User) or not user.may(Act.MANAGE_PEOPLE):
        return Q(pk__in=[])
    return Q() if user.may(Act.MANAGE_ORGANISATIONS) else Q(**{column: user.organisation_id})


def _one(rows: QuerySet[M], pk: int) -> M:
    # An address may hold any number; the database's keys end at 63 bits.
    row = rows.filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise Http404
    return row
