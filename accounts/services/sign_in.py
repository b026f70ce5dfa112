"""How somebody signs in: their password, and asking for a new one."""

from datetime import timedelta
from uuid import uuid4

import structlog
from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
from allauth.account.utils import user_pk_to_url_str
from celery import current_app
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.models import ResetRequest, User
from accounts.services import browsers, sessions
from mash.access import limits
from mash.access.limit import Limit
from mash.audit import events
from mash.outbox.models import Message
from mash.outbox.services import messages

log = structlog.get_logger(__name__)
ANSWER = "accounts.tasks.answer_resets"
ABOUT = "account-"
AT_ONCE = 100
CODES_REFUSED = "codes_refused"
# More than this would only fill somebody's inbox; the links sent already work.
RESETS = Limit(
    "password_reset", 5, timedelta(hours=1), "Look in your email: the link is there.", "links emailed to one account"
)
# A whole building may forget its passwords at once; more than this would only fill our tables.
ASKED = Limit(
    "password_reset_asked",
    100,
    timedelta(hours=1),
    "Ask again in an hour, or ask whoever lets people in at your organisation.",
    "links asked for from one address",
)


@transaction.atomic
def change_password(*, user: User, password: str, request: HttpRequest | None = None) -> None:
    """Give `user` a new password. Every session ends and every browser is forgotten, but the one of `request`.

    The person is told by email, in case it was not they who did it.
    """
    user.set_password(password)
    user.save(update_fields=["password"])
    browsers.forget(user=user, but=request)
    sessions.end_all(user, but=(request.session.session_key or "") if request is not None else "")
    events.record(by=user, what="password_changed", about=user)
    tell(user=user, kind="password_changed")


@transaction.atomic
def ask_for_new_password(*, email: str, address: str = "") -> None:
    """Write down that somebody wants a link. The same is done, and takes as long, with and without an account.

    `address` is where they ask from: beyond its limit nothing is written down, and nobody is told so.
    """
    if address and not limits.spend(ASKED, address):
        return
    ResetRequest.objects.create(email=email.strip().lower())
    transaction.on_commit(_nudge)


@transaction.atomic
def answer_resets() -> int:
    """Owe a link to each account that asked for one and may sign in; answers how many requests were answered."""
    rows = list(ResetRequest.objects.select_for_update(skip_locked=True).filter(answered_at=None)[:AT_ONCE])
    for row in rows:
        _answer(row)
    return len(rows)


def forget_old_resets() -> int:
    """Erase requests older than a day; answers how many."""
    return ResetRequest.objects.filter(asked_at__lt=timezone.now() - timedelta(days=1)).delete()[0]


def reset_link(message: Message) -> str:
    """The path of a link to set a new password, made when the email is sent and kept nowhere. It works once."""
    user = User.objects.get(pk=message.about.removeprefix(ABOUT))
    key = PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})


def tell(*, user: User, kind: str, key: str = "") -> None:
    """Tell somebody by email that how they sign in has changed, in the transaction of the change."""
    messages.owe(
        messages.Owed(
            key=f"{kind}:{key or uuid4().hex}",
            kind=kind,
            about=f"{ABOUT}{user.pk}",
            to=user,
            path=reverse("mfa_index"),
        )
    )


def tell_of_codes(*, user: User) -> None:
    """Tell `user`, once a day, that somebody with their password entered too many wrong codes."""
    day_ago = timezone.now() - timedelta(days=1)
    if not Message.objects.filter(kind=CODES_REFUSED, recipient_user=user, owed_at__gt=day_ago).exists():
        tell(user=user, kind=CODES_REFUSED)


def _answer(row: ResetRequest) -> None:
    user = User.objects.filter(email=row.email, is_active=True, organisation__active=True).first()
    if user is not None and limits.spend(RESETS, str(user.pk)):
        tell(user=user, kind="password_reset", key=str(row.pk))
    row.answered_at = timezone.now()
    row.save(update_fields=["answered_at"])


def _nudge() -> None:
    try:
        current_app.send_task(ANSWER, retry=False)
    except Exception as failure:  # noqa: BLE001 - it is written down, and beat asks again within a minute
        log.warning("reset_not_nudged", failure=type(failure).__name__)
