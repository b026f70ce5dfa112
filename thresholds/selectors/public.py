"""The framework in force as everybody may read it: no account, no child, no name of whoever wrote it."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import timezone

from mash.govuk.moments import day_words
from thresholds import sentences
from thresholds.editing.names import SEVERITIES, rule_title, services, tag_title
from thresholds.models import Adoption, Framework
from thresholds.selectors.frameworks import UnknownFramework, framework_here, framework_of, since_when

Document = dict[str, Any]

ASKS = {
    "universal": "Help that is open to every family: schools, doctors, health visitors, children’s centres. Nobody "
    "has to refer the family.",
    "early_help": "Early help. The family is asked first, and can say no.",
    "s17": "A social worker’s assessment, as a child in need by law (Children Act 1989, section 17). The family is "
    "asked first.",
    "s47": "A social worker finds out without delay whether the child is being harmed or is likely to be (Children Act "
    "1989, section 47). This does not wait for agreement.",
}
"""What each duty asks of services and of the family, for somebody who never read the Act."""


@dataclass(frozen=True, slots=True)
class Band:
    """One band: what it means, where it leads and what that asks."""

    code: str
    level: int
    title: str
    goes_to: str
    asks: str


@dataclass(frozen=True, slots=True)
class Sign:
    """One indicator: its words, its level, or from the mildest to the worst, and why it stands where it stands."""

    words: str
    levels: tuple[int, ...]
    grades: tuple[tuple[str, int, str], ...]
    because: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Need:
    """One kind of need within an area."""

    title: str
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class Area:
    """One area of a child's life."""

    title: str
    needs: tuple[Need, ...]

    @property
    def count(self) -> int:
        return sum(len(need.signs) for need in self.needs)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that combines, each step as a sentence with what is then said."""

    title: str
    steps: tuple[tuple[str, str], ...]
    source: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One version as people read it. It never changes."""

    source: str
    bands: tuple[Band, ...]
    areas: tuple[Area, ...]
    rules: tuple[Rule, ...]
    notes: tuple[tuple[str, str], ...]
    abouts: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def count(self) -> int:
        return sum(area.count for area in self.areas)


@dataclass(frozen=True, slots=True)
class Published:
    """One version in the list, and where it stands."""

    framework: Framework
    state: str
    since: datetime
    here: bool


def here() -> Framework | None:
    """The version in force here, if any."""
    try:
        return framework_here()
    except UnknownFramework:
        return None


def versions(present: Framework | None) -> list[Published]:
    """Every version of every framework that is, was or will be in force here, the newest first; two small queries.

    `present` is the one that is.
    """
    moment = timezone.now()
    adopted = _adopted(moment)
    keys = {settings.FRAMEWORK, *(key for key, _ in adopted)}
    kept = Framework.objects.filter(key__in=keys).defer("document").select_related("retirement")
    rows = list(kept.order_by("-in_force_from", "-pk"))
    begun = adopted[0][1] if adopted else None
    since = since_when(present, adopted=begun, versions=rows) if present else moment
    return [_published(row, present, moment, since) for row in rows]


def version(key: str, number: int) -> Framework | None:
    """One of them, by its key and number."""
    if number > MOST_VERSIONS or key not in {settings.FRAMEWORK, *dict(_adopted(timezone.now()))}:
        return None
    found = Framework.objects.filter(key=key, version=number).values_list("pk", "sha").first()
    return framework_of(*found) if found else None


MOST_VERSIONS = 2**31 - 1
"""The largest number the database keeps as a version."""


def reading(framework: Framework) -> Reading:
    """This version in words; worked out once in each process."""
    return _reading(framework.pk, framework.sha)


@lru_cache(maxsize=16)
def _reading(pk: int, sha: str) -> Reading:
    document = framework_of(pk, sha).document
    return Reading(
        source=document["source"],
        bands=tuple(_band(document, band) for band in document["bands"]),
        areas=tuple(_area(document, area) for area in document["domains"]),
        rules=tuple(_rule(document, rule) for rule in document["rules"]),
        notes=tuple((note["because"], note["source"]) for note in document["notes"]),
        abouts=tuple(_about(document, tag) for tag in _looked_for(document)),
    )


def _adopted(now: datetime) -> list[tuple[str, datetime]]:
    """What was adopted up to now, the latest first."""
    rows = Adoption.objects.filter(begins_at__lte=now).order_by("-begins_at", "-pk")
    return list(rows.values_list("key", "begins_at"))


def _published(row: Framework, present: Framework | None, now: datetime, since: datetime) -> Published:
    if present and row.pk == present.pk:
        return Published(row, f"In force since {_day(since)}", since, here=True)
    if hasattr(row, "retirement"):
        return Published(row, "Taken out of use", row.in_force_from, here=False)
    if row.in_force_from > now:
        return Published(row, f"From {_day(row.in_force_from)}", row.in_force_from, here=False)
    return Published(row, "An earlier version", row.in_force_from, here=False)


def _day(moment: datetime) -> str:
    return day_words(timezone.localtime(moment).date())


def _band(document: Document, band: Document) -> Band:
    goes_to = services(document)[band["route"]]
    return Band(band["code"], band["level"], band["title"], goes_to, ASKS[band["duty"]])


def _area(document: Document, area: Document) -> Area:
    signs = [one for one in document["indicators"] if one["domain"] == area["key"]]
    needs = [
        Need(need["title"], tuple(_sign(document, one) for one in sorted(of_need, key=_mild_first)))
        for need in document["needs"]
        if (of_need := [one for one in signs if one["need"] == need["key"]])
    ]
    return Area(area["title"], tuple(needs))


def _sign(document: Document, one: Document) -> Sign:
    # The database keeps the keys of an object in an order of its own.
    given = one.get("severities", {})
    grades = tuple((SEVERITIES[name], given[name]["level"], given[name]["words"]) for name in SEVERITIES if given)
    levels = sorted({grade[1] for grade in grades} or {one["level"]})
    placed = document["placements"].get(one["code"], {}).get("because", "")
    because = tuple(filter(None, (one.get("duty_because", ""), placed)))
    return Sign(one["words"], tuple(levels), grades, because, one["source"])


def _mild_first(one: Document) -> int:
    levels: list[int] = [grade["level"] for grade in one.get("severities", {}).values()]
    return min(levels, default=int(one["level"] or 0))


def _rule(document: Document, rule: Document) -> Rule:
    steps = ((sentences.step_sentence(document, one), sentences.spoken(one["because"])) for one in rule["steps"])
    return Rule(rule_title(rule), tuple(steps), rule["source"])


def _about(document: Document, tag: str) -> tuple[str, tuple[str, ...]]:
    words = tuple(one["words"] for one in document["indicators"] if tag in one.get("tags", ()))
    return tag_title(document, tag), words


def _looked_for(document: Document) -> list[str]:
    """The tags that rules name, in the order in which the rules do."""
    found: dict[str, None] = {}

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            found.update(dict.fromkeys(node.get("tags", ())))
        for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            walk(part)

    walk(document["rules"])
    return list(found)
