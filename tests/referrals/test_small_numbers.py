"""What is not shown to people who see no file cannot be worked out from what is."""

from datetime import UTC, date, datetime
from itertools import product

from hypothesis import example, given, settings
from hypothesis import strategies as st

from referrals.selectors import loops_page
from referrals.selectors.loops import Cell
from referrals.selectors.loops_page import LoopsPage
from referrals.selectors.small_numbers import LEAST, Split, can_hide, together, withheld

SIZES = st.lists(st.integers(0, 14), min_size=1, max_size=7)
SPLITS = st.lists(
    st.integers(LEAST, 16).flatmap(lambda whole: st.tuples(st.just(whole), st.integers(0, whole))),
    min_size=1,
    max_size=4,
)


@given(sizes=SIZES)
def test_it_shows_no_part_under_six_and_parts_that_make_the_total(sizes: list[int]) -> None:
    group = together(sizes)
    alone = [size for place, size in enumerate(sizes) if place not in group]
    assert all(size >= LEAST for size in alone)
    if group and sum(sizes) >= LEAST:
        assert sum(sizes[place] for place in group) >= LEAST


@settings(max_examples=300)
@given(sizes=SIZES)
def test_it_hides_each_small_part_among_others(sizes: list[int]) -> None:
    """Every small one could be another number, with all that is shown the same."""
    group = sorted(together(sizes))
    total = sum(sizes[place] for place in group)
    if total < LEAST or len(group) == len(sizes):
        return
    for place in group:
        if sizes[place] < LEAST:
            assert len(_possible(sizes, group, place, total)) > 1, (sizes, group, place)


def _possible(sizes: list[int], group: list[int], place: int, total: int) -> set[int]:
    """What a reader who knows the rule may take the part at `place` for: found by trying, not by the rule's sums."""
    others = [one for one in group if one != place]
    small = [one for one in others if sizes[one] < LEAST]
    large = len(others) - len(small)
    reached = {sum(picked) for picked in product(range(LEAST), repeat=len(small))}
    return {
        value
        for value in range(LEAST)
        if any((left := total - value - some) >= LEAST * large and (large or not left) for some in reached)
    }


@settings(max_examples=300)
@given(splits=SPLITS)
def test_it_hides_each_small_side_among_others(splits: list[tuple[int, int]]) -> None:
    rows = [Split(*one) for one in splits]
    total = Split(sum(one.whole for one in rows), sum(one.inside for one in rows))
    hidden = withheld(rows, total_is_shown=not total.is_small)
    assert all(place in hidden for place, row in enumerate(rows) if row.is_small)
    if total.is_small or not can_hide(rows, hidden):
        return
    for place in hidden:
        if rows[place].is_small:
            found = {tried[place] for tried in _tables(rows, hidden)}
            assert len(found) > 1, (splits, hidden, place)


def _tables(rows: list[Split], hidden: frozenset[int]) -> list[tuple[int, ...]]:
    """Every table that shows the same, tried one by one: the same wholes, the same sides shown, the same total."""
    ranges = [_sides_like(row) if place in hidden else [row.inside] for place, row in enumerate(rows)]
    total = sum(row.inside for row in rows)
    return [tried for tried in product(*ranges) if sum(tried) == total]


def _sides_like(row: Split) -> list[int]:
    """The sides that are called by the same words as this one's."""
    if row.inside < LEAST:
        return [inside for inside in range(row.whole + 1) if inside < LEAST]
    if row.whole - row.inside < LEAST:
        return [inside for inside in range(row.whole + 1) if inside >= LEAST and row.whole - inside < LEAST]
    return [inside for inside in range(row.whole + 1) if inside >= LEAST and row.whole - inside >= LEAST]


def test_it_takes_nothing_in_where_nothing_is_small() -> None:
    assert together([6, 7, 80]) == frozenset()
    assert withheld([Split(20, 8), Split(40, 12)], total_is_shown=True) == frozenset()


def test_it_takes_a_second_one_in_beside_a_small_one() -> None:
    assert together([40, 3, 9]) == {1, 0}
    assert withheld([Split(40, 8), Split(30, 2), Split(20, 8)], total_is_shown=True) == {1, 0}


LOOPS = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3), st.booleans(), st.integers(1, 30)), max_size=14)


def published(made: list[tuple[int, int, bool, int]]) -> LoopsPage:
    """The page of (organisation, month, whether closed, how many)."""
    cells = [Cell(who, date(2048, month, 1), "product" if closed else "", 0, many) for who, month, closed, many in made]
    names = {number: f"Organisation {number}" for number in range(1, 5)}
    then = datetime(2048, 4, 1, tzinfo=UTC)
    return loops_page._page(cells, names, since=then, until=then, plain=False, only="")


@settings(max_examples=300)
@given(made=LOOPS)
@example([(1, 1, False, 5), (1, 2, False, 4), (2, 2, False, 10), (1, 1, True, 5), (2, 1, True, 15), (1, 2, True, 6)])
def test_it_publishes_tables_from_which_no_small_number_follows(made: list[tuple[int, int, bool, int]]) -> None:
    """The whole page for somebody who reads no file: organisations, months, their sums and the sums of sides."""
    page = published(made)
    shown = [cell for row in loops_page.as_rows(page)[1:] for cell in row[2:5] if cell.isdigit()]
    assert all(int(cell) >= LEAST for cell in shown)
    if page.total is None:
        assert sum(many for *_, many in made) < LEAST and not page.organisations and not page.months
        return
    for table in (page.organisations, page.months):
        assert sum(int(row.loops) for row in table) == int(page.total.loops)
        silent = [row for row in table if not row.still_open.isdigit()]
        if page.total.still_open.isdigit():
            assert len(silent) != 1, "the one that is left out would follow from the rest"
        else:
            assert silent, "the total would follow from its parts"
            assert not page.ways and not page.ages
