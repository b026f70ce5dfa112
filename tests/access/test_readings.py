"""Whatever shows a child's record is written down, and if it cannot be written it is not shown."""

from collections.abc import Callable

import pytest
from django.db import ProgrammingError, connection
from django.db.transaction import atomic
from django.test import Client
from django.urls import reverse

from accounts.models import User
from mash.audit.models import Event
from referrals.models import Referral
from referrals.services import queue

Browser = Callable[[User], Client]


@pytest.fixture
def address(referral: Referral, amira: User) -> str:
    queue.claim(by=amira, referral=referral)
    return reverse("decide", args=[referral.reference])


def readings(referral: Referral) -> int:
    return Event.objects.filter(what__startswith="read:", about_id=referral.pk).count()


def test_it_writes_down_a_form_that_was_refused_and_shown_again(
    client_for: Browser, referral: Referral, amira: User, address: str
) -> None:
    answer = client_for(amira).post(address, {"seen": "on"})
    assert answer.status_code == 200
    assert b"There is a problem" in answer.content
    assert readings(referral) == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_it_shows_nothing_that_it_cannot_write_down(
    client_for: Browser, referral: Referral, amira: User, address: str, method: str
) -> None:
    client = client_for(amira)
    client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE; REVOKE INSERT ON audit_event FROM mash_app; SET ROLE mash_app")
    answer = getattr(client, method)(address)
    assert answer.status_code == 500
    assert b"Ada" not in answer.content


def test_it_lets_nobody_number_an_event_or_put_another_table_in_its_place(db: None) -> None:
    for statement in (
        "INSERT INTO audit_event (id, actor_kind, actor_label, what) VALUES (999999999, 'user', 'x', 'y')",
        "CREATE TEMPORARY TABLE audit_event (id bigint)",
    ):
        with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"), atomic():
            cursor.execute(statement)
