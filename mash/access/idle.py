"""A session that nobody uses ends, so that a screen left alone shows no child's record for long.

Each request counts as use, but one that a page makes by itself (`X-Automatic`). What is typed into a page whose session
has ended is held when it is sent (`mash.access.held`). A session ends after its full age too, however busy it was.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest
from django.utils import timezone

from mash.access import second_factor
from mash.access.held import AUTOMATIC

SEEN, BEGAN = "seen_at", "began_at"
# How stale the note of the last use may be: a page that is read need not write each time.
NOTED_EVERY = 60
LEFT = "You were signed out because you had not used this for a while. What you have sent since is kept."


@dataclass(frozen=True, slots=True)
class Idle:
    """How long a page's reader stays signed in when they do nothing more."""

    seconds: int

    @property
    def until(self) -> datetime:
        return datetime.fromtimestamp(time.time() + self.seconds, tz=UTC)


def tend(request: HttpRequest) -> None:
    """End the session of this request when it was left too long; else note that it is used."""
    now, session = int(time.time()), request.session
    seen, began = session.get(SEEN), session.get(BEGAN)
    if seen is None or began is None:
        _note(request, now, began=now)
    elif now - seen > limit(request.user) or now - began > settings.SESSION_COOKIE_AGE:
        logout(request)
        messages.info(request, LEFT)
    elif AUTOMATIC not in request.headers and (now - seen >= NOTED_EVERY or request.method == "POST"):
        _note(request, now, began=began)


def begin_again(request: HttpRequest) -> None:
    """Somebody has just signed in: their time begins now."""
    request.session.pop(SEEN, None)
    request.session.pop(BEGAN, None)


def limit(user: Any) -> int:
    """Seconds for which `user` may do nothing: fewer for whoever must show a second factor."""
    minutes = settings.IDLE_MINUTES_HUB if user.must_show_second_factor else settings.IDLE_MINUTES
    return int(minutes) * 60


def left(request: HttpRequest) -> int:
    """Seconds until this session ends, if nothing more is done in it."""
    now, session = int(time.time()), request.session
    idle = session.get(SEEN, now) + limit(request.user) - now
    return int(max(0, min(idle, session.get(BEGAN, now) + settings.SESSION_COOKIE_AGE - now)))


def context(request: HttpRequest) -> dict[str, Any]:
    """`idle` for the page: None where nobody is signed in, or not wholly."""
    user = getattr(request, "user", None)
    session = getattr(request, "session", None)
    if user is None or session is None or not user.is_authenticated or SEEN not in session:
        return {"idle": None}
    whole = not user.must_show_second_factor or second_factor.shown(request)
    return {"idle": Idle(left(request)) if whole else None}


def _note(request: HttpRequest, now: int, *, began: int) -> None:
    request.session[SEEN], request.session[BEGAN] = now, began
    known = UserSession.objects.filter(session_key=request.session.session_key)
    if not known.update(last_seen_at=timezone.now()):
        UserSession.objects.create_from_request(request)
