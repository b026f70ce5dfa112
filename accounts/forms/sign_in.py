"""allauth's forms, with our fields and our words."""

from typing import Any

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts.services import sign_in
from mash.access import callers
from mash.govuk.fields import EmailField, PasswordField
from mash.govuk.forms import GovukForm, GovukFormMixin

LONG = "At least 12 characters. Three words that do not belong together are easy to remember and hard to guess."


class NewPasswordField(PasswordField):
    """A password that the rules of `AUTH_PASSWORD_VALIDATORS` accept; allauth sets `user` before it cleans."""

    user: Any = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"autocomplete": "new-password", **kwargs})

    def clean(self, value: Any) -> Any:
        return get_adapter().clean_password(super().clean(value), user=self.user)


def _address() -> EmailField:
    return EmailField(
        label="Email address",
        missing="Enter your email address",
        autocomplete="username",
        width="two-thirds",
    )


def _new_password() -> NewPasswordField:
    return NewPasswordField(label="New password", hint=LONG, missing="Enter a new password")


def _again() -> PasswordField:
    return PasswordField(
        label="The new password again", missing="Enter the new password again", autocomplete="new-password"
    )


class SignInForm(GovukFormMixin, allauth.LoginForm):  # type: ignore[misc]
    """Email address and password."""

    password = PasswordField(label="Password", missing="Enter your password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields: dict[str, forms.Field] = {"login": _address(), "password": self.fields["password"]}

    def clean_login(self) -> str:
        """Addresses are stored in lower case."""
        return str(self.cleaned_data["login"]).lower()

    def clean(self) -> dict[str, Any] | None:
        """A refusal belongs to the first box, where the summary can lead to it."""
        try:
            return super().clean()  # type: ignore[no-any-return]
        except ValidationError as error:
            self.add_error("login", error)
            return self.cleaned_data


class ResetPasswordForm(GovukForm):
    """Asks for the link. What becomes of it does not depend on whether there is an account."""

    email = _address()

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        email: str = self.cleaned_data["email"]
        sign_in.ask_for_new_password(email=email, address=callers.address(request))
        return email


class ResetPasswordKeyForm(GovukFormMixin, allauth.ResetPasswordKeyForm):  # type: ignore[misc]
    """Sets the new password, having come by the link."""

    password1 = _new_password()
    password2 = _again()


class ReauthenticateForm(GovukFormMixin, allauth.ReauthenticateForm):  # type: ignore[misc]
    """One's password once more."""

    password = PasswordField(label="Your password", missing="Enter your password")


class ChangePasswordForm(GovukFormMixin, allauth.ChangePasswordForm):  # type: ignore[misc]
    """Changes one's own password, knowing the old one."""

    oldpassword = PasswordField(label="Your password now", missing="Enter your password as it is now")
    password1 = _new_password()
    password2 = _again()
