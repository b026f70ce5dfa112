"""Every address of the product that has a rule, from the URLconf: what is added later is attacked by itself."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from mash.access.middleware import rule_of
from mash.access.rules import Rule


@dataclass(frozen=True)
class Route:
    """One address with what varies in it, and the rule its view declares."""

    name: str
    pattern: str
    variables: tuple[str, ...]
    view: Callable[..., Any]
    rule: Rule

    @property
    def is_api(self) -> bool:
        return hasattr(self.view, "cls")

    @property
    def takes_posts(self) -> bool:
        return "POST" in self.rule.methods


def all_routes() -> list[Route]:
    """In the order of the URLconf."""
    return list(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[Route]:
    for entry in patterns:
        text = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, text)
            continue
        name = entry.name or ""
        rule = rule_of(entry.callback, name)
        variables = tuple(entry.pattern.regex.groupindex) or tuple(entry.pattern.converters)
        if rule is not None:
            yield Route(name, text, variables, entry.callback, rule)
