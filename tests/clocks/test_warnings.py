"""Whoever has the work is warned before a promise is broken, then the managers: each once, and nobody else."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.policy import Role
from mash.audit.models import Event
from mash.outbox import words
from mash.outbox.models import Message
from referrals.choices import ClockKey, WarningStep, Way
from referrals.errors import Refused
from referrals.models import Case, ClockWarning, Referral
from referrals.selectors import clock_warnings as selectors
from referrals.services import cases, clock_warnings, clocks, decisions, queue, ratings, restricting, submitting
from referrals.services.decisions import Judgement
from tests.cast import a_child, a_submission, person

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def monday() -> Iterator[time_machine.Traveller]:
    """Monday 7 June 2027, 9am in London; no bank holiday is near."""
    with time_machine.travel("2027-06-07T08:00:00Z", tick=False) as now:
        yield now


@pytest.fixture
def green(monday: time_machine.Traveller, tess: User) -> Referral:
    """Information by 5pm (warned of at 60% and 85%), the decision by 9am on Tuesday (at 50% and 80%)."""
    return submitting.submit(by=tess, submission=a_submission("D05"))


def told(kind: str = "") -> list[tuple[str, str]]:
    """Who was sent which warning, in order."""
    rows = Message.objects.filter(kind__startswith=kind or "clock_").order_by("pk").select_related("recipient_user")
    return [(row.kind, row.recipient_user.name.split()[0]) for row in rows if row.recipient_user]


def after(monday: time_machine.Traveller, hours: float) -> list[tuple[str, str]]:
    """What is new after some hours."""
    before = len(told())
    monday.shift(HOUR * hours)
    clock_warnings.warn()
    return told()[before:]


def test_it_warns_the_holder_then_the_manager_then_both_and_each_once(
    monday: time_machine.Traveller, green: Referral, amira: User, ben: User
) -> None:
    queue.claim(by=amira, referral=green)
    ratings.gathered(by=amira, referral=green)
    assert after(monday, 11.9) == []
    assert after(monday, 0.2) == [("clock_nearly_used", "Amira")]
    assert after(monday, 7) == []
    assert after(monday, 0.2) == [("clock_nearly_late", "Ben")]
    assert after(monday, 4.6) == []
    assert after(monday, 0.2) == [("clock_late", "Amira"), ("clock_late", "Ben")]
    assert after(monday, 48) == []
    steps = ClockWarning.objects.order_by("pk").values_list("key", "step")
    assert list(steps) == [(ClockKey.DECISION, step) for step in WarningStep.values]


def test_it_warns_of_information_in_office_time(
    monday: time_machine.Traveller, green: Referral, amira: User, ben: User
) -> None:
    queue.claim(by=amira, referral=green)
    assert after(monday, 4.7) == []
    assert after(monday, 0.2) == [("clock_nearly_used", "Amira")]
    assert after(monday, 2) == [("clock_nearly_late", "Ben")]
    assert after(monday, 1.2)[:2] == [("clock_late", "Amira"), ("clock_late", "Ben")]
    assert set(ClockWarning.objects.values_list("key", flat=True)) == {ClockKey.RAG_GREEN}


def test_red_is_late_in_the_middle_of_the_night(monday: time_machine.Traveller, tess: User, ben: User) -> None:
    monday.move_to("2027-06-12T22:00:00Z")
    submitting.submit(by=tess, submission=a_submission("D19"))
    assert after(monday, 1.1) == [("clock_nearly_used", "Ben")]
    assert after(monday, 1) == [("clock_late", "Ben")]


def test_it_warns_the_managers_once_while_nobody_has_it(
    monday: time_machine.Traveller, green: Referral, ben: User, gus: User, carl: User
) -> None:
    assert after(monday, 6) == [("clock_nearly_used", "Ben")]
    assert after(monday, 1) == []
    assert ClockWarning.objects.filter(step=WarningStep.MANAGER).count() == 1
    assert after(monday, 1.1) == [("clock_late", "Ben")]


def test_a_service_that_woke_late_says_that_it_is_late_and_nothing_else(
    monday: time_machine.Traveller, green: Referral, amira: User, ben: User
) -> None:
    queue.claim(by=amira, referral=green)
    assert {kind for kind, _ in after(monday, 30)} == {"clock_late"}


def test_nobody_is_warned_of_decided_or_withdrawn_work(
    monday: time_machine.Traveller, green: Referral, ben: User, tess: User
) -> None:
    queue.claim(by=ben, referral=green)
    judgement = Judgement(way=Way.ADVICE, level=2, words="We gave advice.", agreement="given", reason="Spoke to them.")
    decisions.decide(by=ben, subject=green.subjects.get(), judgement=judgement)
    assert after(monday, 72) == []


def test_what_stands_still_warns_nobody(
    monday: time_machine.Traveller, green: Referral, amira: User, ben: User
) -> None:
    queue.claim(by=amira, referral=green)
    clocks.pause(by=amira, referral=green, reason="The school is closed.")
    assert after(monday, 7.5) == []
    clocks.resume(by=amira, referral=green)
    assert after(monday, 0.1) == []


def test_another_colour_is_another_clock(
    monday: time_machine.Traveller, green: Referral, amira: User, ben: User
) -> None:
    queue.claim(by=amira, referral=green)
    assert after(monday, 5) == [("clock_nearly_used", "Amira")]
    ratings.rate(by=amira, referral=green, colour="red", reason="New facts.")
    assert after(monday, 0.5) == []
    assert after(monday, 0.6) == [("clock_nearly_used", "Amira")]
    shown = selectors.page(amira)
    assert [line.warning.key for line in shown.lines] == [ClockKey.RAG_RED] and len(selectors.page(amira).lines) == 1


def test_it_tells_that_a_clock_is_late_before_another_colour_hides_it(
    monday: time_machine.Traveller, green: Referral, amira: User, ben: User
) -> None:
    queue.claim(by=amira, referral=green)
    monday.shift(HOUR * 10)
    ratings.rate(by=amira, referral=green, colour="blue", reason="Nothing to ask.")
    assert {one for one in told() if one[0] == "clock_late"} == {("clock_late", "Amira"), ("clock_late", "Ben")}
    assert after(monday, 0.1) == []
    event = Event.objects.get(what="rating_changed")
    assert event.detail == {"to": "blue", "was": "green", "overdue_since": "2027-06-07T16:00:00+00:00"}
    shown = selectors.page(ben).lines
    assert [line.warning.key for line in shown] == [ClockKey.RAG_GREEN]


def test_what_was_overdue_is_looked_at_by_somebody_else_or_by_having_the_information(
    monday: time_machine.Traveller, green: Referral, amira: User, ben: User
) -> None:
    queue.claim(by=amira, referral=green)
    monday.shift(HOUR * 10)
    ratings.rate(by=amira, referral=green, colour="red", reason="New facts.")
    ratings.rate(by=amira, referral=green, colour="blue", reason="None after all.")
    assert len(selectors.page(amira).lines) == 1
    with pytest.raises(Refused, match="rated blue already"):
        ratings.rate(by=amira, referral=green, colour="blue", reason="I have looked.")
    ratings.rate(by=ben, referral=green, colour="blue", reason="I have looked.")
    assert selectors.page(amira).lines == []
    with pytest.raises(Refused, match="rated blue already"):
        ratings.rate(by=ben, referral=green, colour="blue", reason="I have looked.")


def test_a_colour_that_comes_back_shows_its_clock_again_and_ends_when_the_information_is_there(
    monday: time_machine.Traveller, green: Referral, amira: User, ben: User
) -> None:
    queue.claim(by=amira, referral=green)
    monday.shift(HOUR * 10)
    ratings.rate(by=amira, referral=green, colour="blue", reason="Nothing to ask.")
    ratings.rate(by=amira, referral=green, colour="green", reason="There is.")
    assert [line.label.words[:7] for line in selectors.page(amira).lines] == ["Overdue"]
    ratings.gathered(by=amira, referral=green)
    assert [line.warning.key for line in selectors.page(amira).lines if line.title == "Information"] == []


def test_it_tells_nobody_who_may_not_see_it(
    monday: time_machine.Traveller, green: Referral, amira: User, ben: User, hub: object
) -> None:
    """Ben knows the family, and the other manager does not."""
    other = person("Bea", ben.organisation, Role.TRIAGE_MANAGER)
    restricting.step_away(by=ben, referral=green, reason="My neighbours.")
    assert after(monday, 6) == [("clock_nearly_used", "Bea")]
    assert len(selectors.page(ben).lines) == 0 and selectors.page(ben).lines == []
    assert len(selectors.page(other).lines) == 1


def test_an_allegation_warns_the_officer_alone(
    monday: time_machine.Traveller, tess: User, ben: User, lara: User
) -> None:
    concern = {"category": "allegation_against_worker"}
    sent = a_submission("D05")
    worry = sent.concerns[0].__class__(
        **{**{f: getattr(sent.concerns[0], f) for f in sent.concerns[0].__slots__}, **concern}
    )
    submitting.submit(by=tess, submission=a_submission(concerns=(worry,)))
    assert {name for _, name in after(monday, 30)} == {"Lara"}


def test_a_case_that_nobody_accepts_warns_the_managers_of_its_service(
    monday: time_machine.Traveller, tess: User, ben: User, gita: User, gus: User, carl: User
) -> None:
    case = an_offered_case(tess, ben)
    assert after(monday, 13) == [("clock_nearly_used", "Gus")]
    assert after(monday, 7) == []
    (line,) = selectors.page(gus).lines
    assert (line.warning.case_id, line.holder) == (case.pk, None)
    assert len(selectors.page(carl).lines) == 0
    assert Message.objects.filter(kind="clock_nearly_used").get().path == f"/cases/{case.pk}/"
    cases.accept(by=gita, case=case)
    assert after(monday, 48) == [] and len(selectors.page(gus).lines) == 0


def an_offered_case(tess: User, ben: User) -> Case:
    referral = submitting.submit(by=tess, submission=a_submission("D05"))
    queue.claim(by=ben, referral=referral)
    judgement = Judgement(way=Way.GATEWAY, level=2, words="Help is coming.", agreement="given", reason="They agree.")
    decisions.decide(by=ben, subject=referral.subjects.get(), judgement=judgement)
    return Case.objects.get(referral=referral)


def test_no_warning_holds_a_name_or_a_detail(
    monday: time_machine.Traveller, green: Referral, amira: User, ben: User
) -> None:
    queue.claim(by=amira, referral=green)
    for hours in (12.5, 7, 6):
        after(monday, hours)
    assert {kind for kind, _ in told()} == set(clock_warnings.KINDS.values())
    for message in Message.objects.filter(kind__startswith="clock_"):
        written = words.of(message)
        text = f"{written.subject} {written.body}"
        assert not any(word in text for word in ("Ada", "Byrne", "bruise", "Mill Lane", "Amira", "Ben"))
        assert f"/queue/{green.reference}/" in text


def test_one_that_fails_keeps_no_other_waiting(
    monday: time_machine.Traveller, tess: User, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = (
        submitting.submit(by=tess, submission=a_submission("D19", children=(a_child(given_name=n),))) for n in "AB"
    )
    whole = clock_warnings._one

    def fails(record: Referral, key: str) -> int:
        if record.pk == bad.pk:
            raise RuntimeError("broken")
        return whole(record, key)

    monkeypatch.setattr(clock_warnings, "_one", fails)
    assert after(monday, 1.1) == [("clock_nearly_used", "Ben")]
    monkeypatch.undo()
    clock_warnings.warn()
    assert (
        ClockWarning.objects.filter(referral=bad).exists() and ClockWarning.objects.filter(referral=good).count() == 1
    )


def test_a_minute_in_which_nothing_is_due_asks_as_little_for_fifty_as_for_one(
    monday: time_machine.Traveller, tess: User, ben: User
) -> None:
    counts = []
    for number in (1, 20):
        for n in range(number):
            submitting.submit(by=tess, submission=a_submission("D05", children=(a_child(given_name=f"C{number}{n}"),)))
        with CaptureQueriesContext(connection) as queries:
            clock_warnings.warn()
        counts.append(len(queries))
    assert counts[0] == counts[1] and not told()


def test_what_is_overdue_is_first_across_the_pages_and_each_clock_is_on_one_page(
    monday: time_machine.Traveller, tess: User, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def warned(letters: str, hours: float) -> None:
        for letter in letters:
            submitting.submit(by=tess, submission=a_submission("D19", children=(a_child(given_name=letter),)))
        after(monday, hours)

    warned("ABC", 2.1)
    warned("VWXYZ", 1.1)
    monkeypatch.setattr(selectors, "SIZE", 2)
    pages = [selectors.page(ben)]
    while later := pages[-1].later:
        pages.append(selectors.page(ben, after=later))
    assert [len(one.lines) for one in pages] == [2, 2, 2, 2]
    lines = [line for one in pages for line in one.lines]
    assert "".join(line.child[0] for line in lines) == "CBAZYXWV"
    assert [line.label.tone for line in lines] == ["late"] * 3 + ["soon"] * 5
