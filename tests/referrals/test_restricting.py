"""Restricted means restricted, everywhere; and the emergency door tells whoever looks after the referral."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from accounts.models import User
from mash.audit.models import Event
from mash.outbox.models import Message
from referrals import visible
from referrals.errors import Refused
from referrals.models import BreakGlass, Referral, SealedIdentity
from referrals.services import queue, restricting

ClientFor = Callable[[User], Client]
NOWHERE = "0000000000000000"


@pytest.fixture
def closed(referral: Referral, ben: User) -> Referral:
    restricting.restrict(by=ben, referral=referral, restricted=True, reason="A parent works here")
    return referral


def text(response: object, reference: str) -> str:
    """A page without what is its own in every answer: the reference, the token of the form and the seconds left."""
    html = response.content.decode()  # type: ignore[attr-defined]
    own = ("csrf", "data-idle-seconds")
    return "".join(line for line in html.replace(reference, "").splitlines() if not any(one in line for one in own))


def test_it_answers_for_a_restricted_referral_as_if_there_were_none(
    closed: Referral, amira: User, client_for: ClientFor
) -> None:
    client = client_for(amira)
    for page in ("", "decide/", "hand-over/", "claim/"):
        ask = client.post if page == "claim/" else client.get
        theirs, nobodys = ask(f"/queue/{closed.reference}/{page}"), ask(f"/queue/{NOWHERE}/{page}")
        assert theirs.status_code == nobodys.status_code == 404
        assert text(theirs, closed.reference) == text(nobodys, NOWHERE)
    found = client.get("/queue/find/", {"reference": closed.reference})
    missing = client.get("/queue/find/", {"reference": NOWHERE})
    grouped = "-".join(closed.reference[n : n + 4] for n in range(0, 16, 4))
    assert found.content.decode().replace(grouped, "0000-0000-0000-0000").replace(closed.reference, NOWHERE).count(
        NOWHERE
    ) == missing.content.decode().count(NOWHERE)
    assert queue.take_next(by=amira) == []


def test_it_leaves_it_with_whoever_has_it(referral: Referral, amira: User, ben: User) -> None:
    queue.claim(by=amira, referral=referral)
    restricting.restrict(by=ben, referral=referral, restricted=True, reason="A parent works here")
    assert visible.referrals(amira).filter(pk=referral.pk).exists()
    restricting.restrict(by=ben, referral=referral, restricted=False, reason="A mistake")
    assert list(Event.objects.filter(what__contains="restrict").values_list("what", flat=True)) == [
        "referral_restricted",
        "restriction_lifted",
    ]


def test_it_is_for_managers_and_needs_a_reason(
    referral: Referral, amira: User, ben: User, client_for: ClientFor
) -> None:
    with pytest.raises(PermissionDenied):
        restricting.restrict(by=amira, referral=referral, restricted=True, reason="x")
    assert client_for(amira).get(f"/queue/{referral.reference}/restrict/").status_code == 403
    assert "Say why" in client_for(ben).post(f"/queue/{referral.reference}/restrict/", {"reason": " "}).content.decode()
    client_for(ben).post(f"/queue/{referral.reference}/restrict/", {"reason": "Safety"})
    referral.refresh_from_db()
    assert referral.restricted


@pytest.mark.parametrize(("model", "only"), [(Referral, "see_restricted_referral"), (SealedIdentity, "see_identity")])
def test_a_name_on_a_record_can_mean_only_that_they_may_see_it(db: None, model: type[Model], only: str) -> None:
    """What is seen is asked of the grants alone, so there must be no other kind of grant."""
    of_model = Permission.objects.filter(content_type=ContentType.objects.get_for_model(model))
    assert list(of_model.values_list("codename", flat=True)) == [only]


def test_it_lets_a_named_person_see_it(
    closed: Referral, amira: User, ben: User, tess: User, client_for: ClientFor
) -> None:
    with pytest.raises(Refused, match="may not see"):
        restricting.admit(by=ben, referral=closed, user=tess)
    client_for(ben).post(f"/queue/{closed.reference}/admit/", {"user": amira.pk})
    assert client_for(amira).get(f"/queue/{closed.reference}/").status_code == 200
    restricting.step_away(by=amira, referral=closed, reason="")
    assert client_for(amira).get(f"/queue/{closed.reference}/").status_code == 404
    with pytest.raises(Refused):
        restricting.admit(by=ben, referral=closed, user=amira)


def test_it_opens_in_an_emergency_for_an_hour_and_tells_the_owner(
    referral: Referral, amira: User, ben: User, cleo: User, client_for: ClientFor
) -> None:
    queue.claim(by=amira, referral=referral)
    restricting.restrict(by=ben, referral=referral, restricted=True, reason="Safety")
    client, address = client_for(cleo), f"/queue/{referral.reference}/break-glass/"
    page = client.get(address).content.decode()
    assert "Byrne" not in page and "Level 4" not in page
    assert "Say what the emergency is" in client.post(address, {"reason": ""}).content.decode()
    assert "Ada Byrne" in client.post(address, {"reason": "The child is here in A&E"}, follow=True).content.decode()
    assert BreakGlass.objects.get().reason == "The child is here in A&E"
    message = Message.objects.get(kind="glass_broken")
    assert (message.recipient_user, message.about) == (amira, referral.reference)
    assert Event.objects.filter(what="glass_broken", actor_id=cleo.pk).count() == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert not visible.referrals(cleo).filter(pk=referral.pk).exists()


def test_it_tells_the_managers_when_nobody_has_it_yet(closed: Referral, ben: User, cleo: User) -> None:
    restricting.break_glass(by=cleo, referral=closed, reason="The child is here")
    assert list(Message.objects.filter(kind="glass_broken").values_list("recipient_user", flat=True)) == [ben.pk]


def test_it_has_no_emergency_door_to_what_is_open_another_services_or_ones_own_familys(
    closed: Referral, gita: User, amira: User, tess: User, ben: User, client_for: ClientFor
) -> None:
    address = f"/queue/{closed.reference}/break-glass/"
    assert client_for(amira).get(address).status_code == 200
    assert client_for(ben).get(address).headers["Location"] == f"/queue/{closed.reference}/"
    assert [client_for(user).get(address).status_code for user in (gita, tess)] == [404, 404]
    Referral.objects.filter(pk=closed.pk).update(barred=[amira.pk])
    assert client_for(amira).get(address).status_code == 404
    Referral.objects.filter(pk=closed.pk).update(restricted=False, barred=[])
    assert client_for(amira).get(address).status_code == 404
