"""Fields with a list of answers: radios, checkboxes, yes or no, select."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from mash.govuk.components import component
from mash.govuk.fields.base import GovukField, first_error, text_of

if TYPE_CHECKING:
    from django.forms.boundfield import BoundField

Reveals = Mapping[str, Sequence[str]]
Option = tuple[Any, Any]


def listed(field: forms.Field) -> list[Option]:
    """The choices of a field, without an empty first one."""
    return [(value, label) for value, label in getattr(field, "choices", ()) if value != ""]


class _Options(GovukField):
    """`hints` explains an answer by its value; `reveals` names the fields of the form that an answer opens."""

    verb = "Select"

    def __init__(
        self,
        *,
        hints: Mapping[str, str] | None = None,
        reveals: Reveals | None = None,
        divider_before: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.hints = hints or {}
        self.reveals = reveals or {}
        self.divider_before = divider_before
        self.error_messages["invalid_choice"] = "Select one of the answers in the list"

    def chosen(self, bound: "BoundField") -> set[str]:
        """The values ticked at present, as text."""
        value = bound.value()
        values = value if isinstance(value, list | tuple | set | frozenset) else [value]
        return {str(one) for one in values if one is not None}

    def items(self, bound: "BoundField", options: Iterable[Option], prefix: str) -> Iterator[dict[str, Any]]:
        """Each answer for the component: ids are fixed here so that groups do not collide."""
        chosen = self.chosen(bound)
        for number, (value, label) in enumerate(options, start=1):
            if str(value) == self.divider_before:
                yield {"divider": "or"}
            yield {
                "value": str(value),
                "text": str(label),
                "id": prefix if number == 1 else f"{prefix}-{number}",
                "checked": str(value) in chosen,
                "hint": text_of(self.hints.get(str(value), "")),
                "conditional": self._revealed(bound, str(value)),
            }

    def _revealed(self, bound: "BoundField", value: str) -> dict[str, SafeString] | None:
        names = self.reveals.get(value, ())
        return {"html": format_html_join("", "{}", ((bound.form[name],) for name in names))} if names else None

    def params(self, bound: "BoundField") -> dict[str, Any]:
        shared = super().params(bound)
        return {
            "idPrefix": bound.auto_id,
            "name": bound.html_name,
            "hint": shared["hint"],
            "errorMessage": shared["errorMessage"],
            "classes": self.classes or None,
            "attributes": self.attributes,
            "fieldset": {"legend": self.heading(bound, "legend")},
        }


class RadiosField(_Options, forms.ChoiceField):
    """One answer of a few."""

    macro = "radios"

    def __init__(self, *, inline: bool = False, small: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        looks = [self.classes, "govuk-radios--inline" if inline else "", "govuk-radios--small" if small else ""]
        self.classes = " ".join(filter(None, looks))

    def params(self, bound: "BoundField") -> dict[str, Any]:
        return super().params(bound) | {"items": list(self.items(bound, listed(self), str(bound.auto_id)))}


class YesNoField(RadiosField):
    """Yes is True, no is False; with `unknown` (its label) there is a third answer, and it is None."""

    nothing = None

    def __init__(self, *, unknown: str = "", yes: str = "Yes", no: str = "No", **kwargs: Any) -> None:
        choices = [("yes", yes), ("no", no), *([("unknown", unknown)] if unknown else [])]
        super().__init__(**{"choices": choices, "inline": not unknown and not kwargs.get("reveals"), **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value

    def clean(self, value: Any) -> bool | None:
        return {"yes": True, "no": False}.get(super().clean(value))


class SelectField(_Options, forms.ChoiceField):
    """One answer of many; `placeholder` is the first, empty line."""

    macro = "select"

    def __init__(self, *, placeholder: str = "Choose one", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.placeholder = placeholder

    def params(self, bound: "BoundField") -> dict[str, Any]:
        chosen = self.chosen(bound)
        options = [("", self.placeholder), *listed(self)]
        return GovukField.params(self, bound) | {
            "classes": " ".join(filter(None, [self.width_class("input"), self.classes])) or None,
            "items": [
                {"value": str(value), "text": str(label), "selected": str(value) in chosen} for value, label in options
            ],
        }


class CheckboxesField(_Options, forms.MultipleChoiceField):
    """Any number of answers, flat or in groups.

    `choices` may be nested, `[("Group", [(value, label), ...]), ...]`: each group becomes its own fieldset.
    A group without answers is a heading over those that follow. `none` is a value that excludes all others.
    """

    macro = "checkboxes"
    nothing: list[str] = []

    def __init__(self, *, none: str = "", small: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.none = none
        self.divider_before = self.divider_before or none
        self.classes = " ".join(filter(None, [self.classes, "govuk-checkboxes--small" if small else ""]))

    def validate(self, value: Any) -> None:
        super().validate(value)
        if self.none and self.none in value and len(value) > 1:
            none = dict(self._flat()).get(self.none, "none of these")
            raise ValidationError(f"Either tick the answers that apply, or “{none}”", code="none")

    def _flat(self) -> Iterator[Option]:
        for value, label in listed(self):
            yield from label if isinstance(label, list | tuple) else [(value, label)]

    def grouped(self) -> bool:
        """Whether the choices come in groups."""
        return any(isinstance(label, list | tuple) for _value, label in listed(self))

    def items(self, bound: "BoundField", options: Iterable[Option], prefix: str) -> Iterator[dict[str, Any]]:
        for item in super().items(bound, options, prefix):
            yield item | {"behaviour": "exclusive"} if self.none and item.get("value") == self.none else item

    def params(self, bound: "BoundField") -> dict[str, Any]:
        return super().params(bound) | {"items": list(self.items(bound, listed(self), str(bound.auto_id)))}

    def render(self, bound: "BoundField") -> SafeString:
        return self._in_groups(bound) if self.grouped() else super().render(bound)

    def _in_groups(self, bound: "BoundField") -> SafeString:
        params = super().params(bound)
        notes = {"hint": params["hint"], "error": params["errorMessage"]}
        ids = {kind: f"{bound.auto_id}-{kind}" for kind, note in notes.items() if note}
        fieldset = params["fieldset"] | {
            "describedBy": " ".join(ids.values()) or None,
            "html": format_html_join("", "{}", self._inside(bound, notes, ids)),
        }
        error = " govuk-form-group--error" if notes["error"] else ""
        return format_html('<div class="govuk-form-group{}">{}</div>', error, component("fieldset", fieldset))

    def _inside(
        self, bound: "BoundField", notes: dict[str, dict[str, str] | None], ids: dict[str, str]
    ) -> Iterator[tuple[SafeString]]:
        if "hint" in ids:
            yield (component("hint", {"id": ids["hint"], **(notes["hint"] or {})}),)
        if "error" in ids:
            yield (component("error-message", {"id": ids["error"], **(notes["error"] or {})}),)
        for number, (title, options) in enumerate(self._groups(), start=1):
            if not options:
                yield (format_html('<h2 class="govuk-heading-m app-between">{}</h2>', title),)
                continue
            yield (self._group(bound, title, options, f"{bound.auto_id}-g{number}" if number > 1 else bound.auto_id),)

    def _groups(self) -> Iterator[tuple[str, list[Option]]]:
        for value, label in listed(self):
            yield (str(value), list(label)) if isinstance(label, list | tuple) else ("", [(value, label)])

    def _group(self, bound: "BoundField", title: str, options: list[Option], prefix: str) -> SafeString:
        legend = {"text": title, "classes": "govuk-fieldset__legend--m"}
        return component(
            "checkboxes",
            {
                "idPrefix": prefix,
                "name": bound.html_name,
                "classes": self.classes or None,
                "formGroup": {"classes": "app-group"},
                "fieldset": {"legend": legend} if title else None,
                "items": list(self.items(bound, options, prefix)),
            },
        )


class ConfirmField(GovukField, forms.BooleanField):
    """One box to tick, such as a declaration; it is required unless said otherwise."""

    macro = "checkboxes"
    nothing = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"mark_optional": False, "missing": "Tick the box if you agree", **kwargs})

    def params(self, bound: "BoundField") -> dict[str, Any]:
        return {
            "idPrefix": bound.auto_id,
            "name": bound.html_name,
            "errorMessage": text_of(first_error(bound)),
            "items": [
                {"value": "yes", "text": str(bound.label), "checked": bool(bound.value()), "hint": text_of(self.hint)}
            ],
        }
