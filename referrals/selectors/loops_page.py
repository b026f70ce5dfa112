"""The page of loops closed: by organisation, by month, by way, and how old what is open is; for whoever may read files
as it is, for everybody else without any small number (see `small_numbers`)."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.policy import Act
from mash.lib.workingdays import LONDON
from referrals import visible
from referrals.choices import ReadHow
from referrals.models import Referral
from referrals.selectors import loops, rounds, small_numbers
from referrals.selectors.loops import LETTER, NOBODY_TOLD, OPEN, Cell
from referrals.selectors.small_numbers import FEW, LEAST, Split

WAYS = {
    ReadHow.PRODUCT.value: "Read here",
    ReadHow.API.value: "Fetched by the agency’s system",
    ReadHow.INBOX.value: "Acknowledged by the shared inbox",
    ReadHow.PHONE.value: "Told by telephone or in person",
    LETTER: "Told by letter",
}
# Working days; the last one has no end.
AGES = ((3, "Up to 3 working days"), (10, "4 to 10 working days"), (20, "11 to 20 working days"))
OLDER = "More than 20 working days"
PUBLIC = "Members of the public"
NOBODY = "No organisation"
FEWER = f"fewer than {LEAST}"
NOT_SHOWN = "not shown"
HALF, NINE_TENTHS = 50, 90


@dataclass(frozen=True, slots=True)
class Row:
    """One part: how many loops, how many closed and not, in words where a number may not be shown."""

    label: str
    loops: str
    closed: str
    still_open: str
    share: str
    median: str
    most: str
    organisation: int = 0


@dataclass(frozen=True, slots=True)
class LoopsPage:
    """What the page shows. `plain` when numbers stand as they are; `nothing` when there are too few for any."""

    since: date
    until: datetime
    plain: bool
    total: Row | None
    organisations: list[Row]
    months: list[Row]
    ways: list[tuple[str, str]]
    ages: list[tuple[str, str]]
    untold: str
    only: str = ""


@dataclass(slots=True)
class Sums:
    """Cells of one part, added up."""

    ways: Counter[str] = field(default_factory=Counter)
    days: Counter[int] = field(default_factory=Counter)
    ages: Counter[str] = field(default_factory=Counter)

    def add(self, cell: Cell) -> None:
        """A cell that can be told: closed in some way, or open."""
        if cell.how == OPEN:
            self.ages[_age(cell.days)] += cell.loops
        else:
            self.ways[cell.how] += cell.loops
            self.days[cell.days] += cell.loops

    @property
    def closed(self) -> int:
        return self.ways.total()

    @property
    def split(self) -> Split:
        return Split(self.closed + self.ages.total(), self.ages.total())


def page(user: User, *, organisation: int | None = None) -> LoopsPage:
    """A year of loops. Who reads files sees those about the referrals they see, up to now; `organisation` leaves the
    others out. Anybody else sees twelve whole months as they stood when the last one ended, of all but worries about
    somebody who works with children. A restricted referral counts like any other and is hidden like any small number:
    a figure that left it out would tell, by falling, that one was restricted today, and of whom."""
    plain = user.may(Act.READ_FILE)
    since, until = _year(plain=plain)
    scope = visible.referrals(user) if plain else Referral.objects.filter(allegation=False)
    found = loops.cells(scope, since=since, until=until)
    names = _names(found)
    only = names.get(organisation, "") if plain and organisation is not None else ""
    if only:
        found = [cell for cell in found if cell.organisation == organisation]
    return _page(found, names, since=since, until=until, plain=plain, only=only)


def _page(
    found: Sequence[Cell], names: dict[int, str], *, since: datetime, until: datetime, plain: bool, only: str
) -> LoopsPage:
    told = [cell for cell in found if cell.how != NOBODY_TOLD]
    by_organisation = _summed(told, lambda cell: (names[cell.organisation], cell.organisation))
    by_month = _summed(told, lambda cell: (cell.month, 0))
    organisations = [(name, key, sums) for (name, key), sums in by_organisation]
    months = [(f"{month:%B %Y}", 0, sums) for (month, _), sums in by_month]
    total = _added(told)
    untold = sum(cell.loops for cell in found if cell.how == NOBODY_TOLD)
    shown = _shown_plain if plain else _shown_safe
    whole, organisation_rows, month_rows = shown(total, organisations, months)
    both = plain or (whole is not None and not total.split.is_small and whole.closed != NOT_SHOWN)
    return LoopsPage(
        since=since.astimezone(LONDON).date(),
        until=until,
        plain=plain,
        total=whole,
        organisations=organisation_rows,
        months=month_rows,
        ways=_list(WAYS.items(), total.ways, plain=plain) if both else [],
        ages=_list([(one, one) for _, one in AGES] + [(OLDER, OLDER)], total.ages, plain=plain) if both else [],
        untold=f"{untold:,}" if plain or untold >= LEAST else FEWER,
        only=only,
    )


Part = tuple[str, int, Sums]
Shown = tuple[Row | None, list[Row], list[Row]]


def _shown_plain(total: Sums, *tables: Sequence[Part]) -> Shown:
    organisations, months = ([_row(*part) for part in parts] for parts in tables)
    return _row("All", 0, total), organisations, months


def _shown_safe(total: Sums, *tables: Sequence[Part]) -> Shown:
    if total.split.whole < LEAST:
        return None, [], []
    merged = [_merged(parts, rest) for parts, rest in zip(tables, ("organisations", "months"), strict=True)]
    splits = [[sums.split for _, _, sums in parts] for parts in merged]
    known = not total.split.is_small
    hidden = [small_numbers.withheld(some, total_is_shown=known) for some in splits]
    if known and not all(small_numbers.can_hide(*one) for one in zip(splits, hidden, strict=True)):
        # The sides of the total would follow from any table that shows all of its own.
        known, hidden = False, [frozenset(range(len(some))) for some in splits]
    rows = [
        [_safe_row(label, sums, shown=place not in places) for place, (label, _, sums) in enumerate(parts)]
        for parts, places in zip(merged, hidden, strict=True)
    ]
    return _safe_row("All", total, shown=known), rows[0], rows[1]


def _merged(parts: Sequence[Part], rest: str) -> list[Part]:
    """The parts, with those that are too small as one, at the end."""
    group = small_numbers.together([sums.split.whole for _, _, sums in parts])
    if not group:
        return list(parts)
    together = Sums()
    for place in group:
        sums = parts[place][2]
        together = Sums(together.ways + sums.ways, together.days + sums.days, together.ages + sums.ages)
    label = f"{'Other' if len(group) < len(parts) else 'All'} {rest}"
    return [*(part for place, part in enumerate(parts) if place not in group), (label, 0, together)]


def _row(label: str, organisation: int, sums: Sums) -> Row:
    whole, inside = sums.split.whole, sums.split.inside
    return Row(
        label=label,
        loops=f"{whole:,}",
        closed=f"{sums.closed:,}",
        still_open=f"{inside:,}",
        share=f"{sums.closed * 100 // whole}%" if whole else "–",
        median=_days(sums, HALF) if sums.closed else "–",
        most=_days(sums, NINE_TENTHS) if sums.closed else "–",
        organisation=organisation,
    )


def _safe_row(label: str, sums: Sums, *, shown: bool) -> Row:
    """A part of at least six. The days stand only where at least six are sure to stand on either side of them."""
    split = sums.split
    closed, still_open, share, sure = _sides(split, shown=shown)
    return Row(
        label=label,
        loops=f"{split.whole:,}",
        closed=closed,
        still_open=still_open,
        share=share,
        median=_days(sums, HALF) if sure >= 2 * LEAST else "–",
        most=_days(sums, NINE_TENTHS) if sure >= 10 * LEAST else "–",
    )


def _sides(split: Split, *, shown: bool) -> tuple[str, str, str, int]:
    """Closed, open, the share closed, and how many are sure to be closed by what is shown."""
    whole, inside = split.whole, split.inside
    if inside < LEAST:
        return f"more than {whole - LEAST:,}", FEWER, f"at least {(whole - FEW) * 100 // whole}%", whole - FEW
    if whole - inside < LEAST:
        return FEWER, f"more than {whole - LEAST:,}", f"at most {-(-FEW * 100 // whole)}%", 0
    if not shown:
        return NOT_SHOWN, NOT_SHOWN, NOT_SHOWN, 0
    return f"{whole - inside:,}", f"{inside:,}", f"{(whole - inside) * 100 // whole}%", whole - inside


def _list(names: Iterable[tuple[str, str]], counts: Counter[str], *, plain: bool) -> list[tuple[str, str]]:
    """Beside small ones the last is taken in first, so that the first, the usual way, stands by itself."""
    rows = [(label, counts[key]) for key, label in names]
    last = len(rows) - 1
    back = frozenset() if plain else small_numbers.together([count for _, count in reversed(rows)])
    group = {last - place for place in back}
    listed = [(label, f"{count:,}") for place, (label, count) in enumerate(rows) if place not in group]
    if group:
        listed.append(("; ".join(rows[place][0] for place in sorted(group)), f"{sum(rows[p][1] for p in group):,}"))
    return listed


def _days(sums: Sums, percent: int) -> str:
    """The smallest number of working days within which so many per cent of the closed ones were closed."""
    wanted, reached = -(-sums.closed * percent // 100), 0
    for days, count in sorted(sums.days.items()):
        reached += count
        if reached >= wanted:
            return f"{days:,}"
    return "–"


def _summed(told: Iterable[Cell], key: Callable[[Cell], tuple[Any, int]]) -> Iterator[tuple[tuple[Any, int], Sums]]:
    found: dict[tuple[Any, int], Sums] = {}
    for cell in told:
        found.setdefault(key(cell), Sums()).add(cell)
    yield from sorted(found.items(), key=lambda item: item[0])


def _added(told: Iterable[Cell]) -> Sums:
    sums = Sums()
    for cell in told:
        sums.add(cell)
    return sums


def _age(days: int) -> str:
    return next((words for most, words in AGES if days <= most), OLDER)


def _names(found: Iterable[Cell]) -> dict[int, str]:
    keys = {cell.organisation for cell in found}
    known = rounds.organisation_names(keys)
    return {key: known.get(key, NOBODY).replace(rounds.SOMEBODY, PUBLIC) for key in keys}


def _year(*, plain: bool) -> tuple[datetime, datetime]:
    """From when to when: eleven whole months and this one up to now, or twelve whole months."""
    now = timezone.now()
    this = now.astimezone(LONDON).date().replace(day=1)
    back = 11 if plain else 12
    months = this.year * 12 + this.month - 1 - back
    first = date(months // 12, months % 12 + 1, 1)
    return datetime.combine(first, time(), LONDON), now if plain else datetime.combine(this, time(), LONDON)


HEAD = ("Table", "Of", "Loops", "Closed", "Not closed", "Share closed", "Half within days", "Nine in ten within days")


def as_rows(page: LoopsPage) -> list[tuple[str, ...]]:
    """Everything on the page as rows of one file, with the same numbers left out."""
    named = [("All", [page.total] if page.total else []), ("Organisation", page.organisations), ("Month", page.months)]
    rows = [
        (table, one.label, one.loops, one.closed, one.still_open, one.share, one.median, one.most)
        for table, some in named
        for one in some
    ]
    rest = [(table, *pair) for table, some in (("How closed", page.ways), ("Age of open", page.ages)) for pair in some]
    return [HEAD, *rows, *((*row, "", "", "", "", "") for row in rest), ("Cannot be told", "", page.untold, *[""] * 5)]
