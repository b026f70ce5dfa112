"""One indicator of a draft."""

import re
from typing import Any, Final

from django.core.exceptions import ValidationError

from mash.govuk import fields
from thresholds.editing.faults import Fault
from thresholds.editing.names import SEVERITIES, tag_of, tag_title
from thresholds.forms.base import LEVELS, LONGEST, DraftForm, choices, duties, routes
from thresholds.models import FrameworkDraft

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,11}")
TAG = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
GRADES = tuple(f"{severity}_{part}" for severity in SEVERITIES for part in ("level", "words"))


def _level(label: str, **more: Any) -> fields.SelectField:
    return fields.SelectField(label=label, choices=LEVELS, required=False, mark_optional=False, **more)


def _grade_words(label: str) -> fields.TextField:
    return fields.TextField(label=label, required=False, mark_optional=False, max_length=300)


class IndicatorForm(DraftForm):
    """An indicator that is there, or without one, one to add."""

    code = fields.TextField(
        label="Code",
        hint="Short, such as D41. It cannot be changed later.",
        max_length=12,
        width=10,
        spellcheck=False,
        missing="Enter a code",
    )
    words = fields.TextareaField(
        label="In plain words",
        hint="A sentence that anybody understands",
        missing="Write what somebody would see or hear, in plain words",
        rows=3,
        max_length=LONGEST,
    )
    domain = fields.RadiosField(label="Area", missing="Select an area", small=True)
    need = fields.SelectField(label="Kind of need", missing="Select a kind of need")
    graded = fields.RadiosField(
        label="Its level",
        choices=[("one", "Always the same"), ("by", "By how serious it is: mild, moderate or severe")],
        reveals={"one": ("level",), "by": (*GRADES, "usual")},
        missing="Select how it gets its level",
    )
    level = _level("Level")
    mild_level = _level("Level when mild")
    mild_words = _grade_words("What mild looks like")
    moderate_level = _level("Level when moderate")
    moderate_words = _grade_words("What moderate looks like")
    severe_level = _level("Level when severe")
    severe_words = _grade_words("What severe looks like")
    usual = _level("Level when nobody says how serious", placeholder="The highest of the three")
    band = fields.SelectField(
        label="Band", required=False, placeholder="The usual one of its level", hint="Where its level has several"
    )
    band_because = fields.TextField(label="Why that band", required=False, max_length=LONGEST)
    duty = fields.SelectField(label="A duty of its own", required=False, placeholder="That of its band")
    duty_because = fields.TextField(label="Why that duty", required=False, max_length=LONGEST)
    route = fields.SelectField(label="A service of its own", required=False, placeholder="That of its band")
    tags = fields.TextField(
        label="Words that rules use",
        hint="With commas between them, such as: neglect, care",
        required=False,
        max_length=300,
        spellcheck=False,
    )
    source = fields.TextField(
        label="Source", hint="Who says that it has this level", missing="Enter the source", max_length=300
    )

    def __init__(self, data: Any = None, *, draft: FrameworkDraft, item: dict[str, Any] | None = None) -> None:
        self.item = item
        placement = draft.document.get("placements", {}).get(item["code"], {}) if item else {}
        super().__init__(data, draft=draft, initial=_shown(item, placement, draft.document) if item else {})
        if item:
            del self.fields["code"]
        choices(self, "domain", [(one["key"], one["title"]) for one in self.document["domains"]])
        choices(self, "need", [(one["key"], one["title"]) for one in self.document["needs"]])
        choices(self, "band", [(one["code"], f"{one['code']}: {one['title']}") for one in self.document["bands"]])
        choices(self, "duty", duties())
        choices(self, "route", routes(self.document))

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if not CODE.fullmatch(code):
            raise ValidationError("Code must be up to 12 letters, numbers and dashes, like D41")
        if any(one["code"] == code for one in self.document["indicators"]):
            raise ValidationError(f"There is an indicator {code} in this draft already")
        return code

    def clean_tags(self) -> list[str]:
        said = [tag_of(self.document, tag) for tag in self.cleaned_data["tags"].split(",") if tag.strip()]
        wrong = [tag for tag in said if not TAG.fullmatch(tag)]
        if wrong:
            raise ValidationError(f"“{wrong[0]}” must be letters and numbers, like neglect")
        return list(dict.fromkeys(said))

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        wanted = {"one": ("level",), "by": GRADES}.get(given.get("graded", ""), ())
        for name in wanted:
            if not given.get(name) and name not in self.errors:
                self.add_error(name, NEEDED[name])
        for name, because in (("band", "band_because"), ("duty", "duty_because")):
            if given.get(name) and not given.get(because) and because not in self.errors:
                self.add_error(because, NEEDED[because])
        return given

    def answers(self) -> dict[str, Any]:
        """The indicator as the document holds it; what is empty is left out of it."""
        given = self.cleaned_data
        by = given["graded"] == "by"
        level = given["usual"] if by else given["level"]
        return {
            **{name: given[name] for name in ("domain", "need", "words", "source", "tags", "duty", "route")},
            "duty_because": given["duty_because"],
            "level": int(level) if level else None,
            "severities": _grades(given) if by else None,
        }

    def placement(self) -> dict[str, str] | None:
        """Its band and why, when it has one of its own."""
        given = self.cleaned_data
        return {"band": given["band"], "because": given["band_because"]} if given["band"] else None

    def place_of(self, fault: Fault) -> str | None:
        """Beside the answer that is named; a severity's level beside the most serious one."""
        mine = self.item["code"] if self.item else self.cleaned_data.get("code")
        if fault.part != "indicators" or fault.key != mine:
            return None
        if fault.name == "severities":
            return "severe_level"
        if fault.name in self.fields and fault.name != "level":
            return fault.name
        return "severe_level" if self.cleaned_data.get("graded") == "by" else "level"


NEEDED: Final = {
    "level": "Select the level of this sign",
    **{f"{name}_level": f"Select the level of this sign when it is {name}" for name in SEVERITIES},
    **{f"{name}_words": f"Write what it looks like when it is {name}" for name in SEVERITIES},
    "band_because": "Write why it stands in that band",
    "duty_because": "Write why it has that duty",
}


def _grades(given: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one: {"level": int(given[f"{one}_level"]), "words": given[f"{one}_words"]} for one in SEVERITIES}


def _shown(item: dict[str, Any], placement: dict[str, str], document: dict[str, Any]) -> dict[str, Any]:
    """What the page shows of an indicator."""
    grades = item.get("severities") or {}
    shown: dict[str, Any] = {
        name: item.get(name, "") for name in ("words", "domain", "need", "duty", "duty_because", "route", "source")
    }
    shown |= {name: "" for name in ("duty", "route") if shown[name] == "undetermined"}
    shown |= {"graded": "by" if grades else "one", "usual" if grades else "level": str(item.get("level") or "")}
    for severity, grade in grades.items():
        shown |= {f"{severity}_level": str(grade["level"]), f"{severity}_words": grade["words"]}
    shown["tags"] = ", ".join(tag_title(document, tag) for tag in item.get("tags") or ())
    return shown | {"band": placement.get("band", ""), "band_because": placement.get("because", "")}
