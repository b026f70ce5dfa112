"""The mail provider counts what it took, and takes nothing from a carrier that died before it had."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mash.local.processes import wait_until
from mash.performance.chaos import provider
from mash.performance.chaos.provider import Provider, listening

MAIL = "Message-ID: <outbox.1@here.example>\r\nSubject: news\r\n\r\nNews.\r\n"


@pytest.fixture
def office() -> Iterator[Provider]:
    with listening(seed=1) as made:
        yield made


def test_it_counts_each_copy(office: Provider) -> None:
    for _ in range(2):
        with smtplib.SMTP("127.0.0.1", office.port, timeout=10) as talk:
            talk.sendmail("a@here.example", ["b@there.example"], MAIL)
    first, second = office.arrivals["<outbox.1@here.example>"]
    assert first < second


def test_it_keeps_what_it_took_from_a_carrier_that_did_not_hear_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider, "BEFORE", 0)
    monkeypatch.setattr(provider, "AFTER", 60)
    with listening(seed=1) as office:
        with unanswered(office):
            assert wait_until(lambda: bool(office.arrivals), within=10)
        assert len(office.arrivals["<outbox.1@here.example>"]) == 1


def test_it_takes_nothing_from_a_carrier_that_died_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider, "BEFORE", 3)
    with listening(seed=1) as office:
        with unanswered(office):
            pass
        assert not wait_until(lambda: bool(office.arrivals), within=1)


@contextmanager
def unanswered(office: Provider) -> Iterator[None]:
    """All of it was said; the line is cut at the end, before the answer."""
    talk = smtplib.SMTP("127.0.0.1", office.port, timeout=10)
    talk.ehlo()
    talk.mail("a@here.example")
    talk.rcpt("b@there.example")
    talk.docmd("DATA")
    talk.send(MAIL + ".\r\n")
    yield
    talk.close()
