"""The pages of the second factor, under the names by which allauth looks for them."""

from allauth.mfa.base.views import authenticate
from django.urls import path

from accounts.views import second_factor

urlpatterns = [
    path("", second_factor.index, name="mfa_index"),
    path("sign-in/", authenticate, name="mfa_authenticate"),
    path("show/", second_factor.show_code, name="mfa_reauthenticate"),
    path("show/passkey/", second_factor.show_passkey, name="mfa_reauthenticate_webauthn"),
    path("app/", second_factor.set_up_app, name="mfa_activate_totp"),
    path("app/remove/", second_factor.remove_app, name="mfa_deactivate_totp"),
    path("passkeys/add/", second_factor.add_passkey, name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/name/", second_factor.name_passkey, name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", second_factor.remove_passkey, name="mfa_remove_webauthn"),
    path("recovery-codes/", second_factor.recovery_codes, name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", second_factor.new_recovery_codes, name="mfa_generate_recovery_codes"),
]
