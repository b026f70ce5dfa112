"""The pages of advice: the asker's, their lead's and the hub's; what each may see, and what a list costs."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.policy import Role
from mash.audit.models import Event
from mash.lib.references import grouped
from mash.outbox.models import Message
from referrals.errors import Refused, SomeoneElse
from referrals.models import Consultation, Exchange, Referral
from referrals.selectors import consultations as selectors
from referrals.services import consultations, drafts, submitting
from tests.advice.conftest import WORRY, advise, ask
from tests.cast import a_concern, a_submission

ASKED = {"category": "education", "age_group": "primary", "question": WORRY}


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def browser(tess: User, client_for: Callable[[User], Client]) -> Client:
    return client_for(tess)


@pytest.fixture
def hub_browser(amira: User, client_for: Callable[[User], Client]) -> Client:
    return client_for(amira)


def hub_page(row: Consultation, end: str = "") -> str:
    return f"/advice/waiting/{row.reference}/{end}"


def test_it_asks_and_follows(browser: Client, tess: User) -> None:
    token = browser.get("/advice/ask/").context["form"]["token"].value()
    for _ in range(2):
        assert browser.post("/advice/ask/", {**ASKED, "token": token})["Location"] == "/advice/"
    row = Consultation.objects.get()
    assert (row.asked_by, row.question, row.private) == (tess, WORRY, False)
    page = words(browser.get("/advice/"))
    assert "We have your question" in page and "Waiting for an answer" in page and "We answer by" in page
    assert "It is waiting for us" in words(browser.get(f"/advice/{row.reference}/"))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"category": ""}, "Select what it is mostly about"),
        ({"category": "allegation_against_worker"}, "Do not ask about this here. Tell us instead"),
        ({"age_group": "ancient"}, "Select one of the answers in the list"),
        ({"question": ""}, "Write what you would like advice about"),
        ({"question": "x" * 5001}, "must be 5,000 characters or fewer"),
        ({"call_back_phone": "call me"}, "Enter a phone number, like"),
    ],
)
def test_it_says_what_is_wrong_and_keeps_what_was_typed(browser: Client, changes: dict[str, str], says: str) -> None:
    page = browser.post("/advice/ask/", {**ASKED, "token": "nonsense", **changes})
    assert page.status_code == 200 and says in words(page) and not Consultation.objects.exists()
    assert changes.get("question", WORRY) in words(page)


def test_it_marks_the_answer_until_it_is_read(browser: Client, question: Consultation, ben: User) -> None:
    assert "Answer for you" not in words(browser.get("/advice/"))
    advise(ben, question)
    assert "Answer for you" in words(browser.get("/advice/"))
    page = words(browser.get(f"/advice/{question.reference}/"))
    assert "New – our advice" in page and "Ben Example, registered social worker" in page
    assert "Answer for you" not in words(browser.get("/advice/")) and Message.objects.get().read_at
    assert "New –" not in words(browser.get(f"/advice/{question.reference}/"))


def test_it_says_plainly_that_it_should_be_a_referral_and_begins_it(
    browser: Client, question: Consultation, ben: User
) -> None:
    advise(ben, question, should_refer=True)
    address = f"/advice/{question.reference}/"
    assert "This should be a referral" in words(browser.get(address))
    assert "Please send a referral" in words(browser.get("/advice/"))
    begun = browser.post(f"{address}refer/")["Location"]
    assert begun.endswith("/danger/") and browser.post(f"{address}refer/")["Location"] == begun
    assert "Go on with the referral" in words(browser.get(address))
    referral = submitting.submit(by=question.asked_by, submission=a_submission())
    consultations.close(by=ben, consultation=question, outcome="referral", reference=referral.reference)
    assert "A referral came of this" in words(browser.get(address)) and "Referral sent" in words(
        browser.get("/advice/")
    )


def test_it_lets_the_asker_add_and_end(browser: Client, question: Consultation, ben: User) -> None:
    address = f"/advice/{question.reference}/"
    assert "Write what you would like to add" in words(browser.post(address, {"text": ""}))
    assert browser.post(address, {"text": "It is worse."}).status_code == 302
    assert Exchange.objects.get().text == "It is worse." and "It is worse." in words(browser.get(address))
    advise(ben, question)
    assert browser.post(f"{address}done/")["Location"] == "/advice/"
    page = browser.post(address, {"text": "One more thing."})
    assert "Please ask again as a new question" in words(page)


def test_it_shows_a_lead_what_colleagues_asked_unless_it_is_kept_from_them(
    question: Consultation, tess: User, leo: User, pat: User, client_for: Callable[[User], Client]
) -> None:
    private = ask(tess, private=True)
    lead = client_for(leo)
    assert "Tess Example" in words(lead.get("/advice/"))
    assert "A question of Tess Example" in words(lead.get(f"/advice/{question.reference}/"))
    for row, client in ((private, lead), (question, client_for(pat))):
        for end in ("", "refer/", "done/"):
            assert client.post(f"/advice/{row.reference}/{end}").status_code == 404
    assert "Tess" not in words(client_for(pat).get("/advice/"))


def test_it_keeps_the_two_sides_apart(question: Consultation, browser: Client, hub_browser: Client) -> None:
    assert browser.get(hub_page(question)).status_code == browser.get("/advice/waiting/").status_code == 403
    assert browser.post(hub_page(question, "take/")).status_code == 403
    assert hub_browser.get(f"/advice/{question.reference}/").status_code == 403
    assert hub_browser.get("/advice/ask/").status_code == hub_browser.get("/advice/").status_code == 403


@pytest.mark.parametrize("somebody", ["gita", "cleo", "lara", "otto", "polly"])
def test_it_is_closed_to_everybody_who_neither_asks_nor_advises(
    somebody: str, request: pytest.FixtureRequest, question: Consultation, client_for: Callable[[User], Client]
) -> None:
    client = client_for(request.getfixturevalue(somebody))
    assert client.get(hub_page(question)).status_code == client.get(f"/advice/{question.reference}/").status_code == 404


def test_it_lists_what_waits_by_when_it_is_due(tess: User, pat: User, hub_browser: Client) -> None:
    now = timezone.now()
    for days, by in ((1, pat), (9, tess), (4, tess)):
        with time_machine.travel(now - timedelta(days=days)):
            ask(by)
    rows = hub_browser.get("/advice/waiting/").context["listing"].rows
    assert [row.due_at for row in rows] == sorted(row.due_at for row in rows)
    assert "Overdue by" in words(hub_browser.get("/advice/waiting/"))


def test_it_takes_answers_and_tells_the_asker(
    question: Consultation, hub_browser: Client, ben: User, client_for: Callable[[User], Client]
) -> None:
    ask_back = words(hub_browser.get(hub_page(question)))
    assert WORRY in ask_back and "I am answering this" in ask_back
    assert "It is with you" in words(hub_browser.post(hub_page(question, "take/"), {"holder": ""}, follow=True))
    manager = client_for(ben)
    assert "Amira Example has had it since" in words(manager.get(hub_page(question)))
    assert "Amira Example has had this question" in words(
        manager.post(hub_page(question, "take/"), {"holder": ""}, follow=True)
    )
    answer = {"text": "Meet the parents.", "then": "advice", "seen": "0"}
    assert "is told that there is an answer" in words(hub_browser.post(hub_page(question), answer, follow=True))
    assert Exchange.objects.get().text == "Meet the parents."
    page = words(hub_browser.get(hub_page(question)))
    assert "They have not read it yet." in page
    assert "Mill Lane Primary" in words(hub_browser.get("/advice/waiting/?show=answered"))


def test_it_tells_the_second_of_two_who_was_first_and_keeps_their_words(
    question: Consultation, hub_browser: Client, ben: User, client_for: Callable[[User], Client]
) -> None:
    first, second = hub_browser, client_for(ben)
    seen = [client.get(hub_page(question)).context["form"]["seen"].value() for client in (first, second)]
    first.post(hub_page(question), {"text": "Meet the parents.", "then": "advice", "seen": seen[0]})
    late = second.post(hub_page(question), {"text": "Send it to us.", "then": "refer", "seen": seen[1]})
    assert late.status_code == 200 and "Amira Example answered this" in words(late)
    assert "Send it to us." in words(late) and "Meet the parents." in words(late)
    assert Exchange.objects.count() == 1
    again = {"text": "Send it to us.", "then": "refer", "seen": late.context["form"]["seen"].value()}
    assert second.post(hub_page(question), again).status_code == 302 and Exchange.objects.count() == 2


def test_it_shows_what_was_typed_to_somebody_who_was_too_late_to_take_it(
    question: Consultation, hub_browser: Client, ben: User
) -> None:
    consultations.take(by=ben, consultation=question, holder=None)
    late = hub_browser.post(hub_page(question), {"text": "Meet the parents.", "then": "advice", "seen": "0"})
    assert "Ben Example has had this question" in words(late) and "Meet the parents." in words(late)
    assert "Take it over" in words(late) and not Exchange.objects.exists()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"text": "", "then": "advice"}, "Write your advice"),
        ({"text": "Meet them.", "then": ""}, "Select what they should do"),
        ({"text": "Meet them.", "then": "x", "seen": "²"}, "Select one of the answers in the list"),
    ],
)
def test_it_needs_both_the_words_and_what_to_do(
    question: Consultation, hub_browser: Client, typed: dict[str, str], says: str
) -> None:
    assert says in words(hub_browser.post(hub_page(question), typed)) and not Exchange.objects.exists()


def test_it_ends_a_question_with_what_came_of_it(
    question: Consultation, hub_browser: Client, ben: User, tess: User
) -> None:
    advise(ben, question, should_refer=True)
    assert "Nothing begun" in words(hub_browser.get("/advice/waiting/?show=advised"))
    page = hub_page(question, "close/")
    assert "Say why no referral has come of it" in words(hub_browser.post(page, {"outcome": "referral"}))
    assert "16 letters and numbers" in words(hub_browser.post(page, {"outcome": "referral", "reference": "ABC"}))
    referral = submitting.submit(by=tess, submission=a_submission())
    typed = {"outcome": "referral", "reference": referral.reference.lower()}
    assert hub_browser.post(page, typed)["Location"] == "/advice/waiting/"
    assert "Everybody has sent what we advised" in words(hub_browser.get("/advice/waiting/?show=advised"))
    assert "A referral has come of this" in words(hub_browser.get(hub_page(question)))
    assert "ended this" in words(hub_browser.post(page, typed))


def test_it_writes_down_who_was_shown_what(question: Consultation, hub_browser: Client, amira: User) -> None:
    hub_browser.get("/advice/waiting/")
    hub_browser.get(hub_page(question))
    shown = Event.objects.filter(actor_id=amira.pk)
    assert shown.get(what="list:advice_waiting").ids == [question.pk]
    assert shown.get(what="read:question").about_id == question.pk


def came_as_allegation(question: Consultation, tess: User) -> Referral:
    draft = consultations.begin_referral(by=tess, consultation=question)
    draft.refresh_from_db()
    worry = a_concern("D19", category="allegation_against_worker")
    return drafts.send(by=tess, draft=draft, submission=a_submission(concerns=(worry,)))


def test_it_tells_only_its_sender_that_an_allegation_came_of_it(
    question: Consultation, browser: Client, hub_browser: Client, tess: User, ben: User, leo: User, client_for: Any
) -> None:
    advise(ben, question, should_refer=True)
    draft = consultations.begin_referral(by=tess, consultation=question)
    pages = ("/advice/waiting/?show=advised", "/advice/waiting/", hub_page(question), hub_page(question, "close/"))
    Consultation.objects.update(private=True)
    before = [words(hub_browser.get(page)) for page in pages]
    Consultation.objects.update(private=False)
    referral = came_as_allegation(question, tess)
    after = [words(hub_browser.get(page)) for page in pages]
    assert [bare(page) for page in after] == [bare(page) for page in before], "as though nothing had been sent"
    assert "Begun, not sent" in after[0] and draft.owner == tess
    lead = client_for(leo)
    assert lead.get(f"/advice/{question.reference}/").status_code == 404
    assert "Tess" not in words(lead.get("/advice/"))
    assert "Referral sent" in words(browser.get("/advice/"))
    assert f"/referrals/{referral.reference}/" in words(browser.get(f"/advice/{question.reference}/"))


def test_it_lets_the_hub_end_it_as_though_no_allegation_had_come(
    question: Consultation, hub_browser: Client, tess: User, ben: User
) -> None:
    advise(ben, question, should_refer=True)
    referral = came_as_allegation(question, tess)
    page = hub_page(question, "close/")
    assert "Say why no referral has come of it" in words(hub_browser.post(page, {"outcome": "referral"}))
    typed = {"outcome": "referral", "reference": referral.reference}
    assert "no referral of theirs with this reference" in words(hub_browser.post(page, typed))
    ben.roles = [*ben.roles, Role.LADO]
    ben.save()
    with pytest.raises(Refused, match="no referral of theirs"):
        consultations.close(by=ben, consultation=question, outcome="referral", reference=referral.reference)
    hub_browser.post(page, {"outcome": "referral", "not_referred_because": "They told us another way."})
    question.refresh_from_db()
    assert (question.state, question.referral) == ("closed", None)


def test_it_tells_a_colleague_who_asked_nothing_of_an_allegation(
    question: Consultation, browser: Client, tess: User, leo: User
) -> None:
    draft = consultations.begin_referral(by=tess, consultation=question)
    drafts.take_over(by=leo, draft=draft, reason="Tess is ill")
    draft.refresh_from_db()
    worry = a_concern("D19", category="allegation_against_worker")
    drafts.send(by=leo, draft=draft, submission=a_submission(concerns=(worry,)))
    page = words(browser.get(f"/advice/{question.reference}/"))
    assert "Leo Example has begun this referral, and has not sent it yet" in page
    with pytest.raises(SomeoneElse, match="Leo Example has begun"):
        consultations.begin_referral(by=tess, consultation=question)


def test_it_shows_the_reference_only_to_whoever_sees_the_referral(
    question: Consultation, hub_browser: Client, tess: User, leo: User, client_for: Callable[[User], Client]
) -> None:
    draft = consultations.begin_referral(by=tess, consultation=question)
    draft.refresh_from_db()
    referral = drafts.send(by=tess, draft=draft, submission=a_submission())
    pages = [(hub_browser, hub_page(question)), (hub_browser, hub_page(question, "close/"))]
    pages.append((client_for(leo), f"/advice/{question.reference}/"))
    for client, page in pages:
        assert grouped(referral.reference) in words(client.get(page))
    Referral.objects.update(restricted=True)
    for client, page in pages:
        assert grouped(referral.reference) not in words(client.get(page))


def bare(page: str) -> str:
    """A page without what is made anew for each showing."""
    return re.sub(r'(value|nonce|data-idle-seconds)="[^"]*"', "", page)


def cost(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize("show", ["waiting", "advised", "answered"])
def test_the_hubs_list_costs_the_same_at_any_length(tess: User, ben: User, hub_browser: Client, show: str) -> None:
    def more(number: int) -> None:
        for _ in range(number):
            row = ask(tess)
            if show != "waiting":
                advise(ben, row, should_refer=show == "advised")

    more(1)
    address = f"/advice/waiting/?show={show}"
    first = cost(hub_browser, address)
    more(49)
    assert cost(hub_browser, address) == first <= 12


def test_the_askers_list_and_a_long_talk_cost_the_same_at_any_length(
    tess: User, ben: User, browser: Client, question: Consultation
) -> None:
    advise(ben, question)
    addresses = ["/advice/", f"/advice/{question.reference}/"]
    [cost(browser, address) for address in addresses]
    first = [cost(browser, address) for address in addresses]
    for number in range(25):
        ask(tess)
        consultations.add(by=tess, consultation=question, text=f"More {number}")
        advise(ben, question, f"Answer {number}")
    [cost(browser, address) for address in addresses]
    assert [cost(browser, address) for address in addresses] == first


@pytest.mark.parametrize("show", ["waiting", "advised", "answered"])
def test_it_turns_the_pages_without_losing_any(
    tess: User, ben: User, hub_browser: Client, monkeypatch: pytest.MonkeyPatch, show: str
) -> None:
    monkeypatch.setattr(selectors, "SIZE", 2)
    for _ in range(5):
        row = ask(tess)
        if show != "waiting":
            advise(ben, row, should_refer=show == "advised")
    seen, place = [], f"?show={show}"
    while place:
        listing = hub_browser.get(f"/advice/waiting/{place}").context["listing"]
        seen += [row.pk for row in listing.rows]
        place = listing.later
    keys = sorted(Consultation.objects.values_list("pk", flat=True), reverse=show == "answered")
    assert seen == keys


def test_it_takes_nonsense_for_the_first_page(question: Consultation, hub_browser: Client, browser: Client) -> None:
    for query in ("?show=x&after=1.x", "?after=%00", "?show=waiting&after=999999999999999999.1", "?before=x"):
        assert hub_browser.get(f"/advice/waiting/{query}").status_code == 200
        assert browser.get(f"/advice/{query}").status_code == 200
    assert hub_browser.post(hub_page(question, "take/"), {"holder": "9" * 40}).status_code == 302


@pytest.mark.parametrize(("typed", "ended"), [({"outcome": "advice"}, True), ({"outcome": "referral"}, False)])
def test_it_asks_for_a_referral_only_where_it_should_have_been_one(
    question: Consultation, hub_browser: Client, ben: User, typed: dict[str, str], ended: bool
) -> None:
    advise(ben, question)
    answer = hub_browser.post(hub_page(question, "close/"), typed)
    assert (answer.status_code == 302) is ended
    assert ended or "Say why no referral has come of it" in words(answer)
