"""The pages of the clocks: what they say, what they refuse, and what they cost."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from referrals.choices import ClockKey, Way
from referrals.models import Case, ClockPause, Limit, RagRating, Referral
from referrals.services import clock_warnings, decisions, limits, queue, ratings, submitting
from referrals.services.decisions import Judgement
from tests.cast import a_child, a_submission

pytestmark = pytest.mark.django_db
Clients = Callable[[User], Client]


def send(by: User, code: str, name: str = "Ada") -> Referral:
    return submitting.submit(by=by, submission=a_submission(code, children=(a_child(given_name=name),)))


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def tomorrow() -> dict[str, int]:
    day = timezone.localdate() + timedelta(days=1)
    return {"from_day-day": day.day, "from_day-month": day.month, "from_day-year": day.year}


ANSWERS = {
    "amount": "3",
    "counted_in": "office_hours",
    "source": "Partnership board, 3 November.",
    "reason": "Partners answer sooner.",
    "warn_at": "50",
    "tell_manager_at": "75",
    "may_be_paused": "no",
}


def test_it_lists_every_limit_with_its_meaning_source_and_since_when(client_for: Clients, ben: User) -> None:
    body = page(client_for(ben), "/time-limits/")
    for row in Limit.objects.all():
        assert row.get_key_display() in body
    assert "2 hours by the clock, day and night" in body and "1 working day" in body
    assert "Law or national guidance" in body and "Our own choice" in body and "From the start" in body


def test_it_changes_a_limit_from_tomorrow(client_for: Clients, ben: User) -> None:
    client = client_for(ben)
    response = client.post("/time-limits/rag_amber/", {**ANSWERS, **tomorrow()})
    assert response.status_code == 302
    row = Limit.objects.get(by=ben)
    assert (row.amount, row.unit, row.may_be_paused) == (180, "office_minutes", False)
    body = page(client, "/time-limits/")
    assert "To come" in body and "3 hours of office time" in body and "6 hours of office time" in body
    assert "Partners answer sooner." in page(client, "/time-limits/rag_amber/")


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"from_day-day": "1", "from_day-month": "1", "from_day-year": "2020"}, "tomorrow or later"),
        ({"warn_at": "80"}, "must be warned after whoever has it"),
        ({"amount": "many"}, "must be a whole number"),
        ({"reason": ""}, "Say why it changes"),
        ({"counted_in": "months"}, "Select one of the answers in the list"),
    ],
)
def test_it_says_beside_the_field_what_is_wrong_and_keeps_what_was_typed(
    client_for: Clients, ben: User, answers: dict[str, str], words: str
) -> None:
    before = Limit.objects.count()
    response = client_for(ben).post("/time-limits/rag_amber/", {**ANSWERS, **tomorrow(), **answers})
    body = response.content.decode()
    assert response.status_code == 200 and words in body and "Partnership board, 3 November." in body
    assert "There is a problem" in body and Limit.objects.count() == before


def test_what_can_never_be_paused_is_not_asked(client_for: Clients, ben: User) -> None:
    assert 'name="may_be_paused"' not in page(client_for(ben), "/time-limits/decision/")
    assert client_for(ben).get("/time-limits/nothing/").status_code == 404


def test_the_file_explains_its_clocks_and_changes_the_rating(client_for: Clients, tess: User, amira: User) -> None:
    referral = send(tess, "D05")
    client, path = client_for(amira), f"/queue/{referral.reference}/"
    body = page(client, path)
    assert "1 working day from" in body and "8 hours of office time" in body and "app-rag--green" in body
    assert ">Green</span>" in body
    form = page(client, f"{path}rating/")
    assert "Information within 2 hours by the clock, day and night" in form and 'value="green"' not in form
    refused = client.post(f"{path}rating/", {"colour": "red", "reason": ""})
    assert "Say why the rating changes" in refused.content.decode()
    assert client.post(f"{path}rating/", {"colour": "red", "reason": "New facts."}).status_code == 302
    body = page(client, path)
    assert "app-rag--red" in body and "New facts." in body and "Stop the clock" not in body
    assert RagRating.objects.filter(referral=referral).count() == 2


def test_it_stops_the_clock_and_lets_it_run(client_for: Clients, tess: User, amira: User) -> None:
    referral = send(tess, "D05")
    client, path = client_for(amira), f"/queue/{referral.reference}/"
    assert "Stop the clock for a while" in page(client, path)
    assert "Say why the clock stands still" in client.post(f"{path}pause/", {"reason": ""}).content.decode()
    assert client.post(f"{path}pause/", {"reason": "The school is closed."}).status_code == 302
    body = page(client, path)
    assert "The clock stands still" in body and "The reason: The school is closed." in body
    stopped = page(client, f"{path}pause/")
    assert "cannot be stopped now" in stopped and "Stop the clock</button>" not in " ".join(stopped.split())
    assert 'name="reason"' not in stopped
    assert client.post(f"{path}resume/").status_code == 302
    assert client.post(f"{path}gathered/").status_code == 302
    assert ClockPause.objects.get().ended_by == amira
    assert "Done in time" in page(client, path)


def test_whoever_only_reads_a_file_is_offered_nothing(client_for: Clients, referral: Referral, cleo: User) -> None:
    client, path = client_for(cleo), f"/queue/{referral.reference}/"
    body = page(client, path)
    assert "1 working day from" in body and "Change the rating" not in body and "What we needed is here" not in body
    assert client.post(f"{path}rating/", {"colour": "amber", "reason": "x"}).status_code == 403


def test_it_says_when_the_level_calls_for_more(client_for: Clients, referral: Referral, amira: User) -> None:
    client, path = client_for(amira), f"/queue/{referral.reference}/"
    refused = client.post(f"{path}rating/", {"colour": "amber", "reason": "Checked."}).content.decode()
    assert "can make it less urgent. Take it first." in refused and "Checked." in refused
    queue.claim(by=amira, referral=referral)
    client.post(f"{path}rating/", {"colour": "amber", "reason": "Checked."})
    assert "By its level it would be red" in page(client, path)


def test_a_case_shows_its_clocks_and_stops_what_may_be_stopped(
    client_for: Clients, tess: User, ben: User, gita: User
) -> None:
    referral = send(tess, "D05")
    queue.claim(by=ben, referral=referral)
    judgement = Judgement(way=Way.GATEWAY, level=2, words="Help.", agreement="given", reason="They agree.")
    decisions.decide(by=ben, subject=referral.subjects.get(), judgement=judgement)
    case = Case.objects.get(referral=referral)
    client, path = client_for(gita), f"/cases/{case.pk}/"
    body = page(client, path)
    assert "A service accepts a child" in body and "Stop this clock" not in body
    at = f"{path}clocks/case_acceptance/"
    assert "cannot be stopped now" in page(client, f"{at}pause/")
    refused = client.post(f"{at}pause/", {"reason": "Waiting."})
    assert "never be paused" in refused.content.decode() and not ClockPause.objects.exists()


def test_a_clock_of_a_case_that_may_be_stopped_is(client_for: Clients, tess: User, ben: User, gita: User) -> None:
    with time_machine.travel("2027-06-07T09:00:00Z", tick=False) as now:
        board = {"source": "Board.", "reason": "Trial.", "warn_at": 50, "tell_manager_at": 80, "may_be_paused": True}
        day = timezone.localdate() + timedelta(days=1)
        limits.change(by=ben, key=ClockKey.CASE_ACCEPTANCE, amount=2, unit="working_days", from_day=day, **board)
        now.shift(timedelta(days=1))
        test_case = send(tess, "D05")
        queue.claim(by=ben, referral=test_case)
        judgement = Judgement(way=Way.GATEWAY, level=2, words="Help.", agreement="given", reason="They agree.")
        decisions.decide(by=ben, subject=test_case.subjects.get(), judgement=judgement)
        case = Case.objects.get(referral=test_case)
        client, at = client_for(gita), f"/cases/{case.pk}/clocks/case_acceptance/"
        assert "Stop this clock for a while" in page(client, f"/cases/{case.pk}/")
        assert client.post(f"{at}pause/", {"reason": "The family is away."}).status_code == 302
        assert "Let the clock run" in page(client, f"/cases/{case.pk}/")
        assert client.post(f"{at}resume/").status_code == 302
        assert ClockPause.objects.get(case=case).until is not None


def test_the_queue_shows_colours_in_words_and_leads_to_what_runs_out(
    client_for: Clients, tess: User, amira: User
) -> None:
    with time_machine.travel("2027-06-07T09:00:00Z", tick=False) as now:
        referral = send(tess, "D19")
        assert "No clock is running out" in page(client_for(amira), "/queue/running-out/")
        now.shift(timedelta(minutes=65))
        person_needed = clock_warnings.warn()
        assert person_needed == 0  # nobody manages triage here
        queue.claim(by=amira, referral=referral)
        assert clock_warnings.warn() == 1
        client = client_for(amira)
        body = page(client, "/queue/")
        assert ">Red</span>" in body and "information: due by" in body and "/queue/running-out/" in body
        warned = page(client, "/queue/running-out/")
        assert "A first warning was sent, " in page(client, f"/queue/{referral.reference}/")
        assert "Ada Byrne" in warned and "55 minutes left" in warned and "You" in warned


def test_the_queue_says_that_its_number_counts_decisions_and_leads_to_overdue_information(
    client_for: Clients, tess: User, amira: User
) -> None:
    with time_machine.travel("2027-06-07T09:00:00Z", tick=False) as now:
        send(tess, "D19")
        now.shift(timedelta(hours=3))
        body = page(client_for(amira), "/queue/")
        assert "information: overdue by 1 hour" in body
        assert (
            '<span class="app-figure__number">0</span> <span class="app-figure__words">decisions overdue</span>' in body
        )
        assert "Decision overdue</a>" in body and "Clocks running out: decisions and information" in body
        now.shift(timedelta(days=2))
        body = page(client_for(amira), "/queue/")
        assert (
            '<span class="app-figure__number">1</span> <span class="app-figure__words">decision overdue</span>' in body
        )


def test_the_queue_costs_the_same_for_one_and_for_many(client_for: Clients, tess: User, amira: User) -> None:
    client = client_for(amira)
    counts = []
    for number in (1, 30):
        for n in range(number):
            send(tess, "D05" if n % 2 else "D19", f"Child{number}{n}")
        page(client, "/queue/")
        with CaptureQueriesContext(connection) as queries:
            page(client, "/queue/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_what_was_overdue_stays_told_on_file_and_list_until_somebody_else_has_looked(
    client_for: Clients, tess: User, amira: User, ben: User
) -> None:
    with time_machine.travel("2027-06-07T09:00:00Z", tick=False) as now:
        referral = send(tess, "D19")
        queue.claim(by=amira, referral=referral)
        now.shift(timedelta(hours=3))
        mine, manager, path = client_for(amira), client_for(ben), f"/queue/{referral.reference}/"
        assert "it stays on the list of clocks running out" in page(mine, f"{path}rating/")
        mine.post(f"{path}rating/", {"colour": "blue", "reason": "Nothing to ask."})
        said = "Overdue when Amira Example rated it blue, today at 1pm"
        assert said in page(mine, path) and "until somebody else has looked" in page(mine, path)
        assert said in page(manager, "/queue/running-out/")
        assert "Look at it, and keep or change the rating" in page(manager, path)
        assert 'value="blue"' in page(manager, f"{path}rating/") and 'value="blue"' not in page(mine, f"{path}rating/")
        kept = {"colour": "blue", "reason": "I have asked the school myself."}
        assert manager.post(f"{path}rating/", kept).status_code == 302
        assert said not in page(mine, path)
        assert "No clock is running out" in page(manager, "/queue/running-out/")


def test_the_list_of_what_was_left_overdue_costs_the_same_for_one_and_for_many(
    client_for: Clients, tess: User, ben: User
) -> None:
    counts = []
    with time_machine.travel("2027-06-07T09:00:00Z", tick=False) as now:
        for number in (1, 12):
            sent = [send(tess, "D19", f"Child{number}{n}") for n in range(number)]
            now.shift(timedelta(hours=3))
            for one in sent:
                ratings.rate(by=ben, referral=one, colour="blue", reason="Nothing to ask.")
            client = client_for(ben)
            assert "Overdue when Ben Example rated it blue" in page(client, "/queue/running-out/")
            with CaptureQueriesContext(connection) as queries:
                page(client, "/queue/running-out/")
            counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_list_of_what_runs_out_costs_the_same_for_one_and_for_many(
    client_for: Clients, tess: User, ben: User
) -> None:
    counts = []
    with time_machine.travel("2027-06-07T09:00:00Z", tick=False) as now:
        for number in (1, 20):
            for n in range(number):
                send(tess, "D19", f"Child{number}{n}")
            now.shift(timedelta(minutes=65))
            clock_warnings.warn()
            client = client_for(ben)
            page(client, "/queue/running-out/")
            with CaptureQueriesContext(connection) as queries:
                page(client, "/queue/running-out/")
            counts.append(len(queries))
    assert counts[0] == counts[1]
