"""Screening tools that somebody may have used. A tool that was not used is never a low score."""

from typing import Any

from mash.govuk.fields import IntegerField, RadiosField, TextField
from referrals.drafting import Item
from referrals.forms.submitting.base import SectionForm
from referrals.tools import NEGLECT, RISKS, dash_or_dara
from thresholds.engine.words import DARA_GRADES, DASH_GRADES, DASH_MAXIMUM

NONE = "none"
ANYBODY = "A name and a job, and the day if you know it"


class ToolForm(SectionForm):
    """A form about one tool: `asked` is the mark in the draft that it was answered, be it with "not used"."""

    asked = ""

    def answers(self) -> Item:
        given = self.scores()
        scored = any(value is not None for value in given.values())
        by = {name: value if scored else "" for name, value in self.cleaned_data.items() if name.endswith("_by")}
        return {**given, **by, self.asked: True}

    def scores(self) -> Item:
        """The scores of the document, None for what was not used."""
        raise NotImplementedError


class DomesticAbuseForm(ToolForm):
    """DASH, with how many questions were answered yes, or how it was graded by judgement, or both; or DARA, which has
    a grade alone: it asks how often each thing happens, and no number is made of the answers (College of Policing)."""

    asked = "domestic_abuse_asked"

    used = RadiosField(
        label="Did somebody fill in one of these?",
        choices=[
            ("dash", "Yes, DASH"),
            ("dara", "Yes, DARA"),
            (NONE, "No, or I do not know"),
        ],
        hints={"dash": "The checklist that most agencies use", "dara": "The one that the police use"},
        missing="Select which of these was filled in",
        reveals={"dash": ["dash", "dash_grade"], "dara": ["dara"]},
    )
    dash = IntegerField(
        label="How many questions were answered yes?",
        hint=f"From 0 to {DASH_MAXIMUM}",
        max_value=DASH_MAXIMUM,
        width=3,
        required=False,
        mark_optional=False,
    )
    dash_grade = RadiosField(
        label="How did they grade the risk?",
        hint="By their own judgement. It may be higher than the number of answers says.",
        choices=[*((grade, RISKS[grade]) for grade in DASH_GRADES), (NONE, "It was not graded, or I do not know")],
        required=False,
        mark_optional=False,
    )
    dara = RadiosField(
        label="Which grade was given?",
        choices=[(grade, RISKS[grade]) for grade in DARA_GRADES],
        missing="Select which grade was given",
    )
    domestic_abuse_by = TextField(label="Who filled it in?", hint=ANYBODY, required=False, autocomplete="off")

    def parts(self) -> dict[str, tuple[str, ...]]:
        return {"used": ("dash", "dash_grade", "dara", self.asked), "domestic_abuse_by": ("domestic_abuse_by",)}

    def start(self, held: Item) -> dict[str, Any]:
        used = _used(held, self.asked, "dash", "dash_grade", "dara").removesuffix("_grade")
        return {**held, "used": used, "dash_grade": held.get("dash_grade") or (NONE if used == "dash" else "")}

    def clean(self) -> dict[str, Any]:
        """DASH has a number, or a grade, or both: a box with neither would count as not used."""
        given = super().clean() or self.cleaned_data
        graded = given.get("dash_grade") not in ("", NONE, None)
        if given.get("used") == "dash" and given.get("dash", 0) is None and not graded:
            self.add_error("dash", "Enter how many questions were answered yes, or select how the risk was graded")
        return given

    def scores(self) -> Item:
        given = self.cleaned_data
        grade = given["dash_grade"]
        return {
            "dash": given["dash"],
            "dash_grade": None if grade == NONE else grade or None,
            "dara": given["dara"] or None,
        }

    def said(self, name: str, value: Any) -> str:
        return dash_or_dara(self.held) if name == "used" else super().said(name, value)


class ExploitationForm(ToolForm):
    """The grade that a screening for sexual or criminal exploitation gave."""

    asked = "exploitation_asked"

    exploitation = RadiosField(
        label="Was the child screened for exploitation?",
        choices=[
            *((grade, f"Yes: {RISKS[grade].lower()}") for grade in ("low", "medium", "high")),
            (NONE, "No, or I do not know"),
        ],
        missing="Select what the screening found, or that there was none",
    )
    exploitation_by = TextField(label="Who did it?", hint=ANYBODY, required=False, autocomplete="off")

    def parts(self) -> dict[str, tuple[str, ...]]:
        return {"exploitation": ("exploitation", self.asked), "exploitation_by": ("exploitation_by",)}

    def start(self, held: Item) -> dict[str, Any]:
        return {**held, "exploitation": _grade(held, self.asked, "exploitation")}

    def scores(self) -> Item:
        given = self.cleaned_data["exploitation"]
        return {"exploitation": None if given == NONE else given}

    def said(self, name: str, value: Any) -> str:
        return super().said(name, _grade(self.held, self.asked, name) if name == "exploitation" else value)


class NeglectForm(ToolForm):
    """The grade of a graded care profile, 1 (best) to 5."""

    asked = "neglect_asked"

    neglect_grade = RadiosField(
        label="Did somebody grade the care that the child gets?",
        hint="For example, with the Graded Care Profile. The grade for all of it together.",
        choices=[*NEGLECT.items(), (NONE, "No, or I do not know")],
        missing="Select the grade that was given, or that there is none",
    )
    neglect_by = TextField(label="Who did it?", hint=ANYBODY, required=False, autocomplete="off")

    def parts(self) -> dict[str, tuple[str, ...]]:
        return {"neglect_grade": ("neglect_grade", self.asked), "neglect_by": ("neglect_by",)}

    def start(self, held: Item) -> dict[str, Any]:
        return {**held, "neglect_grade": _grade(held, self.asked, "neglect_grade")}

    def scores(self) -> Item:
        given = self.cleaned_data["neglect_grade"]
        return {"neglect_grade": None if given == NONE else int(given)}

    def said(self, name: str, value: Any) -> str:
        return super().said(name, _grade(self.held, self.asked, name) if name == "neglect_grade" else value)


FORMS: dict[str, type[ToolForm]] = {
    "domestic_abuse": DomesticAbuseForm,
    "exploitation": ExploitationForm,
    "neglect": NeglectForm,
}


def _used(held: Item, asked: str, *names: str) -> str:
    return next((name for name in names if held.get(name) is not None), NONE if held.get(asked) else "")


def _grade(held: Item, asked: str, name: str) -> Any:
    return NONE if held.get(asked) and held.get(name) is None else held.get(name)
