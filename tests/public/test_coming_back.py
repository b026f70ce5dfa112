"""Coming back with a receipt code."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from mash.audit.models import Event
from mash.outbox import words
from mash.outbox.models import Message
from referrals import codes
from referrals.choices import Way
from referrals.models import Amendment, Opening, Receipt
from referrals.services import amending, cases, decisions, queue
from referrals.services.decisions import Judgement
from tests.public.posts import send

pytestmark = pytest.mark.django_db
NEWS = "/come-back/news/"


def come_back(client: Client, code: str, **extra: Any) -> Any:
    return client.post("/come-back/", {"code": code}, **extra)


def news(client: Client) -> str:
    return client.get(NEWS).content.decode()


def test_it_keeps_only_a_digest_of_the_code(client: Client) -> None:
    _, code = send(client, "anonymous")
    bare = code.replace("-", "")
    assert len(bare) == 17
    row = Receipt.objects.values().get()
    assert bare not in str(row)
    assert row["digest"] == codes.digest(bare)


@pytest.mark.parametrize("typed", [str, str.lower, lambda code: code.replace("-", " "), lambda code: f" {code} "])
def test_it_opens_for_the_code_however_it_is_typed(client: Client, typed: Any) -> None:
    _, code = send(client, "anonymous")
    assert come_back(client, typed(code)).headers["Location"] == NEWS
    assert "We have what you sent" in news(client)
    assert Event.objects.get(what="came_back").actor_label == "A member of the public"


@pytest.mark.parametrize("wrong", ["", "ABC", "ABCD-EFGH-JKMN-PQRST", "0" * 17, "💥" * 17, "0" * 16])
def test_it_says_what_is_wrong_with_a_code(client: Client, wrong: str) -> None:
    send(client, "anonymous")
    response = come_back(client, wrong)
    assert response.status_code == 200
    assert "There is a problem" in response.content.decode()
    assert client.get(NEWS).headers["Location"] == "/come-back/"


def test_it_opens_nothing_with_a_cookie_that_is_not_ours_or_older_than_half_an_hour(client: Client) -> None:
    _, code = send(client, "anonymous")
    come_back(client, code)
    cookie = client.cookies["came_back"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"]) == (
        True,
        "Strict",
        "/come-back/",
        "",
    )
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert client.get(NEWS).status_code == 302
    client.cookies["came_back"] = str(Receipt.objects.get().pk)
    assert client.get(NEWS).status_code == 302


def test_it_closes_what_was_opened_for_whoever_leaves_at_once(client: Client, settings: Any) -> None:
    settings.EXIT_ADDRESS = "https://weather.example/"
    _, code = send(client, "anonymous")
    come_back(client, code)
    assert news(client).count('href="/come-back/leave/"') == 2
    response = client.get("/come-back/leave/")
    assert (response.status_code, response.headers["Location"]) == (302, "https://weather.example/")
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert client.get(NEWS).headers["Location"] == "/come-back/"


def test_it_adds_what_is_new_once_and_tells_whoever_has_it(client: Client, amira: User) -> None:
    referral, code = send(client, "anonymous")
    queue.claim(by=amira, referral=referral)
    come_back(client, code)
    for _ in range(2):
        assert client.post(NEWS, {"story": "She has a new bruise."}).status_code == 302
    added = Amendment.objects.get()
    assert (added.should_be, added.by, added.api_key) == ("She has a new bruise.", None, None)
    assert Message.objects.get().recipient_user == amira
    page = news(client)
    assert "You added more" in page
    assert "a person will read what you added" in page
    amending.answer(by=amira, amendment=added)
    assert "a person has read what you added" in news(client)


def test_it_asks_for_words_before_it_adds(client: Client) -> None:
    _, code = send(client, "anonymous")
    come_back(client, code)
    assert "Write what you want to add" in client.post(NEWS, {"story": " "}).content.decode()
    assert not Amendment.objects.exists()


def test_it_tells_that_somebody_looked_and_that_it_ended_and_nothing_else(client: Client, ben: User) -> None:
    referral, code = send(client, "withheld")
    come_back(client, code)
    assert "A person will look at it" in news(client)
    queue.claim(by=ben, referral=referral)
    assert "A person has looked at it" in news(client)
    written = "A family worker will call on Tuesday."
    judgement = Judgement(way=Way.GATEWAY, level=3, words=written, agreement="given", reason="Seen.")
    decisions.decide(by=ben, subject=referral.subjects.get(), judgement=judgement)
    page = news(client)
    assert "has ended" not in page
    for secret in (written, ben.name, "Gateway", "Level", "Ada", referral.reference, "alone each night"):
        assert secret not in page.partition("<main")[2], secret


def test_it_says_so_when_nobody_has_looked_in_time(client: Client) -> None:
    referral, code = send(client, "anonymous")
    with time_machine.travel(referral.decision_due_at + timedelta(minutes=1)):
        come_back(client, code)
        page = news(client)
    assert "We are late, and we are sorry" in page and "will decide what to do by" not in page


def test_it_says_when_it_has_ended(client: Client, ben: User, gus: User) -> None:
    referral, code = send(client, "anonymous")
    queue.claim(by=ben, referral=referral)
    judgement = Judgement(way=Way.GATEWAY, level=3, words="We help.", agreement="given", reason="Seen.")
    decisions.decide(by=ben, subject=referral.subjects.get(), judgement=judgement)
    case = referral.subjects.get().cases.get()
    cases.accept(by=gus, case=case)
    case.refresh_from_db()
    cases.close(by=gus, case=case, reason="needs_met", note="", words="It went well.")
    come_back(client, code)
    assert "Our work on it has ended" in news(client)


def test_it_closes_when_asked(client: Client) -> None:
    _, code = send(client, "anonymous")
    come_back(client, code)
    assert "This is closed now" in client.post("/come-back/leave/").content.decode()
    assert client.get(NEWS).status_code == 302


def test_it_stays_closed_for_whoever_copied_the_cookie(client: Client) -> None:
    _, code = send(client, "anonymous")
    come_back(client, code)
    other, copied = Client(), client.cookies["came_back"].value
    come_back(other, code)
    client.post("/come-back/leave/")
    client.cookies["came_back"] = copied
    assert client.get(NEWS).headers["Location"] == "/come-back/"
    assert "We have what you sent" in news(other), "another browser that typed the code stays open"
    assert Opening.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        come_back(client, code)
    assert Opening.objects.count() == 1, "what is over is erased"


def test_it_leads_the_mail_of_an_open_referrer_to_the_page_for_the_code(client: Client) -> None:
    send(client, "open")
    said = words.of(Message.objects.get()).body
    assert "/come-back/" in said
    assert "code that we gave you" in said
    assert "sign in" not in said
    assert not {"Ada", "Pam", "Byrne"} & set(said.split())
