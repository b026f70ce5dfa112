"""Fields for numbers that carry their own check."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError

from mash.govuk.fields.text import TextField
from mash.lib import identifiers


class _Identifier(TextField):
    """Text that a function of `mash.lib.identifiers` accepts and puts in its one form, or explains why not."""

    accept: Callable[[str], str]

    def to_python(self, value: Any) -> str:
        words = super().to_python(value)
        if words in self.empty_values:
            return words
        try:
            return type(self).accept(words)
        except ValueError as error:
            raise ValidationError(str(error).rstrip("."), code="invalid") from None


class NHSNumberField(_Identifier):
    """An NHS number in any spacing; gives ten digits."""

    accept = staticmethod(identifiers.nhs_number)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "label": "NHS number",
                "width": 10,
                "inputmode": "numeric",
                "spellcheck": False,
                "max_length": 40,
                **kwargs,
            }
        )


class UPNField(_Identifier):
    """A pupil's unique number (13 characters); gives it in capitals without spaces."""

    accept = staticmethod(identifiers.upn)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{"label": "Unique pupil number (UPN)", "width": 20, "spellcheck": False, "max_length": 40, **kwargs}
        )


class PostcodeField(_Identifier):
    """A UK postcode in any case and spacing; gives it as CH41 1AA."""

    accept = staticmethod(identifiers.postcode)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{"label": "Postcode", "width": 10, "spellcheck": False, "autocomplete": "off", "max_length": 40, **kwargs}
        )
