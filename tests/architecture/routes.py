"""Every route of the URLconf, with the rule its view declares."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from mash.access.middleware import rule_of
from mash.access.rules import Rule


@dataclass(frozen=True)
class Route:
    """One address: its name, the names of what varies in it, its view and its rule (None when it declares none)."""

    name: str
    pattern: str
    variables: tuple[str, ...]
    view: Callable[..., Any]
    rule: Rule | None

    @property
    def is_api(self) -> bool:
        return hasattr(self.view, "cls")

    def __str__(self) -> str:
        return self.name or self.pattern


def all_routes() -> list[Route]:
    return list(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[Route]:
    for entry in patterns:
        text = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, text)
        else:
            name = entry.name or ""
            variables = tuple(entry.pattern.regex.groupindex) or tuple(entry.pattern.converters)
            yield Route(name, text, variables, entry.callback, rule_of(entry.callback, name))
