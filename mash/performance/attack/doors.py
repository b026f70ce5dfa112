"""A real record for every door: addresses at which somebody is really let in."""

import typing
from collections.abc import Iterator
from itertools import product
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from mash.performance.attack.routes import Route

MOST_ROWS = 40
Places = dict[str, list[Any]]


def addresses(route: Route, user: User | None, places: Places) -> Iterator[str]:
    """The addresses of a route that open for `user` (None: a stranger), newest record first."""
    for value in _values(route, user):
        others = [[value] if name == route.rule.kwarg else places.get(name, [1]) for name in route.variables]
        for given in product(*others):
            try:
                yield reverse(route.name, kwargs=dict(zip(route.variables, given, strict=True)))
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
    """Whatever an address may call it: each value that nothing else has, its own or its referral's."""
    for one in (row, getattr(row, "referral", None)):
        if one is not None:
            yield from (getattr(one, field.attname) for field in one._meta.concrete_fields if field.unique)


def _opens(door: Any, user: User | None, value: Any) -> bool:
    try:
        return door(user or AnonymousUser(), value) is not None
    except (Http404, PermissionDenied, ValueError, TypeError, ValidationError):
        return False
