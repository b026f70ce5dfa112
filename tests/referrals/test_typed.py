"""What is typed on a page of a draft and not saved: for its owner alone, and not a moment longer than it must be."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.services import people
from accounts.services import rights as account_rights
from mash.access.models import HeldPost
from mash.audit.models import Event
from referrals.models import Draft, TypedPage
from referrals.services import drafts, typed
from tests.cast import a_submission

ClientFor = Callable[[User], Client]
WORDS = "Zebediah hid, ليلى 👧🏽 “again”"
BOXES = {"works_well": {"now": [WORDS], "was": "1a"}}
AUTOMATIC = {"X-Automatic": "1"}


@pytest.fixture
def draft(tess: User) -> Draft:
    return drafts.start(by=tess)


def page_of(draft: Draft, page: str = "wider/") -> str:
    return f"/drafts/{draft.token}/{page}"


def look(client: Client, draft: Draft, page: str | None = None) -> Any:
    query = {"page": page_of(draft) if page is None else page}
    return client.get(page_of(draft, "typed/"), query, headers=AUTOMATIC)


def type_in(
    client: Client, draft: Draft, boxes: Any = BOXES, page: str | None = None, opening: str = ""
) -> HttpResponse:
    address = page_of(draft, "typed/") + "?page=" + (page_of(draft) if page is None else page)
    body = boxes if isinstance(boxes, bytes) else json.dumps({"boxes": boxes}).encode()
    headers = {**AUTOMATIC, "X-CSRFToken": opening}
    return client.post(address, body, content_type="text/plain", headers=headers)


def test_it_puts_back_what_was_typed_on_that_page_alone(draft: Draft, tess: User, client_for: ClientFor) -> None:
    client = client_for(tess)
    assert look(client, draft).status_code == 204
    assert type_in(client, draft).status_code == 204
    assert look(client_for(tess), draft).json() == {"boxes": BOXES}
    assert look(client, draft, page_of(draft, "you/")).status_code == 204
    before, draft = draft, Draft.objects.get()
    assert (draft.data, draft.saved_at) == ({}, before.saved_at), "the draft is as it was"
    assert WORDS not in str(list(Event.objects.values()))


@pytest.mark.parametrize("who", ["leo", "pat", "amira"])
def test_it_is_nobody_elses(draft: Draft, tess: User, client_for: ClientFor, request, who: str) -> None:
    type_in(client_for(tess), draft)
    other = client_for(request.getfixturevalue(who))
    assert look(other, draft).status_code == 404
    assert type_in(other, draft, {}).status_code == 404
    assert typed.typed_on(by=tess, draft=draft, page=page_of(draft)) == BOXES
    assert typed.typed_on(by=request.getfixturevalue(who), draft=draft, page=page_of(draft)) == {}


def test_it_is_gone_once_a_colleague_has_taken_over(draft: Draft, tess: User, leo: User, client_for: ClientFor) -> None:
    type_in(client_for(tess), draft, {"category": {"now": ["allegation_against_worker"], "was": "1"}})
    drafts.take_over(by=leo, draft=draft, reason="Tess is ill")
    assert not TypedPage.objects.exists()
    assert look(client_for(leo), draft).status_code == 204
    typed.keep(by=tess, draft=draft, page=page_of(draft), opening="", boxes=BOXES)
    assert not TypedPage.objects.exists(), "what her open page sends off later is not kept either"


def test_it_is_gone_once_its_owner_has_left(draft: Draft, tess: User, leo: User, client_for: ClientFor) -> None:
    type_in(client_for(tess), draft)
    people.let_go(by=leo, person=tess, seen=account_rights.mark(tess, people.FIELDS), to=leo)
    assert Draft.objects.get().owner == leo
    assert not TypedPage.objects.exists()


def test_it_is_gone_once_the_draft_is_sent_or_erased(draft: Draft, tess: User, client_for: ClientFor) -> None:
    client, other = client_for(tess), drafts.start(by=tess)
    type_in(client, draft)
    type_in(client, other)
    drafts.send(by=tess, draft=draft, submission=a_submission())
    assert TypedPage.objects.get().draft == other
    assert type_in(client, draft).status_code == 204
    drafts.discard(draft=other)
    assert not TypedPage.objects.exists()


def test_it_is_gone_once_its_page_is_saved_whatever_arrives_late(
    draft: Draft, tess: User, client_for: ClientFor
) -> None:
    client = client_for(tess)
    opening, later = "a" * 64, "b" * 64
    type_in(client, draft, opening=opening)
    type_in(client, draft, page=page_of(draft, "you/"))
    assert client.post(page_of(draft), {"works_well": "Gran", "csrfmiddlewaretoken": opening}).status_code == 302
    assert look(client, draft).status_code == 204
    assert look(client, draft, page_of(draft, "you/")).status_code == 200
    assert type_in(client, draft, opening=opening).status_code == 204
    assert look(client, draft).status_code == 204, "it was typed before the page was saved"
    type_in(client, draft, opening=later)
    assert look(client, draft).status_code == 200
    assert opening not in str(list(TypedPage.objects.values()))


def test_it_stays_when_its_page_is_refused(draft: Draft, tess: User, client_for: ClientFor) -> None:
    client, page = client_for(tess), page_of(draft, "children/add/")
    type_in(client, draft, page=page)
    assert client.post(page, {"given_name": "Ada", "age_kind": "born"}).status_code == 200
    assert look(client, draft, page).json() == {"boxes": BOXES}


@pytest.mark.parametrize(
    "page",
    ["", "/", "/queue/", "check/", "discard/", "typed/", "no-such/", "other", "children/" + "a" * 300 + "/"],
)
def test_it_keeps_nothing_for_what_is_no_page_to_type_on(
    draft: Draft, tess: User, client_for: ClientFor, page: str
) -> None:
    page = page if page.startswith("/") else page_of(draft, page)
    page = page_of(drafts.start(by=tess)) if page.endswith("other") else page
    assert type_in(client_for(tess), draft, page=page).status_code == 400
    assert look(client_for(tess), draft, page).status_code == 400
    assert not TypedPage.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"null",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b'{"boxes": {"a": {"now": ["\\ud800"], "was": ""}}}',
        b'{"boxes": {"a": {"now": ["\\u0000"], "was": ""}}}',
        b'{"boxes": {"a": {"now": [1], "was": ""}}}',
        b'{"boxes": {"a": {"now": "x", "was": ""}}}',
        b'{"boxes": {"a": {"now": [], "was": "", "more": 1}}}',
        {"a" * 101: {"now": [], "was": ""}},
        {str(n): {"now": [], "was": ""} for n in range(301)},
        {"a": {"now": ["x" * 200_000], "was": ""}},
    ],
    ids=range(13),
)
def test_it_refuses_what_no_page_sends(draft: Draft, tess: User, client_for: ClientFor, sent: Any) -> None:
    assert type_in(client_for(tess), draft, sent).status_code == 400
    assert not TypedPage.objects.exists()


def test_it_keeps_so_many_pages_of_one_draft(draft: Draft, tess: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typed, "MOST_PAGES", 3)
    for n in range(5):
        typed.keep(by=tess, draft=draft, page=f"/{n}/", opening="", boxes=BOXES)
    assert sorted(TypedPage.objects.values_list("page", flat=True)) == ["/2/", "/3/", "/4/"]


def test_it_keeps_no_session_alive_and_holds_nothing_once_it_ended(
    draft: Draft, tess: User, client_for: ClientFor
) -> None:
    client = client_for(tess)
    client.get(page_of(draft))
    for minutes, status in ((50, 204), (61, 302)):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=True):
            assert type_in(client, draft).status_code == status
    assert not HeldPost.objects.exists()


def test_it_goes_with_the_draft_and_is_written_down_as_a_reading_of_it(
    draft: Draft, tess: User, client_for: ClientFor
) -> None:
    client = client_for(tess)
    assert look(client, draft).status_code == 204
    assert not Event.objects.filter(what="read:draft_typed").exists(), "nothing was shown"
    type_in(client, draft)
    look(client, draft)
    assert Event.objects.filter(what="read:draft_typed").count() == 1
