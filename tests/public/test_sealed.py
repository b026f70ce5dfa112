"""A withheld name: who may see it, who may let them, and that it is written down."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.models import Organisation, User
from accounts.policy import Role
from accounts.services import people
from accounts.services import rights as account_rights
from mash.audit.models import Event
from referrals.errors import NotNow, Refused
from referrals.models import Referral, SealedIdentityGrant
from referrals.services import restricting, sealing
from tests.cast import person
from tests.public.posts import WITHHELD, send

ClientFor = Callable[[User], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def withheld(client: Client) -> Referral:
    return send(client, "withheld")[0]


def page(client: Client, referral: Referral, rest: str = "identity/") -> tuple[int, str]:
    response = client.get(f"/queue/{referral.reference}/{rest}")
    return response.status_code, response.content.decode()


def test_it_opens_for_the_one_who_was_named_and_writes_that_down(
    withheld: Referral, client_for: ClientFor, amira: User, ben: User
) -> None:
    assert page(client_for(amira), withheld)[0] == 404
    sealing.let(by=ben, referral=withheld, user=amira, reason="To ask when it was seen")
    status, shown = page(client_for(amira), withheld)
    assert status == 200
    for answer in ("name", "phone", "email", "safe_contact"):
        assert WITHHELD[answer] in shown
    assert page(client_for(ben), withheld)[0] == 404
    opened = Event.objects.get(what="read:withheld_identity")
    assert opened.actor_id == amira.pk
    row = str(Event.objects.filter(pk=opened.pk).values().get())
    assert not [words for words in WITHHELD.values() if len(words) > 5 and words in row]


def test_it_offers_no_form_where_nobody_may_see_the_name(withheld: Referral, client_for: ClientFor, ben: User) -> None:
    status, shown = page(client_for(ben), withheld, "identity/close/")
    assert status == 200 and "Nobody may see this name now" in shown and "<select" not in shown


def test_it_lets_nobody_name_themselves(withheld: Referral, client_for: ClientFor, ben: User) -> None:
    with pytest.raises(Refused, match="themselves"):
        sealing.let(by=ben, referral=withheld, user=ben, reason="I want to")
    assert ben.name not in page(client_for(ben), withheld, "identity/let/")[1].partition("<select")[2]


def test_it_names_somebody_on_a_page_with_a_reason(
    withheld: Referral, client_for: ClientFor, ben: User, amira: User
) -> None:
    address = f"/queue/{withheld.reference}/identity/let/"
    refused = client_for(ben).post(address, {"user": amira.pk}).content.decode()
    assert "Say why they need it" in refused
    done = client_for(ben).post(address, {"user": amira.pk, "reason": "To ask"}, follow=True).content.decode()
    assert "may see the name now" in done
    assert f"May see it: {amira.name}" in done
    assert Event.objects.get(what="identity_unsealed").detail == {"user": amira.pk, "reason": "To ask"}


def test_it_is_for_managers_to_name_and_for_those_who_see_the_referral(
    withheld: Referral, client_for: ClientFor, amira: User, ben: User, gita: User, tess: User
) -> None:
    with pytest.raises(PermissionDenied):
        sealing.let(by=amira, referral=withheld, user=ben, reason="x")
    assert page(client_for(amira), withheld, "identity/let/")[0] == 403
    for other in (gita, tess):
        with pytest.raises(Refused, match="may not see"):
            sealing.let(by=ben, referral=withheld, user=other, reason="x")
    assert not SealedIdentityGrant.objects.exists()


def test_it_closes_again_with_the_referral(withheld: Referral, client_for: ClientFor, amira: User, ben: User) -> None:
    sealing.let(by=ben, referral=withheld, user=amira, reason="x")
    restricting.restrict(by=ben, referral=withheld, restricted=True, reason="Known to staff")
    assert page(client_for(amira), withheld)[0] == 404
    restricting.step_away(by=ben, referral=withheld, reason="")
    with pytest.raises((NotNow, PermissionDenied)):
        sealing.let(by=ben, referral=withheld, user=amira, reason="x")


def test_it_has_nothing_to_open_where_no_name_was_given(client: Client, client_for: ClientFor, ben: User) -> None:
    for identity in ("anonymous", "open"):
        referral, _ = send(client, identity)
        assert page(client_for(ben), referral, "identity/let/")[0] == 404


def test_it_says_on_the_file_only_that_a_name_is_withheld_and_who_can_let(
    withheld: Referral, client_for: ClientFor, amira: User, ben: User
) -> None:
    shown = page(client_for(amira), withheld, "")[1]
    assert "The name is withheld from the family" in shown
    assert "A triage manager" in shown
    assert "identity/" not in shown
    assert f"/queue/{withheld.reference}/identity/let/" in page(client_for(ben), withheld, "")[1]
    assert WITHHELD["name"] not in shown


def test_it_closes_to_one_person_with_a_reason(
    withheld: Referral, client_for: ClientFor, amira: User, ben: User
) -> None:
    sealing.let(by=ben, referral=withheld, user=amira, reason="To ask")
    address = f"/queue/{withheld.reference}/identity/close/"
    assert address in page(client_for(ben), withheld, "")[1]
    assert "Say why" in client_for(ben).post(address, {"user": amira.pk}).content.decode()
    done = client_for(ben).post(address, {"user": amira.pk, "reason": "Asked"}, follow=True).content.decode()
    assert f"closed to {amira.name}" in done
    assert address not in done
    assert page(client_for(amira), withheld)[0] == 404
    assert Event.objects.get(what="identity_closed").detail == {"user": amira.pk, "reason": "Asked"}
    with pytest.raises(Refused, match="any more"):
        sealing.withdraw(by=ben, referral=withheld, user=amira, reason="Again")
    with pytest.raises(PermissionDenied):
        sealing.withdraw(by=amira, referral=withheld, user=ben, reason="x")


def test_it_does_not_open_again_for_somebody_who_left_and_was_let_back(
    withheld: Referral, client_for: ClientFor, amira: User, ben: User, administrator: User
) -> None:
    sealing.let(by=ben, referral=withheld, user=amira, reason="To ask")
    people.let_go(by=administrator, person=amira, seen=seen(amira), to=None)
    assert not SealedIdentityGrant.objects.exists()
    people.let_back(by=administrator, person=amira, seen=seen(amira), roles=[Role.TRIAGE_WORKER])
    amira.refresh_from_db()
    assert page(client_for(amira), withheld)[0] == 404
    assert Event.objects.filter(what="identity_closed", actor_id=administrator.pk).count() == 1


def test_it_ends_with_the_role_that_saw_the_referral(
    withheld: Referral, client_for: ClientFor, amira: User, ben: User, administrator: User
) -> None:
    sealing.let(by=ben, referral=withheld, user=amira, reason="To ask")
    roles(administrator, amira, Role.TRIAGE_WORKER, Role.CONFERENCE_ADMINISTRATOR)
    assert page(client_for(amira), withheld)[0] == 200
    for now in (Role.CADT_WORKER, Role.TRIAGE_WORKER):
        roles(administrator, amira, now)
        assert page(client_for(amira), withheld)[0] == 404


@pytest.fixture
def administrator(hub: Organisation) -> User:
    return person("Polly", hub, Role.PARTNERSHIP_ADMINISTRATOR)


def seen(user: User) -> str:
    user.refresh_from_db()
    return account_rights.mark(user, people.FIELDS)


def roles(by: User, user: User, *now: Role) -> None:
    change = {"name": user.name, "team": user.team, "registration": user.social_work_registration}
    people.change(by=by, person=user, seen=seen(user), roles=list(now), **change)
    user.refresh_from_db()
