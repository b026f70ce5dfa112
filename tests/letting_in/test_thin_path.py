"""The pages open, and the path from an organisation to a signed-in colleague works."""

import pytest
from django.urls import reverse

from accounts.models import Invitation, Organisation, User
from accounts.services import invitations
from mash.outbox.models import Message

pytestmark = pytest.mark.django_db

NEW = {"name": "Lighthouse", "kind": "charity", "source_code": "", "second_factor_required": "no"}


def test_it_takes_a_new_organisation_to_its_first_signed_in_person(polly, client_for, client):
    browser = client_for(polly)
    answer = browser.post("/organisations/add/", NEW)
    made = Organisation.objects.get(name="Lighthouse")
    assert answer["Location"] == f"/organisations/{made.pk}/"
    assert made.counted_as == "8"
    typed = {"name": "Nia New", "email": "Nia@Lighthouse.example", "roles": ["safeguarding_lead", "practitioner"]}
    assert browser.post(f"/organisations/{made.pk}/invite/", typed).status_code == 302
    asked = Invitation.objects.get()
    assert (asked.email, asked.roles) == ("nia@lighthouse.example", ["practitioner", "safeguarding_lead"])
    link = f"/accounts/invitations/{invitations.token(asked.pk)}/"
    assert client.get(link).status_code == 200
    done = client.post(link, {"name": "Nia New", "password": "a phrase nobody would guess"}, follow=True)
    user = User.objects.get(email="nia@lighthouse.example")
    assert done.context["user"] == user and done.redirect_chain[-1][0] == "/referrals/"
    assert Message.objects.get().path == "/", "what the link opens is stored nowhere"


def test_it_opens_every_page(polly, leo, tess, nia, client_for, school):
    browser = client_for(polly)
    for address in (
        "/organisations/",
        "/organisations/?show=closed",
        "/organisations/add/",
        f"/organisations/{school.pk}/",
        f"/organisations/{school.pk}/change/",
        f"/organisations/{school.pk}/invite/",
        f"/organisations/{school.pk}/load/",
        f"/organisations/{school.pk}/keys/",
        f"/organisations/{school.pk}/keys/issue/",
        "/teams/",
        "/teams/add/",
        "/people/",
        "/people/?show=gone",
        f"/people/{tess.pk}/",
        f"/people/{tess.pk}/change/",
        f"/people/{tess.pk}/let-go/",
        f"/people/{tess.pk}/let-back/",
        f"/people/invitations/{nia.pk}/",
        reverse("people_template"),
        "/reviews/",
    ):
        assert browser.get(address).status_code == 200, address
