"""Versions and drafts as those who govern the thresholds need to see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from thresholds import visible
from thresholds.editing import describing
from thresholds.editing.names import DUTIES, rule_title, services
from thresholds.editing.wording import in_words
from thresholds.models import Adoption, Framework, FrameworkDraft
from thresholds.selectors.frameworks import UnknownFramework, framework_here

MOST_ADOPTIONS = 20
HERE, IN_FORCE, COMING, REPLACED, RETIRED = "In force here", "In force", "Coming", "Replaced", "Retired"
TONES = {HERE: "active", IN_FORCE: "done", COMING: "waiting", REPLACED: "closed", RETIRED: "closed"}


@dataclass(frozen=True, slots=True)
class Version:
    """One version, and where it stands now."""

    framework: Framework
    state: str

    @property
    def tone(self) -> str:
        return TONES[self.state]


@dataclass(frozen=True, slots=True)
class Family:
    """The versions of one framework, the newest first."""

    key: str
    title: str
    versions: list[Version]


@dataclass(frozen=True, slots=True)
class Listing:
    """What the first page shows: what is in force here, what was adopted for later, all versions, open drafts."""

    here: Framework | None
    coming: list[Adoption]
    families: list[Family]
    drafts: list[FrameworkDraft]


@dataclass(frozen=True, slots=True)
class Area:
    """The indicators of one area, each as the document has it with its level in words."""

    title: str
    indicators: list[tuple[dict[str, Any], str]]


def listing(user: User) -> Listing:
    """The same few queries however many versions and drafts there are; no document is read but the one in force."""
    now = timezone.now()
    here = _here(now)
    states = states_of(user, now=now, here=here)
    families: dict[str, list[Version]] = {}
    for row in visible.frameworks(user).defer("document").order_by("key", "-version"):
        families.setdefault(row.key, []).append(Version(row, states[row.pk]))
    return Listing(
        here=here,
        coming=list(Adoption.objects.filter(begins_at__gt=now).select_related("by").order_by("begins_at", "pk")),
        families=[Family(key, rows[0].framework.title, rows) for key, rows in families.items()],
        drafts=open_drafts(user),
    )


def open_drafts(user: User) -> list[FrameworkDraft]:
    """Drafts that are not yet published, the one saved last first."""
    rows = visible.drafts(user).filter(state=FrameworkDraft.State.OPEN)
    return list(
        rows.select_related("by", "based_on").defer("document", "preview", "based_on__document").order_by("-updated_at")
    )


def states_of(user: User, *, now: datetime, here: Framework | None) -> dict[int, str]:
    """Where each version stands. Of a framework's versions the one that began last and is not retired is in force."""
    found: dict[int, str] = {}
    leading: set[str] = set()
    rows = visible.frameworks(user).order_by("-in_force_from", "-version")
    for pk, key, begins, retired in rows.values_list("pk", "key", "in_force_from", "retirement"):
        if retired:
            found[pk] = RETIRED
        elif begins > now:
            found[pk] = COMING
        elif key in leading:
            found[pk] = REPLACED
        else:
            leading.add(key)
            found[pk] = HERE if here and here.pk == pk else IN_FORCE
    return found


def version(user: User, framework: Framework) -> Version:
    """One version with where it stands now."""
    now = timezone.now()
    return Version(framework, states_of(user, now=now, here=_here(now))[framework.pk])


def adoptions() -> list[Adoption]:
    """Which framework was adopted here when, by whom and why; the latest first."""
    return list(Adoption.objects.select_related("by").order_by("-begins_at", "-pk")[:MOST_ADOPTIONS])


def others(user: User, *, but: Framework | None) -> list[Framework]:
    """The versions that one may be compared with."""
    rows = visible.frameworks(user).defer("document").order_by("key", "-version")
    return list(rows.exclude(pk=but.pk) if but else rows)


def _here(now: datetime) -> Framework | None:
    try:
        return framework_here(at=now)
    except UnknownFramework:
        return None


def bands(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Each band with its route and duty in words."""
    named = services(document)
    return [{**band, "goes_to": named[band["route"]], "duty_words": DUTIES[band["duty"]]} for band in document["bands"]]


def areas(document: dict[str, Any]) -> list[Area]:
    """The indicators by area, in the document's order; an area without any is there too."""
    return [
        Area(
            one["title"],
            [(item, describing.levels(item)) for item in document["indicators"] if item["domain"] == one["key"]],
        )
        for one in document["domains"]
    ]


def rules(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Each rule with its steps in words."""
    return [rule(document, item) for item in document["rules"]]


def rule(document: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    """One rule with its steps in words, numbered from 1."""
    steps = [
        {
            "number": number,
            "when": in_words(step["when"], document),
            "outcome": describing.outcome(document, step),
            "because": step["because"],
        }
        for number, step in enumerate(item["steps"], start=1)
    ]
    return {"id": item["id"], "name": rule_title(item), "source": item["source"], "steps": steps}


def notes(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The sentences that never change an answer."""
    return [
        {**note, "name": rule_title(note), "when_words": in_words(note["when"], document)}
        for note in document.get("notes", ())
    ]
