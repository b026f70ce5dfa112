"""What somebody posted, in the words of the form they saw: the labels of its boxes and the words of its choices."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django import forms

from mash.govuk.fields import DateField, HiddenField
from mash.govuk.fields.dates import PARTS
from mash.govuk.forms import GovukFormMixin

Boxes = Mapping[str, forms.Field]


def answers(posted: Sequence[tuple[str, str]], view: Callable[..., Any] | None) -> list[tuple[str, list[str]]]:
    """Every answer that is not empty, in the order of the page, each under the label of its box.

    The form is the one of `view`'s own that has most of the boxes. A box that only this page had keeps its name, in
    words; what a page carried unseen is left out.
    """
    boxes = _boxes({_box(name) for name, _value in posted}, view)
    found: dict[str, list[str]] = {}
    for name, value in posted:
        field = boxes.get(_box(name))
        if not value.strip() or isinstance(field, HiddenField):
            continue
        values = found.setdefault(_label(name, field), [])
        if values and isinstance(field, DateField):
            values[0] = f"{values[0]} {value}"
        else:
            values.append(_choices(field).get(value, value))
    return list(found.items())


def _boxes(names: set[str], view: Callable[..., Any] | None) -> Boxes:
    """The boxes of the form that has most of these names: one that the view itself names before others."""
    forms_of = [form.base_fields for form in _forms(view)] if view else []
    return max(forms_of, key=lambda boxes: len(names & boxes.keys()), default={})


def _forms(view: Callable[..., Any]) -> Iterator[Any]:
    inner: Any = inspect.unwrap(view)
    known = getattr(inner, "__globals__", {})
    names = getattr(getattr(inner, "__code__", None), "co_names", ())
    for one in (*(known.get(name) for name in names), *known.values()):
        if isinstance(one, type) and issubclass(one, GovukFormMixin) and hasattr(one, "base_fields"):
            yield one


def _box(name: str) -> str:
    """The field that a box belongs to: a date has three."""
    start, _, part = name.rpartition("-")
    return start if part in PARTS else name


def _label(name: str, field: forms.Field | None) -> str:
    return str(getattr(field, "label", "") or name.replace("_", " ").replace("-", " ").strip().capitalize())


def _choices(field: forms.Field | None) -> dict[str, str]:
    """Each answer of a list by its value, whether the list is in groups or not."""
    flat: dict[str, str] = {}
    for value, label in getattr(field, "choices", ()):
        inner = label if isinstance(label, list | tuple) else [(value, label)]
        flat |= {str(key): str(words) for key, words in inner}
    return flat
