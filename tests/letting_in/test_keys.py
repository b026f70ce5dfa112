"""Keys of agencies' systems: shown once, ended for a reason, and never a surprise when they end."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import api_keys
from accounts.errors import NotNow, Refused
from accounts.models import ApiKey, Organisation
from accounts.services import keys
from mash.audit.models import Event
from mash.outbox.models import Message

pytestmark = pytest.mark.django_db


def issue(by, organisation, **changes):
    usual = {"page": uuid4(), "name": "Records", "scopes": ["refer", "assess"], "days": 365}
    return keys.issue(by=by, organisation=organisation, **{**usual, **changes})


@pytest.mark.parametrize("who", ["leo", "tess", "ben", "otto"])
def test_nobody_else_makes_or_revokes_one(who, request, school, polly):
    by = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        issue(by, school)
    row, _ = issue(polly, school)
    with pytest.raises(PermissionDenied):
        keys.revoke(by=by, key=row, reason="x")


def test_it_is_shown_once_and_made_once(polly, school, client_for):
    browser, address = client_for(polly), f"/organisations/{school.pk}/keys/issue/"
    typed = {"page": str(uuid4()), "name": "Records", "scopes": ["refer"], "days": "30"}
    shown = browser.post(address, typed).content.decode()
    text = re.search(r">(mash_[^<]+)<", shown).group(1)  # type: ignore[union-attr]
    row = api_keys.find(text)
    assert row is not None
    assert (row.organisation, row.scopes, row.issued_by) == (school, ["refer"], polly)
    assert timedelta(days=29) < row.expires_at - timezone.now() <= timedelta(days=30)
    again = browser.post(address, typed).content.decode()
    assert "made already" in again and text not in again
    for page in (address, f"/organisations/{school.pk}/keys/", f"/organisations/{school.pk}/"):
        assert text.split("_", 2)[2] not in browser.get(page).content.decode()
    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize(
    "odd",
    [{"days": "0"}, {"days": "366"}, {"scopes": ["decide"]}, {"scopes": []}, {"name": ""}, {"page": "x"}, {"page": ""}],
)
def test_it_makes_none_of_what_may_not_be(polly, school, client_for, odd):
    typed = {"page": str(uuid4()), "name": "Records", "scopes": ["refer"], "days": "30", **odd}
    page = client_for(polly).post(f"/organisations/{school.pk}/keys/issue/", typed)
    assert page.status_code == 200 and "There is a problem" in page.content.decode()
    assert not ApiKey.objects.exists()


def test_it_makes_none_for_an_organisation_that_has_left(polly, school):
    school.active = False
    with pytest.raises(NotNow, match="not active"):
        issue(polly, school)
    with pytest.raises(Refused, match="between 1 and 365"):
        issue(polly, Organisation.objects.get(pk=school.pk), days=400)


def test_it_is_revoked_for_a_reason_by_one(polly, ned, school, client_for):
    row, text = issue(polly, school)
    with pytest.raises(Refused, match="Say why"):
        keys.revoke(by=polly, key=row, reason="")
    assert client_for(polly).post(f"/keys/{row.pk}/revoke/", {"reason": "Sent by email"}).status_code == 302
    assert api_keys.find(text) is None
    with pytest.raises(NotNow, match="Polly Example has revoked"):
        keys.revoke(by=ned, key=row, reason="again")
    event = Event.objects.get(what="key_revoked")
    assert (event.about_id, event.detail) == (row.pk, {"reason": "Sent by email"})
    assert "Sent by email" in client_for(polly).get(f"/organisations/{school.pk}/keys/").content.decode()


def test_a_reason_belongs_to_a_revocation(polly, school):
    row, _ = issue(polly, school)
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiKey.objects.filter(pk=row.pk).update(revoked_because="x")


def test_its_people_are_warned_once_14_days_before_it_ends(polly, leo, tess, school):
    type(school).objects.update(shared_inbox="office@mill.example")
    issue(polly, school, days=30)
    soon, _ = issue(polly, school, days=14)
    gone, _ = issue(polly, school, days=7)
    keys.revoke(by=polly, key=gone, reason="x")
    assert keys.warn() == 1
    keys.warn()
    told = Message.objects.filter(kind="key_ends")
    assert sorted(told.values_list("recipient_email", flat=True)) == sorted(
        ["office@mill.example", leo.email, polly.email]
    )
    assert {message.about for message in told} == {f"key-{soon.prefix}"}


def test_the_list_says_which_end_soon(polly, school, client_for):
    issue(polly, school, days=14, name="Old")
    page = client_for(polly).get(f"/organisations/{school.pk}/keys/").content.decode()
    assert "Ends soon" in page and "Never" in page
