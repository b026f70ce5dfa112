"""A manager gives a case to a worker whose load is seen; who waits for one is looked at again."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.policy import Role
from mash.outbox.models import Message
from referrals.choices import CaseStage, OutcomeKind, Service
from referrals.errors import NotNow, Refused, SomeoneElse
from referrals.models import Allocation, Case, CaseReview, Outcome
from referrals.selectors import caseloads
from referrals.selectors.caseloads import Load
from referrals.services import allocating, cases, restricting
from tests.cast import person
from tests.referrals.a_case import offered

pytestmark = pytest.mark.django_db


def names(case: Case) -> list[str]:
    return [one.user.name.split()[0] for one in caseloads.candidates(case)]


# What counts


@pytest.mark.parametrize(
    ("cases_below", "at_four", "weight", "past"),
    [
        (0, 0, "0", False),
        (20, 0, "20", False),
        (21, 0, "21", True),
        (0, 16, "20", False),
        (0, 17, "21.25", True),
        (15, 4, "20", False),
        (15, 5, "21.25", True),
    ],
)
def test_it_weighs_level_4_as_one_and_a_quarter(cases_below, at_four, weight, past):
    load = Load(cases_below + at_four, at_four)
    assert (load.weight, load.past) == (Decimal(weight), past)


def test_it_goes_by_the_authoritys_own_number(settings):
    settings.CASELOAD_LIMIT = 2
    assert not Load(2, 0).past and Load(2, 0).past_with(2) and Load(1, 0).past_with(2) is False
    assert Load(1, 0).past_with(4), "one and one and a quarter are more than two"


def test_it_counts_open_cases_alone(tess, ben, gita, gus):
    rows = [offered(to=Service.GATEWAY, sender=tess, triage=ben, name=f"Child{n}") for n in range(4)]
    for row in rows[:3]:
        cases.accept(by=gita, case=row)
    cases.close(by=gita, case=rows[0], reason="needs_met", words="Done.")
    assert (caseloads.of(gita), caseloads.of(gus)) == (Load(2, 0), Load(0, 0))
    assert [(user.name, load.cases) for user, load in caseloads.team("gateway")] == [
        ("Gita Example", 2),
        ("Gus Example", 0),
    ]


# Who may have it


def test_it_offers_the_people_of_the_service_the_least_loaded_first(to_gateway, tess, ben, gita, gus, cleo, amira):
    cases.accept(by=gita, case=offered(to=Service.GATEWAY, sender=tess, triage=ben, name="Bo"))
    assert names(to_gateway) == ["Gus", "Gita"]


def test_it_gives_an_offered_case_and_tells_the_referrer_once(to_gateway, gus, gita):
    row = allocating.allocate(by=gus, case=to_gateway, worker=gita)
    to_gateway.refresh_from_db()
    assert (to_gateway.stage, to_gateway.worker, row.by) == (CaseStage.OPEN, gita, gus)
    assert Outcome.objects.filter(kind=OutcomeKind.ACCEPTED).count() == 1
    assert list(Message.objects.filter(kind="case_given").values_list("recipient_user", flat=True)) == [gita.pk]


def test_it_refuses_who_is_of_another_service_or_gone_or_kept_from_the_family(to_gateway, gus, gita, cleo, hub):
    gone = person("Gone", hub, Role.GATEWAY_WORKER)
    gone.is_active = False
    gone.save()
    cousin = person("Cousin", hub, Role.GATEWAY_WORKER)
    restricting.step_away(by=cousin, referral=to_gateway.referral, reason="My cousin.")
    assert names(to_gateway) == ["Gita", "Gus"]
    for who, words in ((cleo, "does not work in Gateway"), (gone, "no longer here"), (cousin, "cannot be given")):
        with pytest.raises(Refused, match=words) as refused:
            allocating.allocate(by=gus, case=to_gateway, worker=who)
        assert refused.value.field == "worker"
    assert not Allocation.objects.exists()


@pytest.mark.parametrize("who", ["gita", "amira", "ben", "otto", "tess"])
def test_it_is_for_managers_of_a_service_alone(to_gateway, gita, who, request):
    user = request.getfixturevalue(who)
    for act in (
        lambda: allocating.allocate(by=user, case=to_gateway, worker=gita),
        lambda: allocating.take_in(by=user, case=to_gateway),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_it_is_not_for_the_other_services_manager(to_gateway, carl, gita):
    with pytest.raises(Refused, match="Only Gateway"):
        allocating.allocate(by=carl, case=to_gateway, worker=gita)


def test_it_wants_a_reason_past_what_is_safe(settings, to_gateway, gus, gita):
    settings.CASELOAD_LIMIT = 0
    with pytest.raises(Refused, match="more than is thought safe") as refused:
        allocating.allocate(by=gus, case=to_gateway, worker=gita)
    assert refused.value.field == "reason"
    row = allocating.allocate(by=gus, case=to_gateway, worker=gita, reason="Two of hers close on Friday.")
    assert row.past_limit and row.load_before == 0


# Another worker


def test_it_gives_an_open_case_to_another_with_a_reason_and_keeps_the_history(open_gateway, gus, gita, hub):
    hal = person("Hal", hub, Role.GATEWAY_WORKER)
    with pytest.raises(Refused, match="Say why another worker takes over"):
        allocating.allocate(by=gus, case=open_gateway, worker=hal, instead_of=gita)
    allocating.allocate(by=gus, case=open_gateway, worker=hal, instead_of=gita, reason="Gita is on leave.")
    open_gateway.refresh_from_db()
    assert (open_gateway.worker, open_gateway.stage) == (hal, CaseStage.OPEN)
    history = [(row.worker.name, row.instead_of, row.reason) for row in Allocation.objects.all()]
    assert history == [("Gita Example", None, "Took it."), ("Hal Example", gita, "Gita is on leave.")]
    told = set(Message.objects.filter(kind__startswith="case_").values_list("kind", "recipient_user"))
    assert told == {("case_given", hal.pk), ("case_taken_away", gita.pk)}


def test_it_gives_a_case_to_nobody_who_has_it(open_gateway, gus, gita):
    with pytest.raises(Refused, match="has this case already"):
        allocating.allocate(by=gus, case=open_gateway, worker=gita, instead_of=gita, reason="Again")


def test_it_gives_nothing_that_has_ended(open_gateway, gus, gita):
    cases.close(by=gita, case=open_gateway, reason="needs_met", words="Done.")
    with pytest.raises(NotNow, match="has ended"):
        allocating.allocate(by=gus, case=open_gateway, worker=gus, instead_of=gita, reason="R")


def test_it_tells_the_manager_who_chose_on_an_old_page(open_gateway, gus, gita, hub):
    hal = person("Hal", hub, Role.GATEWAY_WORKER)
    allocating.allocate(by=gus, case=open_gateway, worker=hal, instead_of=gita, reason="Leave.")
    with pytest.raises(SomeoneElse, match="Gus Example gave it to Hal Example"):
        allocating.allocate(by=gus, case=open_gateway, worker=gus, instead_of=gita, reason="Mine.")


@pytest.mark.django_db(transaction=True)
def test_it_lets_one_of_twenty_managers_win_and_tells_the_others(to_gateway, hub):
    managers = [person(f"Manager{n}", hub, Role.GATEWAY_MANAGER) for n in range(20)]
    ready = threading.Barrier(20)

    def one(manager):
        try:
            mine = Case.objects.select_related("referral", "subject").get(pk=to_gateway.pk)
            ready.wait(timeout=60)
            return allocating.allocate(by=manager, case=mine, worker=manager).worker.name
        except SomeoneElse as late:
            return late
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(one, managers))
    winners = [answer for answer in answers if isinstance(answer, str)]
    losers = [answer.message for answer in answers if isinstance(answer, SomeoneElse)]
    assert (len(winners), len(losers)) == (1, 19)
    assert all(message.startswith(f"{winners[0]} took it") for message in losers)
    assert Allocation.objects.get().worker.name == winners[0]
    assert Outcome.objects.filter(kind=OutcomeKind.ACCEPTED).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["allocate", "accept"])
def test_it_counts_two_cases_given_to_one_worker_at_once(settings, tess, ben, hub, gita, act, monkeypatch):
    settings.CASELOAD_LIMIT = 1
    rows = [offered(to=Service.GATEWAY, sender=tess, triage=ben, name=name) for name in ("Bo", "Cy")]
    managers = [person(f"Manager{n}", hub, Role.GATEWAY_MANAGER) for n in range(2)]
    both, count = threading.Barrier(2), caseloads.of

    def slowly(user):
        found = count(user)
        with suppress(threading.BrokenBarrierError):
            both.wait(timeout=2)
        return found

    def one(manager, case):
        try:
            mine = Case.objects.select_related("referral", "subject").get(pk=case.pk)
            if act == "accept":
                return cases.accept(by=gita, case=mine)
            return allocating.allocate(by=manager, case=mine, worker=gita)
        except Refused as refused:
            return refused
        finally:
            connection.close()

    monkeypatch.setattr(caseloads, "of", slowly)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(one, managers, rows))
    if act == "allocate":
        refusals = [answer.field for answer in answers if isinstance(answer, Refused)]
        assert (refusals, Allocation.objects.count()) == (["reason"], 1)
    else:
        assert sorted(Allocation.objects.values_list("load_before", "past_limit")) == [(0, False), (1, True)]


# Waiting for a worker


def test_it_waits_for_a_worker_once_a_manager_has_accepted(to_gateway, gus, gita):
    allocating.take_in(by=gus, case=to_gateway)
    assert (to_gateway.stage, to_gateway.worker) == (CaseStage.ACCEPTED, None)
    assert to_gateway.waits_since == to_gateway.review_from == to_gateway.accepted_at
    with pytest.raises(SomeoneElse, match="accepted this already"):
        allocating.take_in(by=gus, case=to_gateway)
    allocating.allocate(by=gus, case=to_gateway, worker=gita)
    words = list(Outcome.objects.filter(kind=OutcomeKind.ACCEPTED).order_by("pk").values_list("words", flat=True))
    assert ["is choosing who" in words[0], "is now responsible" in words[1], len(words)] == [True, True, 2]
    assert to_gateway.review_from is None and to_gateway.allocated_at is not None


def test_it_is_looked_at_again_and_the_clock_begins_again(to_gateway, gus, gita):
    allocating.take_in(by=gus, case=to_gateway)
    before = to_gateway.review_from
    with pytest.raises(Refused, match="Write what you found"):
        allocating.look_again(by=gita, case=to_gateway, note="")
    allocating.look_again(by=gita, case=to_gateway, note="Spoke to Mum. No new risk.")
    to_gateway.refresh_from_db()
    assert to_gateway.review_from > before and to_gateway.waits_since == before
    assert CaseReview.objects.get().by == gita


def test_it_takes_the_same_look_pressed_twice_as_one(to_gateway, gus, gita, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    allocating.take_in(by=gus, case=to_gateway)
    for _ in range(2):
        allocating.look_again(by=gita, case=to_gateway, note="No new risk.")
    assert CaseReview.objects.count() == 1
    time_machine.shift(180)
    allocating.look_again(by=gita, case=to_gateway, note="No new risk.")
    assert CaseReview.objects.count() == 2


def test_it_looks_again_at_nobody_who_has_a_worker(open_gateway, gus):
    with pytest.raises(NotNow, match="no longer waits"):
        allocating.look_again(by=gus, case=open_gateway, note="Fine.")
    assert not CaseReview.objects.exists()


def test_it_can_be_stepped_up_while_it_waits_and_never_down(to_gateway, to_cadt, gus, carl, gita):
    allocating.take_in(by=gus, case=to_gateway)
    up = cases.step(by=gita, case=to_gateway, reason="A new injury.", words="CADT takes over.")
    assert (up.service, up.stage) == ("cadt", CaseStage.OFFERED)


def test_it_waits_again_when_the_worker_steps_away(open_gateway, gita, gus):
    accepted = open_gateway.accepted_at
    restricting.step_away(by=gita, referral=open_gateway.referral, reason="My cousin.")
    open_gateway.refresh_from_db()
    assert (open_gateway.stage, open_gateway.worker, open_gateway.accepted_at) == (CaseStage.ACCEPTED, None, accepted)
    assert names(open_gateway) == ["Gus"]


# What the database refuses


@pytest.mark.parametrize(
    "changes",
    [
        {"stage": "open", "worker": None},
        {"stage": "accepted"},
        {"worker": "gita"},
        {"allocated_at": "now"},
    ],
)
def test_it_keeps_a_case_whole_in_raw_sql(to_gateway, gita, changes):
    values = {"worker": gita, "allocated_at": timezone.now()}
    for name, value in changes.items():
        changes = changes | {name: values.get(name) if value in ("gita", "now") else value}
    with pytest.raises(IntegrityError, match="case_"), transaction.atomic():
        Case.objects.filter(pk=to_gateway.pk).update(**changes)


def test_it_refuses_an_allocation_to_another_without_a_reason(open_gateway, gus, gita):
    with pytest.raises(IntegrityError, match="allocation_to_another_has_a_reason"), transaction.atomic():
        Allocation.objects.create(
            case=open_gateway,
            worker=gus,
            instead_of=gita,
            load_before=0,
            past_limit=False,
            by=gus,
            at=timezone.now(),
        )
