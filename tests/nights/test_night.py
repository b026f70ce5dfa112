"""One night told by a moved clock: who was called when, and what became of it."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from mash.lib.workingdays import LONDON
from mash.outbox.models import Message
from referrals.models import NightAlarm, Page, Shift
from referrals.selectors import nights as selectors
from referrals.services import answering, nights, submitting
from tests.cast import a_submission
from tests.nights.conftest import Clock

TEN_SECONDS = timedelta(seconds=10)


def run(clock: Clock, minutes: float) -> None:
    """Time goes on, and beat asks for a round each ten seconds."""
    for _ in range(int(minutes * 6)):
        clock.shift(TEN_SECONDS)
        nights.sweep()


def at() -> str:
    return f"{timezone.localtime(timezone.now(), LONDON):%H:%M:%S}"


def told(alarm: NightAlarm) -> list[tuple[str, str, str, str]]:
    """Each call: when, whom, in which place, and what became of it by when."""
    rows = Page.objects.filter(alarm=alarm).select_related("person").order_by("id")
    return [
        (
            f"{timezone.localtime(one.paged_at, LONDON):%H:%M}",
            one.person.name.split()[0],
            str(one.place or "manager"),
            f"{one.became} {timezone.localtime(one.became_at, LONDON):%H:%M}" if one.became_at else one.became,
        )
        for one in rows
    ]


def shown(record: Callable[[str, object], None], title: str, rows: Sequence[tuple[str, ...]]) -> None:
    """The table is printed with the results of the run."""
    lines = [title, *("   ".join(f"{cell:<18}" for cell in row).rstrip() for row in rows)]
    record("figure", "\n".join(lines))


def test_it_calls_the_second_when_the_first_is_silent(
    tess: User,
    amira: User,
    cleo: User,
    on_call: Callable[..., Shift],
    clock: Clock,
    record_property: Callable[[str, object], None],
) -> None:
    on_call(amira, 1)
    on_call(cleo, 2)
    referral = submitting.submit(by=tess, submission=a_submission())
    alarm = NightAlarm.objects.get(referral=referral)
    assert told(alarm) == [("02:10", "Amira", "1", "waiting")]
    run(clock, 9.8)
    assert len(told(alarm)) == 1
    run(clock, 3)
    answering.take(by=cleo, alarm=alarm)
    run(clock, 60)
    rows = told(alarm)
    assert rows == [("02:10", "Amira", "1", "silent 02:20"), ("02:20", "Cleo", "2", "answered 02:22")]
    alarm.refresh_from_db()
    assert (alarm.state, alarm.taken_by, alarm.next_at) == ("taken", cleo, None)
    shown(
        record_property,
        "Bank holiday, 02:10: the first is silent, the second answers",
        [("called", "whom", "place", "became"), *rows],
    )


def test_it_calls_the_managers_again_and_again_and_shows_a_red_banner_when_nobody_answers(
    tess: User,
    amira: User,
    cleo: User,
    ben: User,
    carl: User,
    on_call: Callable[..., Shift],
    clock: Clock,
    record_property: Callable[[str, object], None],
) -> None:
    on_call(amira, 1)
    on_call(cleo, 2)
    alarm = NightAlarm.objects.get(referral=submitting.submit(by=tess, submission=a_submission()))
    run(clock, 19.5)
    assert selectors.banner(ben) is None
    run(clock, 0.5)
    red = at()
    seen = selectors.banner(ben)
    assert seen is not None
    assert seen.alarms[0].raised_at == alarm.raised_at
    run(clock, 20)
    answering.take(by=ben, alarm=alarm)
    assert selectors.banner(ben) is None
    rows = told(alarm)
    assert [row[:3] for row in rows] == [
        ("02:10", "Amira", "1"),
        ("02:20", "Cleo", "2"),
        *[(time, who, "manager") for time in ("02:30", "02:40", "02:50") for who in ("Ben", "Carl")],
    ]
    assert [row[3] for row in rows[-2:]] == ["answered 02:50", "not_needed 02:50"]
    table = [("called", "whom", "place", "became"), *rows, (red, "red banner on every hub page", "", "")]
    shown(record_property, "Bank holiday, 02:10: nobody on call answers", table)


def test_it_sends_a_text_a_call_and_an_email_that_say_nothing_of_the_child(
    tess: User, amira: User, on_call: Callable[..., Shift], clock: Clock
) -> None:
    from mash.outbox import words

    on_call(amira, 1)
    referral = submitting.submit(by=tess, submission=a_submission())
    owed = Message.objects.filter(recipient_user=amira)
    assert sorted(owed.values_list("channel", flat=True)) == ["email", "sms", "voice"]
    for message in owed:
        body = words.of(message).body
        assert "A Level 4 referral has come in. Sign in and say that you have it." in body
        for secret in ("Ada", "Byrne", "Mill Lane", "bruise", "CH41"):
            assert secret not in body
    assert {message.about for message in owed} == {referral.reference}
