"""Every way in which a run can go wrong is seen, and a good one is not blamed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mash.outbox import windows
from mash.performance.chaos import judge
from mash.performance.chaos.agency import Acknowledged
from mash.performance.chaos.evidence import Evidence, Kill
from tests.performance.runs import LEASE, a_message, a_run, at, twice

FOUND, RECOVERED = windows.FOUND.total_seconds(), windows.RECOVERED.total_seconds()


def broken(run: Evidence) -> dict[str, float]:
    """The promises that did not hold, and by how many."""
    return {row.name: row.ours for row in judge.rows(run) if not row.held}


def told(run: Evidence, start: str) -> float:
    return next(row.ours for row in judge.rows(run) if row.name.startswith(start))


def test_it_blames_nobody_for_a_good_run() -> None:
    assert broken(a_run()) == {}


def test_it_misses_a_referral_that_was_acknowledged_and_is_not_there() -> None:
    run = a_run()
    gone = replace(run, referrals=run.referrals[1:])
    assert broken(gone) == {"acknowledged referrals missing": 1}


def test_it_sees_a_referral_that_was_made_twice() -> None:
    run = a_run()
    address = run.referrals[0][1]
    again = [*run.referrals, ("REF9", address)]
    owed = [*run.owed, a_message(9)]
    made = replace(run, referrals=again, owed=owed, arrivals={**run.arrivals, "<9>": [at(10)]})
    assert broken(made) == {"referrals made twice": 1}


def test_it_sees_who_was_never_answered() -> None:
    assert broken(replace(a_run(), keys=["k0", "k1", "k2", "k3"])) == {"referrals never acknowledged": 1}


@pytest.mark.parametrize("state", ["owed", "claimed", "failed", "cancelled", "bounced"])
def test_it_counts_what_did_not_go_as_lost(state: str) -> None:
    assert broken(a_run(a_message(0, state=state))) == {"messages lost": 1}


def test_it_counts_what_is_said_to_have_gone_and_never_arrived_as_lost() -> None:
    assert broken(replace(a_run(a_message(0)), arrivals={})) == {"messages lost": 1}


def test_it_counts_mail_that_nobody_owed() -> None:
    run = a_run()
    assert broken(replace(run, arrivals={**run.arrivals, "<99>": [at(5)]})) == {"messages lost": 1}


def test_it_counts_a_referral_whose_news_was_never_owed() -> None:
    run = a_run()
    untold = replace(run, owed=run.owed[1:], arrivals={mail: run.arrivals[mail] for mail in ("<1>", "<2>")})
    assert broken(untold) == {"messages lost": 1}


def test_it_forgives_a_marked_duplicate_within_the_window() -> None:
    run = twice(LEASE + 5, abandoned=[at(LEASE + 4)], marked=True)
    assert broken(run) == {}
    assert told(run, "duplicates received") == 1


def test_it_does_not_forgive_one_that_is_not_marked() -> None:
    assert broken(twice(LEASE + 5, abandoned=[at(LEASE + 4)])) == {"duplicates not marked": 1}


def test_it_does_not_forgive_one_that_came_too_late() -> None:
    run = twice(RECOVERED + 1, abandoned=[at(LEASE + 4)], marked=True)
    assert broken(run) == {"duplicates outside the declared window": 1}


def test_it_gives_one_window_for_each_carrier_that_died() -> None:
    run = twice(2 * LEASE + 9, abandoned=[at(LEASE + 4), at(2 * LEASE + 8)], marked=True)
    assert 2 * LEASE + 9 > RECOVERED
    assert broken(run) == {}


def test_it_does_not_forgive_two_carriers_at_once() -> None:
    """Nobody's claim had run out, so nobody may have sent it again."""
    assert broken(twice(1, marked=True)) == {"duplicates outside the declared window": 1}


def after(seconds: float, **changes: Any) -> Evidence:
    """One message that went so late, and another that was owed one second past the window and went at once."""
    return a_run(a_message(0, sent_at=at(seconds), **changes), a_message(int(FOUND) + 1))


def test_it_sees_a_message_that_was_overtaken_by_one_owed_after_its_window() -> None:
    assert broken(after(FOUND - 1)) == {}
    assert broken(after(FOUND + 3)) == {"messages left behind beyond the window": 1}


def test_it_does_not_blame_a_backlog_that_is_worked_off_in_turn() -> None:
    run = after(FOUND + 1.5)
    assert broken(run) == {}
    assert told(run, "messages later") == 1


def test_it_allows_more_time_to_a_message_whose_carrier_died() -> None:
    assert broken(after(FOUND + 3, abandoned=[at(LEASE + 1)])) == {}


def test_it_passes_on_that_the_account_does_not_balance() -> None:
    assert broken(replace(a_run(), balances=False)) == {"account out of balance": 1}


def test_it_does_not_pass_a_run_that_killed_less_than_it_should() -> None:
    assert broken(replace(a_run(), kills_planned=2)) == {"kills left undone": 1}


def test_it_measures_a_recovery_up_to_the_mail_of_a_later_referral() -> None:
    run = replace(a_run(), kills=[Kill("web", at(0.5)), Kill("worker", at(1.5)), Kill("broker", at(60))])
    assert judge.recoveries(run) == [pytest.approx(1.4), pytest.approx(1.4)]


def test_it_tells_how_often_an_answer_was_lost() -> None:
    run = a_run(a_message(0))
    assert told(replace(run, acknowledged=[Acknowledged("k0", "REF0", again=True)]), "acknowledged when asked") == 1


def test_it_tells_the_longest_wait() -> None:
    assert told(a_run(a_message(0, sent_at=at(12.5))), "longest wait") == timedelta(seconds=12.5).total_seconds()


def test_it_can_draw_up_the_account_of_a_run_in_which_nothing_happened() -> None:
    nothing = Evidence([], [], [], [], {}, [], kills_planned=0, balances=True)
    assert broken(nothing) == {}
