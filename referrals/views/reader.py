"""Who is asking."""

from django.http import HttpRequest

from accounts.models import User


def reader(request: HttpRequest) -> User:
    """The signed-in user: every view with a declared act has one."""
    assert isinstance(request.user, User)
    return request.user
