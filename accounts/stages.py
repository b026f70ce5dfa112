"""The steps between a right password and being signed in."""

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

OIDC = "oidc"


class SecondFactor(AuthenticateStage):  # type: ignore[misc]
    """Asks whoever has a second factor for it, unless a trusted provider has just asked for one."""

    def _should_handle(self, request: HttpRequest) -> bool:
        if any(record.get("type") == OIDC for record in get_authentication_records(request, self.login.user)):
            return False
        return bool(super()._should_handle(request))
