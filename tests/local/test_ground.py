"""The ground that the other tests stand on: rights, a clean database, no network, real mail and a real broker."""

import socket
import subprocess
import sys
import threading

import pytest
import redis
from django.contrib.sessions.models import Session
from django.core.mail import send_mail
from django.db import connection
from django.db.utils import ProgrammingError
from django.utils import timezone

from tests.support.databases import Clone, state_of_the_code
from tests.support.mail import Sink
from tests.support.network import TheNetworkIsClosed


def role() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])


def leave_something() -> None:
    Session.objects.create(session_key="left", session_data="", expire_date=timezone.now())


@pytest.mark.django_db
def test_it_acts_as_the_role_that_owns_nothing() -> None:
    assert role() == "mash_app"
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE anything (name text)")


@pytest.mark.django_db(transaction=True)
def test_it_acts_as_that_role_in_every_thread() -> None:
    leave_something()
    seen: list[object] = []

    def look() -> None:
        seen.extend([role(), Session.objects.count()])
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == ["mash_app", 1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_it_forgets_what_a_test_committed(turn: int) -> None:
    assert not Session.objects.exists()
    leave_something()


def test_it_keeps_its_reference_data_when_it_forgets(transactional_db: None, database: Clone) -> None:
    before = _rows()
    assert before["django_content_type"] > 0
    leave_something()
    database.renew()
    assert _rows() == before
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM auth_permission")
    assert _rows() != before
    database.renew()
    assert _rows() == before


@pytest.mark.django_db(transaction=True)
def test_it_gives_processes_the_same_database_and_rights(child_environment: dict[str, str]) -> None:
    leave_something()
    look = (
        "import os, psycopg2; c = psycopg2.connect(os.environ['DATABASE_URL']).cursor();"
        "c.execute('SELECT current_user, count(*) FROM django_session'); print(c.fetchone())"
    )
    done = subprocess.run(
        [sys.executable, "-c", look], env=child_environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "('mash_app', 1)"


def test_it_names_its_template_after_the_code() -> None:
    assert state_of_the_code() == state_of_the_code()


def test_it_cannot_leave_the_machine() -> None:
    with pytest.raises(TheNetworkIsClosed):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_it_has_a_real_broker(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("a", "b")


def test_it_has_a_real_mail_server_that_can_refuse(smtp_sink: Sink) -> None:
    send_mail("First", "Something is waiting.", "front-door@merebrook.example", ["teacher@school.example"])
    assert [message["Subject"] for message in smtp_sink.messages] == ["First"]
    smtp_sink.answer = "451 try again later"
    with pytest.raises(OSError, match="try again later"):
        send_mail("Second", "Something is waiting.", "front-door@merebrook.example", ["teacher@school.example"])


def _rows() -> dict[str, int]:
    """How many rows each table holds, as its owner sees them."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        tables = connection.introspection.table_names(cursor)
        found = {}
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
            found[table] = cursor.fetchone()[0]
        cursor.execute("SET ROLE mash_app")
    return found
