"""Many people at once, in real threads and real transactions: one winner, and the losers are told who won."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from accounts.models import Organisation, User
from accounts.policy import Role
from referrals.choices import Stage, SubjectState, Way
from referrals.errors import Refused, SomeoneElse
from referrals.models import Case, Countersignature, Decision, Referral, StageChange
from referrals.services import decisions, queue, restricting, submitting
from referrals.services.decisions import Judgement
from referrals.submission import Address
from tests.cast import a_child, a_submission, person

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run all at the same moment, each on a connection of its own; an exception is an answer."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            start.wait(timeout=60)
            return act()
        except Exception as error:  # noqa: BLE001
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def takers(hub: Organisation, number: int) -> list[User]:
    return [person(f"Taker{n}", hub, Role.TRIAGE_WORKER) for n in range(number)]


def send(by: User, *, home: int, name: str = "Ada") -> Referral:
    child = a_child(given_name=name, address=Address(line1=f"{home} Mill Lane", postcode="CH41 1AA"))
    return submitting.submit(by=by, submission=a_submission(children=(child,)))


def take_all(by: User) -> list[list[int]]:
    taken = []
    while rows := queue.take_next(by=by):
        taken.append([row.pk for row in rows])
    return taken


@pytest.mark.slow
def test_it_gives_200_referrals_to_8_takers_each_once_and_never_splits_a_household(
    hub: Organisation, tess: User
) -> None:
    for number in range(200):
        send(tess, home=number // 2 if number < 120 else number, name=f"Child{number}")
    users = takers(hub, 8)
    answers = at_once([lambda user=user: take_all(user) for user in users])
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    taken = Counter(pk for answer in answers for rows in answer for pk in rows)
    assert len(taken) == 200 and set(taken.values()) == {1}
    homes: dict[str, set[int | None]] = {}
    for referral in Referral.objects.all():
        homes.setdefault(referral.household_key, set()).add(referral.owner_id)
    assert len(homes) == 140 and all(len(owners) == 1 for owners in homes.values())
    assert StageChange.objects.filter(new=Stage.IN_TRIAGE).count() == 200


def test_it_gives_one_referral_to_one_of_50_claimants_and_tells_49_who(hub: Organisation, tess: User) -> None:
    referral = send(tess, home=1)
    users = takers(hub, 50)
    answers = at_once(
        [lambda user=user: queue.claim(by=user, referral=Referral.objects.get(pk=referral.pk)) for user in users]
    )
    winners = [user for user, answer in zip(users, answers, strict=True) if isinstance(answer, list)]
    losers = [str(answer) for answer in answers if isinstance(answer, SomeoneElse)]
    assert (len(winners), len(losers)) == (1, 49)
    assert all(text.startswith(f"{winners[0].name} has just taken this") for text in losers)


def judged(**changes: Any) -> Judgement:
    return Judgement(**{"way": Way.CADT, "level": 4, "words": "CADT acts.", "agreement": "not_sought", **changes})


def test_it_makes_one_decision_when_it_is_sent_twice_at_once(tess: User, ben: User) -> None:
    referral = send(tess, home=1)
    queue.claim(by=ben, referral=referral)
    subject = referral.subjects.get()
    acts = [lambda: decisions.decide(by=ben, subject=subject, judgement=judged()) for _ in range(6)]
    answers = at_once(acts)
    assert sum(isinstance(answer, Decision) for answer in answers) == 1
    assert all("already decided for Ada Byrne" in str(answer) for answer in answers if isinstance(answer, Exception))
    assert Decision.objects.count() == Case.objects.count() == 1


def test_it_takes_one_answer_of_a_second_person(tess: User, amira: User, ben: User, carl: User, cleo: User) -> None:
    referral = send(tess, home=1)
    queue.claim(by=amira, referral=referral)
    decision = decisions.decide(by=amira, subject=referral.subjects.get(), judgement=judged())
    answers = at_once(
        [
            lambda user=user, agrees=agrees: decisions.countersign(
                by=user, decision=Decision.objects.get(), agrees=agrees, reason="Seen."
            )
            for user, agrees in ((ben, True), (carl, False), (cleo, True), (ben, False))
        ]
    )
    won = [answer for answer in answers if isinstance(answer, Countersignature)]
    lost = [answer for answer in answers if isinstance(answer, SomeoneElse)]
    assert (len(won), len(lost)) == (1, 3)
    assert all(str(answer).startswith(won[0].by.name) for answer in lost)
    subject = referral.subjects.get()
    assert subject.state == (SubjectState.DECIDED if won[0].agrees else SubjectState.WAITING)
    assert Case.objects.count() == won[0].agrees and decision.pk


def test_it_never_leaves_a_referral_with_somebody_who_has_stepped_away(tess: User, amira: User, ben: User) -> None:
    """Amira says she knows the family at the moment when Ben hands it to her."""
    for home in range(5):
        referral = send(tess, home=home)
        queue.claim(by=ben, referral=referral)
        at_once([partial(leave, amira, referral.pk), partial(give, ben, amira, referral.pk)])
        referral.refresh_from_db()
        assert amira.pk in referral.barred and referral.owner_id != amira.pk


def leave(by: User, pk: int) -> None:
    restricting.step_away(by=by, referral=Referral.objects.get(pk=pk), reason="")


def give(by: User, to: User, pk: int) -> None:
    queue.hand_over(by=by, referral=Referral.objects.get(pk=pk), to=to, reason="Yours")


def test_it_hands_over_once_when_two_managers_do(tess: User, amira: User, ben: User, hub: Organisation) -> None:
    referral = send(tess, home=1)
    queue.claim(by=amira, referral=referral)
    kim, lou = person("Kim", hub, Role.TRIAGE_WORKER), person("Lou", hub, Role.TRIAGE_WORKER)
    seen = [Referral.objects.get(pk=referral.pk) for _ in range(2)]
    answers = at_once(
        [
            lambda row=row, to=to: queue.hand_over(by=ben, referral=row, to=to, reason="Cover")
            for row, to in zip(seen, (kim, lou), strict=True)
        ]
    )
    assert sorted(type(answer) for answer in answers if isinstance(answer, Refused)) == [SomeoneElse]
    assert StageChange.objects.filter(reason="Cover").count() == 1
