"""allauth's forms of the second factor, with our fields and our words, and codes that work once."""

import json
from typing import Any

from allauth.core import context
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.exceptions import ValidationError

from accounts import lockout
from accounts.services import second_factor, sign_in
from mash.govuk.fields import TextareaField, TextField
from mash.govuk.forms import GovukForm, GovukFormMixin

WRONG = "That code is not right, or it was used before. Wait for the next one and enter it"
TOO_MANY = "There were too many wrong codes. Wait 15 minutes, then try again"
NO_KEY = "Your passkey did not answer. Try again, or use a code"


class CodeField(TextField):
    """Digits, however they are grouped."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{"max_length": 40, "width": 10, "inputmode": "numeric", "autocomplete": "one-time-code", **kwargs},
            spellcheck=False,
        )


def _code() -> CodeField:
    return CodeField(
        label="Code",
        hint="The six digits in your authenticator app now, or one of your recovery codes",
        missing="Enter the code",
    )


class _Code(GovukFormMixin):
    user: Any

    def clean_code(self) -> str:
        """Spends the code. Each is counted before it is looked at, so that nobody can try them all, nor many at once;
        the owner of the account is told when there were too many."""
        counts = lockout.of_codes(context.request, user=self.user)
        if not lockout.spend(counts):
            raise ValidationError(TOO_MANY)
        code = str(self.cleaned_data["code"])
        found = second_factor.spend_code(user=self.user, code=code)
        if found is None:
            if lockout.is_shut(counts):
                sign_in.tell_of_codes(user=self.user)
            raise ValidationError(WRONG)
        lockout.right(counts)
        found.user = self.user
        self.authenticator = found
        return code


class ShowCodeForm(_Code, base.AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""

    code = _code()


class ShowCodeAgainForm(_Code, base.ReauthenticateForm):  # type: ignore[misc]
    """The same for somebody who is signed in."""

    code = _code()


class SetUpAppForm(GovukFormMixin, totp.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new app proves that it was set up."""

    code = CodeField(
        label="Code from the app", hint="Six digits, which change every 30 seconds", missing="Enter the code"
    )

    def clean_code(self) -> str:
        try:
            return str(super().clean_code())
        except ValidationError:
            raise ValidationError(
                "That code is not right. Check that your phone’s clock is right, then enter the next one"
            ) from None


class _Answer(json.JSONDecoder):
    """A number without end and a nest without a bottom are as little an answer as what is no JSON."""

    def decode(self, s: str, *args: Any) -> Any:
        try:
            return super().decode(s, *args)
        except json.JSONDecodeError:
            raise
        except (ValueError, RecursionError):
            raise json.JSONDecodeError("No passkey says so", "", 0) from None


class _CredentialField(forms.JSONField):
    """What a passkey said is worth nothing a second time, so the page never shows it again."""

    def prepare_value(self, value: Any) -> str:
        return ""


class _Credential(GovukFormMixin):
    """What the browser answers for a passkey; anything that a passkey would not answer is refused in words."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = _CredentialField(decoder=_Answer, widget=forms.HiddenInput)

    def _clean_fields(self) -> None:
        try:
            super()._clean_fields()
        except ValidationError:
            raise
        except Exception:  # noqa: BLE001 - the library takes apart what any program may have sent
            self.add_error(None, NO_KEY)  # type: ignore[attr-defined]
        # Nobody sees the box of the credential: what is wrong with it is said of the whole form.
        if self.errors.pop("credential", None):
            self.add_error(None, NO_KEY)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = super().clean() or {}  # type: ignore[misc]
        except ValidationError:
            raise ValidationError(NO_KEY) from None
        except Exception:  # noqa: BLE001 - as above
            raise ValidationError(NO_KEY) from None
        return found


class AddPasskeyForm(_Credential, webauthn.AddWebAuthnForm):  # type: ignore[misc]
    """A name and the new passkey."""

    name = TextField(
        label="Name", hint="So that you know which it is, such as “work laptop”", max_length=60, required=False
    )


class ShowPasskeyForm(_Credential, webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The second step of signing in, with a passkey."""


class ShowPasskeyAgainForm(_Credential, webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """The same for somebody who is signed in."""


class NamePasskeyForm(GovukFormMixin, webauthn.EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""

    name = TextField(label="Name", missing="Enter a name", max_length=60)


class RemoveForm(GovukForm):
    """Removes one second factor, unless it must stay."""

    def __init__(self, *args: Any, authenticator: Authenticator, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.authenticator = authenticator

    def clean(self) -> dict[str, Any] | None:
        if not second_factor.may_remove(self.authenticator):
            raise ValidationError("You must keep one second factor. Set up another first, then remove this one")
        return super().clean()


class ResetSecondFactorForm(GovukForm):
    """Why somebody's second factor is taken away."""

    reason = TextareaField(
        label="Why, and how you know that it is they who ask",
        hint="For example: “New phone. I called her back on the number we hold.”",
        missing="Enter why you are resetting it",
        max_length=1000,
        rows=4,
    )
