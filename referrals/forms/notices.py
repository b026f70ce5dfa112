"""Handing in a file of notices."""

from mash.govuk.fields import FileField
from mash.govuk.forms import GovukForm


class UploadForm(GovukForm):
    file = FileField(
        label="The file",
        hint="CSV, at most 5 MB and 500 rows. Nothing is sent before you have looked through it.",
        accept=".csv,text/csv",
        missing="Choose the file with your notices",
    )
