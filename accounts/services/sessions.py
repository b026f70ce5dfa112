"""Where somebody is signed in, and ending it."""

from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction

from accounts.models import User


@transaction.atomic
def end_all(user: User, *, but: str = "") -> int:
    """End each of `user`'s sessions, but the one with the key `but`; answers how many ended.

    What somebody was typing there is kept for them when they send it (`mash.access.held`).
    """
    rows = UserSession.objects.filter(user=user).exclude(session_key=but)
    keys = list(rows.values_list("session_key", flat=True))
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    for key in keys:
        store.delete(key)
    rows.delete()
    return len(keys)
