"""Several from one desk to a colleague: all, or none and why."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.policy import Role
from mash.audit.models import Event
from referrals.errors import Refused
from referrals.models import Referral, StageChange
from referrals.services import handing, queue
from referrals.services.handing import CannotGo
from tests.cast import person
from tests.queue.homes import send

ClientFor = Callable[[User], Client]
REASON = "On leave from tomorrow."


@pytest.fixture
def noor(hub: Any) -> User:
    return person("Noor", hub, Role.TRIAGE_WORKER)


@pytest.fixture
def desk(tess: User, amira: User) -> list[Referral]:
    """On Amira's desk: two of one household, and one of another."""
    rows = [send(tess, "D19", home=1), send(tess, "D05", home=1, name="Bo"), send(tess, "D05", home=2, name="Cy")]
    for row in rows:
        if Referral.objects.get(pk=row.pk).owner_id is None:
            queue.claim(by=amira, referral=row)
    return [Referral.objects.get(pk=row.pk) for row in rows]


def owners(rows: list[Referral]) -> list[str]:
    found = dict(Referral.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "owner__name"))
    return [found[row.pk].split()[0] if found[row.pk] else "" for row in rows]


def answers(*rows: Referral, to: User) -> dict[str, Any]:
    return {"homes": [str(row.pk) for row in rows], "to": str(to.pk), "reason": REASON}


def test_it_gives_several_with_one_reason_and_their_households(
    client_for: ClientFor, desk: list[Referral], amira: User, noor: User
) -> None:
    first, _, other = desk
    response = client_for(amira).post("/queue/hand-over/", answers(first, other, to=noor), follow=True)
    assert "Noor Example has 3 referrals more now, of 2 households." in response.content.decode()
    assert owners(desk) == ["Noor"] * 3
    assert list(StageChange.objects.filter(owner=noor).values_list("reason", flat=True)) == [REASON] * 3
    given = Event.objects.filter(what="referral_handed_over")
    assert sorted(given.values_list("about_id", flat=True)) == sorted(row.pk for row in desk)


def test_it_shows_one_box_for_each_household(
    client_for: ClientFor, desk: list[Referral], amira: User, noor: User
) -> None:
    html = client_for(amira).get("/queue/hand-over/").content.decode()
    assert html.count('name="homes"') == 2 and "checked" not in html
    assert "1 other referral of the same household goes with it" in html and "Noor Example, Triage worker" in html
    assert "Lara" not in html and "Amira Example, Triage" not in html
    event = Event.objects.get(what="list:desk")
    assert sorted(event.ids) == sorted(row.pk for row in desk)
    assert client_for(amira).get("/queue/hand-over/?all=yes").content.decode().count("checked") == 2


def test_when_one_cannot_go_none_does_and_it_says_which_and_why(
    client_for: ClientFor, desk: list[Referral], amira: User, noor: User
) -> None:
    first, _, other = desk
    Referral.objects.filter(pk=other.pk).update(barred=[noor.pk])
    html = client_for(amira).post("/queue/hand-over/", answers(first, other, to=noor)).content.decode()
    assert "Cy Byrne, 11: Noor Example cannot take this referral" in html
    assert "Nothing was handed over. Leave out what cannot go, or choose somebody else" in html
    assert html.count("checked") == 2 and REASON in html
    assert owners(desk) == ["Amira"] * 3 and not Event.objects.filter(what="referral_handed_over").exists()


def test_a_household_of_which_one_is_closed_to_the_taker_does_not_go_in_part(
    desk: list[Referral], amira: User, noor: User
) -> None:
    Referral.objects.filter(pk=desk[1].pk).update(restricted=True)
    with pytest.raises(CannotGo):
        handing.hand_over_all(by=amira, whose=amira, rows=[desk[0]], to=noor, reason=REASON)
    assert owners(desk) == ["Amira"] * 3


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"homes": []}, "Select what you hand over"),
        ({"to": ""}, "Select who takes it"),
        ({"reason": " "}, "Say why you are handing this over"),
        ({"homes": ["999999999"]}, "Something you chose is no longer on this desk"),
        ({"homes": ["x"]}, "Something you chose is no longer on this desk"),
    ],
)
def test_it_says_what_to_mend(
    client_for: ClientFor, desk: list[Referral], amira: User, noor: User, changes: dict[str, Any], message: str
) -> None:
    html = client_for(amira).post("/queue/hand-over/", answers(desk[0], to=noor) | changes).content.decode()
    assert "There is a problem" in html and message in html and owners(desk) == ["Amira"] * 3


