"""Somebody is let go at the very moment in which others decide, take and give: on real connections, nothing waits for
ever, nothing is lost, and nothing ends on the desk of somebody who has left."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Barrier, BrokenBarrierError, Event
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.errors import Refused as AccountsRefused
from accounts.models import Organisation, User
from accounts.policy import Role
from accounts.services import people
from referrals.choices import CaseStage, Stage
from referrals.errors import NotNow, Refused
from referrals.models import Case, Decision, Draft, Referral
from referrals.services import cases, decisions, drafts, leaving, queue, submitting
from referrals.services.decisions import Judgement
from referrals.submission import Address
from tests.cast import a_child, a_submission, person
from tests.letting_in.test_leaving import let_go
from tests.referrals.test_queue_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

PROTECT = Judgement(way="cadt", level=4, words="Social workers will look at this.", agreement="not_sought")
LONG, MOMENT = 60, 1.5
"""Seconds: for what surely comes, and for what may not come while the other side waits."""


class Meeting:
    """Two who meet on the way: each says where they are, and waits for the other."""

    def __init__(self) -> None:
        self.halfway, self.other = Event(), Event()


@contextmanager
def stopping(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, meeting: Meeting) -> Iterator[None]:
    """Letting go stops before `name`, says so, and goes on when the other is there, or after a moment."""
    real = getattr(module, name)

    def stop(*args: Any, **kwargs: Any) -> Any:
        meeting.halfway.set()
        meeting.other.wait(MOMENT)
        return real(*args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(module, name, stop)
        yield


def no_mistake(answers: list[Any]) -> None:
    assert not [one for one in answers if isinstance(one, Exception)], answers


@pytest.mark.parametrize("who", ["whoever decides", "whoever is told of it"])
def test_a_decision_and_a_letting_go_do_not_wait_for_each_other(
    tess: User, amira: User, ben: User, carl: User, polly: User, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The decision holds the referral, and at its end names the person; letting go holds the person and then takes what
    lies on their desk, or their case."""
    children = (a_child(), a_child(given_name="Bo"))
    referral = submitting.submit(by=tess, submission=a_submission(children=children))
    by, leaver = (amira, amira) if who == "whoever decides" else (ben, carl)
    queue.claim(by=by, referral=referral)
    ada, bo = referral.subjects.order_by("pk")
    first = decisions.decide(by=by, subject=ada, judgement=PROTECT)
    if leaver == carl:
        cases.accept(by=carl, case=first.cases.get())
    meeting = Meeting()

    def decide() -> Decision:
        with transaction.atomic():
            made = decisions.decide(by=by, subject=bo, judgement=PROTECT)
            meeting.other.set()
            assert meeting.halfway.wait(LONG)
        return made

    def leave() -> None:
        assert meeting.other.wait(LONG)
        let_go(polly, leaver)

    with stopping(monkeypatch, people.leaving, "hand_over", meeting):
        no_mistake(at_once([decide, leave]))
    leaver.refresh_from_db()
    referral.refresh_from_db()
    assert not leaver.is_active
    assert Decision.objects.count() == 2
    if leaver == amira:
        assert (referral.stage, referral.owner) == (Stage.SECOND_PERSON, None)
    else:
        assert (Case.objects.get(subject=ada).stage, Case.objects.get(subject=ada).worker) == (CaseStage.ACCEPTED, None)


def test_what_somebody_is_just_taking_is_found_when_they_are_let_go(tess: User, amira: User, polly: User) -> None:
    referral = submitting.submit(by=tess, submission=a_submission())
    meeting = Meeting()

    def take() -> None:
        with transaction.atomic():
            queue.claim(by=amira, referral=referral)
            meeting.other.set()
            meeting.halfway.wait(MOMENT)

    def leave() -> None:
        assert meeting.other.wait(LONG)
        let_go(polly, amira)
        meeting.halfway.set()

    no_mistake(at_once([take, leave]))
    referral.refresh_from_db()
    assert (referral.stage, referral.owner) == (Stage.RECEIVED, None)


def claim(world: "World") -> None:
    queue.claim(by=world.amira, referral=world.free)


def take_next(world: "World") -> list[Referral]:
    return queue.take_next(by=world.amira)


def hand_over(world: "World") -> None:
    world.bens.refresh_from_db()
    queue.hand_over(by=world.ben, referral=world.bens, to=world.amira, reason="I must go.")


def accept(world: "World") -> None:
    cases.accept(by=world.amira, case=world.case)


def take_draft(world: "World") -> None:
    drafts.take_over(by=world.amira, draft=world.draft, reason="She is ill.")


class World:
    """Amira screens, works in CADT and refers; Ben has one referral, another waits, and a case is offered."""

    def __init__(self, tess: User, amira: User, ben: User) -> None:
        self.amira, self.ben = amira, ben
        User.objects.filter(pk=amira.pk).update(roles=sorted([Role.TRIAGE_WORKER, Role.CADT_WORKER, Role.PRACTITIONER]))
        amira.refresh_from_db()
        decided, self.bens, self.free = (send(tess, home) for home in ("1", "2", "3"))
        for row in (decided, self.bens):
            queue.claim(by=ben, referral=row)
        decisions.decide(by=ben, subject=decided.subjects.get(), judgement=PROTECT)
        self.case = decided.cases.get()
        mate = person("Mate", amira.organisation, Role.PRACTITIONER)
        self.draft = drafts.start(by=mate)


