"""A field by which somebody hands in a file."""

from typing import TYPE_CHECKING, Any

from django import forms

from mash.govuk.fields.base import GovukField

if TYPE_CHECKING:
    from django.forms.boundfield import BoundField


class FileField(GovukField, forms.FileField):
    """One file; the form that has it is sent as multipart. `accept` is what the browser offers, such as ".csv"."""

    macro = "file-upload"
    verb = "Choose"
    nothing = None
    default_error_messages = {
        "empty": "The file is empty",
        "missing": "Choose a file",
        "max_length": "The name of the file is too long",
    }

    def __init__(self, *, accept: str = "", **kwargs: Any) -> None:
        super().__init__(**{"max_length": 200, **kwargs})
        self.accept = accept

    def params(self, bound: "BoundField") -> dict[str, Any]:
        return super().params(bound) | {"attributes": {**(self.attributes or {}), "accept": self.accept}}
