"""A draft's beginning, its title and source, the names of services, areas and kinds of need."""

import re
from typing import Any

from django.core.exceptions import ValidationError

from mash.govuk import fields
from mash.govuk.forms import GovukForm
from thresholds.editing import names
from thresholds.editing.parts import with_titles
from thresholds.engine.words import SERVICES
from thresholds.forms.base import DraftForm, posted_rows
from thresholds.models import Framework, FrameworkDraft

KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
BLANK_ROWS = 2
MOST_ROWS = 40


class StartForm(GovukForm):
    """A new draft; from a version, it goes by that one's names until others are typed."""

    title = fields.TextField(
        label="Title", hint="As people know it, such as: Oakshire’s levels of need", missing="Enter a title"
    )
    key = fields.TextField(
        label="Short name",
        hint="Small letters and dashes, such as oakshire. Agencies’ systems use it. It cannot be changed later.",
        missing="Enter a short name",
        max_length=40,
        width=20,
        spellcheck=False,
        autocomplete="off",
    )

    def __init__(self, data: Any = None, *, base: Framework | None = None) -> None:
        super().__init__(data, initial={"title": base.title, "key": base.key} if base else {})

    def clean_key(self) -> str:
        key = str(self.cleaned_data["key"])
        if not KEY.fullmatch(key):
            raise ValidationError("Short name must be small letters, numbers and dashes, like oakshire")
        return key


class AboutForm(DraftForm):
    title = fields.TextField(label="Title", missing="Enter a title")
    source = fields.TextField(
        label="Source", hint="Where these levels were agreed or published", missing="Enter the source", max_length=300
    )

    def __init__(self, data: Any = None, *, draft: FrameworkDraft) -> None:
        held = {name: draft.document[name] for name in ("title", "source")}
        super().__init__(data, draft=draft, initial=held)

    def changed(self, document: dict[str, Any]) -> dict[str, Any]:
        """The document with this title and source."""
        return {**document, "title": self.cleaned_data["title"], "source": self.cleaned_data["source"]}


class ServicesForm(DraftForm):
    universal = fields.TextField(
        label="Services open to everyone", missing="Enter what services open to everyone are called", max_length=60
    )
    gateway = fields.TextField(label="Early help", missing="Enter what early help is called", max_length=60)
    cadt = fields.TextField(label="Social care", missing="Enter what social care is called", max_length=60)

    def __init__(self, data: Any = None, *, draft: FrameworkDraft) -> None:
        super().__init__(data, draft=draft, initial=names.services(draft.document))

    def changed(self, document: dict[str, Any]) -> dict[str, Any]:
        """The document with these names; a name that goes without saying is not written down."""
        given = {route: self.cleaned_data[route] for route in SERVICES}
        return document if given == names.services(document) else {**document, "services": given}


class AreasForm(DraftForm):
    """The titles of the areas and of the kinds of need; an emptied line is taken out, a new one is added below."""

    def __init__(self, data: Any = None, *, draft: FrameworkDraft) -> None:
        super().__init__(data, draft=draft)
        self.keys: dict[str, list[str]] = {}
        for part, words in (("domains", "Area"), ("needs", "Kind of need")):
            held = {str(one["key"]): str(one["title"]) for one in draft.document.get(part, [])}
            self.keys[part] = posted_rows(data, MOST_ROWS, f"{part}-key") or [*held, *[""] * BLANK_ROWS]
            for place, key in enumerate(self.keys[part]):
                self.fields[f"{part}-key-{place}"] = fields.HiddenField(required=False, initial=key)
                self.fields[f"{part}-{place}"] = fields.TextField(
                    label=f"{words} {place + 1}",
                    initial=held.get(key, ""),
                    required=False,
                    mark_optional=False,
                    max_length=80,
                )

    def domains(self) -> list[Any]:
        """The lines of the areas, each with its mark."""
        return self._lines("domains")

    def needs(self) -> list[Any]:
        """The lines of the kinds of need, each with its mark."""
        return self._lines("needs")

    def _lines(self, part: str) -> list[Any]:
        places = range(len(self.keys[part]))
        return [self[name] for place in places for name in (f"{part}-key-{place}", f"{part}-{place}")]

    def changed(self, document: dict[str, Any]) -> dict[str, Any]:
        """The document with these areas and kinds of need."""
        for part in ("domains", "needs"):
            document = with_titles(document, part, self._titles(part), self.keys[part])
        return document

    def _titles(self, part: str) -> list[tuple[str, str]]:
        """Keys and titles as typed; a new one's key is made from its title."""
        found: list[tuple[str, str]] = []
        for place, key in enumerate(self.keys[part]):
            title = self.cleaned_data[f"{part}-{place}"]
            if title:
                taken = {*self.keys[part], *(one for one, _ in found)}
                found.append((key or _new_key(title, taken), title))
        return found


def _new_key(title: str, taken: set[str]) -> str:
    base = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")[:40] or "other"
    return next(key for number in range(1, 1000) if (key := base if number == 1 else f"{base}_{number}") not in taken)
