"""A rule of a draft, and one of its steps: what must be true, and what that comes to."""

import re
from collections.abc import Iterator
from typing import Any, Final

from django.core.exceptions import ValidationError

from mash.govuk import fields
from thresholds.editing import parts
from thresholds.editing.conditions import MOST_AREAS, MOST_NUMBER, MOST_SIGNS, Flat, built, flat
from thresholds.editing.faults import Fault
from thresholds.editing.names import DURATIONS, TOOLS, rule_name, rule_title, tag_of, tag_title
from thresholds.editing.wording import in_words
from thresholds.engine.words import DARA_GRADES, DASH_GRADES, DASH_MAXIMUM, EXPLOITATION_GRADES
from thresholds.forms.base import LEVELS, LONGEST, DraftForm, choices, duties, routes
from thresholds.models import FrameworkDraft

RULE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
GROUPS: Final = ("1", "2", "3")
NEEDS = ("count", "level", "domains", "duration", "codes", "tags")
GRADES = {"dash_grade": DASH_GRADES, "dara": DARA_GRADES, "exploitation": EXPLOITATION_GRADES}
RESULTS: Final = {
    "dash": [(f"dash:{score}", f"DASH score of {score} or more") for score in range(1, DASH_MAXIMUM + 1)],
    **{
        tool: [
            (f"{tool}:{grade}", f"{TOOLS[tool]}: {grade}{'' if grade == grades[-1] else ' or higher'}")
            for grade in grades
        ]
        for tool, grades in GRADES.items()
    },
    "neglect_grade": [(f"neglect_grade:{grade}", f"Graded care profile of {grade} or worse") for grade in range(1, 6)],
}
KEEP = "keep"


def _number(label: str, most: int, **more: Any) -> fields.IntegerField:
    return fields.IntegerField(
        label=label, min_value=1, max_value=most, required=False, mark_optional=False, width=3, **more
    )


def _words(label: str, hint: str) -> fields.TextField:
    return fields.TextField(label=label, hint=hint, required=False, max_length=300, spellcheck=False)


