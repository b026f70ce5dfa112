"""Nobody signs themselves up: accounts are made by invitation."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignUp(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's behaviour, with sign-up closed and refusals in our words."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "This account is closed",
        "email_password_mismatch": "Your email address or password is not right",
        "enter_current_password": "That is not your password",
        "too_many_login_attempts": "Too many tries. Wait a few minutes, then try again",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
