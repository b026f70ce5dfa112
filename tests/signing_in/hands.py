"""What somebody does at the sign-in pages, and what their phone shows."""

import re
import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import encrypt
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.test import Client

from accounts.models import User
from accounts.services import sign_in
from mash.outbox import channels
from mash.outbox.models import Message
from tests.cast import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LOGIN, CODE, APP = "/accounts/login/", "/accounts/second-factor/sign-in/", "/accounts/second-factor/app/"
CODES, INDEX, SHOW = (
    "/accounts/second-factor/recovery-codes/",
    "/accounts/second-factor/",
    "/accounts/second-factor/show/",
)


class HalfAsSlow(ScryptPasswordHasher):
    """The hasher of production at half its cost: slow enough to be seen in the time of an answer."""

    work_factor = 2**13


def code(secret: str = SECRET, *, steps: int = 0) -> str:
    """What the app shows, so many half minutes from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def give_app(user: User) -> Authenticator:
    """An authenticator app that was set up some time ago."""
    return Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": encrypt(SECRET)})


def give_codes(user: User) -> list[str]:
    """Recovery codes that were made some time ago."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    return RecoveryCodes.activate(user).generate_codes()


def password(client: Client, user: User, words: str = PASSWORD, **more: Any) -> Any:
    return client.post(LOGIN, {"login": user.email, "password": words, **more})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def with_app(client: Client, user: User) -> Client:
    """Signed in with the password and then with the app's code."""
    password(client, user)
    assert client.post(CODE, {"code": code()}).status_code == 302
    return client


def carry() -> None:
    """A worker looks up who asked for a link, and carries what is owed."""
    sign_in.answer_resets()
    for message in Message.objects.open():
        channels.deliver(message)


def secret_on(page: str) -> str:
    """The key that a set-up page shows in words."""
    found = re.search(r'id="key">(.*?)</p>', page, re.S)
    assert found is not None
    return "".join(re.findall(r"<span>(\w+)</span>", found[1]))
