"""The mark that a browser keeps of whoever has signed in with it, so that strangers' wrong tries never count there."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import KnownBrowser, User

COOKIE = "browser"
COOKIE_AGE = timedelta(days=365)


def known(request: HttpRequest, *, email: str) -> KnownBrowser | None:
    """This browser as one with which the account with this address has signed in, or set a password by a link, before.

    It asks the database in the same way whether or not there is such an account.
    """
    digest = _digest(request)
    return KnownBrowser.objects.filter(digest=digest, user__email=email).first() if digest else None


def knows(request: HttpRequest, *, email: str) -> bool:
    """Whether it is such a browser."""
    return known(request, email=email) is not None


@transaction.atomic
def mark(request: HttpRequest, response: HttpResponse, *, user: User, by_link: bool = False) -> None:
    """Remember this browser as `user`'s, and make its token anew; whoever else uses it stays known too.

    `by_link`: they set a password there by a link and have not signed in yet; one that was known better stays so.
    """
    token = secrets.token_urlsafe(32)
    old, new = _digest(request), _sum(token)
    if old:
        KnownBrowser.objects.filter(digest=old).update(digest=new)
    given = {"signed_in_at": timezone.now()} | ({} if by_link else {"by_link": False})
    KnownBrowser.objects.update_or_create(
        user=user, digest=new, defaults=given, create_defaults={**given, "by_link": by_link}
    )
    response.set_signed_cookie(
        COOKIE, token, max_age=COOKIE_AGE, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def forget(*, user: User, but: HttpRequest | None = None) -> int:
    """Know none of `user`'s browsers any longer, but the one that asks for it. Answers how many were forgotten."""
    rows = KnownBrowser.objects.filter(user=user)
    return (rows.exclude(digest=_digest(but)) if but is not None else rows).delete()[0]


def forget_old() -> int:
    """Forget browsers whose cookie has run out; answers how many."""
    return KnownBrowser.objects.filter(signed_in_at__lt=timezone.now() - COOKIE_AGE).delete()[0]


def _digest(request: HttpRequest) -> str:
    """The digest of the token that the browser shows; "" when it shows none that we signed."""
    token = request.get_signed_cookie(COOKIE, default="", max_age=COOKIE_AGE)
    return _sum(token) if token else ""


def _sum(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
