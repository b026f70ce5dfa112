"""Where somebody is signed in, in words."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession

from accounts.models import User

# The first that a browser says of itself wins: each later one is said by the earlier ones too.
BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
MACHINES = {
    "iPhone": "an iPhone",
    "iPad": "an iPad",
    "Android": "an Android phone or tablet",
    "Windows": "a Windows computer",
    "Mac": "a Mac",
    "CrOS": "a Chromebook",
    "Linux": "a Linux computer",
}


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One session as its owner reads about it."""

    words: str
    created_at: datetime
    last_seen_at: datetime
    ip: str
    is_current: bool


def of(user: User, *, current: str) -> list[SignedIn]:
    """`user`'s sessions that still work, the present one first, then the last used."""
    rows = UserSession.objects.purge_and_list(user)
    found = [
        SignedIn(device(row.user_agent), row.created_at, row.last_seen_at, row.ip, row.session_key == current)
        for row in rows
    ]
    return sorted(found, key=lambda one: (not one.is_current, -one.last_seen_at.timestamp()))


def device(user_agent: str) -> str:
    """Browser and machine in words, as far as the browser says."""
    browser = next((name for mark, name in BROWSERS.items() if mark in user_agent), "A browser")
    machine = next((words for mark, words in MACHINES.items() if mark in user_agent), "a computer")
    return f"{browser} on {machine}"
