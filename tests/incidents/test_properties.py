"""Whatever is grouped, taken out and grouped again, in any order: nobody sees more or less, and no document changes."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from accounts.policy import Role
from mash.outbox.models import Message
from referrals import visible
from referrals.errors import Refused
from referrals.models import Concern, IncidentReferral, Outcome, Referral, Subject
from referrals.selectors import incidents as selectors
from referrals.services import incidents, restricting
from tests.cast import a_concern, person
from tests.incidents.conftest import Agency, tells

pytestmark = pytest.mark.django_db
SCOPES = ("referrals", "submissions", "cases", "calls", "amendments", "decisions", "drafts", "consultations")
FROZEN = (Referral, Subject, Concern, Outcome, Message)
HUB = {Role.TRIAGE_WORKER, Role.TRIAGE_MANAGER, Role.GATEWAY_WORKER, Role.CADT_MANAGER, Role.LADO}
MANY = 6
PAIRS = st.tuples(st.integers(0, MANY - 1), st.integers(0, MANY - 1))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("group"), PAIRS),
        st.tuples(st.just("take_out"), PAIRS),
        st.tuples(st.just("keep_apart"), PAIRS),
    ),
    min_size=1,
    max_size=9,
)
quietly = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def scene(agencies: list[Agency], hub: Any) -> tuple[list[User], list[Referral]]:
    """Somebody of every role and of every agency; referrals in every lane, one restricted, one an allegation."""
    users = [person(role.value, hub, role) for role in Role] + [
        one for each in agencies for one in (each.practitioner, each.lead)
    ]
    rows = [tells(agencies[n % 3], code) for n, code in enumerate(["D19", "D05", "D19", "D05"])]
    rows.append(tells(agencies[0], concerns=(a_concern("D19", category="allegation_against_worker"),)))
    rows.append(tells(agencies[1]))
    manager = next(one for one in users if Role.TRIAGE_MANAGER in one.roles)
    restricting.restrict(by=manager, referral=rows[-1], restricted=True, reason="Staff family.")
    return users, rows


def scopes(users: list[User]) -> dict[tuple[int, str], list[int]]:
    """The keys of everything that each of them sees."""
    return {
        (user.pk, name): sorted(getattr(visible, name)(user).values_list("pk", flat=True))
        for user in users
        for name in SCOPES
    }


def documents() -> list[list[dict[str, Any]]]:
    """Every column of what was sent and of what is owed."""
    return [list(model._default_manager.order_by("pk").values()) for model in FROZEN]


def play(by: User, rows: list[Referral], steps: list[Any]) -> set[int]:
    """Do them one after another; answers which referrals are grouped, by a model of our own of what should be so."""
    groups: list[set[int]] = []
    for act, (one, other) in steps:
        first, second = rows[one], rows[other]
        try:
            with transaction.atomic():
                if act == "take_out":
                    incidents.take_out(by=by, referral=first, reason="Not the same.")
                else:
                    getattr(incidents, act)(by=by, referral=first, other=second, reason="The same night.")
        except Refused:
            continue
        if act == "take_out":
            groups = [group - {first.pk} for group in groups]
        elif act == "group":
            joined = [group for group in groups if group & {first.pk, second.pk}]
            groups = [group for group in groups if group not in joined]
            groups.append({first.pk, second.pk}.union(*joined))
    return {key for group in groups for key in group}


@given(steps=STEPS)
@quietly
def test_grouping_changes_nobodys_scope_and_no_document(scene: tuple[list[User], list[Referral]], steps: Any) -> None:
    users, rows = scene
    manager = next(one for one in users if Role.TRIAGE_MANAGER in one.roles)
    with transaction.atomic():
        before = scopes(users), documents()
        grouped = play(manager, rows, steps)
        assert (scopes(users), documents()) == before
        there = IncidentReferral.objects.filter(leaving=None).values_list("referral", flat=True)
        assert sorted(there) == sorted(grouped), "each is in one group at most, and in the one that was said"
        transaction.set_rollback(True)


@given(steps=STEPS)
@quietly
def test_nobody_is_shown_a_mate_whom_they_may_not_see(scene: tuple[list[User], list[Referral]], steps: Any) -> None:
    users, rows = scene
    manager = next(one for one in users if Role.TRIAGE_MANAGER in one.roles)
    with transaction.atomic():
        play(manager, rows, steps)
        for user in (one for one in users if HUB & set(one.roles)):
            seen = set(visible.referrals(user).values_list("pk", flat=True))
            for row in rows:
                same = selectors.same(user, row)
                shown = {one.pk for one in (*same.others, *same.to_carry)} | {one.referral.pk for one in same.offered}
                shown |= set(selectors.page(user, row).ids)
                assert shown <= seen
        transaction.set_rollback(True)


@given(steps=STEPS)
@quietly
def test_taking_everything_out_restores_how_it_was(scene: tuple[list[User], list[Referral]], steps: Any) -> None:
    users, rows = scene
    manager = next(one for one in users if Role.TRIAGE_MANAGER in one.roles)
    with transaction.atomic():
        alone = [selectors.same(manager, row).others for row in rows]
        play(manager, rows, steps)
        said = IncidentReferral.objects.count()
        for one in IncidentReferral.objects.filter(leaving=None).select_related("referral"):
            if selectors.same(manager, one.referral).others:
                incidents.take_out(by=manager, referral=one.referral, reason="Not the same.")
        assert [selectors.same(manager, row).others for row in rows] == alone
        assert IncidentReferral.objects.count() == said, "what was said is still there"
        transaction.set_rollback(True)
