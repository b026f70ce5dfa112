"""Pages of a list in the order of its names: the next one starts after the last name that was seen."""

from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Lower

SIZE = 50
M = TypeVar("M", bound=Model)


def page(rows: QuerySet[M], *, after: str, size: int = SIZE) -> tuple[list[M], str]:
    """Up to `size` rows after the one whose key is `after`, and the key that the next page starts after ("" at the
    end). Anything that is not the key of a row means the first page."""
    ordered: QuerySet[Any] = rows.annotate(in_order=Lower("name")).order_by("in_order", "pk")
    if last := _named(rows.model, after):
        ordered = ordered.filter(Q(in_order__gt=last[0]) | Q(in_order=last[0], pk__gt=last[1]))
    found = list(ordered[: size + 1])
    return found[:size], str(found[size - 1].pk) if len(found) > size else ""


def _named(model: type[Model], after: str) -> tuple[str, int] | None:
    if not (after.isascii() and after.isdigit() and len(after) < 19):
        return None
    rows: Any = model._default_manager.filter(pk=int(after)).annotate(in_order=Lower("name"))
    found: tuple[str, int] | None = rows.values_list("in_order", "pk").first()
    return found


def wanted(text: str) -> str:
    """What somebody typed to search for, as the database can look for it."""
    return " ".join(text.replace("\0", "").split())[:200]
