"""The hub screens notices many on a page, and a second person reads some of the decisions again."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.models import User
from mash.outbox.models import Message
from referrals.choices import OutcomeKind, Stage, SubjectState, Via
from referrals.errors import Refused, SomeoneElse
from referrals.models import Decision, LeftForTriage, Outcome, Referral, Reread, Subject
from referrals.services import decisions, queue, screening
from referrals.services.decisions import Judgement
from referrals.services.screening import Screened
from tests.cast import a_child
from tests.notices.a_tray import answers, notice

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User], Client]
SCREEN = "/queue/notices/screen/"
ADVICE = {"way": "advice", "level": "2", "reason": "The school is helping."}


def page(client: Client, address: str, **query: Any) -> str:
    return client.get(address, query).content.decode()


def ended(by: User, *referrals: Referral) -> screening.Done:
    """Each screened with advice."""
    judged = Judgement(way="advice", level=2, words="School can help.", agreement="given", reason="Seen.")
    some = [Screened(one, {one.subjects.get(): judged}, reason="Seen.") for one in referrals]
    return screening.screen(by=by, page=some)


def test_it_keeps_a_tray_and_hides_nothing(client_for: ClientFor, pat: User, amira: User, referral: Referral) -> None:
    low, high = notice(pat, 1), notice(pat, 2, "D19")
    client = client_for(amira)
    tray = page(client, "/queue/notices/")
    assert tray.index(high.reference) < tray.index(low.reference)
    assert referral.reference not in tray
    everything = page(client, "/queue/")
    assert all(one.reference in everything for one in (low, high, referral))
    assert "2 notices in the tray" in everything
    assert "/queue/rereads/" not in tray, "she is no second person"
    only = page(client, "/queue/", notices="only")
    assert referral.reference not in only and low.reference in only
    without = page(client, "/queue/", notices="without")
    assert low.reference not in without
    assert high.reference in without and referral.reference in without


def test_it_never_hides_danger_or_an_unknown_level_outside_the_tray(
    client_for: ClientFor, pat: User, amira: User
) -> None:
    danger, unknown = notice(pat, 1, immediate_danger=True), notice(pat, 2)
    Referral.objects.filter(pk=unknown.pk).update(level=None)
    without = page(client_for(amira), "/queue/", notices="without")
    assert danger.reference in without and unknown.reference in without


def test_it_decides_each_by_itself_and_gives_back_what_failed(client_for: ClientFor, pat: User, ben: User) -> None:
    good, no_reason, left, untouched = (notice(pat, n) for n in range(1, 5))
    client = client_for(ben)
    sent = answers(
        (good, ADVICE),
        (no_reason, {"way": "no_further_action", "level": "2", "reason": "", "words": "Thank you, Pat."}),
        (left, {"way": "leave"}),
        (untouched, {"way": ""}),
    )
    shown = client.post(SCREEN, sent).content.decode()
    assert "Give a reason for the notice about Child2 Family2" in shown and "Thank you, Pat." in shown
    assert "Decided for 1 child. Left 1 for a full look." in shown
    assert f'id="notice-{no_reason.pk}"' in shown and f'id="notice-{good.pk}"' not in shown
    assert Decision.objects.get().subject.referral == good
    assert LeftForTriage.objects.get().referral == left
    stages = dict(Referral.objects.values_list("pk", "stage"))
    assert stages == {
        good.pk: Stage.DECIDED,
        no_reason.pk: Stage.RECEIVED,
        left.pk: Stage.RECEIVED,
        untouched.pk: Stage.RECEIVED,
    }
    again = page(client, SCREEN)
    assert f"notice-{untouched.pk}" in again and f"notice-{left.pk}" not in again
    assert left.reference in page(client, "/queue/notices/")
    mended = {"way": "no_further_action", "level": "2", "reason": "Seen by us."}
    assert client.post(SCREEN, answers((no_reason, mended))).status_code == 302


def test_it_holds_all_the_rules_of_a_decision(client_for: ClientFor, pat: User, amira: User) -> None:
    high, ends = notice(pat, 1, "D19"), notice(pat, 2)
    sent = answers(
        (high, {"way": "advice", "level": "4", "reason": "Seen."}),
        (ends, {"way": "no_further_action", "level": "2", "reason": "Nothing new."}),
    )
    shown = client_for(amira).post(SCREEN, sent).content.decode()
    assert "A Level 4 decision goes to CADT" in shown
    assert "1 of these waits for a signature" in shown
    assert Subject.objects.get(referral=ends).state == SubjectState.PROPOSED
    assert not Reread.objects.exists(), "somebody else reads it before it takes effect"


def test_it_says_who_was_quicker(client_for: ClientFor, pat: User, ben: User, amira: User) -> None:
    first, second = notice(pat, 1), notice(pat, 2)
    queue.claim(by=amira, referral=first)
    ended(ben, second)
    shown = client_for(ben).post(SCREEN, answers((first, ADVICE), (second, ADVICE))).content.decode()
    assert "Amira Example" in shown and "decided already" in shown
    assert Decision.objects.count() == 1


def test_it_asks_who_a_child_is_whom_the_hub_may_know(client_for: ClientFor, pat: User, ben: User) -> None:
    first, again = notice(pat, 1), notice(pat, 1)
    ended(ben, first)
    client, child = client_for(ben), again.subjects.get()
    shown = client.post(SCREEN, answers((again, ADVICE))).content.decode()
    assert f"Select who {child} is" in shown
    known = first.subjects.get().person
    assert known
    sent = answers((again, ADVICE)) | {f"who_{child.pk}": str(known.pk)}
    assert client.post(SCREEN, sent).status_code == 302
    assert again.subjects.get().person == known


def test_it_asks_for_one_answer_at_least_and_stays_calm_about_garbage(
    client_for: ClientFor, pat: User, ben: User
) -> None:
    client, one = client_for(ben), notice(pat, 1)
    assert "Choose what happens for one notice" in client.post(SCREEN, answers((one, {}))).content.decode()
    for keys in ("", "x", "²", "9" * 30, "1,2,,3", f"{one.pk}," * 30):
        assert client.post(SCREEN, {"notices": keys, f"way_{one.pk}": "zzz"}).status_code == 200
    assert not Decision.objects.exists()


@pytest.mark.parametrize(("number", "drawn"), [(1, 1), (10, 1), (11, 2)])
def test_it_draws_one_in_ten_and_one_at_least(pat: User, ben: User, number: int, drawn: int) -> None:
    done = ended(ben, *(notice(pat, n) for n in range(number)))
    assert (len(done.made), done.chosen, Reread.objects.count()) == (number, drawn, drawn)


@pytest.mark.parametrize("together", [True, False])
def test_it_draws_from_what_is_decided_on_the_notices_own_page(pat: User, ben: User, together: bool) -> None:
    one = notice(pat, 1, children=(a_child(given_name="Ada"), a_child(given_name="Bo")))
    queue.claim(by=ben, referral=one)
    judged = Judgement(way="advice", level=2, words="School can help.", agreement="given", reason="Seen.")
    judgements = dict.fromkeys(one.subjects.all(), judged)
    if together:
        decisions.decide_all(by=ben, judgements=judgements)
    else:
        for subject in judgements:
            decisions.decide(by=ben, subject=subject, judgement=judged)
    assert Reread.objects.count() == (1 if together else 2)
    assert set(Reread.objects.values_list("decided_by", flat=True)) == {ben.pk}


def test_it_draws_nothing_from_what_came_by_itself(pat: User, ben: User) -> None:
    one = notice(pat, 1, via=Via.BROWSER)
    queue.claim(by=ben, referral=one)
    judged = Judgement(way="advice", level=2, words="School can help.", agreement="given", reason="Seen.")
    decisions.decide(by=ben, subject=one.subjects.get(), judgement=judged)
    assert not Reread.objects.exists()


def test_it_lets_nobody_read_their_own_again(client_for: ClientFor, pat: User, ben: User, carl: User) -> None:
    one = notice(pat, 1)
    Referral.objects.filter(pk=one.pk).update(lane="cadt")
    ended(ben, one)
    row = Reread.objects.get()
    assert one.reference not in page(client_for(ben), "/queue/rereads/")
    assert "cannot be the one who decided" in page(client_for(ben), f"/queue/rereads/{row.pk}/")
    with pytest.raises(Refused, match="second person"):
        screening.read_again(by=ben, reread=row, agrees=True)
    assert "Ben Example" in page(client_for(carl), "/queue/rereads/")
    answer = client_for(carl).post(f"/queue/rereads/{row.pk}/", {"answer": "yes"})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.by, row.agrees) == (carl, True)
    with pytest.raises(SomeoneElse, match="Carl"):
        screening.read_again(by=carl, reread=row, agrees=True)


def test_it_goes_back_to_triage_when_the_second_person_does_not_agree(
    client_for: ClientFor, pat: User, ben: User, amira: User
) -> None:
    one = notice(pat, 1)
    ended(amira, one)
    row = Reread.objects.get()
    client = client_for(ben)
    assert "Say why you do not agree" in client.post(f"/queue/rereads/{row.pk}/", {"answer": "no"}).content.decode()
    assert client.post(f"/queue/rereads/{row.pk}/", {"answer": "no", "note": "A baby lives there."}).status_code == 302
    one.refresh_from_db()
    assert (one.stage, one.owner, one.decided_at) == (Stage.RECEIVED, None, None)
    assert one.subjects.get().state == SubjectState.WAITING
    assert Outcome.objects.filter(referral=one, kind=OutcomeKind.RETURNED).exists()
    assert Message.objects.get(kind="reread_disagreed").recipient_email == amira.email
    assert one.reference in page(client, "/queue/notices/")


def test_it_refuses_whoever_may_not(client_for: ClientFor, pat: User, tess: User, gita: User, amira: User) -> None:
    one = notice(pat, 1)
    for user in (tess, gita):
        assert client_for(user).get("/queue/notices/").status_code == 403
        assert client_for(user).post(SCREEN, answers((one, ADVICE))).status_code == 403
        with pytest.raises(PermissionDenied):
            ended(user, one)
    assert client_for(amira).get("/queue/rereads/").status_code == 403
