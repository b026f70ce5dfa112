"""Where somebody is signed in."""

from allauth.usersessions.models import UserSession

from accounts.models import User


def end_all(user: User) -> int:
    """Sign them out everywhere at once; answers how many sessions ended."""
    rows = list(UserSession.objects.filter(user=user))
    for row in rows:
        row.end()
    return len(rows)
