"""When what is killed."""

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mash.performance.chaos import plan

PARTS = ("web", "worker", "broker")


@given(kills=st.integers(1, 60), seed=st.integers())
def test_it_kills_each_part_as_often_as_the_others_in_order_of_time(kills: int, seed: int) -> None:
    blows = plan.blows(PARTS, kills=kills, seed=seed)
    times = Counter(blow.part for blow in blows)
    moments = [blow.after for blow in blows]
    assert len(blows) == kills
    assert max(times.values()) - min(times[part] for part in PARTS) <= 1
    assert moments == sorted(moments)
    assert moments[0] >= 0 and moments[-1] <= plan.duration(kills)


@given(kills=st.integers(1, 60), seed=st.integers())
def test_it_lets_live_for_a_while_what_it_killed(kills: int, seed: int) -> None:
    blows = plan.blows(PARTS, kills=kills, seed=seed)
    for part in PARTS:
        moments = [blow.after for blow in blows if blow.part == part]
        assert all(later - earlier >= plan.SECONDS_TO_LIVE - 1e-6 for earlier, later in pairwise(moments))


def test_it_draws_the_same_from_the_same_seed_alone() -> None:
    assert plan.blows(PARTS, kills=9, seed=1) == plan.blows(PARTS, kills=9, seed=1)
    assert plan.blows(PARTS, kills=9, seed=1) != plan.blows(PARTS, kills=9, seed=2)


def test_it_sends_from_the_start_until_just_before_the_last_blow() -> None:
    assert plan.due(0, messages=10, kills=4) == 0
    assert plan.due(9, messages=10, kills=4) < plan.duration(4)
