"""One's own second factors: allauth's pages, with what each change leaves in the trail and in the mail."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.base import views as base
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn import views as webauthn
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy

from accounts.forms.second_factor import RemoveForm
from accounts.services import browsers, second_factor, sessions
from accounts.views.attempts import reader
from mash.access.second_factor import GOING_TO, shown


class Index(base.IndexView):  # type: ignore[misc]
    """What one signs in with."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = reader(self.request)
        return {
            **super().get_context_data(**kwargs),
            "must": user.must_show_second_factor,
            "codes_left": second_factor.recovery_codes_left(user),
        }


class _SetUp:
    """Setting one up shows it, ends what was signed in without it, and makes this browser known."""

    request: HttpRequest
    kind: str

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        user = reader(self.request)
        record_authentication(self.request, user, "mfa", type=self.kind)
        second_factor.record(by=user, what="second_factor_added")
        sessions.end_all(user, but=self.request.session.session_key or "")
        browsers.mark(self.request, response, user=user)
        return response


class SetUpApp(_SetUp, ActivateTOTPView):  # type: ignore[misc]
    """Sets up an authenticator app; its first code is spent."""

    kind = Authenticator.Type.TOTP

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = super().get_context_data(**kwargs)
        secret = found["form"].secret
        return {**found, "key_groups": [secret[at : at + 4] for at in range(0, len(secret), 4)]}

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        second_factor.spend_code(user=reader(self.request), code=form.cleaned_data["code"])
        return response


class AddPasskey(_SetUp, webauthn.AddWebAuthnView):  # type: ignore[misc]
    """Sets up a passkey."""

    kind = Authenticator.Type.WEBAUTHN

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # The library leaves out the form that was refused.
        return {**super().get_context_data(**kwargs), **kwargs}


class _Show:
    """Showing one in a session that began without it makes this browser known."""

    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        before = shown(self.request)
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        if not before:
            browsers.mark(self.request, response, user=reader(self.request))
        return response


class ShowCode(_Show, base.ReauthenticateView):  # type: ignore[misc]
    """Shows a code, in a session that must show one (again)."""


class ShowPasskey(_Show, webauthn.ReauthenticateWebAuthnView):  # type: ignore[misc]
    """Shows a passkey likewise."""

    def form_invalid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = self.render_to_response({**self.get_context_data(), "form": form})
        return answer


class _Remove:
    """Takes one away, unless it must stay."""

    request: HttpRequest
    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        second_factor.record(by=reader(self.request), what="second_factor_removed")
        return response


class RemoveApp(_Remove, DeactivateTOTPView):  # type: ignore[misc]
    """Takes the app away."""

    def get_form_class(self) -> type[RemoveForm]:
        return RemoveForm


class RemovePasskey(_Remove, webauthn.RemoveWebAuthnView):  # type: ignore[misc]
    """Takes a passkey away."""

    form_class = RemoveForm

    def get_form_kwargs(self) -> dict[str, Any]:
        kept = super().get_form_kwargs()
        return {**kept, "authenticator": self.object, "data": kept.get("data", {})}


class NamePasskey(webauthn.EditWebAuthnView):  # type: ignore[misc]
    """Gives a passkey another name."""

    success_url = reverse_lazy("mfa_index")


class RecoveryCodes(ViewRecoveryCodesView):  # type: ignore[misc]
    """The codes, once; and on to where one was going."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = super().get_context_data(**kwargs)
        return {**found, "going_to": self.request.session.pop(GOING_TO, "") if found["can_view_codes"] else ""}


class NewRecoveryCodes(GenerateRecoveryCodesView):  # type: ignore[misc]
    """Makes new codes; the old ones stop working."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        second_factor.record(by=reader(self.request), what="recovery_codes_made")
        return response


index = Index.as_view()
show_code = ShowCode.as_view()
show_passkey = ShowPasskey.as_view()
set_up_app = SetUpApp.as_view()
remove_app = RemoveApp.as_view()
add_passkey = AddPasskey.as_view()
name_passkey = NamePasskey.as_view()
remove_passkey = RemovePasskey.as_view()
recovery_codes = RecoveryCodes.as_view()
new_recovery_codes = NewRecoveryCodes.as_view()
