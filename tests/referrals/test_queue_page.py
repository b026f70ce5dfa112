"""The shared queue as its readers see it."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from mash.audit.models import Event
from referrals.choices import Lane, Stage, Way
from referrals.models import Referral
from referrals.selectors import queue as selectors
from referrals.selectors.queue import Wanted
from referrals.services import decisions, queue, submitting
from referrals.services.decisions import Judgement
from referrals.submission import Address
from tests.cast import a_child, a_concern, a_submission

MOST_STATEMENTS = 9
ClientFor = Callable[[User], Client]


def send(by: User, *codes: str, home: int = 1, name: str = "Ada", **changes: Any) -> Referral:
    child = a_child(given_name=name, address=Address(line1=f"{home} Mill Lane", postcode="CH41 1AA"))
    concern = a_concern(*codes, category=changes.pop("category", "neglect"))
    return submitting.submit(by=by, submission=a_submission(children=(child,), concerns=(concern,), **changes))


def many(by: User, number: int, *codes: str) -> list[Referral]:
    return [send(by, *codes, home=100 + n, name=f"Child{n}") for n in range(number)]


def names(html: str) -> list[str]:
    """The children of the rows, from the top."""
    return re.findall(r'<th scope="row"><a [^>]*>(\w+) Byrne', html)


@pytest.fixture
def page(client_for: ClientFor) -> Callable[..., str]:
    def got(user: User, query: str = "") -> str:
        response = client_for(user).get(f"/queue/{query}")
        assert response.status_code == 200
        return response.content.decode()

    return got


def test_it_shows_the_worst_first_then_the_soonest_due(page: Callable[..., str], tess: User, amira: User) -> None:
    send(tess, "D05", home=1, name="Two")
    send(tess, "D19", home=2, name="Four")
    send(tess, "D05", home=3, name="Danger", immediate_danger=True)
    later = send(tess, "D19", home=4, name="Sooner")
    send(tess, home=5, name="Unknown")
    sooner = later.decision_due_at - timedelta(hours=1)
    assert names(page(amira)) == ["Danger", "Four", "Sooner", "Unknown", "Two"]
    assert sooner < later.decision_due_at


def test_it_says_who_how_many_how_bad_how_long_and_with_whom(
    page: Callable[..., str], tess: User, amira: User, ben: User
) -> None:
    children = (
        a_child(),
        a_child(given_name="Bo", birth_date=date(2012, 2, 3)),
        a_child(given_name="Cy", birth_date=None),
    )
    sent = submitting.submit(by=tess, submission=a_submission(children=children, immediate_danger=True))
    queue.claim(by=ben, referral=sent)
    html = page(amira)
    for words in ("and 2 siblings", "age not known", "Physical abuse", "Mill Lane Primary", "Level 4", "Danger now"):
        assert words in html
    for words in ("Being looked at", "Ben Example", "Due by the end of", "look at once"):
        assert words in html


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Four", "Unknown", "Two"]),
        ("?lane=gateway", ["Two"]),
        ("?lane=allegations", []),
        ("?level=4", ["Four"]),
        ("?level=none", ["Unknown"]),
        ("?mine=yes", ["Two"]),
        ("?overdue=yes", ["Four"]),
        ("?waiting=yes", ["Four", "Unknown"]),
        ("?lane=gateway&level=4", []),
        ("?lane=nowhere&level=9&mine=perhaps&overdue=&after=%00", ["Four", "Unknown", "Two"]),
    ],
)
def test_it_keeps_filters_in_the_address(
    page: Callable[..., str], tess: User, pat: User, amira: User, query: str, expected: list[str]
) -> None:
    late = timezone.now() - timedelta(days=9)
    four, unknown, two = (
        send(tess, "D19", home=1, name="Four"),
        send(tess, home=2, name="Unknown"),
        send(tess, "D05", home=3, name="Two"),
    )
    queue.claim(by=amira, referral=two)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
        Referral.objects.filter(pk=four.pk).update(decision_due_at=late)
        cursor.execute("SET LOCAL ROLE mash_app")
    assert names(page(amira, query)) == expected, unknown


def test_it_counts_only_what_the_reader_may_see(page: Callable[..., str], tess: User, amira: User, ben: User) -> None:
    many(tess, 3, "D05")
    hidden = send(tess, "D05", home=9, name="Hidden")
    own = send(tess, "D05", home=10, name="Cousin")
    Referral.objects.filter(pk=hidden.pk).update(restricted=True)
    Referral.objects.filter(pk=own.pk).update(barred=[amira.pk])
    assert "Gateway (3)" in page(amira) and "All (3)" in page(amira)
    assert "Gateway (5)" in page(ben)
    assert "Hidden" not in page(amira) and "Cousin" not in page(amira)


def test_it_shows_each_service_its_own_and_the_officer_allegations(
    page: Callable[..., str], tess: User, gita: User, cleo: User, lara: User, amira: User
) -> None:
    send(tess, "D05", home=1, name="Gate")
    send(tess, "D19", home=2, name="Harm")
    send(tess, "D19", home=3, name="Worker", category="allegation_against_worker")
    assert [names(page(user)) for user in (gita, cleo, lara, amira)] == [
        ["Gate"],
        ["Harm"],
        ["Worker"],
        ["Harm", "Gate"],
    ]
    assert "Allegations" in page(lara) and "Allegations" not in page(amira)


def test_it_is_closed_to_partners_and_does_not_let_services_take(
    client_for: ClientFor, tess: User, gita: User, cleo: User, otto: User
) -> None:
    assert [client_for(user).get("/queue/").status_code for user in (tess, otto)] == [403, 403]
    assert [client_for(user).post("/queue/take/").status_code for user in (tess, gita, cleo)] == [403, 403, 403]
    assert "Take the next" not in client_for(gita).get("/queue/").content.decode()


def statements(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(address).status_code == 200
    return [one["sql"] for one in caught.captured_queries]


def test_it_costs_the_same_at_any_length(client_for: ClientFor, tess: User, amira: User) -> None:
    client = client_for(amira)
    many(tess, 1, "D05")
    short = statements(client, "/queue/")
    many(tess, 50, "D19")
    long = statements(client, "/queue/")
    assert len(short) == len(long) <= MOST_STATEMENTS, "\n".join(long)


def test_it_walks_the_whole_queue_page_by_page_and_sees_each_once(tess: User, amira: User) -> None:
    sent = many(tess, 30, "D05") + [send(tess, "D19", home=500 + n, name="X") for n in range(25)]
    seen: list[int] = []
    wanted = Wanted()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(selectors, "SIZE", 10)
        while True:
            got = selectors.page(amira, wanted)
            seen += got.ids
            if not got.later:
                break
            cursor = got.later.partition("after=")[2]
            wanted = Wanted(after=cursor)
    assert sorted(seen) == sorted(row.pk for row in sent) and len(seen) == len(set(seen))
    assert seen == list(selectors.open_work(amira).values_list("pk", flat=True))


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%00",
        "é",
        "AAAA",
        "MS4y",
        "MS4yLjM=" * 90,
        "LTEuMC4w",
        "OTk5OTk5OTk5OTk5OTk5OTkuMC4w",
        "MS45OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5LjE",
    ],
)
def test_it_takes_garbage_for_the_first_page(page: Callable[..., str], tess: User, amira: User, cursor: str) -> None:
    send(tess, "D05")
    assert names(page(amira, f"?after={cursor}")) == ["Ada"]


def plan_of(user: User, wanted: Wanted) -> str:
    rows = selectors.open_work(user)
    rows = selectors.after(rows.filter(lane=wanted.lane) if wanted.lane else rows, wanted.after)[:51]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; ANALYZE referrals_referral")
        return rows.explain()


def test_it_reads_the_queue_from_its_index_in_order(tess: User, amira: User, gita: User, ben: User) -> None:
    sent = many(tess, 40, "D05")
    cursor = selectors.cursor_of(sent[20])
    for user in (amira, ben, gita):
        for wanted in (Wanted(), Wanted(after=cursor)):
            plan = plan_of(user, wanted)
            assert "Index Scan using referral_queue on" in plan and "Sort" not in plan, plan
        for wanted in (Wanted(lane=Lane.GATEWAY), Wanted(lane=Lane.GATEWAY, after=cursor)):
            plan = plan_of(user, wanted)
            assert "Index Scan using referral_queue_by_lane on" in plan and "Sort" not in plan, plan
    assert "Index Cond: (ROW(" in plan_of(amira, Wanted(after=cursor)), "the cursor is a place in the index"


def test_it_writes_one_row_for_a_list_with_its_ids(page: Callable[..., str], tess: User, amira: User) -> None:
    sent = many(tess, 3, "D05")
    page(amira)
    event = Event.objects.get(what="list:queue")
    assert (sorted(event.ids), event.actor_id) == (sorted(row.pk for row in sent), amira.pk)


def test_it_takes_the_worst_household_together_and_opens_it(client_for: ClientFor, tess: User, amira: User) -> None:
    send(tess, "D05", home=1, name="Ada")
    worst = send(tess, "D19", home=1, name="Bo")
    other = send(tess, "D05", home=2, name="Cy")
    response = client_for(amira).post("/queue/take/", follow=True)
    assert response.redirect_chain == [(f"/queue/{worst.reference}/", 302)]
    assert "You have taken Bo Byrne, and 1 other referral about the same household." in response.content.decode()
    assert Referral.objects.filter(owner=amira, stage=Stage.IN_TRIAGE).count() == 2
    other.refresh_from_db()
    assert other.stage == Stage.RECEIVED


def test_it_takes_from_the_lane_that_was_asked_for(client_for: ClientFor, tess: User, amira: User) -> None:
    send(tess, "D19", home=1)
    mild = send(tess, "D05", home=2)
    response = client_for(amira).post("/queue/take/", {"lane": "gateway"})
    assert response.headers["Location"] == f"/queue/{mild.reference}/"
    response = client_for(amira).post("/queue/take/", {"lane": "gateway"}, follow=True)
    assert response.redirect_chain == [("/queue/clear/", 302)]
    html = response.content.decode()
    assert "Nothing is waiting in Gateway" in html and "1 waiting in all lanes" in html


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "Nothing is waiting"),
        ("?lane=cadt", "Nothing is waiting in this lane"),
        ("?mine=yes", "Nothing like that is open"),
        ("?after=OTAuMTc5NTI2OTYwMDAwMDAwMC4x", "That was the end of the queue"),
    ],
)
def test_it_says_when_there_is_nothing(page: Callable[..., str], amira: User, query: str, words: str) -> None:
    assert words in page(amira, query)


def test_it_finds_a_referral_however_its_reference_is_typed(
    client_for: ClientFor, referral: Referral, amira: User
) -> None:
    text = referral.reference
    typed = f"{text[:4]}-{text[4:8]} {text[8:12]}-{text[12:]}".lower()
    response = client_for(amira).get("/queue/find/", {"reference": typed})
    assert response.headers["Location"] == f"/queue/{text}/"
    assert "16 letters and numbers" in client_for(amira).get("/queue/find/?reference=12").content.decode()


def test_it_heads_a_row_with_the_child_who_waits(
    page: Callable[..., str], siblings: Referral, amira: User, ben: User
) -> None:
    queue.claim(by=ben, referral=siblings)
    ada = siblings.subjects.get(given_name="Ada")
    judged = Judgement(way=Way.CADT, level=4, words="CADT acts.", agreement="not_sought")
    decisions.decide(by=ben, subject=ada, judgement=judged)
    html = page(amira)
    assert names(html) == ["Bo"]
    assert "and 1 sibling (7: decided)" in html


def test_it_keeps_the_age_after_a_right_to_left_name(page: Callable[..., str], tess: User, amira: User) -> None:
    child = a_child(given_name="Omar", family_name="ليلى العربية")
    submitting.submit(by=tess, submission=a_submission(children=(child,)))
    assert "\u2068Omar ليلى العربية\u2069, 7" in page(amira)


def test_its_four_numbers_lead_to_what_they_count(page: Callable[..., str], tess: User, amira: User) -> None:
    many(tess, 2, "D05")
    links = re.findall(r'app-figure__link" href="([^"]+)"><span class="app-figure__number">(\d+)', page(amira))
    assert links == [
        ("/queue/?overdue=yes", "0"),
        ("/queue/?waiting=yes", "2"),
        ("/queue/?mine=yes", "0"),
        ("/queue/", "2"),
    ]
    assert [len(names(page(amira, link.removeprefix("/queue/")))) for link, _ in links] == [0, 2, 0, 2]
