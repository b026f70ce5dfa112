"""Keep a posted page over an expired session, for its owner only.

The browser carries a signed cookie naming who was signed in last. A post without a session is stored only for such a
browser, so strangers cannot fill the table, and only the same person can open it again.
"""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils import timezone

from mash.access.models import HeldPost

COOKIE = "who"
COOKIE_AGE = timedelta(days=30)
KEPT_FOR = timedelta(hours=24)
MOST_EACH = 5
ACCOUNT_PAGES = "/accounts/"


def remember(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Note in a signed cookie who is signed in, when that is new."""
    user = getattr(request, "user", None)
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

    Nothing is stored for a stranger or a closed account, nor from an account's own pages: those carry passwords.
    """
    user_id = _last_user(request)
    if user_id is None or request.FILES or request.path.startswith(ACCOUNT_PAGES) or not _may_return(user_id):
        return request.path
    _make_room(user_id)
    row = HeldPost.objects.create(user_id=user_id, path=request.get_full_path(), body=request.POST.urlencode())
    return reverse("held", args=[row.token])


def _make_room(user_id: int) -> None:
    """Keep the newest pages of one person only, so that nobody can fill the table in their name."""
    older = HeldPost.objects.filter(user_id=user_id).order_by("-held_at").values("pk")[MOST_EACH - 1 :]
    HeldPost.objects.filter(pk__in=list(older.values_list("pk", flat=True))).delete()


def find(token: UUID, *, user_id: int | None) -> HeldPost | None:
    """The page held for this very user under this token."""
    return HeldPost.objects.filter(token=token, user_id=user_id).first() if user_id is not None else None


def fields(row: HeldPost) -> list[tuple[str, str]]:
    """The posted names and values in order, without the old form's token."""
    data = QueryDict(row.body)
    return [(name, value) for name, values in data.lists() for value in values if name != "csrfmiddlewaretoken"]


def forget_old() -> int:
    """Erase what was held for longer than a day; answers how many."""
    return HeldPost.objects.filter(held_at__lt=timezone.now() - KEPT_FOR).delete()[0]


def _may_return(user_id: int) -> bool:
    return get_user_model()._default_manager.filter(pk=user_id, is_active=True).exists()


def _last_user(request: HttpRequest) -> int | None:
    value = request.get_signed_cookie(COOKIE, default="", max_age=COOKIE_AGE)
    return int(value) if value else None
