"""What a draft would have done to what was weighed before: counted right, each child once, in two queries."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.thresholds import strategies
from tests.thresholds.frameworks import WIGAN, WIRRAL
from thresholds import presets
from thresholds.engine import Facts, Sign, assess, framework_from_json
from thresholds.models import Assessment, Framework
from thresholds.previewing import Weighed, tried
from thresholds.selectors import previews, weighed
from thresholds.services import assessments, drafts, trying
from thresholds.services.assessments import Asked


def facts(*codes: str, **more: Any) -> Facts:
    return Facts(indicators=frozenset(Sign(code) for code in codes), **more)


def under(framework: Any, about: UUID, what: Facts) -> Weighed:
    said = assess(what, framework)
    return Weighed(about, said.level, said.band or "", said.route, what)


def without(*codes: str) -> Any:
    document = deepcopy(presets.read("wirral"))
    document["indicators"] = [one for one in document["indicators"] if one["code"] not in codes]
    return framework_from_json(document, version=2)


def test_it_finds_no_change_under_the_framework_itself():
    rows = [under(WIRRAL, uuid4(), facts(code)) for code in ("D05", "D19", "P15")] + [under(WIRRAL, uuid4(), Facts())]
    said = tried(rows, WIRRAL)
    assert (said.tried, said.same, said.up, said.down, said.renamed) == (4, 4, 0, 0, 0)
    assert (said.moves, said.lost) == ((), {})


def test_it_counts_ways_levels_bands_and_routes_apart():
    rows = [under(WIRRAL, uuid4(), facts("P15")) for _ in range(3)]  # 3 to 3b: another band, and to social care
    rows += [under(WIRRAL, uuid4(), facts("D31"))]  # 3 to 3a: another name for the same
    said = tried(rows, WIGAN)
    assert (said.tried, said.up, said.down, said.renamed, said.same) == (4, 3, 0, 1, 0)
    assert (said.level_up, said.level_down, said.band, said.route_up, said.route_down) == (0, 0, 4, 3, 0)
    assert [(move.way, move.from_band, move.to_band, move.to_route, move.number) for move in said.moves] == [
        ("up", "3", "3b", "cadt", 3),
        ("renamed", "3", "3a", "gateway", 1),
    ]


def test_it_counts_a_referral_once_by_its_worst_child():
    family = uuid4()
    rows = [under(WIRRAL, family, facts("D19")), under(WIRRAL, family, facts("D05")), under(WIRRAL, family, Facts())]
    said = tried(rows, without("D19"))
    (move,) = said.moves
    assert (said.tried, said.down, said.level_down) == (1, 1, 1)
    assert (move.from_level, move.to_level) == (4, 2)


def test_it_names_the_signs_that_are_no_longer_there_and_weighs_the_rest():
    family = uuid4()
    rows = [under(WIRRAL, family, facts("D05", "P15")), under(WIRRAL, family, facts("D05"))]
    rows.append(under(WIRRAL, uuid4(), facts("P15")))
    said = tried(rows, without("D05", "D19"))
    assert (said.lost, said.losing, said.tried) == ({"D05": 1}, 1, 2)
    assert said.same == 2


@settings(deadline=None, max_examples=60)
@given(groups=st.lists(st.lists(strategies.facts, min_size=1, max_size=3), max_size=6))
def test_it_adds_up_whatever_was_weighed(groups):
    rows = [under(WIRRAL, about, one) for group in groups for about in [uuid4()] for one in group]
    said = tried(rows, WIGAN)
    assert said.tried == len(groups) == said.up + said.down + said.renamed + said.same
    assert sum(move.number for move in said.moves) == said.tried - said.same
    back = tried([under(WIGAN, row.about, row.facts) for row in rows], WIRRAL)
    assert (back.up, back.down, back.renamed) == (said.down, said.up, said.renamed)


@pytest.mark.django_db
class TestLast:
    """Which rows a preview rests on."""

    def keep(self, framework: Framework, about: UUID, *codes: str, **more: Any) -> Assessment:
        (row,) = assessments.record_many(items=[Asked(facts(*codes), framework, "hub", about, **more)])
        return row

    def test_it_takes_the_hubs_latest_word_on_each_child(self, wirral):
        family = uuid4()
        first = self.keep(wirral, family, "D19")
        sibling = self.keep(wirral, family, "D05")
        again = self.keep(wirral, family, "P15", replaces=first)
        assessments.record_many(items=[Asked(facts("D19"), wirral, "submitter", family)])
        self.keep(wirral, None, "D19")  # type: ignore[arg-type]
        rows = weighed.last().rows
        assert sorted(row.band for row in rows) == sorted([sibling.band, again.band])
        assert {row.about for row in rows} == {family}

    def test_it_stops_at_the_number_asked_for_the_newest_first(self, wirral):
        abouts = [uuid4() for _ in range(5)]
        start = datetime(2026, 11, 2, 12, tzinfo=UTC)
        for place, about in enumerate(abouts):
            made = Assessment(
                framework=wirral, kind="hub", about=about, facts={}, reasons=[], level=4, band="4", route="cadt",
                duty="s47", assessed_at=start + timedelta(hours=place),
            )  # fmt: skip
            made.save(force_insert=True)
        last = weighed.last(3)
        assert {row.about for row in last.rows} == set(abouts[2:])
        assert last.oldest == start + timedelta(hours=2)

    def test_it_costs_the_same_for_one_referral_and_for_fifty(self, wirral, django_assert_num_queries):
        for number in (1, 49):
            items = [
                Asked(facts("D05"), wirral, "hub", about) for about in (uuid4() for _ in range(number)) for _ in "ab"
            ]
            assessments.record_many(items=items)
            with django_assert_num_queries(2):
                assert len({row.about for row in weighed.last().rows}) in (1, 50)

    def test_it_keeps_what_it_found_beside_the_revision(self, polly, wirral, draft):
        with time_machine.travel("2026-11-02T12:00:00+00:00", tick=False):
            made = Assessment(
                framework=wirral, kind="hub", about=uuid4(), facts={"indicators": ["D05"]}, reasons=[], level=2,
                band="2", route="gateway", duty="early_help", assessed_at=datetime(2026, 10, 3, 12, tzinfo=UTC),
            )  # fmt: skip
            made.save(force_insert=True)
            row = drafts.save(by=polly, draft=draft, seen=1, part="indicator D05, taken out", change=_without_d05)
            said = previews.of(trying.preview(by=polly, draft=row))
            assert said is not None
            assert said.age == "4\xa0weeks"
        assert (said.current, said.changed, said.lost) == (True, 1, [("D05", 1)])
        assert [(one.before, one.after, one.words) for one in said.rows] == [
            ("Level 2, to Gateway", "No level yet", "Less serious")
        ]
        later = drafts.save(by=polly, draft=row, seen=2, part="title", change=lambda old: {**old, "title": "New"})
        assert previews.of(later).current is False  # type: ignore[union-attr]


def _without_d05(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "indicators": [one for one in document["indicators"] if one["code"] != "D05"]}
