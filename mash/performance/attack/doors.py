"""A real record for every door: addresses at which somebody is really let in."""

import typing
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from mash.performance.attack.routes import Route

MOST_ROWS = 40
STANDS_FOR: dict[str, Any] = {"item": "item1"}


def addresses(route: Route, user: User | None) -> Iterator[str]:
    """The addresses of a route that open for `user` (None: a stranger), newest record first."""
    for value in _values(route, user):
        given = {name: value if name == route.rule.kwarg else STANDS_FOR.get(name, 1) for name in route.variables}
        try:
            yield reverse(route.name, kwargs=given)
        except NoReverseMatch:
            continue


def _values(route: Route, user: User | None) -> Iterator[Any]:
    door = route.rule.door
    if door is None:
        yield None
        return
    model = typing.get_type_hints(door)["return"]
    for row in model._default_manager.order_by("-pk")[:MOST_ROWS]:
        yield from (value for value in _names(row) if _opens(door, user, value))


def _names(row: models.Model) -> Iterator[Any]:
    """Whatever an address may call it: each value of its that nothing else has."""
    unique = [field.attname for field in row._meta.concrete_fields if field.unique]
    return (getattr(row, name) for name in unique)


def _opens(door: Any, user: User | None, value: Any) -> bool:
    try:
        return door(user or AnonymousUser(), value) is not None
    except (Http404, PermissionDenied, ValueError, TypeError, ValidationError):
        return False
