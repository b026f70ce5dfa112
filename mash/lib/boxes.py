"""Text that the database holds and cannot read: encrypted with a key made of SECRET_KEY, another for each purpose."""

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def shut(text: str, *, purpose: str) -> str:
    """The text, encrypted."""
    return _box(purpose).encrypt(text.encode()).decode()


def opened(text: str, *, purpose: str) -> str:
    """What was encrypted for the same purpose, with the key of now or one before it. Raises InvalidToken."""
    return _box(purpose).decrypt(text.encode()).decode()


def _box(purpose: str) -> MultiFernet:
    """Encrypts with the key made of SECRET_KEY; reads what the keys before it wrote."""
    return MultiFernet([_key(secret, purpose) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str, purpose: str) -> Fernet:
    made = hashlib.scrypt(secret.encode(), salt=purpose.encode(), n=2, r=8, p=1, dklen=32)
    return Fernet(base64.urlsafe_b64encode(made))
