"""A new password by the link that only the account's inbox gets: allauth's page, and what it proves."""

from typing import Any

from allauth.account.views import PasswordResetFromKeyView
from django.http import HttpResponse

from accounts import lockout
from accounts.services import browsers


class SetPasswordByLink(PasswordResetFromKeyView):  # type: ignore[misc]
    """Makes this browser known for passwords, and forgives what strangers tried: they must not keep its owner out."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        browsers.mark(self.request, response, user=self.reset_user, by_link=True)
        lockout.forgive_strangers(email=self.reset_user.email)
        return response


set_password_by_link = SetPasswordByLink.as_view()
