"""Who is led to the page that takes a second factor away: whoever may open it, and nobody else."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation, User
from accounts.policy import Role
from tests.cast import person


@pytest.mark.django_db
def test_it_leads_an_administrator_to_a_new_second_factor_and_a_lead_not(
    client_for: Callable[[User], Client], hub: Organisation, leo: User, tess: User
) -> None:
    polly = person("Polly", hub, Role.PARTNERSHIP_ADMINISTRATOR)
    href = reverse("reset_second_factor", args=[tess.pk])
    assert href not in client_for(polly).get(reverse("person", args=[tess.pk])).content.decode(), (
        "she has none to reset"
    )
    Organisation.objects.filter(pk=tess.organisation_id).update(second_factor_required=True)
    assert href in client_for(polly).get(reverse("person", args=[tess.pk])).content.decode()
    assert href not in client_for(leo).get(reverse("person", args=[tess.pk])).content.decode()
