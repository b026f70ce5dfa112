"""What a draft would have done to what was weighed before: counted right, each child once, in two queries."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from mash.audit.models import Event
from referrals.choices import Identity
from referrals.models import Referral, Subject
from referrals.publicly import told
from referrals.selectors import small_numbers
from referrals.selectors.uncounted import uncounted
from referrals.services import public_sending, submitting
from tests.cast import a_concern, a_submission
from tests.public.posts import WITHHELD
from tests.thresholds import strategies
from tests.thresholds.earlier import weighed_at
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
        rows = weighed.last(before=soon()).rows
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
        last = weighed.last(before=soon(), referrals=3)
        assert {row.about for row in last.rows} == set(abouts[2:])
        assert last.oldest == start + timedelta(hours=2)

    def test_it_costs_the_same_for_one_referral_and_for_fifty(self, wirral, django_assert_num_queries):
        for number in (1, 49):
            items = [
                Asked(facts("D05"), wirral, "hub", about) for about in (uuid4() for _ in range(number)) for _ in "ab"
            ]
            assessments.record_many(items=items)
            with django_assert_num_queries(3):
                assert len({row.about for row in weighed.last(before=soon()).rows}) in (1, 50)

    def test_it_keeps_what_it_found_beside_the_revision(self, polly, wirral, draft):
        with time_machine.travel("2026-11-02T12:00:00+00:00", tick=False):
            weighed_at(wirral, [datetime(2026, 10, 3, 12, tzinfo=UTC)] * 8, "D05")
            row = drafts.save(by=polly, draft=draft, seen=1, part="indicator D05, taken out", change=_without_d05)
            said = previews.of(trying.preview(by=polly, draft=row))
            assert said is not None
            assert said.age == "4\xa0weeks"
        assert (said.current, said.changed, said.lost) == (True, "about 10", [("D05", "about 10")])
        assert [(one.before, one.after, one.words) for one in said.rows] == [
            ("Level 2, to Gateway", "No level yet", "Less serious")
        ]
        later = drafts.save(by=polly, draft=row, seen=2, part="title", change=lambda old: {**old, "title": "New"})
        assert previews.of(later).current is False  # type: ignore[union-attr]


def soon() -> datetime:
    """Later than whatever the database's clock wrote."""
    return timezone.now() + timedelta(minutes=1)


def a_restricted_one(tess: User) -> Referral:
    made = submitting.submit(by=tess, submission=a_submission("D05"))
    Referral.objects.filter(pk=made.pk).update(restricted=True)
    return made


def an_allegation(tess: User) -> Referral:
    concern = a_concern("D05", category="allegation_against_worker")
    return submitting.submit(by=tess, submission=a_submission(concerns=(concern,)))


def a_withheld_name(_: User) -> Referral:
    empty = {f"{part}_{n}": None if part == "age" else "" for part in ("given", "family", "age") for n in (2, 3, 4)}
    typed = {**WITHHELD, **empty, "home": "1 Mill Lane", "school": "", "age_1": 7, "kind": "neglect", "danger": False}
    story = told(typed, identity=Identity.PUBLIC_WITHHELD, me=False)
    return public_sending.send(place="here", mark="one", told=story)[0].referral


@pytest.mark.django_db
class TestTold:
    """What somebody who sees no file can learn by trying drafts: nothing of any one referral."""

    def tried_with(self, polly: User, draft: Any, *, now: datetime) -> previews.Tried:
        """The draft without D05, tried."""
        row = drafts.save(by=polly, draft=draft, seen=1, part="D05", change=_without_d05)
        with time_machine.travel(now, tick=False):
            said = previews.of(trying.preview(by=polly, draft=row))
        assert said is not None
        return said

    def test_it_tells_no_number_under_six_and_nothing_of_what_it_counts(self, polly, wirral, draft):
        now = datetime(2026, 11, 2, 12, tzinfo=UTC)
        weighed_at(wirral, [now - timedelta(days=3)] * 5, "D05")
        weighed_at(wirral, [now - timedelta(days=3)] * 13, "D19")
        said = self.tried_with(polly, draft, now=now)
        assert (said.few, said.rows, said.lost, said.changed) == (False, [], [], "fewer than 6")
        assert (said.numbers["tried"], said.numbers["down"], said.numbers["up"]) == (
            "about 20", "fewer than 6", "fewer than 6"
        )  # fmt: skip

    def test_it_tells_none_as_it_tells_one(self, polly, wirral, draft):
        now = datetime(2026, 11, 2, 12, tzinfo=UTC)
        weighed_at(wirral, [now - timedelta(days=3)] * 13, "D19")
        none = self.tried_with(polly, draft, now=now)
        weighed_at(wirral, [now - timedelta(days=3)], "D05")
        with time_machine.travel(now, tick=False):
            one = previews.of(trying.preview(by=polly, draft=draft))
        assert one is not None
        assert one.numbers == none.numbers
        assert (one.rows, one.lost) == (none.rows, none.lost) == ([], [])

    def test_it_says_the_same_before_and_after_a_referral_of_today(self, polly, wirral, draft):
        now = datetime(2026, 11, 2, 12, tzinfo=UTC)
        weighed_at(wirral, [now - timedelta(days=3)] * 7, "D05")
        before = self.tried_with(polly, draft, now=now)
        weighed_at(wirral, [now - timedelta(minutes=5)] * 6, "D05")
        with time_machine.travel(now + timedelta(minutes=1), tick=False):
            row = trying.preview(by=polly, draft=draft)
        after = previews.of(row)
        assert after is not None
        assert (after.numbers, after.rows, after.lost) == (before.numbers, before.rows, before.lost)

    def test_it_says_that_too_few_were_tried_and_no_more(self, polly, wirral, draft):
        now = datetime(2026, 11, 2, 12, tzinfo=UTC)
        weighed_at(wirral, [now - timedelta(days=3)] * 5, "D05")
        assert self.tried_with(polly, draft, now=now).few

    def test_it_writes_no_number_into_the_trail(self, polly, wirral, draft):
        self.tried_with(polly, draft, now=datetime(2026, 11, 2, 12, tzinfo=UTC))
        assert Event.objects.get(what="framework_draft_tried").detail == {"revision": 2}

    def test_it_tells_from_the_same_number_on_as_the_page_of_closed_loops(self):
        assert previews.LEAST == small_numbers.LEAST
        assert [previews.told(number) for number in (0, 5, 6, 14, 15, 500)] == [
            "fewer than 6", "fewer than 6", "about 10", "about 10", "about 20", "about 500"
        ]  # fmt: skip

    @pytest.mark.parametrize("make", [a_restricted_one, an_allegation, a_withheld_name])
    def test_it_leaves_out_a_referral_that_is_closed_to_whoever_governs(self, tess, wirral, make):
        kept, out = submitting.submit(by=tess, submission=a_submission("D05")), make(tess)
        abouts = {one.referral_id: one.hub_assessment.about for one in Subject.objects.select_related("hub_assessment")}
        assert uncounted(abouts.values()) == {abouts[out.pk]}
        assert {row.about for row in weighed.last(before=soon()).rows} == {abouts[kept.pk]}


def _without_d05(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "indicators": [one for one in document["indicators"] if one["code"] != "D05"]}
