"""allauth's second factors, as this product uses them."""

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings

from accounts.models import User
from accounts.services import second_factor
from mash.lib import boxes

PURPOSE = "lantern.second-factor"


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets are stored encrypted with a key of their own, which the database does not hold."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": "You must keep one second factor. Set up another first, then remove this one",
        "cannot_generate_recovery_codes": "Set up an authenticator app or a passkey first",
        "incorrect_code": "That did not work. Try again",
    }

    def get_totp_issuer(self) -> str:
        return str(settings.PRODUCT_NAME)

    def _get_site_name(self) -> str:
        return str(settings.PRODUCT_NAME)

    def encrypt(self, text: str) -> str:
        return boxes.shut(text, purpose=PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        return boxes.opened(encrypted_text, purpose=PURPOSE)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return second_factor.may_remove(authenticator)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002
        return f"Passkey {Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1}"
