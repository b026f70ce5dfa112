"""Somebody leaves: what they had is in other hands, and what nobody may see stays closed."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from guardian.shortcuts import assign_perm

from accounts import leaving
from accounts.errors import Refused
from accounts.models import User
from accounts.policy import Role
from accounts.services import people, rights
from accounts.services.people import FIELDS
from mash.audit.models import Event
from mash.outbox.models import CallTask, Message
from mash.outbox.selectors import reconcile
from mash.outbox.services import delivery, sweeper
from referrals.choices import CaseStage, Stage, Way
from referrals.models import Case, Draft, ReferralGrant, StageChange
from referrals.services import decisions, drafts, queue, submitting, telling
from referrals.services.cases import accept
from referrals.services.decisions import Judgement
from tests.cast import a_concern, a_submission, person

pytestmark = pytest.mark.django_db


def let_go(by: User, whom: User, to: User | None = None) -> User:
    return people.let_go(by=by, person=whom, seen=rights.mark(whom, FIELDS), to=to)


def allegation(of: User) -> Draft:
    draft = drafts.start(by=of)
    worry = {"id": "item1", "category": "allegation_against_worker", "indicators": []}
    return drafts.put(draft=draft, kind="concerns", item=worry)


@pytest.fixture
def open_case(referral, ben, cleo) -> Case:
    queue.claim(by=ben, referral=referral)
    judgement = Judgement(way=Way.CADT, level=4, words="We will help.", agreement="given", reason="Seen.")
    decisions.decide(by=ben, subject=referral.subjects.get(), judgement=judgement)
    case = Case.objects.get()
    accept(by=cleo, case=case)
    return case


def test_drafts_go_to_a_named_colleague_who_is_told(leo, tess):
    draft = drafts.start(by=tess)
    saved = draft.saved_at
    with pytest.raises(Refused, match="Select who takes over") as refused:
        let_go(leo, tess)
    assert refused.value.field == "to"
    tess.refresh_from_db()
    assert tess.is_active, "nothing is half done"
    let_go(leo, tess, to=leo)
    draft.refresh_from_db()
    assert (draft.owner, draft.saved_at) == (leo, saved)
    [told] = Message.objects.filter(kind="draft_given")
    assert told.recipient_user == leo
    assert Event.objects.get(what="draft_given").detail["from"] == tess.pk


def test_they_go_to_nobody_elsewhere_and_to_nobody_who_may_not_raise_one(leo, tess, hal, pat, school):
    drafts.start(by=tess)
    idle = person("Idle", school)
    for other in (hal, pat, idle, tess):
        with pytest.raises(Refused, match="cannot take this over"):
            let_go(leo, tess, to=other)


def test_an_unsent_worry_about_a_worker_goes_to_nobody_and_is_in_no_number(leo, tess, school, client_for):
    draft = allegation(tess)
    assert leaving.held(of=tess, reader=leo) == []
    assert dict(leaving.open_at(organisation=school))["referrals not sent yet"] == 0
    page = client_for(leo).get(f"/people/{tess.pk}/let-go/").content.decode()
    assert "Nothing that has to go to somebody else" in page and "given to nobody" in page
    let_go(leo, tess)
    draft.refresh_from_db()
    assert draft.owner == tess


def test_one_that_was_about_a_worker_before_goes_to_nobody_and_is_in_no_number(leo, tess, school):
    mate = person("Mate", school, Role.PRACTITIONER)
    draft = allegation(tess)
    drafts.save(draft=draft, changes={"worker": {"name": "Mate Example", "own_children": "yes"}})
    [concern] = drafts.save(draft=draft, changes={}).data["concerns"]
    drafts.put(draft=draft, kind="concerns", item={**concern, "category": "physical_abuse"})
    assert leaving.held(of=tess, reader=leo) == []
    assert dict(leaving.open_at(organisation=school))["referrals not sent yet"] == 0
    let_go(leo, tess, to=mate)
    draft.refresh_from_db()
    assert draft.owner == tess


def test_the_desk_goes_back_to_the_queue(polly, amira, referral):
    queue.claim(by=amira, referral=referral)
    [held] = leaving.held(of=amira, reader=polly)
    assert (held.number, held.words, held.links) == (1, "referral on their desk", ())
    let_go(polly, amira)
    referral.refresh_from_db()
    assert (referral.stage, referral.owner) == (Stage.RECEIVED, None)
    last = StageChange.objects.filter(referral=referral).latest("pk")
    assert (last.by, last.reason) == (polly, "Amira Example has left.")


def test_a_decision_that_waits_for_its_second_person_goes_on_waiting(polly, amira, referral):
    queue.claim(by=amira, referral=referral)
    judgement = Judgement(way=Way.CADT, level=4, words="We will help.", agreement="given", reason="Seen.")
    decisions.decide(by=amira, subject=referral.subjects.get(), judgement=judgement)
    let_go(polly, amira)
    referral.refresh_from_db()
    assert (referral.stage, referral.owner) == (Stage.SECOND_PERSON, None)


def test_open_cases_go_back_to_their_service(polly, cleo, carl, open_case):
    let_go(polly, cleo)
    open_case.refresh_from_db()
    assert (open_case.stage, open_case.worker) == (CaseStage.ACCEPTED, None)
    accept(by=carl, case=open_case)
    assert Event.objects.get(what="case_left").detail["from"] == cleo.pk


def test_whoever_sees_them_anyway_has_links(polly, carl, cleo, open_case, hub):
    both = person("Both", hub, Role.PARTNERSHIP_ADMINISTRATOR, Role.CADT_MANAGER)
    [held] = leaving.held(of=cleo, reader=both)
    assert held.links == ((open_case.referral.reference, f"/cases/{open_case.pk}/"),)
    assert leaving.held(of=cleo, reader=polly)[0].links == ()


def test_named_exceptions_end_and_do_not_come_back(polly, amira, ben, referral):
    assign_perm("see_restricted_referral", amira, referral)
    let_go(polly, amira)
    assert not ReferralGrant.objects.filter(user=amira).exists()


def test_numbers_of_an_organisation_hold_nothing_restricted(referral, school, tess):
    assert dict(leaving.open_at(organisation=school))["referrals that wait for a decision"] == 1
    type(referral).objects.update(restricted=True)
    assert dict(leaving.open_at(organisation=school))["referrals that wait for a decision"] == 0
    worry = a_concern("D19", category="allegation_against_worker")
    assert submitting.submit(by=tess, submission=a_submission(concerns=(worry,))).allegation
    assert dict(leaving.open_at(organisation=school))["referrals that wait for a decision"] == 0


def test_keys_that_they_issued_go_on(polly, ned, school):
    from uuid import uuid4

    from accounts import api_keys
    from accounts.services import keys

    _, text = keys.issue(by=ned, organisation=school, page=uuid4(), name="R", scopes=["refer"], days=10)
    let_go(polly, ned)
    assert api_keys.find(text) is not None


def test_the_page_says_when_nobody_can_take_over(polly, leo, school, client_for):
    drafts.start(by=leo)
    page = client_for(polly).get(f"/people/{leo.pk}/let-go/").content.decode()
    assert "Nobody here can take over" in page
    assert "Let this person go</button>" not in page
    drafts.discard(draft=Draft.objects.get())
    assert client_for(polly).post(f"/people/{leo.pk}/let-go/", {"sure": "yes"}).status_code == 200
    typed = {"sure": "yes", "seen": rights.mark(leo, FIELDS)}
    assert client_for(polly).post(f"/people/{leo.pk}/let-go/", typed).status_code == 302


def test_whom_they_invited_must_be_invited_by_somebody_else(polly, leo, nia, invite):
    gone = invite(email="gone@mill.example", name="Gone")
    type(gone).objects.filter(pk=gone.pk).update(expires_at=gone.sent_at)
    [held] = leaving.held(of=leo, reader=polly)
    assert (held.number, held.words) == (1, "invitation that nobody has accepted")
    let_go(polly, leo)
    nia.refresh_from_db()
    gone.refresh_from_db()
    assert (nia.revoked_by, gone.revoked_at) == (polly, None)
    assert Event.objects.get(what="invitation_revoked").about_id == nia.pk
    assert Message.objects.filter(about=f"invitation-{nia.pk}", state="cancelled").exists()


@pytest.fixture
def sent(tess, open_case) -> Case:
    """All that Tess was told went out."""
    went = {"state": "sent", "sent_at": timezone.now(), "provider_id": "one", "attempts": 1, "next_attempt_at": None}
    Message.objects.filter(recipient_user=tess).update(**went)
    return open_case


def test_news_that_they_have_not_read_is_told_to_their_organisation_at_once(leo, tess, sent):
    """Nobody signs in for it any more: waiting for silence would only cost days."""
    let_go(leo, tess)
    call = CallTask.objects.get()
    assert (call.why, call.message.kind, call.round.whom) == ("left", "decided", f"organisation:{leo.organisation_id}")
    with time_machine.travel(timezone.now() + timedelta(days=9)):
        assert sweeper.chase(limit=10) == 0 and CallTask.objects.count() == 1


def test_news_that_has_not_gone_yet_is_not_sent_to_who_left(leo, tess, open_case):
    """Mail may be down for a day: what waits would go to an account that nobody opens."""
    owed = Message.objects.get(recipient_user=tess, kind="decided", state="owed")
    let_go(leo, tess)
    owed.refresh_from_db()
    assert (owed.state, owed.tries.count(), delivery.deliver(owed.pk)) == ("failed", 0, None)
    assert (CallTask.objects.get(message=owed).why, reconcile().balances) == ("left", True)


def test_nobody_is_called_about_news_that_they_have_read(leo, tess, sent):
    telling.read(by=tess, referral=sent.referral, how="product")
    let_go(leo, tess)
    assert not CallTask.objects.exists()
