"""The directory of local services: what fits a worry, an age and a place, and what has not been checked lately."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import User
from referrals import visible
from referrals.choices import Category
from referrals.districts import district
from referrals.models import LocalService
from referrals.models.directory import OLDEST

SIZE = 25
OLD_AFTER = timedelta(days=180)
"""What nobody has checked for longer is marked: numbers and opening hours change."""
WORRIES = [(value, label) for value, label in Category.choices if value != Category.ALLEGATION]
SHOWN = {"all": "In use", "old": "To be checked", "retired": "Retired"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for. Anything it should not hold is as if it were not there."""

    worry: str = ""
    age: str = ""
    postcode: str = ""
    after: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Wanted":
        """The filters in an address's query."""
        worry, age = query.get("worry", ""), query.get("age", "").strip()
        good_age = age.isascii() and age.isdigit() and len(age) <= 2 and int(age) <= OLDEST
        return cls(
            worry=worry if worry in dict(WORRIES) else "",
            age=age if good_age else "",
            postcode=district(query.get("postcode", "")),
            after=query.get("after", ""),
        )

    @property
    def filtered(self) -> bool:
        """Whether anything was chosen."""
        return bool(self.worry or self.age or self.postcode)

    def address(self) -> str:
        """The query of an address that asks for the same."""
        pairs = {"worry": self.worry, "age": self.age, "postcode": self.postcode, "after": self.after}
        return "?" + urlencode({name: value for name, value in pairs.items() if value})


@dataclass(frozen=True, slots=True)
class Entry:
    """One service as it is shown."""

    service: LocalService
    worries: str
    ages: str
    where: str
    old: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of services, by name, and where the next one starts ("" at the end)."""

    entries: list[Entry]
    later: str
    show: str = ""
    old: int = 0


def find(user: User, wanted: Wanted) -> Listing:
    """The services in use that fit what was chosen."""
    rows = _in_use(user)
    if wanted.worry:
        rows = rows.filter(categories__contains=[wanted.worry])
    if wanted.age:
        rows = rows.filter(age_from__lte=int(wanted.age), age_to__gte=int(wanted.age))
    if wanted.postcode:
        rows = rows.filter(_around([wanted.postcode]))
    entries, cursor = _page(rows, wanted.after)
    return Listing(entries, replace(wanted, after=cursor).address() if cursor else "")


def fitting(
    user: User, *, categories: Collection[str], ages: Collection[int], districts: Collection[str], most: int = 6
) -> list[Entry]:
    """Services in use for any of these worries and ages, near any of these postcode districts; what is nearby before
    what is for everywhere. An age or a place that nobody knows shuts nothing out."""
    rows = _in_use(user).filter(categories__overlap=list(categories))
    if ages:
        rows = rows.filter(age_from__lte=max(ages), age_to__gte=min(ages))
    if districts:
        rows = rows.filter(_around(districts))
    near = Case(When(districts__overlap=list(districts), then=Value(0)), default=Value(1))
    return [entry(row) for row in rows.order_by(near, Lower("name"), "id")[:most]]


def kept(user: User, query: Mapping[str, str]) -> Listing:
    """For whoever keeps the directory: what is in use, what has not been checked lately, or what was retired."""
    show = query.get("show", "") if query.get("show", "") in SHOWN else "all"
    rows = visible.local_services(user).filter(active=show != "retired").select_related("checked_by")
    if show == "old":
        rows = rows.filter(_old())
    entries, cursor = _page(rows, query.get("after", ""))
    old = visible.local_services(user).filter(_old(), active=True).count()
    return Listing(entries, f"?show={show}&after={cursor}" if cursor else "", show=show, old=old)


def entry(row: LocalService) -> Entry:
    """A service with its worries, ages and places in words."""
    names = dict(Category.choices)
    return Entry(
        service=row,
        worries=", ".join(str(names[key]) for key in names if key in row.categories),
        ages=_ages(row.age_from, row.age_to),
        where=row.area or ("Postcodes " + ", ".join(row.districts) if row.districts else "Everywhere in the borough"),
        old=row.checked_on < _oldest(),
    )


def _in_use(user: User) -> QuerySet[LocalService]:
    return visible.local_services(user).filter(active=True)


def _around(districts: Collection[str]) -> Q:
    return Q(districts=[]) | Q(districts__overlap=list(districts))


def _old() -> Q:
    return Q(checked_on__lt=_oldest())


def _oldest() -> date:
    return timezone.localdate() - OLD_AFTER


def _ages(first: int, last: int) -> str:
    if first == 0 and last >= OLDEST:
        return "All ages"
    return f"Up to {last}" if first == 0 else f"{first} to {last}"


def _page(rows: QuerySet[LocalService], after: str) -> tuple[list[Entry], str]:
    """Rows by name; the cursor is the key of the last row shown, whose name is looked up."""
    rows = rows.annotate(by_name=Lower("name")).order_by("by_name", "id")
    last = _last(after)
    if last:
        rows = rows.filter(TupleGreaterThan(Tuple(F("by_name"), F("id")), (last.name.lower(), last.pk)))
    found = list(rows[: SIZE + 1])
    return [entry(row) for row in found[:SIZE]], str(found[SIZE - 1].pk) if len(found) > SIZE else ""


def _last(after: str) -> LocalService | None:
    if not (after.isascii() and after.isdigit() and len(after) < 19):
        return None
    return LocalService.objects.filter(pk=int(after)).first()
