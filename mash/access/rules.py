"""How a view says which act it is, and on which row."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed

from mash.access.limit import Limit

GET = ("GET", "HEAD")
POST = ("POST",)
GET_POST = (*GET, *POST)
# A redirect or an empty answer shows no record. Any other does, a refused form as much as the page itself.
SHOWS_NOTHING = frozenset({204, 301, 302, 303, 304, 307, 308})

Door = Callable[[Any, Any], models.Model]
View = Callable[..., HttpResponseBase]


class Factor(Enum):
    """What a session must have shown of a second factor before a page opens, where one is asked for at all."""

    SHOWN = "shown"
    # The pages on which somebody who has none sets one up, and on which somebody who has one shows it.
    NONE_YET = "none yet"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Rule:
    """One view's rule. `act` None with `open` False means: anybody who is signed in."""

    act: str | None = None
    open: bool = False
    why: str = ""
    methods: tuple[str, ...] = GET
    door: Door | None = None
    kwarg: str = ""
    # Counted before the view's transaction begins: for each address that posts, or in the API for each key.
    limit: Limit | None = None
    factor: Factor = Factor.SHOWN


def anyone(why: str, *, methods: tuple[str, ...] = GET, limit: Limit | None = None) -> Callable[[View], View]:
    """Open a view to people who are not signed in; `why` is printed in docs/policy.md. `limit` counts what each
    address posts."""
    return lambda view: _guarded(view, Rule(open=True, why=why, methods=methods, limit=limit))


def signed_in(why: str, *, methods: tuple[str, ...] = GET) -> Callable[[View], View]:
    """Open a view to every signed-in user, whatever their roles."""
    return lambda view: _guarded(view, Rule(why=why, methods=methods))


def allows(
    act: str, *, on: Door | None = None, kwarg: str = "reference", methods: tuple[str, ...] = GET
) -> Callable[[View], View]:
    """Open a view to users who may do `act`.

    With a door (`on`), the URL's `kwarg` becomes the row, handed to the view as its second argument: 404 when the
    row is not the user's to see, then 403 when the act is not theirs. Whatever shows the row, a page or a form that
    was refused, is written down as a reading.
    """
    return lambda view: _guarded(view, Rule(act=act, methods=methods, door=on, kwarg=kwarg if on else ""))


def _guarded(view: View, rule: Rule) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in rule.methods:
            return HttpResponseNotAllowed(rule.methods)
        if rule.door is None:
            require(request.user, rule)
            return view(request, *args, **kwargs)
        return _on_row(view, rule, request, *args, **kwargs)

    guarded.access_rule = rule  # type: ignore[attr-defined]
    return guarded


def _on_row(view: View, rule: Rule, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    from mash.audit import events  # models are not ready when an app's package is first imported

    assert rule.door is not None
    row = rule.door(request.user, kwargs.pop(rule.kwarg))
    require(request.user, rule)
    response = view(request, row, *args, **kwargs)
    if request.method != "HEAD" and response.status_code not in SHOWS_NOTHING:
        events.read(by=request.user, what=view.__name__, about=row)  # type: ignore[arg-type]
    return response


def require(user: Any, rule: Rule) -> None:
    """Raise PermissionDenied unless `user` may do the rule's act."""
    if rule.open:
        return
    if not user.is_authenticated or (rule.act is not None and not user.may(rule.act)):
        raise PermissionDenied
