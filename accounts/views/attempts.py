"""Between a form and a service: who is asking, and a refusal becomes an error on the page."""

from collections.abc import Callable

from django.forms import Form
from django.http import HttpRequest, QueryDict

from accounts.errors import Refused
from accounts.models import User


def reader(request: HttpRequest) -> User:
    """The signed-in user: every view with a declared act has one."""
    assert isinstance(request.user, User)
    return request.user


def attempt(form: Form, act: Callable[[], object]) -> bool:
    """Run `act`; when it is refused, say why beside the answer it names, or at the top, and answer False."""
    try:
        act()
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return False
    return True


def address(**asked: str) -> str:
    """The query of a list's address, without what is empty."""
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in asked.items() if value})
    return f"?{query.urlencode()}"
