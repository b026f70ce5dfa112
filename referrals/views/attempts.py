"""Between a form and a service: a refusal becomes an error on the page, and nothing typed is lost."""

from collections.abc import Callable

from django.forms import Form

from referrals.errors import Refused


def attempt(form: Form, act: Callable[[], object]) -> bool:
    """Run `act`; when it is refused, say why beside the answer it names, or at the top, and answer False."""
    try:
        act()
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return False
    return True