def send(tess: User, home: str, *names: str) -> Referral:
    """One referral about the children of one home; Ada when nobody is named."""
    address = Address(line1=f"{home} Mill Lane", postcode="CH41 1AA")
    children = tuple(a_child(given_name=name, address=address) for name in names or ("Ada",))
    return submitting.submit(by=tess, submission=a_submission(children=children))


@pytest.mark.parametrize("act", [claim, take_next, hand_over, accept, take_draft])
def test_nobody_is_given_anything_while_they_are_let_go(
    tess: User, amira: User, ben: User, polly: User, act: Callable[[World], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, meeting = World(tess, amira, ben), Meeting()

    def give() -> object:
        assert meeting.halfway.wait(LONG)
        try:
            return act(world)
        finally:
            meeting.other.set()

    with stopping(monkeypatch, people.sessions, "end_all", meeting):
        refused, left = at_once([give, lambda: let_go(polly, amira)])
    assert isinstance(left, User), left
    assert isinstance(refused, NotNow | PermissionDenied) or refused == [], refused
    assert not Referral.objects.filter(owner=amira).exists()
    assert not Case.objects.filter(worker=amira).exists()
    assert not Draft.objects.filter(owner=amira).exists()


def test_nothing_unsent_goes_to_a_colleague_who_is_let_go_themselves(
    tess: User, leo: User, polly: User, school: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    mate = person("Mate", school, Role.PRACTITIONER)
    draft, meeting = drafts.start(by=tess), Meeting()

    def other() -> None:
        assert meeting.halfway.wait(LONG)
        try:
            let_go(leo, tess, to=mate)
        finally:
            meeting.other.set()

    with stopping(monkeypatch, people.sessions, "end_all", meeting):
        refused, left = at_once([other, lambda: let_go(polly, mate)])
    assert isinstance(left, User), left
    assert isinstance(refused, AccountsRefused), refused
    draft.refresh_from_db()
    tess.refresh_from_db()
    assert draft.owner == tess and tess.is_active


def test_two_who_are_let_go_at_once_do_not_wait_for_each_other(
    tess: User, ben: User, hub: Organisation, polly: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has the sister's case where the other has the brother on the desk."""
    both = [person(name, hub, Role.TRIAGE_WORKER, Role.CADT_WORKER) for name in ("Nell", "Olga")]
    for number, (one, other) in enumerate((both, both[::-1])):
        referral = send(tess, f"{number}", "Ada", "Bo")
        queue.claim(by=ben, referral=referral)
        decision = decisions.decide(by=ben, subject=referral.subjects.order_by("pk")[0], judgement=PROTECT)
        cases.accept(by=one, case=decision.cases.get())
        referral.refresh_from_db()
        queue.hand_over(by=ben, referral=referral, to=other, reason="I must go.")
    meeting, real = Barrier(2), leaving.events.record_many

    def meet(*args: Any, **kwargs: Any) -> Any:
        with suppress(BrokenBarrierError):
            meeting.wait(MOMENT)
        return real(*args, **kwargs)

    monkeypatch.setattr(leaving.events, "record_many", meet)
    no_mistake(at_once([lambda user=user: let_go(polly, user) for user in both]))
    assert not Referral.objects.exclude(owner=None).exists()
    assert not Case.objects.exclude(worker=None).exists()


def test_who_is_here_is_given_work_by_many_at_once(tess: User, amira: User, ben: User, hub: Organisation) -> None:
    """To hold somebody here keeps nobody else waiting."""
    rows = [send(tess, str(number)) for number in range(4)]
    answers = at_once([lambda row=row: queue.claim(by=amira, referral=row) for row in rows])
    no_mistake([one for one in answers if not isinstance(one, Refused)])
    assert Referral.objects.filter(owner=amira).count() == 4


def test_two_who_are_each_to_take_over_from_the_other_do_not_wait_for_each_other(
    tess: User, leo: User, polly: User, school: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of them at most is let go: nobody takes over who is being let go."""
    mate = person("Mate", school, Role.PRACTITIONER)
    for user in (tess, mate):
        drafts.start(by=user)
    both, begin = Barrier(2), people.leaving.begin

    def together(user: User) -> None:
        with suppress(BrokenBarrierError):
            both.wait(MOMENT)
        begin(user)

    monkeypatch.setattr(people.leaving, "begin", together)
    answers = at_once([lambda: let_go(leo, tess, to=mate), lambda: let_go(polly, mate, to=tess)])
    refused = [one for one in answers if isinstance(one, AccountsRefused)]
    no_mistake([one for one in answers if one not in refused])
    assert len(refused) >= 1
    assert User.objects.filter(pk__in=[tess.pk, mate.pk], is_active=True).exists()
