"""The same rule for the API: an endpoint declares its act (see `mash.access.endpoints`).

DRF reads this module while it loads its own views, so it must not import them.
"""

from typing import TYPE_CHECKING, Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from mash.access.rules import Rule

if TYPE_CHECKING:
    from rest_framework.views import APIView


class DeclaredAct(BasePermission):
    """Allow exactly what the endpoint's `access_rule` says; an endpoint without one is refused."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """401 without a key, 403 with a key that lacks the act's scope."""
        rule = getattr(view, "access_rule", None)
        if not isinstance(rule, Rule):
            return False
        return rule.open or self._may(request.user, rule)

    def _may(self, user: Any, rule: Rule) -> bool:
        return bool(user and user.is_authenticated and (rule.act is None or user.may(rule.act)))
