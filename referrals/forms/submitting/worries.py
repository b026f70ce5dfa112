"""One worry: what it is, which signs were seen, and how serious each is."""

from collections.abc import Iterator
from typing import Any

from django.forms.boundfield import BoundField

from mash.govuk.fields import CheckboxesField, HiddenField, RadiosField, TextareaField
from mash.govuk.fields.base import as_object
from mash.govuk.forms import GovukForm
from referrals import drafting
from referrals.choices import Category
from referrals.drafting import Data, Item
from referrals.forms.submitting.base import ItemForm
from referrals.forms.submitting.tabs import Answers, TwoTabsForm, marks
from thresholds.engine import Indicator
from thresholds.selectors.indicators import DomainGroup, NeedGroup

ALL = "all"
HINTS = {
    Category.HARMFUL_PRACTICE: "For example, female genital mutilation, or a forced marriage",
    Category.EXPLOITATION: "Sexual or criminal, county lines included",
    Category.ALLEGATION: "Only you, and the officer who deals with such worries, will be able to open this referral",
}
DURATIONS = [
    ("once", "It happened once"),
    ("weeks", "For weeks"),
    ("months", "For months"),
    ("years", "For a year or more"),
    ("unknown", "I do not know"),
]
PARTS = ("severity", "duration")
LASTING = "neglect"
"""The tag of signs whose harm builds up: how long they have gone on changes the level."""

FITTING: dict[str, tuple[str, ...]] = {
    Category.PHYSICAL_ABUSE: ("abuse",),
    Category.EMOTIONAL_ABUSE: ("emotional_abuse", "abuse", "feelings"),
    Category.SEXUAL_ABUSE: ("abuse", "exploitation", "online"),
    Category.NEGLECT: ("neglect", "care"),
    Category.DOMESTIC_ABUSE: ("domestic_abuse",),
    Category.EXPLOITATION: ("exploitation", "online", "missing"),
    Category.MISSING: ("missing", "exploitation"),
    Category.SELF_HARM: ("feelings",),
    Category.MENTAL_HEALTH: ("feelings", "parents_health"),
    Category.SUBSTANCE_MISUSE: ("behaviour", "parents_health"),
    Category.DISABILITY: ("health",),
    Category.FAMILY_SUPPORT: ("family", "care"),
    Category.HOUSING: ("home", "community"),
    Category.EDUCATION: ("school",),
    Category.RADICALISATION: ("exploitation", "online"),
    Category.HARMFUL_PRACTICE: ("harmful_practices", "abuse"),
    Category.ALLEGATION: ("abuse",),
}
"""The kinds of need whose signs come first on the page, by what the worry is mostly about."""


