"""Where a request comes from, as far as it can be believed."""

from django.conf import settings
from django.http import HttpRequest


def address(request: HttpRequest) -> str:
    """The caller's network address: what the outermost of our own proxies saw, or the connection itself.

    `TRUSTED_PROXY_COUNT` says how many proxies are ours; whatever stands to the left of what they added was written by
    the caller.
    """
    proxies: int = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if proxies and len(seen) >= proxies:
        return seen[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))
