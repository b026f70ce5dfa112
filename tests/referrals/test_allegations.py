"""An allegation against somebody who works with children is seen by its submitter and the officer, nobody else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from accounts import api_keys
from accounts.models import User
from accounts.policy import API_SCOPES, Role
from mash.outbox.models import Message
from referrals import visible
from referrals.errors import NotNow
from referrals.models import AllegationDetails, Draft, Referral
from referrals.selectors import allegations as selectors
from referrals.selectors import queue as queue_selectors
from referrals.selectors.allegations import report_due, reported
from referrals.services import amending, drafts, queue, restricting, submitting
from referrals.submission import Worker
from tests.cast import a_concern, a_submission, person

ClientFor = Callable[[User], Client]
NAME = "Edmund Grey"
WORDS = "He held a child by the arm"
WORKER = Worker(
    name=NAME,
    job="Class teacher",
    employer="Mill Lane Primary",
    known_on=date(2026, 11, 20),
    still_working="yes",
    own_children="yes",
    own_children_about="Two small ones",
)


def sent_by(user: User, worker: Worker | None = WORKER) -> Referral:
    concern = a_concern("D19", category="allegation_against_worker", narrative=WORDS)
    return submitting.submit(by=user, submission=a_submission(concerns=(concern,), worker=worker))


@pytest.fixture
def allegation(tess: User) -> Referral:
    return sent_by(tess)


@pytest.fixture
def outsiders(leo, pat, amira, ben, gita, gus, cleo, carl, otto, hub) -> list[User]:
    """Everybody but Tess, who sent it, and Lara, the officer."""
    others = [
        person(role.value, hub, role)
        for role in (Role.CONFERENCE_CHAIR, Role.CONFERENCE_ADMINISTRATOR, Role.ANALYST, Role.PARTNERSHIP_ADMINISTRATOR)
    ]
    colleague = person("Olga", leo.organisation, Role.PRACTITIONER)
    return [leo, colleague, pat, amira, ben, gita, gus, cleo, carl, otto, *others]


def html(client: Client, page: str) -> str:
    return client.get(page, follow=True).content.decode()


def test_it_keeps_who_it_is_about_beside_the_referral(allegation: Referral):
    row = AllegationDetails.objects.get(referral=allegation)
    assert (row.name, row.job, row.known_on, row.own_children) == (NAME, "Class teacher", date(2026, 11, 20), "yes")


def test_it_keeps_no_worker_for_any_other_referral(tess: User):
    other = submitting.submit(by=tess, submission=a_submission(worker=WORKER))
    assert not AllegationDetails.objects.filter(referral=other).exists()
    assert selectors.allegation(person("Lila", tess.organisation, Role.LADO), other) is None


def test_it_shows_the_officer_who_it_is_both_clocks_and_the_other_children(allegation, lara, client_for):
    page = html(client_for(lara), f"/queue/{allegation.reference}/")
    for words in (
        NAME,
        "Class teacher",
        "Two small ones",
        "Reported to us:",
        "In time" if timezone.now() < report_due(date(2026, 11, 20)) else "Late",
        "They learnt of it on 20 November 2026",
        "Consider how safe those children are now.",
        "Due by",
    ):
        assert words in page, words


@pytest.mark.parametrize("said", ["not_known", ""])
def test_it_asks_about_the_other_children_when_nobody_knows(tess: User, lara: User, client_for: ClientFor, said: str):
    made = sent_by(tess, replace(WORKER, own_children=said, own_children_about=""))
    page = html(client_for(lara), f"/queue/{made.reference}/")
    assert "Find out, and consider how safe those children are now." in page.replace("\n", " ")


CHILDREN_UNKNOWN = "Whether the person who works with children has, or lives with, children of their own"


@pytest.mark.parametrize("said", ["not_known", "", None])
def test_it_has_the_officer_acknowledge_that_nobody_knows_of_other_children(tess, lara, client_for, said: str | None):
    worker = None if said is None else replace(WORKER, own_children=said, own_children_about="")
    made = sent_by(tess, worker)
    queue.claim(by=lara, referral=made)
    page = html(client_for(lara), f"/queue/{made.reference}/decide/")
    assert CHILDREN_UNKNOWN in page
    assert "I have seen what is not known" in page


@pytest.mark.parametrize("said", ["yes", "no"])
def test_it_lists_nothing_as_unknown_that_was_said_of_other_children(tess, lara, client_for, said: str):
    made = sent_by(tess, replace(WORKER, own_children=said))
    queue.claim(by=lara, referral=made)
    assert CHILDREN_UNKNOWN not in html(client_for(lara), f"/queue/{made.reference}/decide/")


def test_it_confirms_in_words_of_its_own(allegation: Referral, referral: Referral, tess: User, client_for: ClientFor):
    page = html(client_for(tess), f"/referrals/{allegation.reference}/confirmation/")
    assert "The officer who deals with worries about people who work with children reads it" in page
    assert "Do not tell the person about the worry" in page
    assert "What your own answers come to" not in page
    other = html(client_for(tess), f"/referrals/{referral.reference}/confirmation/")
    assert "Do not tell the person" not in other
    assert "What your own answers come to" in other


def test_it_asks_for_a_number_of_ones_own_and_never_offers_the_organisations(tess: User, client_for: ClientFor):
    draft, client = drafts.start(by=tess), client_for(tess)
    page = f"/drafts/{draft.token}/you/"
    phone = f'value="{tess.organisation.phone}"'
    assert tess.organisation.phone
    assert phone in html(client, page)
    drafts.put(draft=draft, kind="concerns", item={"id": "item1", "category": "allegation_against_worker"})
    shown = html(client, page)
    assert phone not in shown
    assert "Phone number that only you answer" in shown
    assert "Not the number of your organisation" in shown


def test_it_is_silent_about_other_children_when_there_are_none(tess: User, lara: User, client_for: ClientFor):
    made = sent_by(tess, replace(WORKER, own_children="no", own_children_about=""))
    assert "those children" not in html(client_for(lara), f"/queue/{made.reference}/")


def test_it_says_so_when_nothing_was_said_of_the_person(tess: User, lara: User, client_for: ClientFor):
    page = html(client_for(lara), f"/queue/{sent_by(tess, None).reference}/")
    assert "Nothing was said of who it is" in page
    assert "They did not say when they learnt of it" in page


@pytest.mark.parametrize(
    ("known_on", "due"),
    [
        (date(2026, 11, 16), datetime(2026, 11, 18, tzinfo=UTC)),  # Monday: the end of Tuesday
        (date(2026, 11, 20), datetime(2026, 11, 24, tzinfo=UTC)),  # Friday: the end of Monday
        (date(2026, 11, 21), datetime(2026, 11, 24, tzinfo=UTC)),  # Saturday: the end of Monday
        (date(2026, 12, 24), datetime(2026, 12, 30, tzinfo=UTC)),  # Christmas Eve: Boxing Day is kept on the Monday
    ],
)
def test_it_gives_the_organisation_one_working_day(known_on: date, due: datetime):
    assert report_due(known_on) == due
    assert reported(known_on, due).late is False
    assert reported(known_on, due.replace(minute=1)).late is True
    assert "had until the end of" in reported(known_on, due).words


def test_it_is_on_no_page_of_anybody_else(allegation: Referral, outsiders: list[User], client_for: ClientFor):
    amending.add(by=User.objects.get(pk=allegation.submitted_by_id), referral=allegation, words=WORDS)
    ref = allegation.reference
    added = allegation.amendments.get()
    lists = ("/", "/queue/", "/queue/?lane=allegations", "/cases/", "/owed/", "/referrals/", "/to-sign/")
    closed = (
        f"/queue/{ref}/",
        f"/queue/{ref}/break-glass/",
        f"/queue/added/{added.pk}/",
        f"/referrals/{ref}/",
        f"/referrals/{ref}/receipt/",
        f"/referrals/{ref}/amend/",
        f"/referrals/{ref}/more/",
        f"/referrals/{ref}/withdraw/",
        f"/referrals/{ref}/confirmation/",
    )
    grouped = "-".join(ref[n : n + 4] for n in range(0, 16, 4))
    for user in outsiders:
        client = client_for(user)
        for page in lists:
            shown = html(client, page)
            # The auditor reads that something was done about this reference, and never what it says.
            hidden = (NAME, WORDS) if Role.AUDITOR in user.roles else (NAME, WORDS, ref, grouped)
            for secret in hidden:
                assert secret not in shown, f"{user} reads {secret} on {page}"
        for page in closed:
            assert client.get(page).status_code == 404, f"{user} opens {page}"


@pytest.mark.parametrize("somebody", ["gita", "gus", "cleo", "carl"])
def test_it_shows_the_service_that_has_a_child_of_it_everything_but_who_it_is(
    allegation, request, client_for, somebody
):
    Referral.objects.filter(pk=allegation.pk).update(services=["gateway", "cadt"])
    page = html(client_for(request.getfixturevalue(somebody)), f"/queue/{allegation.reference}/")
    assert WORDS in page
    for words in (NAME, "Class teacher", "Two small ones", "The person who works with children", "Reported to us"):
        assert words not in page


def test_it_shows_a_second_person_whom_the_officer_named_who_it_is(allegation, lara, cleo, client_for):
    restricting.admit(by=lara, referral=allegation, user=cleo)
    assert NAME in html(client_for(cleo), f"/queue/{allegation.reference}/")


def test_it_is_found_by_nobody_else_and_counted_for_nobody_else(allegation, outsiders, lara, client_for):
    find = f"/queue/find/?reference={allegation.reference}"
    assert client_for(lara).get(find).status_code == 302
    for user in outsiders:
        assert client_for(user).get(find).status_code != 302
        figures = queue_selectors.page(user, queue_selectors.Wanted()).figures
        assert (figures.everything, figures.waiting, figures.overdue, figures.mine) == (0, 0, 0, 0)
        assert not any(figures.lanes.values())
        assert not visible.cases(user).exists()
        assert not visible.calls(user).exists()
    assert queue_selectors.page(lara, queue_selectors.Wanted()).figures.everything == 1


def test_it_is_taken_and_added_to_by_nobody_else(allegation: Referral, outsiders: list[User]):
    for user in outsiders:
        with pytest.raises((PermissionDenied, NotNow)):
            amending.add(by=user, referral=allegation, words="x")
        with pytest.raises((PermissionDenied, NotNow)):
            cases_or_queue(user, allegation)
        assert not visible.referrals(user).filter(pk=allegation.pk).exists()


def cases_or_queue(user: User, referral: Referral) -> None:
    """Take it, or be told that one may not: a taker who sees nothing takes nothing."""
    if queue.take_next(by=user):
        raise AssertionError(f"{user} was given {referral}")
    raise NotNow("Nothing waits")


def test_it_sends_what_is_added_to_the_officer_and_no_manager(allegation: Referral, tess: User, ben: User, lara: User):
    amending.add(by=tess, referral=allegation, words=WORDS)
    told = Message.objects.filter(kind="from_referrer")
    assert [row.recipient_user for row in told] == [lara]
    assert not Message.objects.filter(about=allegation.reference, recipient_user=ben).exists()


def test_it_is_in_no_answer_to_the_organisations_own_system(allegation: Referral, school, client: Client):
    _, key = api_keys.issue(organisation=school, name="school", scopes=API_SCOPES)
    asked = client.get(f"/api/v1/referrals/{allegation.reference}/", headers={"Authorization": f"Bearer {key}"})
    assert asked.status_code == 404
    assert NAME not in asked.content.decode()


def test_it_gives_its_receipt_to_whoever_sent_it_with_the_name_on_it(allegation, tess, client_for):
    response = client_for(tess).get(f"/referrals/{allegation.reference}/receipt/")
    assert response.status_code == 200
    assert NAME.encode() not in response.content, "not in the file's metadata"


def test_it_is_a_draft_that_no_colleague_sees(tess: User, leo: User, client_for: ClientFor):
    draft = drafts.start(by=tess)
    concern = {"id": "item1", "category": "allegation_against_worker", "narrative": WORDS, "indicators": []}
    drafts.put(draft=draft, kind="concerns", item=concern)
    shown = html(client_for(leo), "/referrals/")
    assert "Begun by colleagues" not in shown
    assert WORDS not in shown


def test_it_asks_who_it_is_only_when_a_worry_is_about_one(tess: User, client_for: ClientFor):
    draft, client = drafts.start(by=tess), client_for(tess)
    page = f"/drafts/{draft.token}/worker/"
    assert client.get(page).url == f"/drafts/{draft.token}/"
    assert "The person who works with children" not in html(client, f"/drafts/{draft.token}/")
    drafts.put(draft=draft, kind="concerns", item={"id": "item1", "category": "allegation_against_worker"})
    assert "The person who works with children" in html(client, f"/drafts/{draft.token}/")
    assert "not even your safeguarding lead" in html(client, page)


def test_it_saves_the_answers_and_refuses_what_is_missing_or_impossible(tess: User, client_for: ClientFor):
    draft, client = drafts.start(by=tess), client_for(tess)
    drafts.put(draft=draft, kind="concerns", item={"id": "item1", "category": "allegation_against_worker"})
    page = f"/drafts/{draft.token}/worker/"
    typed = {
        "name": NAME,
        "job": "Class teacher",
        "known_on-day": "20",
        "known_on-month": "11",
        "known_on-year": "2099",
        "still_working": "yes",
        "own_children": "yes",
        "own_children_about": "Two small ones",
    }
    refused = client.post(page, typed).content.decode()
    assert "must be today or in the past" in refused
    assert NAME in refused
    empty = client.post(page, {}).content.decode()
    for words in ("Enter their name", "Enter what they do", "Enter the date on which", "Select whether they have"):
        assert words in empty
    client.post(page, {**typed, "known_on-year": "2020"})
    held = Draft.objects.get(pk=draft.pk).data["worker"]
    assert held["known_on"] == "2020-11-20"
    assert (held["name"], held["own_children_about"]) == (NAME, "Two small ones")


def test_it_says_nothing_of_a_case_that_stays_with_the_officer(allegation, lara, ben, amira):
    queue.claim(by=lara, referral=allegation)
    assert not visible.referrals(ben).filter(pk=allegation.pk).exists()
