"""Children who came to a service, and what a database says at commit."""

from collections.abc import Callable

import pytest
from django.db import connection

from referrals.choices import Service
from referrals.models import Case
from referrals.services import cases
from tests.referrals.a_case import offered


@pytest.fixture
def to_gateway(tess, ben) -> Case:
    return offered(to=Service.GATEWAY, sender=tess, triage=ben)


@pytest.fixture
def to_cadt(tess, ben) -> Case:
    return offered(to=Service.CADT, sender=tess, triage=ben)


@pytest.fixture
def open_cadt(to_cadt, cleo) -> Case:
    cases.accept(by=cleo, case=to_cadt)
    return to_cadt


@pytest.fixture
def open_gateway(to_gateway, gita) -> Case:
    cases.accept(by=gita, case=to_gateway)
    return to_gateway


@pytest.fixture
def commit() -> Callable[[], None]:
    """Ask the database what it would say at commit."""

    def asked() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    return asked