def test_somebody_who_was_quicker_is_named(desk: list[Referral], amira: User, ben: User, noor: User) -> None:
    queue.hand_over(by=amira, referral=desk[2], to=ben, reason="Busy")
    stale = Referral.objects.get(pk=desk[2].pk)
    with pytest.raises(CannotGo) as refused:
        handing.hand_over_all(by=amira, whose=amira, rows=[desk[0], stale], to=noor, reason=REASON)
    assert refused.value.why == {stale.pk: "Ben Example has this referral now."}
    assert owners(desk) == ["Amira", "Amira", "Ben"]


def test_a_manager_gives_from_anybodys_desk_and_a_worker_only_from_their_own(
    client_for: ClientFor, desk: list[Referral], amira: User, ben: User, noor: User
) -> None:
    page = f"/queue/hand-over/?desk={amira.pk}"
    html = client_for(ben).get(page).content.decode()
    assert "Hand over several from Amira Example" in html and "Amira Example (3)" in html and "You (0)" in html
    assert "Byrne" not in client_for(noor).get(page).content.decode()
    client_for(noor).post(page, answers(desk[0], to=ben))
    with pytest.raises(CannotGo):
        handing.hand_over_all(by=noor, whose=amira, rows=[desk[0]], to=ben, reason=REASON)
    assert owners(desk) == ["Amira"] * 3
    client_for(ben).post(page, answers(desk[0], to=noor))
    assert owners(desk) == ["Noor", "Noor", "Amira"]


def test_it_shows_nobody_what_is_closed_to_them(
    client_for: ClientFor, desk: list[Referral], ben: User, amira: User
) -> None:
    Referral.objects.filter(pk=desk[2].pk).update(barred=[ben.pk])
    html = client_for(ben).get(f"/queue/hand-over/?desk={amira.pk}").content.decode()
    assert "Amira Example (2)" in html and "Cy Byrne" not in html


@pytest.mark.parametrize("asked", ["x", "-1", "9" * 30, "４", "", "0"])
def test_any_other_desk_is_ones_own(client_for: ClientFor, ben: User, desk: list[Referral], asked: str) -> None:
    html = client_for(ben).get(f"/queue/hand-over/?desk={asked}").content.decode()
    assert "Nothing is on this desk" in html


def test_the_service_holds_by_itself(desk: list[Referral], amira: User, gita: User, noor: User) -> None:
    with pytest.raises(PermissionDenied):
        handing.hand_over_all(by=gita, whose=amira, rows=desk, to=noor, reason=REASON)
    for changes in ({"rows": []}, {"reason": ""}):
        with pytest.raises(Refused):
            handing.hand_over_all(**{"by": amira, "whose": amira, "rows": desk, "to": noor, "reason": REASON} | changes)
    with pytest.raises(CannotGo):
        handing.hand_over_all(by=amira, whose=amira, rows=desk, to=gita, reason=REASON)
    assert owners(desk) == ["Amira"] * 3


def test_it_costs_the_same_for_one_and_for_thirty(client_for: ClientFor, tess: User, amira: User) -> None:
    client, prices = client_for(amira), []
    for homes in (range(1, 2), range(2, 31)):
        for home in homes:
            queue.claim(by=amira, referral=send(tess, "D05", home=home))
        with CaptureQueriesContext(connection) as caught:
            client.get("/queue/hand-over/")
        prices.append(len(caught))
    assert prices[0] == prices[1]
