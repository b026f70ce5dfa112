"""The links at the top of each page: apps name theirs, and each person sees those whose act is theirs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

WantedBy = Callable[[Any], bool]
Number = Callable[[Any], int]


def everybody(_user: Any) -> bool:
    """Whoever may do it wants the link."""
    return True


@dataclass(frozen=True, slots=True, order=True)
class Item:
    """One link; `act` "" is for everybody who is signed in. `under` lists other addresses that belong to it.

    `wanted_by` leaves it out for people who may, and hardly ever do. It permits nothing. `number` counts what waits
    there for somebody; it costs each of their pages one statement.
    """

    order: int
    label: str
    url_name: str
    act: str = ""
    under: tuple[str, ...] = ()
    wanted_by: WantedBy = field(default=everybody, compare=False)
    number: Number | None = field(default=None, compare=False)

    def is_for(self, user: Any) -> bool:
        return (not self.act or user.may(self.act)) and self.wanted_by(user)


@dataclass(frozen=True, slots=True)
class Link:
    """An item as one page shows it."""

    label: str
    href: str
    current: bool
    number: int = 0


_items: dict[str, Item] = {}


def register(
    *,
    label: str,
    url_name: str,
    act: str = "",
    order: int = 100,
    under: tuple[str, ...] = (),
    wanted_by: WantedBy = everybody,
    number: Number | None = None,
) -> None:
    """Put a link in the navigation; the same `url_name` again replaces it. Call it from an app's `ready()`.

    `under` holds path prefixes, such as "/cases/", on whose pages the link is the current one as well, unless
    the reader has another link for them. `wanted_by` says for which of those who may it is shown, `number` how much
    waits there for one of them.
    """
    _items[url_name] = Item(order, label, url_name, act, under, wanted_by, number)


def links(request: HttpRequest) -> list[Link]:
    """The links for whoever is asking, in order; none before sign-in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    found = [(item, reverse(item.url_name)) for item in sorted(_items.values()) if item.is_for(user)]
    here = _current(found, request.path)
    return [Link(item.label, href, item is here, item.number(user) if item.number else 0) for item, href in found]


def _current(found: list[tuple[Item, str]], path: str) -> Item | None:
    """The item with the longest address that the path starts with, its own before one under it; "/" for itself."""
    matches = [
        ((len(prefix), prefix == href), item)
        for item, href in found
        for prefix in _prefixes(item, href)
        if path == prefix or (prefix != "/" and path.startswith(prefix))
    ]
    return max(matches, key=lambda match: match[0])[1] if matches else None


def _prefixes(item: Item, href: str) -> Iterator[str]:
    yield href
    yield from item.under
