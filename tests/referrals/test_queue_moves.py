"""Hand over, put back, step away: a household moves together, and only to somebody who may see it."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.models import Organisation, User
from accounts.policy import Role
from referrals import visible
from referrals.choices import Stage, SubjectState, Way
from referrals.errors import NotNow, Refused, SomeoneElse
from referrals.models import Referral, StageChange
from referrals.services import decisions, queue, restricting, submitting
from referrals.services.decisions import Judgement
from tests.cast import a_submission, person

ClientFor = Callable[[User], Client]


def judged() -> Judgement:
    return Judgement(way=Way.CADT, level=4, words="CADT acts.", agreement="not_sought")


@pytest.fixture
def two(tess: User, pat: User) -> tuple[Referral, Referral]:
    """Two referrals about one household."""
    return submitting.submit(by=tess, submission=a_submission()), submitting.submit(by=pat, submission=a_submission())


@pytest.fixture
def kim(hub: Organisation) -> User:
    return person("Kim", hub, Role.TRIAGE_WORKER)


def owners(*rows: Referral) -> list[int | None]:
    return [Referral.objects.get(pk=row.pk).owner_id for row in rows]


def test_it_hands_over_the_household_together(two: tuple[Referral, Referral], amira: User, kim: User) -> None:
    queue.claim(by=amira, referral=two[0])
    two[1].refresh_from_db()
    queue.hand_over(by=amira, referral=two[1], to=kim, reason="I am off at noon")
    assert owners(*two) == [kim.pk, kim.pk]
    assert list(StageChange.objects.filter(owner=kim).values_list("reason", flat=True)) == ["I am off at noon"] * 2


@pytest.mark.parametrize("role", [Role.GATEWAY_WORKER, Role.CADT_WORKER, Role.PRACTITIONER, Role.LADO])
def test_it_hands_over_to_nobody_who_may_not_triage_it(
    referral: Referral, amira: User, hub: Organisation, role: Role
) -> None:
    queue.claim(by=amira, referral=referral)
    referral.refresh_from_db()
    with pytest.raises(Refused, match="cannot take") as caught:
        queue.hand_over(by=amira, referral=referral, to=person("Zed", hub, role), reason="Busy")
    assert caught.value.field == "to" and owners(referral) == [amira.pk]


def test_it_hands_over_to_nobody_to_whom_one_of_them_is_closed(
    two: tuple[Referral, Referral], ben: User, kim: User
) -> None:
    queue.claim(by=ben, referral=two[0])
    Referral.objects.filter(pk=two[1].pk).update(restricted=True)
    two[0].refresh_from_db()
    with pytest.raises(Refused, match="cannot take"):
        queue.hand_over(by=ben, referral=two[0], to=kim, reason="Busy")
    assert owners(*two) == [ben.pk, ben.pk]


def test_it_does_not_hand_over_what_has_changed_hands(referral: Referral, amira: User, ben: User, kim: User) -> None:
    queue.claim(by=amira, referral=referral)
    referral.refresh_from_db()
    seen = Referral.objects.get(pk=referral.pk)
    queue.hand_over(by=ben, referral=referral, to=ben, reason="I take it")
    with pytest.raises(SomeoneElse, match="Ben Example has this referral now"):
        queue.hand_over(by=amira, referral=seen, to=kim, reason="Busy")


def test_it_lets_only_the_owner_or_a_manager_move_it(
    referral: Referral, amira: User, ben: User, kim: User, cleo: User
) -> None:
    queue.claim(by=amira, referral=referral)
    referral.refresh_from_db()
    with pytest.raises(NotNow, match="Only they, or a manager"):
        queue.put_back(by=kim, referral=referral, reason="Mine")
    with pytest.raises(PermissionDenied):
        queue.put_back(by=cleo, referral=referral, reason="Mine")
    queue.put_back(by=ben, referral=referral, reason="Amira is ill")
    assert (referral.stage, referral.owner) == (Stage.RECEIVED, None)
    with pytest.raises(NotNow, match="waiting"):
        queue.put_back(by=ben, referral=referral, reason="Again")


def test_it_puts_back_the_household_together(two: tuple[Referral, Referral], amira: User) -> None:
    queue.claim(by=amira, referral=two[0])
    two[0].refresh_from_db()
    assert len(queue.put_back(by=amira, referral=two[0], reason="Court")) == 2
    assert owners(*two) == [None, None]


def test_it_closes_the_whole_family_to_somebody_who_knows_them(
    two: tuple[Referral, Referral], amira: User, ben: User, client_for: ClientFor
) -> None:
    queue.claim(by=amira, referral=two[0])
    client = client_for(amira)
    response = client.post(f"/queue/{two[0].reference}/step-away/", {"reason": "My cousin"}, follow=True)
    assert "Thank you for saying so" in response.content.decode()
    assert not visible.referrals(amira).exists() and visible.referrals(ben).count() == 2
    assert set(Referral.objects.values_list("stage", "owner")) == {(Stage.RECEIVED, None)}
    assert [client.get(f"/queue/{row.reference}/").status_code for row in two] == [404, 404]
    with pytest.raises(SomeoneElse):
        queue.claim(by=amira, referral=two[0])


def test_it_waits_for_anybody_when_the_decider_steps_away_and_the_second_person_disagrees(
    referral: Referral, amira: User, ben: User
) -> None:
    queue.claim(by=amira, referral=referral)
    decision = decisions.decide(by=amira, subject=referral.subjects.get(), judgement=judged())
    restricting.step_away(by=amira, referral=referral, reason="")
    referral.refresh_from_db()
    assert (referral.stage, referral.owner) == (Stage.SECOND_PERSON, None)
    decisions.countersign(by=ben, decision=decision, agrees=False, reason="Look again")
    referral.refresh_from_db()
    assert (referral.stage, referral.owner) == (Stage.RECEIVED, None)
    assert referral.subjects.get().state == SubjectState.WAITING
    assert queue.take_next(by=ben) == [referral]


def test_it_takes_effect_when_the_decider_stepped_away_and_the_second_person_agrees(
    referral: Referral, amira: User, ben: User
) -> None:
    queue.claim(by=amira, referral=referral)
    decision = decisions.decide(by=amira, subject=referral.subjects.get(), judgement=judged())
    restricting.step_away(by=amira, referral=referral, reason="")
    decisions.countersign(by=ben, decision=decision, agrees=True)
    referral.refresh_from_db()
    assert referral.stage == Stage.DECIDED


def test_it_remembers_everybody_who_stepped_away(referral: Referral, amira: User, kim: User) -> None:
    stale = Referral.objects.get(pk=referral.pk)
    restricting.step_away(by=amira, referral=referral, reason="")
    restricting.step_away(by=kim, referral=stale, reason="")
    referral.refresh_from_db()
    assert referral.barred == sorted([amira.pk, kim.pk])


def test_it_asks_for_a_colleague_and_a_reason_and_keeps_what_was_typed(
    referral: Referral, amira: User, kim: User, client_for: ClientFor
) -> None:
    queue.claim(by=amira, referral=referral)
    address = f"/queue/{referral.reference}/hand-over/"
    html = client_for(amira).post(address, {"reason": "I am off <b>at noon</b>"}).content.decode()
    assert "Error: Hand it over" in html and "Select who takes it" in html and "at noon&lt;/b&gt;" in html
    assert f'value="{amira.pk}"' not in html
    client_for(amira).post(address, {"to": kim.pk, "reason": "I am off at noon"})
    assert owners(referral) == [kim.pk]
    assert client_for(amira).post(f"/queue/{referral.reference}/put-back/", {"reason": "x"}).status_code == 200
    assert owners(referral) == [kim.pk]


def test_it_tells_who_has_it_when_somebody_was_quicker(
    referral: Referral, amira: User, ben: User, client_for: ClientFor
) -> None:
    queue.claim(by=ben, referral=referral)
    html = client_for(amira).post(f"/queue/{referral.reference}/claim/", follow=True).content.decode()
    assert "Ben Example has just taken this." in html
