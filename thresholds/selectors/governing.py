"""Versions and drafts as those who govern the thresholds need to see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from thresholds import visible
from thresholds.editing import describing
from thresholds.editing.names import DUTIES, rule_title, services
from thresholds.editing.wording import in_words
from thresholds.models import Adoption, Framework, FrameworkDraft
from thresholds.selectors.frameworks import (
    UnknownFramework,
    framework_here,
    framework_of,
    in_force_here,
    keys_here,
    since_when,
)
from thresholds.sentences import spoken

MOST_ADOPTIONS = 20
HERE, UNUSED, COMING, REPLACED, RETIRED = "In force here", "Not in use here", "Coming", "Replaced", "Retired"
TONES = {HERE: "active", UNUSED: "plain", COMING: "waiting", REPLACED: "closed", RETIRED: "closed"}


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
class Adopted:
    """One adoption, with the framework's title; `counts` unless another one was made for the same moment."""

    title: str
    adoption: Adoption
    counts: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """What the first page shows: what is in force here and since when, what was adopted, all versions, open drafts.

    `first` is the title of what counted before anything was adopted, "" when not all adoptions are shown.
    """

    here: Framework | None
    since: datetime | None
    coming: list[Adopted]
    adopted: list[Adopted]
    first: str
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
    for row in visible.frameworks(user).defer("document").select_related("retirement").order_by("key", "-version"):
        families.setdefault(row.key, []).append(Version(row, states[row.pk]))
    titles = {key: rows[0].framework.title for key, rows in families.items()}
    adopted = _adopted(titles)
    return Listing(
        here=here,
        since=_since(here, families.get(here.key, []), adopted, now) if here else None,
        coming=[one for one in reversed(adopted) if one.counts and one.adoption.begins_at > now],
        adopted=adopted,
        first=titles.get(settings.FRAMEWORK, "") if len(adopted) < MOST_ADOPTIONS else "",
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
    """Where each version stands. Of a framework's versions the one that began last and is not retired counts, if the
    framework is the one that is adopted here."""
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
            found[pk] = HERE if here and here.pk == pk else UNUSED
    return found


def version(user: User, framework: Framework) -> Version:
    """One version with where it stands now."""
    now = timezone.now()
    return Version(framework, states_of(user, now=now, here=_here(now))[framework.pk])


def _since(here: Framework, versions: list[Version], adopted: list[Adopted], now: datetime) -> datetime:
    begun = next((one.adoption.begins_at for one in adopted if one.adoption.begins_at <= now), None)
    return since_when(here, adopted=begun, versions=[one.framework for one in versions])


def _adopted(titles: dict[str, str]) -> list[Adopted]:
    """Which framework was adopted here when, by whom and why; the latest first. Of two for one moment, the last made
    counts."""
    rows = list(Adoption.objects.select_related("by").order_by("-begins_at", "-pk")[:MOST_ADOPTIONS])
    before = [None, *(row.begins_at for row in rows)]
    return [
        Adopted(titles.get(row.key, row.key), row, counts=row.begins_at != last)
        for row, last in zip(rows, before, strict=False)
    ]


def adoptable(framework: Framework) -> bool:
    """Whether adopting this one would change anything, now or later."""
    return keys_here(since=timezone.now()) != {framework.key}


def instead(framework: Framework) -> Framework | None:
    """The version that counts here as soon as this one is retired; none when nothing would change, or none is left."""
    now = timezone.now()
    try:
        after = framework_of(*in_force_here(at=now, but=framework.pk))
    except UnknownFramework:
        return None
    return None if after == _here(now) else after


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
            "because": spoken(step["because"]),
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
