"""The form that every page uses: plain Django, printed as GOV.UK components, errors in the order of the page."""

from collections.abc import Iterator
from copy import copy
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms.boundfield import BoundField
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from mash.govuk.fields import GovukField
from mash.govuk.fields.base import as_line


class GovukFormMixin:
    """What makes any Django form ours; put it first among the bases."""

    use_required_attribute = False
    fields: dict[str, forms.Field]
    errors: Any
    cleaned_data: dict[str, Any]

    def as_fields(self) -> SafeString:
        """All the fields in order; one that an answer reveals is printed inside that answer."""
        inside = {name for opener in self._openers().values() for names in opener.values() for name in names}
        return format_html_join("", "{}", ((self[name],) for name in self.fields if name not in inside))  # type: ignore[index]

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        """`{{ form }}` is the same as `{{ form.as_fields }}`."""
        return self.as_fields()

    __str__ = __html__ = as_fields

    def error_links(self) -> Iterator[tuple[str, str]]:
        """Each message with the id it leads to ("" for the whole form), from the top of the page to the bottom."""
        for name in (*self.fields, NON_FIELD_ERRORS):
            for message in self.errors.get(name, []):
                yield (_anchor(self[name]) if name in self.fields else ""), as_line(str(message))  # type: ignore[index]

    def _openers(self) -> dict[str, Any]:
        return {name: reveals for name, field in self.fields.items() if (reveals := getattr(field, "reveals", None))}

    def _concealed(self) -> set[str]:
        """Fields under an answer that was not chosen (or whose own opener is concealed)."""
        concealed: set[str] = set()
        for name, reveals in self._openers().items():
            chosen = self[name].field.chosen(self[name]) if name not in concealed else set()  # type: ignore[index]
            opened = {inner for value in chosen for inner in reveals.get(value, ())}
            concealed |= {inner for names in reveals.values() for inner in names} - opened
        return concealed

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name in self._concealed():
            self.errors.pop(name, None)
            self.cleaned_data[name] = copy(getattr(self.fields[name], "nothing", None))


class GovukForm(GovukFormMixin, forms.Form):
    """A form of our own fields; validation is the server's, and what was typed always comes back."""


def _anchor(bound: BoundField) -> str:
    return bound.field.anchor(bound) if isinstance(bound.field, GovukField) else str(bound.id_for_label)
