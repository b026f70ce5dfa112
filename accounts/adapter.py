"""Nobody signs themselves up: accounts are made by invitation."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignUp(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's behaviour, with sign-up closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
