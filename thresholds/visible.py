"""The only door from a page to frameworks and their drafts: what you may not govern does not exist for you."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404

from accounts.models import User
from accounts.policy import Act
from thresholds.models import Framework, FrameworkDraft

M = TypeVar("M", bound=Model)
Principal = Any
"""A User, or Django's AnonymousUser."""


def frameworks(user: Principal) -> QuerySet[Framework]:
    """Every version, for whoever governs the thresholds."""
    return Framework.objects.all() if _governs(user) else Framework.objects.none()


def drafts(user: Principal) -> QuerySet[FrameworkDraft]:
    """Every draft but those thrown away, for whoever governs the thresholds."""
    rows = FrameworkDraft.objects.exclude(state=FrameworkDraft.State.DISCARDED)
    return rows if _governs(user) else rows.none()


def framework(user: Principal, pk: int) -> Framework:
    """One version, or 404."""
    return _one(frameworks(user).select_related("by", "retirement__by"), pk)


def framework_draft(user: Principal, pk: int) -> FrameworkDraft:
    """One draft, or 404."""
    return _one(drafts(user).select_related("by", "based_on", "published"), pk)


def _governs(user: Principal) -> bool:
    return isinstance(user, User) and user.may(Act.MANAGE_FRAMEWORK)


def _one(rows: QuerySet[M], pk: int) -> M:
    # An address may hold any number; the database's keys end at 63 bits.
    row = rows.filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise Http404
    return row