class StepForm(DraftForm):
    """One step. A condition the page has no room for is shown in words, and kept whole unless another is written."""

    kept = fields.RadiosField(
        label="What must be true",
        choices=[(KEEP, "Keep it as it is"), ("new", "Write it anew")],
        initial=KEEP,
        reveals={"new": ("joiner", "kinds")},
        missing="Select whether to keep it",
    )
    joiner = fields.RadiosField(
        label="How many of these must be true?",
        choices=[("all", "All of them"), ("any", "Any one of them")],
        initial="all",
        inline=True,
        missing="Select all or any",
        required=False,
        mark_optional=False,
    )
    kinds = fields.CheckboxesField(
        label="What must be true?", hint="Tick as many as you need", required=False, mark_optional=False
    )
    months = _number(
        "Younger than so many months",
        MOST_NUMBER["younger_than_months"],
        hint="12 is one year, 60 is five, 156 is thirteen",
    )
    referrals = _number("So many earlier referrals or more", MOST_NUMBER["referrals_at_least"])
    level = fields.SelectField(label="Level", choices=LEVELS, missing="Select the level that it comes to")
    duty = fields.SelectField(label="Duty", required=False, placeholder="That of the band", mark_optional=False)
    route = fields.SelectField(label="Goes to", required=False, placeholder="Where the band goes", mark_optional=False)
    because = fields.TextareaField(
        label="Why, in a sentence",
        hint="Whoever reads the answer sees this. A word in curly brackets, such as {dash}, becomes the number itself.",
        missing="Write a sentence that says why",
        rows=3,
        max_length=LONGEST,
    )

    def __init__(self, data: Any = None, *, draft: FrameworkDraft, step: dict[str, Any] | None = None) -> None:
        self.step = step or {}
        self.before = self.step.get("when")
        self.flat = flat(self.before) if self.before is not None else None
        super().__init__(data, draft=draft, initial=_shown(self.step, self.flat, draft.document))
        self._add_groups()
        choices(self, "duty", duties())
        choices(self, "route", routes(self.document))
        if self.flat or self.before is None:
            del self.fields["kept"]
        else:
            self.fields["kept"].hint = f"Now: {in_words(self.before, self.document)}."  # type: ignore[attr-defined]
        self.order_fields(["seen", "kept", "joiner", "kinds"])

    def _add_groups(self) -> None:
        for group in GROUPS:
            self.fields |= _need_fields(group)
            self.fields[f"tool{group}"] = fields.SelectField(
                label="Result",
                choices=[pair for pairs in RESULTS.values() for pair in pairs],
                required=False,
                mark_optional=False,
                missing="Select a result",
            )
        kinds: Any = self.fields["kinds"]
        kinds.choices = KINDS
        kinds.reveals = REVEALS
        for name, value in self.initial.items():
            if name in self.fields:
                self.fields[name].initial = value

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("kept") != KEEP and "kept" not in self.errors:
            self._check_condition(given)
        return given

    def _check_condition(self, given: dict[str, Any]) -> None:
        kinds = given.get("kinds") or []
        if not kinds and "kinds" not in self.errors:
            self.add_error("kinds", "Tick at least one thing that must be true")
        if len(kinds) > 1 and not given.get("joiner"):
            self.add_error("joiner", "Select all or any")
        for kind, name, words in NEEDED:
            if kind in kinds and not given.get(name) and name not in self.errors:
                self.add_error(name, words)
        for group in GROUPS:
            self._check_names(given, f"codes{group}")

    def _check_names(self, given: dict[str, Any], name: str) -> None:
        known = {one["code"].lower(): one["code"] for one in self.document["indicators"]}
        wrong = [code for code in _split(given.get(name, "")) if code.lower() not in known]
        if wrong:
            self.add_error(name, ValidationError(f"There is no indicator {wrong[0]} in this draft"))

    def answers(self) -> dict[str, Any]:
        """The step as the document holds it."""
        given = self.cleaned_data
        return {
            "level": int(given["level"]),
            "duty": given["duty"],
            "route": given["route"],
            "because": given["because"],
            "when": self._when(),
        }

    def _when(self) -> Any:
        given = self.cleaned_data
        if given.get("kept") == KEEP:
            return self.before
        return built(Flat(given["joiner"] or "all", tuple(self._leaves())), before=self.before)

    def _leaves(self) -> Iterator[dict[str, Any]]:
        given = self.cleaned_data
        kinds = given["kinds"]
        if "danger" in kinds:
            yield {"immediate_danger": True}
        if "younger" in kinds:
            yield {"younger_than_months": given["months"]}
        if "referrals" in kinds:
            yield {"referrals_at_least": given["referrals"]}
        for group in GROUPS:
            if f"tool_{group}" in kinds:
                tool, score = given[f"tool{group}"].split(":")
                yield {"tool_at_least": {tool: score if tool in GRADES else int(score)}}
        for group in GROUPS:
            if f"needs_{group}" in kinds:
                yield {"needs": _need(given, group, self.document)}

    def place_of(self, fault: Fault) -> str | None:
        """Beside the sentence or the level; what is wrong with what must be true, beside that."""
        if fault.part != "rules":
            return None
        if fault.name in ("because", "level", "duty", "route"):
            return fault.name
        return "level" if fault.name == "steps" else "kinds" if "when" in fault.where else None


class RuleForm(StepForm):
    """A new rule with its first step."""

    name = fields.TextField(
        label="Name of the rule",
        hint="Such as: Young and neglected",
        missing="Give the rule a name",
        max_length=60,
    )
    source = fields.TextField(
        label="Source or reason",
        hint="Why this rule is right",
        missing="Enter the source or the reason",
        max_length=300,
    )

    def __init__(self, data: Any = None, *, draft: FrameworkDraft) -> None:
        super().__init__(data, draft=draft)
        self.order_fields(["seen", "name", "source", "joiner", "kinds"])

    def clean_name(self) -> str:
        key = re.sub(r"[^a-z0-9]+", "-", str(self.cleaned_data["name"]).lower()).strip("-")
        if not RULE.fullmatch(key):
            raise ValidationError("Name of the rule must have letters in it")
        taken = [one["id"] for one in (*self.document["rules"], *self.document.get("notes", ()))]
        titles = {rule_title(one).lower() for one in (*self.document["rules"], *self.document.get("notes", ()))}
        if (
            key in taken
            or rule_name(key).lower() in titles
            or any(one["code"].lower() == key for one in self.document["indicators"])
        ):
            raise ValidationError("There is a rule, a note or an indicator with this name already")
        return key

    def rule(self) -> tuple[str, dict[str, Any]]:
        """The rule's key, and the rule."""
        given = self.cleaned_data
        return given["name"], {"source": given["source"], "steps": [parts.merged({}, self.answers())]}


class SourceForm(DraftForm):
    source = fields.TextField(label="Source or reason", missing="Enter the source or the reason", max_length=300)

    def __init__(self, data: Any = None, *, draft: FrameworkDraft, rule: dict[str, Any]) -> None:
        super().__init__(data, draft=draft, initial={"source": rule["source"]})