class ConcernForm(ItemForm):
    """What somebody is worried about, in their own words, and about which of the children."""

    kind = "concerns"

    category = RadiosField(
        label="What is it mostly about?",
        hint="You can add another worry afterwards",
        choices=Category.choices,
        hints=HINTS,
        small=True,
        missing="Select what you are mostly worried about",
    )
    about = CheckboxesField(
        label="Which children is this about?",
        none=ALL,
        missing="Select which children this is about",
    )
    narrative = TextareaField(
        label="What have you seen or heard?",
        hint="Say what happened, when and where, and use the child’s own words if you can. Keep what you know apart "
        "from what you think.",
        rows=10,
        missing="Say what you have seen or heard",
    )
    who_causes_harm = TextareaField(
        label="Who do you think causes the harm?",
        hint="A name, or who they are to the child. Leave this empty if you do not know.",
        rows=2,
        max_length=500,
        count=False,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        children = drafting.items(self.draft, "children")
        if len(children) < 2:
            del self.fields["about"]
            return
        named = [(child["id"], drafting.child_name(child)) for child in children]
        self.fields["about"].choices = [*named, (ALL, "All the children")]  # type: ignore[attr-defined]

    def start(self, item: Item) -> dict[str, Any]:
        lost = drafting.adrift(self.draft, item)
        return {**item, "about": [] if lost else item.get("about") or [ALL]}

    def answers(self) -> Item:
        about = [key for key in self.cleaned_data.get("about", []) if key != ALL]
        return {**super().answers(), "about": about}

    def said(self, name: str, value: Any) -> str:
        if name != "about":
            return super().said(name, value)
        words = {child["id"]: drafting.child_name(child) for child in drafting.items(self.draft, "children")}
        return ", ".join(words.get(key, "a child removed since") for key in value) or "All the children"


NO_LONGER = "The list of signs has changed, and one that you ticked is no longer in it. Tick what fits best now"


class SignsForm(GovukForm):
    """The signs of the framework in force, by part of the child's life and kind of need."""

    signs = CheckboxesField(
        label="Which of these fit?",
        hint="Tick all that you know of. You do not need proof, and you may tick none.",
        label_size="m",
        small=True,
        required=False,
        mark_optional=False,
    )

    opened = HiddenField(required=False, max_length=10_000)

    def __init__(self, posted: Any, *, groups: tuple[DomainGroup, ...], concern: Item) -> None:
        self.held = {sign["code"]: sign for sign in concern.get("indicators", [])}
        super().__init__(posted, initial={"signs": list(self.held), "opened": " ".join(["-", *self.held])})
        self.fields["signs"].choices = _in_order(groups, concern)  # type: ignore[attr-defined]
        self.fields["signs"].error_messages["invalid_choice"] = NO_LONGER

    def indicators(self) -> list[dict[str, str]]:
        """The ticked signs; what was said of one before stays with it. What another tab ticked, or took away, since
        this page was opened stays so."""
        ticked, opened = self.cleaned_data["signs"], self.cleaned_data["opened"].split() or list(self.held)
        missed = [code for code in self.held if code not in opened and code not in ticked]
        gone = {code for code in opened if code not in self.held}
        return [self.held.get(code, {"code": code}) for code in [*ticked, *missed] if code not in gone]


Group = tuple[str, list[tuple[str, str]]]


def _in_order(groups: tuple[DomainGroup, ...], concern: Item) -> list[Group]:
    """The groups of signs that fit what the worry is mostly about, then all others under a heading."""
    fitting = FITTING.get(concern.get("category", ""), ())
    every = [(domain, need) for domain in groups for need in domain.needs]
    first = [_group(domain, need) for key in fitting for domain, need in every if need.key == key]
    others = [_group(domain, need) for domain, need in every if need.key not in fitting]
    return [*first, *([("Other signs", [])] if first and others else []), *others]


def _group(domain: DomainGroup, need: NeedGroup) -> Group:
    title = f"{domain.title}: {need.title[:1].lower()}{need.title[1:]}"
    return title, [(one.code, one.words) for one in need.indicators]


def asks_degree(indicator: Indicator) -> bool:
    """Whether how serious it is, or how long it has gone on, changes what a sign comes to."""
    return bool(indicator.grades) or LASTING in indicator.tags


class DegreeForm(TwoTabsForm):
    """How serious each ticked sign is and for how long, where that matters. Nobody has to know."""

    def __init__(self, posted: Any, *, indicators: list[Indicator], concern: Item) -> None:
        self.indicators = [one for one in indicators if asks_degree(one)]
        self.held = list(concern.get("indicators", []))
        start = dict(self._start())
        super().__init__(posted, initial={**start, "opened": marks(start)})
        for one in self.indicators:
            if one.grades:
                self.fields[f"severity-{one.code}"] = _severity(one)
            self.fields[f"duration-{one.code}"] = RadiosField(
                label="How long has it gone on?", choices=DURATIONS, required=False, mark_optional=False, small=True
            )

    def _start(self) -> Iterator[tuple[str, str]]:
        for sign in self.held:
            for part in PARTS:
                yield f"{part}-{sign['code']}", sign.get(part, "unknown")

    def signs(self) -> Iterator[tuple[str, list[BoundField]]]:
        """Each sign in words, with its one or two questions."""
        for one in self.indicators:
            names = (f"severity-{one.code}", f"duration-{one.code}")
            yield one.words, [self[name] for name in names if name in self.fields]

    def saved(self) -> Answers:
        return dict(self._start())

    def typed(self) -> Answers:
        asked = (name for name in self.fields if name not in self.uncompared)
        return {name: self.cleaned_data[name] for name in asked if name in self.data}

    def called(self, name: str) -> str:
        sign = next(one for one in self.indicators if name.endswith(f"-{one.code}"))
        return f"{sign.words}: {as_object(str(self.fields[name].label))}?"

    def answers(self) -> list[dict[str, str]]:
        """All the ticked signs, with what is now known of each."""
        known = {**dict(self._start()), **{name: self.cleaned_data[name] for name in self.changed()}}
        return [{"code": sign["code"], **_degree(known, sign["code"])} for sign in self.held]


def _degree(known: Answers, code: str) -> dict[str, str]:
    given = {part: known.get(f"{part}-{code}", "") for part in PARTS}
    return {part: value for part, value in given.items() if value and value != "unknown"}


def _severity(one: Indicator) -> RadiosField:
    choices = [(grade.severity, grade.words) for grade in one.grades]
    return RadiosField(
        label="How serious is it?",
        choices=[*choices, ("unknown", "I do not know")],
        required=False,
        mark_optional=False,
        small=True,
    )


def concern_title(concern: Data) -> str:
    """What a concern is called in a list."""
    return Category(concern["category"]).label
