"""Invitations: what goes out, what the link does, and that it does it once."""

import json
import threading
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.errors import NotNow, Refused
from accounts.models import Invitation, User
from accounts.services import invitations
from mash.audit.models import Event
from mash.logs import without_query
from mash.outbox.models import CallTask, Message
from mash.outbox.services import calls, delivery
from tests.cast import sign_in

pytestmark = pytest.mark.django_db
PHRASE = "kettle lighthouse friday"


def link(invitation: Invitation) -> str:
    return f"/accounts/invitations/{invitations.token(invitation.pk)}/"


def test_it_sends_a_link_and_for_whom_and_nothing_about_anybody(nia, smtp_sink, settings):
    message = Message.objects.get()
    delivery.deliver(message.pk)
    [mail] = smtp_sink.messages
    body = mail.get_body(("plain",)).get_content()
    assert mail["To"] == "nia@mill.example"
    assert mail["Subject"] == "Lantern: you are invited"
    assert settings.BASE_URL + link(nia) in body
    assert "for Mill Lane Primary." in body
    assert "Leo" not in body and "Nia" not in body


def test_what_the_link_opens_with_is_stored_nowhere(nia):
    signature = invitations.token(nia.pk).partition("-")[2]
    for model in (Message, Invitation, Event):
        assert signature not in json.dumps(list(model.objects.values()), default=str)
    event = without_query(None, "info", {"request": f"GET {link(nia)}"})  # type: ignore[arg-type]
    assert signature not in event["request"]


def test_opening_it_does_nothing_and_sending_the_form_does_it_once(nia, client):
    for _ in range(3):
        assert client.get(link(nia)).status_code == 200
    assert client.head(link(nia)).status_code == 200
    nia.refresh_from_db()
    assert nia.accepted_at is None
    client.post(link(nia), {"name": "Nia Newton", "password": PHRASE})
    user = User.objects.get(email="nia@mill.example")
    assert (user.name, user.roles, user.organisation) == ("Nia Newton", ["practitioner"], nia.organisation)
    assert user.check_password(PHRASE)
    other = Client()
    again = other.post(link(nia), {"name": "Mallory", "password": PHRASE})
    assert again.status_code == 410 and "This link has been used" in again.content.decode()
    assert User.objects.filter(email="nia@mill.example").count() == 1
    assert other.get("/referrals/").status_code == 302, "an old link signs nobody in"


def test_it_signs_in_with_a_session_of_their_own(nia, client):
    client.get("/accounts/login/")
    before = client.session.session_key
    client.post(link(nia), {"name": "Nia", "password": PHRASE})
    assert client.session.session_key != before
    assert client.get("/referrals/").status_code == 200
    assert client.session["account_authentication_methods"][0]["method"] == "password"


def test_somebody_who_must_show_a_second_factor_does_nothing_before(invite, polly, hub, client):
    asked = invite(by=polly, organisation=hub, roles=["triage_worker"])
    client.post(link(asked), {"name": "Nia", "password": PHRASE})
    assert User.objects.get(email="nia@mill.example").roles == ["triage_worker"]
    assert client.get("/queue/").status_code == 302


@pytest.mark.parametrize("password", ["", "short", "password1234", "nia@mill.example"])
def test_it_asks_for_a_password_that_is_hard_to_guess(nia, client, password):
    page = client.post(link(nia), {"name": "Nia", "password": password})
    assert page.status_code == 200 and "There is a problem" in page.content.decode()
    assert not User.objects.filter(email="nia@mill.example").exists()


def test_a_link_that_was_changed_is_no_link(nia, client):
    good = invitations.token(nia.pk)
    number, _, signature = good.partition("-")
    for wrong in (f"{nia.pk + 1}-{signature}", f"{number}-{signature[:-1]}", number, "x", f"0{good}", "1-" + "A" * 43):
        assert client.get(f"/accounts/invitations/{wrong}/").status_code == 404, wrong


def test_after_14_days_it_asks_whoever_invited(nia, client, leo):
    with time_machine.travel(timezone.now() + timedelta(days=14, seconds=1)):
        page = client.get(link(nia))
        assert page.status_code == 410 and "This link has run out" in page.content.decode()
        assert client.post(link(nia), {"name": "Nia", "password": PHRASE}).status_code == 410
        client.post(link(nia))
    assert not User.objects.filter(email="nia@mill.example").exists()
    [asked] = Message.objects.filter(kind="invitation_asked")
    assert (asked.recipient_user, asked.path) == (leo, f"/people/invitations/{nia.pk}/")


