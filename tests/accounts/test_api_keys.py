"""Keys of agencies' systems: which open, which do not, and that their use is noted."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import api_keys
from accounts.api_keys import AgencySystem
from accounts.models import ApiKey, Organisation
from accounts.policy import API_SCOPES, Act

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued(school: Organisation) -> tuple[ApiKey, str]:
    return api_keys.issue(organisation=school, name="Records", scopes=API_SCOPES)


def test_it_finds_a_live_key_and_keeps_only_a_digest(issued: tuple[ApiKey, str]) -> None:
    row, token = issued
    assert api_keys.find(token) == row
    secret = token.split("_", 2)[2]
    assert secret not in str(ApiKey.objects.values().get())


def test_it_gives_no_scope_that_a_system_may_not_have(school: Organisation) -> None:
    row, _ = api_keys.issue(organisation=school, name="Greedy", scopes=frozenset({Act.REFER, Act.DECIDE}))
    assert row.scopes == ["refer"]
    ApiKey.objects.filter(pk=row.pk).update(scopes=["refer", "decide"])
    row.refresh_from_db()
    assert AgencySystem(row).may(Act.REFER) and not AgencySystem(row).may(Act.DECIDE)


def test_it_does_not_find_a_revoked_key(issued: tuple[ApiKey, str]) -> None:
    ApiKey.objects.update(revoked_at=timezone.now())
    assert api_keys.find(issued[1]) is None


def test_it_does_not_find_an_expired_key(issued: tuple[ApiKey, str]) -> None:
    ApiKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert api_keys.find(issued[1]) is None


def test_it_does_not_find_a_key_of_an_organisation_that_has_left(issued: tuple[ApiKey, str]) -> None:
    Organisation.objects.update(active=False)
    assert api_keys.find(issued[1]) is None


def test_it_does_not_find_a_key_with_another_secret(issued: tuple[ApiKey, str], police: Organisation) -> None:
    _, other = api_keys.issue(organisation=police, name="Other", scopes=API_SCOPES)
    label, prefix, secret = issued[1].split("_", 2)
    wrong = [
        f"{label}_{prefix}_{other.split('_', 2)[2]}",
        f"{label}_{prefix}_{secret}x",
        f"{label}_{prefix}_{secret[:-1]}",
    ]
    assert [api_keys.find(text) for text in wrong] == [None, None, None]


@pytest.mark.parametrize(
    "text", ["", "_", "mash", "mash__", "mash_x_", "other_x_y", "mash_\0_x", "mash_é_ÿ", "m" * 10_000]
)
def test_it_finds_nothing_in_nonsense(issued: tuple[ApiKey, str], text: str) -> None:
    assert api_keys.find(text) is None


def test_it_notes_the_use_of_a_key_at_most_once_a_minute(issued: tuple[ApiKey, str]) -> None:
    row, token = issued
    api_keys.note_use(row)
    first = ApiKey.objects.get().last_used_at
    assert first is not None
    again = api_keys.find(token)
    assert again is not None
    with CaptureQueriesContext(
        connection,
    ) as queries:
        api_keys.note_use(again)
    assert not queries.captured_queries, "a busy key writes no row at each call"
    ApiKey.objects.update(last_used_at=first - timedelta(minutes=2))
    again.refresh_from_db()
    api_keys.note_use(again)
    assert ApiKey.objects.get().last_used_at >= first  # type: ignore[operator]


def test_it_acts_for_its_organisation_under_its_own_name(issued: tuple[ApiKey, str], school: Organisation) -> None:
    actor = AgencySystem(issued[0])
    assert (actor.organisation, actor.organisation_id) == (school, school.pk)
    assert (actor.actor_kind, actor.actor_id) == ("api_key", issued[0].pk)
    assert actor.actor_label == "Mill Lane Primary / Records"


@pytest.mark.django_db(transaction=True)
def test_it_does_not_wait_for_another_request_to_note_the_same(issued: tuple[ApiKey, str]) -> None:
    def note() -> None:
        api_keys.note_use(issued[0])
        connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        api_keys.note_use(issued[0])
        pool.submit(note).result(timeout=5)
    assert ApiKey.objects.get().last_used_at is not None
