"""Fields that hold words and numbers."""

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString

from mash.govuk.fields.base import GovukField
from mash.lib import text

if TYPE_CHECKING:
    from django.forms.boundfield import BoundField

LINE = 200
STORY = 10_000
LONGEST_PASSWORD = 1_000
TELEPHONE = re.compile(r"\+?\d{6,15}")


class _Words(GovukField, forms.CharField):
    """Words, cleaned but never cut: too long is a message, and what was typed stays in the box."""

    def __init__(self, *, max_length: int | None = LINE, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.error_messages["max_length"] = (
            f"{self.subject} must be {max_length:,} characters or fewer" if max_length else ""
        )

    def run_validators(self, value: Any) -> None:
        try:
            super().run_validators(value)
        except ValidationError as error:
            raise _with_count(error, value) from None


def _with_count(error: ValidationError, value: Any) -> ValidationError:
    for one in error.error_list:
        if one.code == "max_length":
            one.message = f"{one.message}. You have {len(str(value)):,}"
    return error


class TextField(_Words):
    """One line of text; runs of white space become one space."""

    input_type = "text"

    def __init__(
        self,
        *,
        autocomplete: str = "",
        inputmode: str = "",
        prefix: str = "",
        suffix: str = "",
        spellcheck: bool | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.autocomplete = autocomplete
        self.inputmode = inputmode
        self.prefix = prefix
        self.suffix = suffix
        self.spellcheck = spellcheck

    def to_python(self, value: Any) -> str:
        return " ".join(text.clean(super().to_python(value) or "").split())

    def params(self, bound: "BoundField") -> dict[str, Any]:
        value = bound.value()
        return super().params(bound) | {
            "type": self.input_type,
            "value": "" if value is None else str(value),
            "autocomplete": self.autocomplete or None,
            "inputmode": self.inputmode or None,
            "prefix": {"text": self.prefix} if self.prefix else None,
            "suffix": {"text": self.suffix} if self.suffix else None,
            "spellcheck": self.spellcheck,
        }


class EmailField(TextField):
    """An email address, lower-cased in its domain only by whoever stores it."""

    input_type = "email"
    default_validators = [
        *forms.EmailField.default_validators,
    ]
    default_error_messages = {
        "invalid": "Enter an email address in the correct format, like name@example.com",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 254, "autocomplete": "email", "spellcheck": False, **kwargs})


class TelephoneField(TextField):
    """A telephone number as people write it: digits, spaces, brackets, a leading plus, an extension in words."""

    input_type = "tel"
    default_error_messages = {
        "invalid": "Enter a phone number, like 0151 496 0000 or +44 7700 900 982",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 40, "autocomplete": "tel", "width": 20, **kwargs})

    def validate(self, value: Any) -> None:
        super().validate(value)
        number = re.sub(r"(?i)\s*(ext|extension|x)\.?\s*\d{1,6}$", "", str(value))
        if value and not TELEPHONE.fullmatch(re.sub(r"[\s().-]", "", number)):
            raise ValidationError(self.error_messages["invalid"], code="invalid")


class TextareaField(_Words):
    """Several lines of text with a count of what is left; line breaks are kept."""

    macro = "character-count"

    def __init__(self, *, rows: int = 6, max_length: int = STORY, count: bool = True, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.rows = rows
        self.count = count

    def to_python(self, value: Any) -> str:
        return text.clean((super().to_python(value) or "").replace("\r\n", "\n"))

    def params(self, bound: "BoundField") -> dict[str, Any]:
        return super().params(bound) | {
            "value": bound.value() or "",
            "rows": self.rows,
            "maxlength": self.max_length,
            "textareaDescriptionText": f"You can enter up to {self.max_length:,} characters",
        }

    def render(self, bound: "BoundField") -> SafeString:
        self.macro = "character-count" if self.count else "textarea"
        return super().render(bound)


class IntegerField(GovukField, forms.IntegerField):
    """A whole number typed in a text box, with a message that says the limits."""

    nothing = None

    def __init__(
        self, *, min_value: int = 0, max_value: int = 100_000, prefix: str = "", suffix: str = "", **kwargs: Any
    ) -> None:
        super().__init__(**{"min_value": min_value, "max_value": max_value, "width": 5, **kwargs})
        self.prefix = prefix
        self.suffix = suffix
        self.error_messages["invalid"] = f"{self.subject} must be a whole number, like 12"
        limits = f"{self.subject} must be between {min_value:,} and {max_value:,}"
        self.error_messages["min_value"] = self.error_messages["max_value"] = limits

    def to_python(self, value: Any) -> int | None:
        return super().to_python(re.sub(r"[\s,]", "", value) if isinstance(value, str) else value)

    def params(self, bound: "BoundField") -> dict[str, Any]:
        value = bound.value()
        return super().params(bound) | {
            "value": "" if value is None else str(value),
            "inputmode": "numeric",
            "spellcheck": False,
            "prefix": {"text": self.prefix} if self.prefix else None,
            "suffix": {"text": self.suffix} if self.suffix else None,
        }


class PasswordField(GovukField, forms.CharField):
    """A password: never cleaned, never sent back to the page."""

    macro = "password-input"

    def __init__(self, *, autocomplete: str = "current-password", **kwargs: Any) -> None:
        super().__init__(**{"strip": False, "width": 20, "max_length": LONGEST_PASSWORD, **kwargs})
        self.error_messages["max_length"] = f"{self.subject} must be {self.max_length:,} characters or fewer"
        self.autocomplete = autocomplete

    def params(self, bound: "BoundField") -> dict[str, Any]:
        return super().params(bound) | {"autocomplete": self.autocomplete}


class HiddenField(GovukField, forms.CharField):
    """A value that the page carries and nobody sees."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 500, **kwargs})

    def to_python(self, value: Any) -> str:
        return text.clean(super().to_python(value) or "")
