"""Pages by key: the next page starts after the last row seen, so that page 900 costs what page 1 costs."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet

SIZE = 50
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Up to `SIZE` rows, newest first, and where the next page starts ("" at the end)."""

    rows: list[M]
    next_before: str

    @classmethod
    def of(cls, rows: QuerySet[M], *, before: str = "", size: int = SIZE) -> "Page[M]":
        """The page of rows with a smaller primary key than `before`; anything but a number means the first page."""
        wanted: QuerySet[Any] = rows.order_by("-pk")
        if before.isascii() and before.isdigit() and len(before) < 19:
            wanted = wanted.filter(pk__lt=int(before))
        found = list(wanted[: size + 1])
        more = len(found) > size
        return cls(rows=found[:size], next_before=str(found[size - 1].pk) if more else "")
