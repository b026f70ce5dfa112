"""From one to the next: after a decision, after putting back, after handing over."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from referrals.choices import Stage
from referrals.drafted import draft
from referrals.models import Decision, Referral
from referrals.services import queue
from tests.queue.homes import send

ClientFor = Callable[[User], Client]


def answers(referral: Referral, **changes: Any) -> dict[str, Any]:
    """What a browser sends for one child: advice, at Level 1."""
    return {
        "children": str(referral.subjects.get().pk),
        "way": "advice",
        "level": "1",
        "words_advice": draft("advice"),
        "agreement": "given",
        "seen": "yes",
        "then": "next",
        **changes,
    }


def decided(client: Client, referral: Referral, **changes: Any) -> tuple[str, str]:
    """Where it led, and what the page says."""
    response = client.post(f"/queue/{referral.reference}/decide/", answers(referral, **changes), follow=True)
    return response.redirect_chain[-1][0] if response.redirect_chain else "", response.content.decode()


def test_it_decides_and_takes_the_worst_that_waits(client_for: ClientFor, tess: User, amira: User) -> None:
    first, mild, worst = send(tess, home=1), send(tess, "D05", home=2), send(tess, "D19", home=3, name="Bo")
    queue.claim(by=amira, referral=first)
    where, html = decided(client_for(amira), first)
    assert where == f"/queue/{worst.reference}/"
    assert "Ada Byrne: The referrer is told that services open to everyone can help." in html
    assert "You have taken Bo Byrne." in html
    assert Decision.objects.get().subject.referral == first
    worst.refresh_from_db(), mild.refresh_from_db()
    assert (worst.owner, mild.owner) == (amira, None)


def test_it_goes_on_with_the_rest_of_the_household_first(client_for: ClientFor, tess: User, amira: User) -> None:
    first, same = send(tess, home=1), send(tess, home=1, name="Bo")
    send(tess, "D19", home=2)
    queue.claim(by=amira, referral=first)
    where, html = decided(client_for(amira), first)
    assert where == f"/queue/{same.reference}/"
    assert "Next is Bo Byrne, of the same household." in html
    assert not Referral.objects.filter(owner=amira, stage=Stage.IN_TRIAGE, level=4).exists()


def test_it_comes_to_a_calm_page_when_nothing_waits(client_for: ClientFor, tess: User, amira: User) -> None:
    only = send(tess, home=1)
    queue.claim(by=amira, referral=only)
    where, html = decided(client_for(amira), only)
    assert where == "/queue/clear/" and "Nothing is waiting" in html
    assert "services open to everyone can help" in html and "Take the next one" not in html


def test_it_stays_in_the_lane_that_somebody_works_in(client_for: ClientFor, tess: User, amira: User) -> None:
    first, other = send(tess, "D05", home=1), send(tess, "D05", home=2, name="Bo")
    send(tess, "D19", home=3, name="Cy")
    client = client_for(amira)
    client.post("/queue/take/", {"lane": "gateway"})
    first.refresh_from_db()
    assert first.owner == amira
    where, _ = decided(client, first, reason="Seen by the school.")
    assert where == f"/queue/{other.reference}/"
    where, html = decided(client, other, reason="Seen by the school.")
    assert where == "/queue/clear/"
    assert "Nothing is waiting in Gateway" in html and "1 waiting in all lanes" in html


@pytest.mark.parametrize("act", ["put-back", "hand-over"])
@pytest.mark.parametrize(("then", "onward"), [("next", True), ("stay", False), ("", False)])
def test_it_goes_on_from_a_desk_that_was_cleared(
    client_for: ClientFor, tess: User, amira: User, ben: User, act: str, then: str, onward: bool
) -> None:
    mine, waits = send(tess, home=1), send(tess, home=2, name="Bo")
    queue.claim(by=amira, referral=mine)
    Referral.objects.filter(pk=mine.pk).update(risk=900)
    sent = {"to": ben.pk, "reason": "Ben knows the school.", "then": then}
    response = client_for(amira).post(f"/queue/{mine.reference}/{act}/", sent)
    assert response.headers["Location"] == (f"/queue/{waits.reference}/" if onward else "/queue/")


def test_what_is_refused_decides_nothing_and_takes_nothing(client_for: ClientFor, tess: User, amira: User) -> None:
    mine, waits = send(tess, home=1), send(tess, home=2)
    queue.claim(by=amira, referral=mine)
    where, html = decided(client_for(amira), mine, way="no_further_action", words_no_further_action="No more.")
    assert where == "" and "Say why no further action is right for this child" in html
    waits.refresh_from_db()
    assert waits.owner is None and not Decision.objects.exists()


def test_the_calm_page_offers_what_has_come_meanwhile(client_for: ClientFor, tess: User, amira: User) -> None:
    client = client_for(amira)
    assert "Nothing is waiting" in client.get("/queue/clear/").content.decode()
    send(tess, home=1)
    html = client.get("/queue/clear/").content.decode()
    assert "1 is waiting" in html and "Take the next one" in html
