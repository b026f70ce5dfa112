"""Keep a posted page over an expired session, for its owner only.

The browser carries a signed cookie naming who was signed in last. A post without a session is stored only for such a
browser, so strangers cannot fill the table, and only the same person can open it again. The cookie goes when they sign
out themselves. What was typed is encrypted, shown to them before it is sent, and deleted once it was.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils import timezone

from mash.access.models import HeldPost
from mash.lib import boxes

COOKIE = "who"
# The header of what a page sends by itself: nobody pressed anything.
AUTOMATIC = "X-Automatic"
COOKIE_AGE = timedelta(days=30)
KEPT_FOR = timedelta(hours=24)
FAILED = 400
MOST_EACH = 5
OWN_PAGES = ("/accounts/", "/held/")
SIGNS_OUT = "account_logout"
PURPOSE = "lantern.held-post"
# The box that says which held page is being sent on.
AGAIN = "held-page"
NOT_TYPED = {"csrfmiddlewaretoken", AGAIN}


def remember(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Note in a signed cookie who is signed in, when that is new; forget it when they sign out themselves."""
    user = getattr(request, "user", None)
    if _signed_out(request, user):
        response.delete_cookie(COOKIE, samesite="Lax")
    if user is None or not getattr(request, "session", None) or not user.is_authenticated or user.pk is None:
        return response
    if _last_user(request) != user.pk:
        response.set_signed_cookie(
            COOKIE,
            str(user.pk),
            max_age=COOKIE_AGE,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


def keep(request: HttpRequest) -> str:
    """Store the posted page and answer the address that replays it; the page's own address if it cannot be kept.

    Nothing is stored for a stranger or a closed account, nor from an account's own pages: those carry passwords. Nor
    is what a page sends by itself, which would push out what somebody sent.
    """
    user_id = _last_user(request)
    if AUTOMATIC in request.headers:
        return request.path
    if user_id is None or request.FILES or request.path.startswith(OWN_PAGES) or not _may_return(user_id):
        return request.path
    _make_room(user_id)
    body = boxes.shut(request.POST.urlencode(), purpose=PURPOSE)
    row = HeldPost.objects.create(user_id=user_id, path=request.get_full_path(), body=body)
    _drop(request.POST.get(AGAIN, ""), user_id=user_id)
    return reverse("held", args=[row.token])


def sent_on(request: HttpRequest, response: HttpResponseBase) -> None:
    """Delete the page that was sent on by this request, unless that failed."""
    user = getattr(request, "user", None)
    if request.method == "POST" and response.status_code < FAILED and user is not None and user.is_authenticated:
        _drop(request.POST.get(AGAIN, ""), user_id=user.pk)


def throw_away(row: HeldPost) -> None:
    """Delete it unsent, as its owner asks."""
    row.delete()


def _make_room(user_id: int) -> None:
    """Keep the newest pages of one person only, so that nobody can fill the table in their name."""
    older = HeldPost.objects.filter(user_id=user_id).order_by("-held_at").values("pk")[MOST_EACH - 1 :]
    HeldPost.objects.filter(pk__in=list(older.values_list("pk", flat=True))).delete()


def door(user: Any, token: UUID) -> HeldPost:
    """The page held for this very user under this token, or 404."""
    row = HeldPost.objects.filter(token=token, user_id=user.pk).first() if user.pk is not None else None
    if row is None:
        raise Http404
    return row


def fields(row: HeldPost) -> list[tuple[str, str]]:
    """The posted names and values in order, without the old form's token. Nothing if the key it needs is gone."""
    try:
        data = QueryDict(boxes.opened(row.body, purpose=PURPOSE))
    except InvalidToken:
        return []
    return [(name, value) for name, values in data.lists() for value in values if name not in NOT_TYPED]


def forget_old() -> int:
    """Erase what was held for longer than a day; answers how many."""
    return HeldPost.objects.filter(held_at__lt=timezone.now() - KEPT_FOR).delete()[0]


def _signed_out(request: HttpRequest, user: Any) -> bool:
    """Whether this request was somebody's own wish to be signed out. A session that ended by itself was none."""
    page = request.resolver_match.view_name if request.resolver_match else ""
    return page == SIGNS_OUT and request.method == "POST" and user is not None and not user.is_authenticated


def _drop(token: str, *, user_id: int) -> None:
    """Delete a held page of this person by what a page sent as its token, if it is one."""
    try:
        HeldPost.objects.filter(token=UUID(token), user_id=user_id).delete()
    except ValueError:
        return


def _may_return(user_id: int) -> bool:
    return get_user_model()._default_manager.filter(pk=user_id, is_active=True).exists()


def _last_user(request: HttpRequest) -> int | None:
    value = request.get_signed_cookie(COOKIE, default="", max_age=COOKIE_AGE)
    return int(value) if value else None
