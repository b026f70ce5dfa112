"""Form fields that print themselves as GOV.UK components: `{{ form.given_name }}` is label, hint, error and box."""

from mash.govuk.fields.base import GovukBoundField, GovukField
from mash.govuk.fields.choices import CheckboxesField, ConfirmField, RadiosField, SelectField, YesNoField
from mash.govuk.fields.dates import DateField
from mash.govuk.fields.files import FileField
from mash.govuk.fields.identifiers import NHSNumberField, PostcodeField, UPNField
from mash.govuk.fields.text import (
    EmailField,
    HiddenField,
    IntegerField,
    PasswordField,
    TelephoneField,
    TextareaField,
    TextField,
)

__all__ = [
    "CheckboxesField",
    "ConfirmField",
    "DateField",
    "EmailField",
    "FileField",
    "GovukBoundField",
    "GovukField",
    "HiddenField",
    "IntegerField",
    "NHSNumberField",
    "PasswordField",
    "PostcodeField",
    "RadiosField",
    "SelectField",
    "TelephoneField",
    "TextField",
    "TextareaField",
    "UPNField",
    "YesNoField",
]
