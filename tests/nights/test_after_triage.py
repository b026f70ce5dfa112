"""What cannot wait does not wait after triage either: for a signature, and for a service's yes."""

from collections.abc import Callable

from accounts.models import User
from mash.outbox.models import Message
from referrals import stages
from referrals.models import Case, Decision, NightAlarm, Referral, Shift
from referrals.services import cases, decisions, nights, queue, submitting, urgent
from referrals.services.decisions import Judgement
from tests.cast import a_concern, a_submission
from tests.nights.conftest import OFFICE, Clock
from tests.nights.test_raising import called


def decided(tess: User, by: User, *, level: int = 4, way: str = "cadt") -> Decision:
    """A referral, at Level 4 or with a sign of Level 2, decided by one person."""
    sign = a_concern("D19") if level == nights.ALARM_LEVEL else a_concern("D05", category="education")
    referral = submitting.submit(by=tess, submission=a_submission(concerns=(sign,)))
    queue.claim(by=by, referral=referral)
    judgement = Judgement(way=way, level=level, words="Social workers will look at this.", agreement="given")
    return decisions.decide(by=by, subject=referral.subjects.get(), judgement=judgement)


def asked(kind: str) -> set[str]:
    rows = Message.objects.filter(kind=kind).select_related("recipient_user")
    return {row.recipient_user.name.split()[0] for row in rows if row.recipient_user}


def waiting(referral: Referral) -> NightAlarm:
    return NightAlarm.objects.get(referral=referral, state="waiting")


def test_by_day_it_asks_the_managers_who_may_sign_and_then_those_of_the_service(
    tess: User, amira: User, ben: User, carl: User, clock: Clock
) -> None:
    clock.move_to(OFFICE)
    decision = decided(tess, amira)
    assert asked("sign_now") == {"Ben", "Carl"} and not asked("offered_now")
    decisions.countersign(by=ben, decision=decision, agrees=True)
    assert asked("offered_now") == {"Carl"}
    assert not NightAlarm.objects.exists()


def test_it_writes_once_for_brothers_and_sisters(tess: User, amira: User, ben: User, carl: User, clock: Clock) -> None:
    clock.move_to(OFFICE)
    decision = decided(tess, amira)
    urgent.to_sign(decision, decision.subject.referral)
    assert Message.objects.filter(kind="sign_now").count() == 2


def test_it_asks_nobody_about_what_can_wait(tess: User, amira: User, carl: User, gus: User, clock: Clock) -> None:
    clock.move_to(OFFICE)
    decided(tess, amira, level=2, way="gateway")
    assert not asked("offered_now") and not asked("sign_now")


def test_in_the_night_it_calls_for_the_signature_and_then_for_the_service(
    tess: User, amira: User, ben: User, cleo: User, carl: User, clock: Clock, on_call: Callable[..., Shift]
) -> None:
    on_call(amira, 1)
    on_call(cleo, 2)
    decision = decided(tess, amira)
    referral = decision.subject.referral
    sign = waiting(referral)
    assert (sign.cause, called(sign)) == ("to_sign", ["Cleo"]), "not who decided"
    assert asked("sign_now") == {"Cleo"}

    decisions.countersign(by=ben, decision=decision, agrees=True)
    sign.refresh_from_db()
    assert (sign.state, sign.taken_by) == ("taken", ben)
    offer = waiting(referral)
    assert (offer.cause, called(offer)) == ("offered", ["Amira"])

    case = Case.objects.get()
    cases.accept(by=cleo, case=case)
    offer.refresh_from_db()
    assert (offer.state, offer.taken_by) == ("taken", cleo)


def test_it_goes_on_calling_until_the_service_has_answered(
    tess: User, ben: User, cleo: User, carl: User, amira: User, clock: Clock, on_call: Callable[..., Shift]
) -> None:
    on_call(cleo, 1)
    decision = decided(tess, amira)
    decisions.countersign(by=ben, decision=decision, agrees=True)
    offer = waiting(decision.subject.referral)
    clock.shift(11 * 60)
    nights.sweep()
    offer.refresh_from_db()
    assert offer.state == "waiting" and "Carl" in called(offer), "decided is not the end of it"
    stages.wait_for_worker(Case.objects.get(), by=carl)
    clock.shift(11 * 60)
    nights.sweep()
    offer.refresh_from_db()
    assert (offer.state, offer.over_because) == ("over", nights.ANSWERED)


def test_a_signature_that_is_given_or_refused_calls_nobody_any_more(
    tess: User, amira: User, ben: User, cleo: User, carl: User, clock: Clock, on_call: Callable[..., Shift]
) -> None:
    on_call(cleo, 1)
    decision = decided(tess, amira)
    sign = waiting(decision.subject.referral)
    decisions.countersign(by=ben, decision=decision, agrees=False, reason="Look again")
    sign.refresh_from_db()
    assert sign.state == "taken"


def test_who_decides_for_their_own_service_calls_nobody(
    tess: User, cleo: User, carl: User, amira: User, ben: User, clock: Clock
) -> None:
    clock.move_to(OFFICE)
    decision = decided(tess, amira)
    decisions.countersign(by=carl, decision=decision, agrees=True)
    assert not asked("offered_now")
