"""allauth's second factors, as this product uses them."""

import base64
import hashlib

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings

from accounts.models import User
from accounts.services import second_factor

PURPOSE = b"lantern.second-factor"


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
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return second_factor.may_remove(authenticator)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002
        return f"Passkey {Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1}"


def _box() -> MultiFernet:
    """Encrypts with the key made of SECRET_KEY; reads what the keys before it wrote."""
    return MultiFernet([_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.scrypt(secret.encode(), salt=PURPOSE, n=2, r=8, p=1, dklen=32)))
