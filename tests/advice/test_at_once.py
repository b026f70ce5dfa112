"""Really at the same moment: one answer, one question, one referral, one service."""

from collections.abc import Callable
from functools import partial
from uuid import uuid4

import pytest

from accounts.models import User
from referrals.errors import SomeoneElse
from referrals.models import Consultation, Draft, Exchange, LocalService
from referrals.services import consultations, directory
from tests.advice.conftest import a_question, a_service, advise
from tests.referrals.test_queue_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def winners(answers: list[object]) -> int:
    return sum(not isinstance(one, Exception) for one in answers)


@pytest.mark.slow
def test_it_has_one_answer_of_two_at_once_and_tells_the_other_who(
    question: Consultation, amira: User, ben: User
) -> None:
    acts = [partial(advise, user, question, f"From {user.name}.", seen=0) for user in (amira, ben)]
    answers = at_once(acts)
    [late] = [one for one in answers if isinstance(one, SomeoneElse)]
    assert Exchange.objects.get().by.name in late.message


@pytest.mark.slow
def test_it_has_one_taker_of_many(question: Consultation, amira: User, ben: User) -> None:
    acts = [partial(consultations.take, by=user, consultation=question, holder=None) for user in (amira, ben)]
    answers = at_once(acts)
    question.refresh_from_db()
    assert winners(answers) == 1 and question.holder
    assert any(isinstance(one, SomeoneElse) and question.holder.name in one.message for one in answers)


@pytest.mark.slow
def test_it_asks_once_and_begins_once_of_six_clicks(tess: User, question: Consultation) -> None:
    token = uuid4()
    at_once([partial(consultations.ask, by=tess, question=a_question(), token=token)] * 6)
    assert Consultation.objects.filter(token=token).count() == 1
    at_once([partial(consultations.begin_referral, by=tess, consultation=question)] * 6)
    assert Draft.objects.count() == 1


@pytest.mark.slow
def test_it_adds_a_service_once_of_six_clicks(polly: User, list_service: Callable[..., LocalService]) -> None:
    list_service(name="Another")
    at_once([partial(directory.add, by=polly, answers=a_service())] * 6)
    assert LocalService.objects.filter(name="Harbour Family Hub").count() == 1