KINDS: Final = [
    ("danger", "Somebody says the child is in danger now"),
    ("younger", "The child is younger than an age, or not yet born"),
    ("referrals", "The child was referred before, in the last twelve months"),
    *(
        (f"tool_{group}", words)
        for group, words in zip(GROUPS, ("A tool’s result", "Another tool", "A third tool"), strict=True)
    ),
    *(
        (f"needs_{group}", words)
        for group, words in zip(
            GROUPS, ("Signs that were ticked", "Other signs besides", "And yet others"), strict=True
        )
    ),
]
REVEALS: Final = {
    "younger": ("months",),
    "referrals": ("referrals",),
    **{f"tool_{group}": (f"tool{group}",) for group in GROUPS},
    **{f"needs_{group}": tuple(f"{name}{group}" for name in NEEDS) for group in GROUPS},
}
NEEDED: Final = [
    ("younger", "months", "Enter the age in months"),
    ("referrals", "referrals", "Enter how many referrals"),
    *((f"tool_{group}", f"tool{group}", "Select a result") for group in GROUPS),
]


def _need_fields(group: str) -> dict[str, Any]:
    lasting = list(DURATIONS.items())
    return {
        f"count{group}": _number("How many signs, at least", MOST_SIGNS, initial=1),
        f"level{group}": fields.SelectField(
            label="Each at this level or above", choices=LEVELS, required=False, mark_optional=False, placeholder="Any"
        ),
        f"domains{group}": _number("Over how many areas, at least", MOST_AREAS, initial=1),
        f"duration{group}": fields.SelectField(
            label="Each for", choices=lasting, required=False, mark_optional=False, placeholder="However long"
        ),
        f"codes{group}": _words("Only these, by code", "With commas, such as: D05, P15. Empty: any sign"),
        f"tags{group}": _words("Or by the words that rules use", "With commas, such as: neglect, care"),
    }


def _split(words: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in words.split(",") if part.strip()))


def _need(given: dict[str, Any], group: str, document: dict[str, Any]) -> dict[str, Any]:
    """What goes without saying is left out, as the presets do."""
    known = {one["code"].lower(): one["code"] for one in document["indicators"]}
    codes = [known[code.lower()] for code in _split(given[f"codes{group}"])]
    tags = [tag_of(document, tag) for tag in _split(given[f"tags{group}"])]
    level, count, areas = int(given[f"level{group}"] or 1), given[f"count{group}"] or 1, given[f"domains{group}"] or 1
    found = {
        "level": level,
        "count": count if count > 1 else None,
        "domains": areas if areas > 1 else None,
        "duration": given[f"duration{group}"],
        "codes": codes,
        "tags": tags,
    }
    return parts.merged({}, found)


def _shown(step: dict[str, Any], condition: Flat | None, document: dict[str, Any]) -> dict[str, Any]:
    """What the page shows of a step."""
    shown: dict[str, Any] = {name: str(step.get(name, "")) for name in ("level", "duty", "route", "because")}
    shown |= {name: "" for name in ("duty", "route") if shown[name] == "undetermined"}
    kinds: list[str] = []
    tools, needs = iter(GROUPS), iter(GROUPS)
    for leaf in condition.leaves if condition else ():
        ((kind, value),) = leaf.items()
        if kind == "immediate_danger":
            kinds.append("danger")
        elif kind == "younger_than_months":
            kinds, shown["months"] = [*kinds, "younger"], value
        elif kind == "referrals_at_least":
            kinds, shown["referrals"] = [*kinds, "referrals"], value
        elif kind == "tool_at_least":
            group = next(tools)
            kinds.append(f"tool_{group}")
            shown[f"tool{group}"] = ":".join(str(part) for part in next(iter(value.items())))
        else:
            group = next(needs)
            kinds.append(f"needs_{group}")
            shown |= _shown_need(value, group, document)
    return {**shown, "joiner": condition.joiner if condition else "all", "kinds": kinds}


def _shown_need(value: dict[str, Any], group: str, document: dict[str, Any]) -> dict[str, Any]:
    level = value.get("level", 1)
    return {
        f"count{group}": value.get("count", 1),
        f"level{group}": str(level) if level > 1 else "",
        f"domains{group}": value.get("domains", 1),
        f"duration{group}": value.get("duration") or "",
        f"codes{group}": ", ".join(value.get("codes", ())),
        f"tags{group}": ", ".join(tag_title(document, tag) for tag in value.get("tags", ())),
    }