def test_sent_again_the_same_link_works_for_another_14_days(nia, client, leo):
    later = timezone.now() + timedelta(days=20)
    with time_machine.travel(later):
        invitations.send_again(by=leo, invitation=nia)
        assert client.get(link(nia)).status_code == 200
    assert Message.objects.filter(kind="invitation").count() == 2
    assert Message.objects.filter(kind="invitation", state="cancelled").count() == 1, "the old one went no more"


def test_it_is_not_sent_twice_in_a_minute(nia, leo, client_for):
    with pytest.raises(NotNow, match="just been sent"):
        invitations.send_again(by=leo, invitation=nia)
    browser = client_for(leo)
    browser.post(f"/people/invitations/{nia.pk}/send/")
    assert "just been sent" in browser.get(f"/people/invitations/{nia.pk}/").content.decode()


def test_withdrawn_it_opens_nothing(nia, leo, client):
    invitations.revoke(by=leo, invitation=nia)
    page = client.post(link(nia), {"name": "Nia", "password": PHRASE})
    assert page.status_code == 410 and "withdrawn" in page.content.decode()
    with pytest.raises(NotNow, match="already"):
        invitations.revoke(by=leo, invitation=nia)
    with pytest.raises(NotNow):
        invitations.send_again(by=leo, invitation=nia)
    assert Message.objects.get().state == "cancelled"


def test_of_an_organisation_that_has_left_it_opens_nothing(nia, client, school):
    type(school).objects.update(active=False)
    assert client.post(link(nia), {"name": "Nia", "password": PHRASE}).status_code == 410
    assert not User.objects.filter(email="nia@mill.example").exists()


