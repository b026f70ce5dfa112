"""One notice with several children may go several ways: a default for the family, and exceptions by child."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from referrals.choices import OutcomeKind, Stage, SubjectState, Way
from referrals.errors import Refused
from referrals.forms import screening_children
from referrals.models import Decision, LeftForTriage, Outcome, Referral, Reread
from referrals.services import screening
from referrals.services.decisions import Judgement
from referrals.services.screening import Screened
from tests.cast import a_child
from tests.notices.a_tray import answers, notice

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User], Client]
SCREEN = "/queue/notices/screen/"
FAMILY = {"way": "advice", "level": "2", "reason": "The school is helping."}
FOLDED = '<details class="govuk-details govuk-!-margin-bottom-2">'
OPEN = FOLDED.replace(">", " open>")


def siblings(pat: User, number: int = 1) -> Referral:
    """One notice about Ada, and Bo who is two years older."""
    ada = a_child(given_name="Ada", family_name=f"Family{number}")
    return notice(pat, number, children=(ada, replace(ada, given_name="Bo", birth_date=date(2017, 5, 4))))


def alone(referral: Referral, name: str, **said: str) -> dict[str, Any]:
    """What is typed for one child of a notice."""
    child = referral.subjects.get(given_name=name)
    return {f"child_{part}_{child.pk}": value for part, value in said.items()}


def ways(referral: Referral) -> dict[str, str]:
    rows = Decision.objects.filter(subject__referral=referral)
    return dict(rows.values_list("subject__given_name", "way"))


def test_it_decides_two_ways_in_one_notice(client_for: ClientFor, pat: User, ben: User) -> None:
    one = siblings(pat)
    said = alone(one, "Bo", way="gateway", level="3", reason="He does not eat.", words="Gateway will call you.")
    assert client_for(ben).post(SCREEN, answers((one, FAMILY)) | said).status_code == 302
    assert ways(one) == {"Ada": Way.ADVICE, "Bo": Way.GATEWAY}
    reasons = dict(Decision.objects.values_list("subject__given_name", "reason"))
    assert reasons == {"Ada": "The school is helping.", "Bo": "He does not eat."}
    told = Outcome.objects.filter(referral=one, kind=OutcomeKind.DECIDED)
    assert told.get(subject__given_name="Bo").words == "Gateway will call you."
    assert told.count() == 2
    assert Referral.objects.get(pk=one.pk).stage == Stage.DECIDED
    assert Reread.objects.get().decision.subject.given_name == "Ada", "what ended at once is drawn from"


def test_it_keeps_the_plain_case_plain(client_for: ClientFor, pat: User, ben: User) -> None:
    one, single = siblings(pat), notice(pat, 2)
    page = client_for(ben).get(SCREEN).content.decode()
    assert page.count(FOLDED) == 1 and OPEN not in page, "nothing to fold where there is one child"
    assert client_for(ben).post(SCREEN, answers((one, FAMILY), (single, FAMILY))).status_code == 302
    assert ways(one) == {"Ada": Way.ADVICE, "Bo": Way.ADVICE}


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"way": "gateway", "level": "3"}, "Give a reason for Bo"),
        ({"way": "gateway", "reason": "He does not eat."}, "Select the level for Bo"),
        ({"reason": "He does not eat."}, "Select what happens for Bo"),
        ({"way": "advice", "level": "4", "reason": "Seen."}, "A Level 4 decision goes to CADT"),
    ],
)
def test_it_says_what_is_missing_beside_the_child_and_keeps_what_was_typed(
    client_for: ClientFor, pat: User, ben: User, said: dict[str, str], says: str
) -> None:
    one, other = siblings(pat), notice(pat, 2)
    sent = answers((one, FAMILY), (other, FAMILY)) | alone(one, "Bo", words="Thank you, Pat.", **said)
    page = client_for(ben).post(SCREEN, sent).content.decode()
    assert says in page and page.count(OPEN) == 1
    assert 'href="#id_child_' in page and "Thank you, Pat." in page
    assert ways(one) == {} and ways(other), "each notice by itself, and each whole"


def test_it_decides_for_one_and_leaves_the_other_on_the_desk(client_for: ClientFor, pat: User, ben: User) -> None:
    later, only = siblings(pat, 1), siblings(pat, 2)
    sent = answers((later, FAMILY), (only, {"way": ""}))
    sent |= alone(later, "Bo", way="later") | alone(only, "Ada", way="advice", level="2", reason="Seen.")
    client = client_for(ben)
    page = client.post(SCREEN, sent, follow=True).content.decode()
    assert "Decided for 2 children." in page and "2 children wait on your desk." in page
    for one in (later, only):
        assert set(ways(one)) == {"Ada"}
        assert one.subjects.get(given_name="Bo").state == SubjectState.WAITING
        fresh = Referral.objects.get(pk=one.pk)
        assert (fresh.stage, fresh.owner) == (Stage.IN_TRIAGE, ben)
        assert f"notice-{one.pk}" in page, "the child who waits is still to be screened"
    assert client.post(SCREEN, answers((later, FAMILY))).status_code == 302
    assert Referral.objects.get(pk=later.pk).stage == Stage.DECIDED


def test_it_leaves_a_notice_whole_or_decides(client_for: ClientFor, pat: User, ben: User) -> None:
    one, nobody = siblings(pat, 1), siblings(pat, 2)
    sent = answers((one, {"way": "leave"}), (nobody, FAMILY))
    sent |= alone(one, "Bo", way="advice", level="2", reason="Seen.")
    sent |= alone(nobody, "Ada", way="later") | alone(nobody, "Bo", way="later")
    page = client_for(ben).post(SCREEN, sent).content.decode()
    assert "Leave the notice for a full look, or decide for Bo" in page
    assert "Decide for one child of the notice about Ada" in page and " at least" in page
    assert not Decision.objects.exists() and not LeftForTriage.objects.exists()


def test_it_takes_no_decision_without_its_own_reason(pat: User, ben: User) -> None:
    one = siblings(pat)
    ada, bo = one.subjects.order_by("position")
    good = Judgement(way="advice", level=2, words="School can help.", agreement="given", reason="Seen.")
    bare = Judgement(way="advice", level=2, words="School can help.", agreement="given")
    done = screening.screen(by=ben, page=[Screened(one, {ada: good, bo: bare}, reason="Seen.")])
    assert isinstance(done.failed[one.pk], Refused) and not Decision.objects.exists()


def test_it_offers_new_information_only_for_a_child_who_may_have_an_open_case():
    assert Way.OPEN_CASE not in dict(screening_children.ways(()))
    assert Way.OPEN_CASE in dict(screening_children.ways({7}))
