"""The bands of a draft, as rows of answers."""

import re
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from mash.govuk import fields
from thresholds.editing.faults import Fault
from thresholds.forms.base import LEVELS, DraftForm, duties, posted_rows, routes
from thresholds.models import FrameworkDraft

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./+-]{0,7}")
ANSWERS = ("code", "title", "level", "route", "duty")
PARTS = ("code", "order", *ANSWERS[1:])
MOST = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One band on the page: the code it has in the draft ("" for a new one), its mark, and its fields."""

    was: str
    mark: Any
    fields: list[Any]


class BandsForm(DraftForm):
    """Each band the draft has, and one empty row for another. An emptied code takes the band out."""

    def __init__(self, data: Any = None, *, draft: FrameworkDraft) -> None:
        super().__init__(data, draft=draft)
        held = draft.document["bands"]
        self.was = posted_rows(data, MOST) or [str(band["code"]) for band in held] + [""] * (len(held) < MOST)
        now = {str(band["code"]): band for band in held}
        for number, was in enumerate(self.was):
            self._row(number, now.get(was, {}), was)

    def _row(self, number: int, band: dict[str, Any], was: str) -> None:
        new, band_words = not was, f"band {was}" if was else "the new band"
        self.fields[f"was-{number}"] = fields.HiddenField(required=False, initial=was)
        made: dict[str, fields.GovukField] = {
            "code": fields.TextField(
                label="Code",
                subject=f"Code of {band_words}",
                hint="Empty: this band is taken out" if not new else "Such as 3b",
                required=False,
                mark_optional=False,
                max_length=8,
                width=5,
                spellcheck=False,
            ),
            "order": fields.IntegerField(
                label="Place, from the least serious",
                subject=f"Place of {band_words}",
                min_value=1,
                max_value=99,
                width=2,
                required=False,
                mark_optional=False,
            ),
            "title": fields.TextField(
                label="What it means",
                subject=f"What {band_words} means",
                required=False,
                mark_optional=False,
                max_length=120,
            ),
            "level": fields.SelectField(label="Level", choices=LEVELS, required=False, mark_optional=False),
            "route": fields.SelectField(
                label="Goes to", choices=routes(self.document), required=False, mark_optional=False
            ),
            "duty": fields.SelectField(label="Duty", choices=duties(), required=False, mark_optional=False),
        }
        for name, field in made.items():
            field.initial = number + 1 if name == "order" else band.get(name, "")
            self.fields[f"{name}-{number}"] = field

    def rows(self) -> list[Row]:
        """The rows as the page shows them."""
        return [
            Row(was, self[f"was-{number}"], [self[f"{name}-{number}"] for name in PARTS])
            for number, was in enumerate(self.was)
        ]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for number in range(len(self.was)):
            self._check(number)
        if not self.errors and not any(self._said("code", number) for number in range(len(self.was))):
            self.add_error("code-0", "Enter the code of one band at least")
        return given

    def _check(self, number: int) -> None:
        code = self._said("code", number)
        if f"code-{number}" in self.errors:
            return
        if not code:
            if not self.was[number] and self._said("title", number):
                self.add_error(f"code-{number}", "Enter a code for this band")
            return
        if not CODE.fullmatch(code):
            self.add_error(f"code-{number}", "Code must be up to 8 letters and numbers, like 3b")
        for name in PARTS[1:]:
            if self._said(name, number) in ("", None) and f"{name}-{number}" not in self.errors:
                words = str(self.fields[f"{name}-{number}"].label)
                self.add_error(f"{name}-{number}", ValidationError(f"Band {code}: {MISSING.get(name, words)}"))

    def _said(self, name: str, number: int) -> Any:
        return self.cleaned_data.get(f"{name}-{number}", "")

    def bands(self) -> list[tuple[str, dict[str, Any]]]:
        """Each band with the code it had, from the least to the most serious."""
        numbers = [number for number in range(len(self.was)) if self._said("code", number)]
        numbers.sort(key=lambda number: (self._said("order", number), number))
        return [(self.was[number], self._band(number)) for number in numbers]

    def _band(self, number: int) -> dict[str, Any]:
        found = {name: self._said(name, number) for name in ANSWERS}
        return {**found, "level": int(found["level"])}

    def place_of(self, fault: Fault) -> str | None:
        """Beside the band that is named; the engine names one of two by its code at the head of its sentence."""
        if fault.part != "bands":
            return None
        codes = {str(self._said("code", number)): number for number in range(len(self.was))}
        code = fault.key or next((one for one in codes if one and fault.message.startswith(f"{one} ")), "")
        if code not in codes or not code:
            return None
        return f"{fault.name if fault.name in PARTS else 'code'}-{codes[code]}"


MISSING = {
    "title": "enter what it means",
    "level": "select its level",
    "route": "select where it goes",
    "duty": "select its duty",
    "order": "enter its place",
}