def test_the_same_address_has_one_live_invitation(nia, invite, leo):
    assert invite().pk == nia.pk
    assert Message.objects.count() == 1, "the same form sent twice sends one message"
    changed = invite(roles=["safeguarding_lead"], email="NIA@mill.example ")
    assert (changed.pk, changed.roles, changed.sent) == (nia.pk, ["safeguarding_lead"], 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(
            organisation=nia.organisation,
            email=nia.email,
            name="x",
            roles=["practitioner"],
            by=leo,
            sent_at=timezone.now(),
            expires_at=timezone.now(),
        )


def test_it_can_be_invited_anew_after_it_was_withdrawn(nia, invite, leo):
    invitations.revoke(by=leo, invitation=nia)
    assert invite().pk != nia.pk


def test_an_address_with_an_account_is_told_plainly(invite, tess, pat, leo, polly):
    with pytest.raises(Refused, match="Tess Example has an account"):
        invite(email=tess.email.upper())
    with pytest.raises(Refused) as refused:
        invite(email=pat.email)
    assert refused.value.message == invitations.NOT_HERE, "a lead learns nothing of another organisation's people"
    with pytest.raises(Refused, match="Pat Example has an account"):
        invite(by=polly, email=pat.email)
    User.objects.filter(pk=tess.pk).update(is_active=False)
    with pytest.raises(Refused, match="closed account"):
        invite(email=tess.email)


def test_another_organisation_cannot_take_an_invitation_over(nia, invite, hal, high, polly):
    with pytest.raises(Refused, match="Another organisation has invited"):
        invite(by=polly, organisation=high)
    with pytest.raises(Refused) as refused:
        invite(by=hal, organisation=high)
    assert refused.value.message == invitations.NOT_HERE, "the same words as for an account"


@pytest.mark.parametrize("role", ["triage_worker", "partnership_administrator", "auditor"])
def test_a_lead_invites_to_no_role_of_the_hub(invite, role):
    with pytest.raises(Refused, match="cannot give"):
        invite(roles=["practitioner", role])


def test_nobody_invites_to_an_organisation_that_is_not_theirs(invite, hal, tess, school, polly):
    with pytest.raises(NotNow, match="not yours"):
        invite(by=hal)
    with pytest.raises(PermissionDenied):
        invite(by=tess)
    type(school).objects.update(active=False)
    with pytest.raises(NotNow, match="not active"):
        invite(by=polly)


def test_a_lead_does_not_see_an_administrators_invitation_to_the_hub(invite, polly, hub, client_for, school):
    asked = invite(by=polly, organisation=hub, roles=["triage_worker"])
    lead = User.objects.create_user("l@hub.example", name="L", organisation=hub, roles=["safeguarding_lead"])
    assert client_for(lead).get(f"/people/invitations/{asked.pk}/").status_code == 404
    with pytest.raises(Refused, match=invitations.NOT_HERE):
        invite(by=lead, organisation=hub)


def test_a_bounce_asks_nobody_to_call_once_it_was_sent_again(nia, leo):
    Message.objects.update(state="failed", next_attempt_at=None, settled_at=timezone.now())
    calls.owe_for([Message.objects.get()], why=CallTask.Why.BOUNCED)
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        invitations.send_again(by=leo, invitation=nia)
    assert CallTask.objects.get().state == "lapsed"


@pytest.mark.django_db(transaction=True)
def test_two_who_accept_at_once_make_one_account(nia):
    came: list[str] = []

    def accept() -> None:
        try:
            invitations.accept(invitation=nia, name="Nia", password=PHRASE)
            came.append("made")
        except Refused as refused:
            came.append(refused.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=accept) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came)[-1] == "made" and came.count("made") == 1
    assert User.objects.filter(email=nia.email).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_invite_the_same_at_once_send_one_message(invite, polly, leo):
    def ask(by: User) -> None:
        invite(by=by)
        connection.close()

    threads = [threading.Thread(target=ask, args=[by]) for by in (leo, polly, leo)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Invitation.objects.count() == 1
    assert Message.objects.count() == 1


def test_a_stale_form_does_not_put_a_password_back_on_the_page(nia, leo):
    browser = sign_in(Client(enforce_csrf_checks=True), leo)
    typed = {"name": "Nia", "password": PHRASE}
    page = browser.post(link(nia), typed, headers={"Origin": "http://testserver"})
    assert page.status_code == 403 and PHRASE not in page.content.decode()


def test_the_list_says_when_the_email_did_not_arrive(nia, leo, client_for):
    page = client_for(leo).get("/people/").content.decode()
    assert "The email did not arrive" not in page
    Message.objects.update(state="failed", next_attempt_at=None, settled_at=timezone.now())
    for address in ("/people/", f"/organisations/{leo.organisation_id}/"):
        assert "The email did not arrive" in client_for(leo).get(address).content.decode()
    assert "Could not be sent" in client_for(leo).get(f"/people/invitations/{nia.pk}/").content.decode()


def refuses_to_accept(invitation: Invitation, client: Client) -> None:
    """The page says why, and no account is made; nor by a form that was open before."""
    page = client.get(link(invitation))
    assert page.status_code == 410 and "This invitation no longer holds" in page.content.decode()
    assert client.post(link(invitation), {"name": "Nia", "password": PHRASE}).status_code == 410
    with pytest.raises(NotNow, match="no longer holds"):
        invitations.accept(invitation=invitation, name="Nia", password=PHRASE)
    assert not User.objects.filter(email=invitation.email).exists()


@pytest.mark.parametrize(
    "now", [{"roles": ["practitioner"]}, {"is_active": False}, {"roles": []}], ids=["no lead", "closed", "nothing"]
)
def test_it_holds_only_while_the_inviter_may_invite(nia, leo, polly, client, client_for, now):
    User.objects.filter(pk=leo.pk).update(**now)
    refuses_to_accept(nia, client)
    assert "The link opens nothing" in client_for(polly).get(f"/people/invitations/{nia.pk}/").content.decode()
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        invitations.send_again(by=polly, invitation=nia)
    assert client.post(link(nia), {"name": "Nia", "password": PHRASE}).status_code == 302, "somebody else stands for it"


def test_it_gives_no_role_that_the_inviter_may_give_no_more(invite, polly, hub, client):
    asked = invite(by=polly, organisation=hub, roles=["triage_manager"])
    User.objects.filter(pk=polly.pk).update(roles=["safeguarding_lead"])
    refuses_to_accept(asked, client)


def test_it_gives_no_role_of_the_hub_outside_the_authority(invite, polly, client):
    second = type(polly.organisation).objects.create(name="Second Council", kind="authority")
    asked = invite(by=polly, organisation=second, roles=["triage_manager"])
    type(second).objects.filter(pk=second.pk).update(kind="charity")
    refuses_to_accept(asked, client)
    with (
        time_machine.travel(timezone.now() + timedelta(minutes=2)),
        pytest.raises(Refused, match="Only people of the local authority"),
    ):
        invitations.send_again(by=polly, invitation=asked)
