"""The referrer's own list and pages: what became of it, and never the hub's own work."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from mash.audit.models import Event
from mash.govuk.moments import deadline_words
from referrals.models import Case, Outcome, Reading, Referral
from referrals.services import cases, decisions, drafts, queue, restricting, submitting
from referrals.services.decisions import Judgement
from tests.cast import a_child, a_concern, a_submission

INNER = "The health visitor told us about the father's conviction."
TOLD = "CADT will see Ada today."


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def judge(**changes: Any) -> Judgement:
    return Judgement(
        **{"way": "cadt", "level": 4, "words": TOLD, "agreement": "not_sought", "reason": INNER, **changes}
    )


@pytest.fixture
def decided(referral: Referral, ben: User) -> Referral:
    queue.claim(by=ben, referral=referral)
    decisions.decide(by=ben, subject=referral.subjects.get(), judgement=judge())
    return referral


@pytest.fixture
def browser(tess: User, client_for: Callable[[User], Client]) -> Client:
    return client_for(tess)


def page_of(browser: Client, referral: Referral) -> str:
    return words(browser.get(f"/referrals/{referral.reference}/"))


def test_it_says_where_each_child_stands_at_every_step(
    referral: Referral, browser: Client, ben: User, cleo: User, carl: User
) -> None:
    steps = [page_of(browser, referral)]
    queue.claim(by=ben, referral=referral)
    steps.append(page_of(browser, referral))
    decisions.decide(by=ben, subject=referral.subjects.get(), judgement=judge())
    steps.append(page_of(browser, referral))
    cases.accept(by=cleo, case=Case.objects.get())
    steps.append(page_of(browser, referral))
    cases.close(by=carl, case=Case.objects.get(), reason="needs_met", words="Ada is safe.", note=INNER)
    steps.append(page_of(browser, referral))
    expected = ["Waiting to be read", "Being looked at", "Sent to CADT", "CADT is helping", "Work has ended"]
    assert [wanted in page for wanted, page in zip(expected, steps, strict=True)] == [True] * 5
    assert "Ada is safe." in steps[-1] and not any(INNER in page for page in steps)


def test_it_says_that_a_returned_child_is_looked_at_again(decided: Referral, browser: Client, cleo: User) -> None:
    cases.hand_back(by=cleo, case=Case.objects.get(), reason=INNER)
    page = page_of(browser, decided)
    assert "Being looked at again" in page and INNER not in page


def test_it_does_not_call_a_decision_one_before_it_is_signed(referral: Referral, browser: Client, amira: User) -> None:
    queue.claim(by=amira, referral=referral)
    decisions.decide(by=amira, subject=referral.subjects.get(), judgement=judge())
    page = page_of(browser, referral)
    assert "Being looked at" in page and TOLD not in page and "second person" not in page


@pytest.mark.parametrize(("way", "shown"), [("advice", "Advice given"), ("no_further_action", "No further action")])
def test_it_says_when_no_service_takes_it_on(tess: User, browser: Client, ben: User, way: str, shown: str) -> None:
    referral = submitting.submit(by=tess, submission=a_submission("D02"))
    queue.claim(by=ben, referral=referral)
    decisions.decide(by=ben, subject=referral.subjects.get(), judgement=judge(way=way, level=1))
    page = page_of(browser, referral)
    assert shown in page and INNER not in page


def test_it_never_shows_the_hubs_assessment(tess: User, pat: User, browser: Client) -> None:
    for _ in range(3):
        submitting.submit(by=pat, submission=a_submission("D05"))
    referral = submitting.submit(by=tess, submission=a_submission("D05"))
    own, hub = referral.subjects.get().submitter_assessment, referral.subjects.get().hub_assessment
    assert own.level != hub.level, "the hub counts earlier referrals, which are other agencies' information"
    for place in ("", "confirmation/"):
        page = words(browser.get(f"/referrals/{referral.reference}/{place}"))
        assert f"Level {hub.level}" not in page and "last 12 months" not in page


def test_it_shows_restricted_work_no_further_than_to_who_sent_it(
    referral: Referral, browser: Client, ben: User, leo: User, client_for: Callable[[User], Client]
) -> None:
    address = f"/referrals/{referral.reference}/"
    assert client_for(leo).get(address).status_code == 200
    restricting.restrict(by=ben, referral=referral, restricted=True, reason="Staff know the family")
    assert client_for(leo).get(address).status_code == 404
    page = browser.get(address)
    assert page.status_code == 200 and "estricted" not in words(page)


def test_it_hides_another_agencys_referral(referral: Referral, pat: User, client_for: Callable[[User], Client]) -> None:
    for place in ("", "confirmation/"):
        assert client_for(pat).get(f"/referrals/{referral.reference}/{place}").status_code == 404
    assert referral.reference[:4] not in words(client_for(pat).get("/referrals/"))


def test_it_hides_a_worry_about_a_colleague_from_the_lead(
    tess: User, leo: User, client_for: Callable[[User], Client]
) -> None:
    concern = a_concern(category="allegation_against_worker")
    referral = submitting.submit(by=tess, submission=a_submission(concerns=(concern,)))
    assert client_for(leo).get(f"/referrals/{referral.reference}/").status_code == 404
    assert client_for(tess).get(f"/referrals/{referral.reference}/").status_code == 200


def test_it_keeps_that_the_news_was_read_and_by_whom(decided: Referral, browser: Client, tess: User) -> None:
    assert "News for you" in words(browser.get("/referrals/"))
    assert "New – Ada Byrne: a decision was made" in page_of(browser, decided)
    assert set(Reading.objects.values_list("user", "how")) == {(tess.pk, "product")}
    assert Reading.objects.count() == Outcome.objects.count() == 2
    assert "New –" not in page_of(browser, decided)
    assert "News for you" not in words(browser.get("/referrals/"))


def test_it_keeps_one_persons_reading_apart_from_anothers(
    decided: Referral, browser: Client, leo: User, client_for: Callable[[User], Client]
) -> None:
    page_of(client_for(leo), decided)
    assert "News for you" in words(browser.get("/referrals/")), "Leo has read it, Tess has not"


def test_it_does_not_count_later_news_as_read_on_the_confirmation_page(decided: Referral, browser: Client) -> None:
    browser.get(f"/referrals/{decided.reference}/confirmation/")
    assert not Reading.objects.exists() and "News for you" in words(browser.get("/referrals/"))


def test_it_calls_a_leads_list_ours_and_marks_only_what_they_sent_as_news_for_them(
    decided: Referral, leo: User, ben: User, browser: Client, client_for: Callable[[User], Client]
) -> None:
    lead = client_for(leo)
    page = lead.get("/referrals/")
    assert words(page).count("Our referrals") == 2 and "Ada Byrne" in words(page) and "News for you" not in words(page)
    assert "My referrals" not in words(page) and ">Referrals</strong>" in words(page)
    assert "My referrals" in words(browser.get("/referrals/"))
    own = submitting.submit(by=leo, submission=a_submission())
    queue.claim(by=ben, referral=own)
    decisions.decide(by=ben, subject=own.subjects.get(), judgement=judge())
    assert words(lead.get("/referrals/")).count("News for you") == 1


def test_it_calls_the_receipt_no_news(referral: Referral, browser: Client) -> None:
    assert "News for you" not in words(browser.get("/referrals/"))


def test_it_reads_back_what_was_sent(referral: Referral, browser: Client) -> None:
    page = page_of(browser, referral)
    assert "A bruise on the upper arm" in page and "asking would raise the risk" in page and "1 Mill Lane" in page
    assert "Change" not in page


def test_it_forgives_how_a_reference_is_written(referral: Referral, browser: Client) -> None:
    assert browser.get(f"/referrals/{referral.reference.lower()}/").status_code == 200


def test_it_lists_drafts_to_continue_and_nobody_elses(
    tess: User, leo: User, browser: Client, client_for: Callable[[User], Client]
) -> None:
    draft = drafts.start(by=tess)
    drafts.put(draft=draft, kind="children", item={"id": "aaaa1111", "given_name": "Ada"})
    assert "Continue: Ada" in words(browser.get("/referrals/"))
    assert "Continue: Ada" not in words(client_for(leo).get("/referrals/"))


def test_it_writes_down_who_was_shown_the_list_and_the_record(referral: Referral, browser: Client, tess: User) -> None:
    browser.get("/referrals/")
    page_of(browser, referral)
    shown = Event.objects.filter(actor_id=tess.pk)
    assert shown.get(what="list:my_referrals").ids == [referral.pk]
    assert shown.get(what="read:my_referral").about_id == referral.pk


def test_it_costs_the_same_at_any_length(tess: User, browser: Client, ben: User) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert browser.get("/referrals/").status_code == 200
        return len(seen)

    def send(number: int) -> None:
        siblings = (a_child(), a_child(given_name="Bo"))
        for _ in range(number):
            sent = submitting.submit(by=tess, submission=a_submission(children=siblings))
            queue.claim(by=ben, referral=sent)
            decisions.decide(by=ben, subject=sent.subjects.all()[0], judgement=judge())

    send(1)
    first = cost()
    send(8)
    assert cost() == first <= 14


def test_it_turns_the_pages_without_losing_any(tess: User, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from referrals.views import following

    monkeypatch.setattr(following, "PAGE_SIZE", 2)
    sent = [submitting.submit(by=tess, submission=a_submission()).pk for _ in range(5)]
    seen: list[int] = []
    place = "/referrals/"
    while place:
        context = browser.get(place).context
        seen += [referral.pk for referral, _children in context["sent"]]
        place = f"/referrals/{context['later']}" if context["later"] else ""
    assert seen == sent[::-1]


def test_it_has_a_page_for_somebody_with_nothing_yet(browser: Client) -> None:
    assert "Nothing sent yet" in words(browser.get("/referrals/?before=abc"))


@pytest.mark.parametrize("somebody", ["amira", "otto", "gita"])
def test_it_is_not_for_people_who_do_not_refer(
    somebody: str, request: pytest.FixtureRequest, client_for: Callable[[User], Client]
) -> None:
    assert client_for(request.getfixturevalue(somebody)).get("/referrals/").status_code == 403


@pytest.mark.parametrize(
    ("due", "shown"),
    [
        (datetime(2026, 11, 24, 0, 0, tzinfo=UTC), "the end of Monday 23 November 2026"),
        (datetime(2026, 6, 23, 23, 0, tzinfo=UTC), "the end of Tuesday 23 June 2026"),
        (datetime(2026, 11, 24, 15, 5, tzinfo=UTC), "Tuesday 24 November 2026 at 3:05pm"),
        (datetime(2026, 11, 24, 12, 0, tzinfo=UTC), "Tuesday 24 November 2026 at midday"),
    ],
)
def test_it_names_the_day_of_a_limit_so_that_it_is_still_true_tomorrow(due: datetime, shown: str) -> None:
    assert deadline_words(due) == shown


def test_it_says_once_what_holds_for_brother_and_sister_and_apart_what_does_not(
    tess: User, ben: User, browser: Client
) -> None:
    names = ("Ada", "Bo", "Cy")
    both = tuple(a_child(given_name=name) for name in names)
    referral = submitting.submit(by=tess, submission=a_submission("D19", children=both))
    queue.claim(by=ben, referral=referral)
    said = dict.fromkeys(referral.subjects.order_by("pk")[:2], judge())
    with time_machine.travel("2035-06-05T09:00:00Z", tick=False):
        decisions.decide_all(by=ben, judgements=said | {referral.subjects.get(given_name="Cy"): judge(words="For Cy.")})
    page = page_of(browser, referral)
    assert "New – Ada Byrne and Bo Byrne: a decision was made" in page and "New – Cy Byrne: a decision was made" in page
    assert page.count(TOLD) == 1 and "New –" not in page_of(browser, referral)


def test_it_says_so_when_the_hub_is_late(
    referral: Referral, tess: User, ben: User, client_for: Callable[[User], Client]
) -> None:
    late = "is late. We are sorry"
    page = page_of(client_for(tess), referral)
    assert "The hub decides by" in page and late not in page
    with time_machine.travel(referral.decision_due_at + timedelta(minutes=1)):
        page = page_of(client_for(tess), referral)
        assert late in page and "The hub decides by" not in page and deadline_words(referral.decision_due_at) in page
        queue.claim(by=ben, referral=referral)
        decisions.decide(by=ben, subject=referral.subjects.get(), judgement=judge())
        assert late not in page_of(client_for(tess), referral)


def test_it_calls_nothing_late_that_was_decided_and_came_back(
    decided: Referral, tess: User, cleo: User, client_for: Callable[[User], Client]
) -> None:
    """The hub kept its day, and gave no other."""
    cases.hand_back(by=cleo, case=Case.objects.get(), reason=INNER)
    with time_machine.travel(decided.decision_due_at + timedelta(minutes=1)):
        page = page_of(client_for(tess), decided)
    assert "The hub is looking at this again" in page
    assert "late" not in page.partition("<main")[2].partition("What we have told you")[0]
    assert "The hub decides by" not in page


def test_it_is_late_for_a_brother_whom_nobody_has_decided_about(
    tess: User, ben: User, cleo: User, client_for: Callable[[User], Client]
) -> None:
    both = tuple(a_child(given_name=name) for name in ("Ada", "Bo"))
    referral = submitting.submit(by=tess, submission=a_submission("D19", children=both))
    queue.claim(by=ben, referral=referral)
    decisions.decide(by=ben, subject=referral.subjects.get(given_name="Ada"), judgement=judge())
    cases.hand_back(by=cleo, case=Case.objects.get(), reason=INNER)
    with time_machine.travel(referral.decision_due_at + timedelta(minutes=1)):
        assert "is late. We are sorry" in page_of(client_for(tess), referral)
