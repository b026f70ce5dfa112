"""Questions, answers, services, and drafts that are filled in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.policy import Role
from referrals.models import Consultation, Draft, LocalService
from referrals.services import consultations, directory, drafts
from referrals.services.consultations import Question
from tests.cast import person

WORRY = "A child in my class is late most days and very tired. I have spoken to mum once."


def a_question(**changes: Any) -> Question:
    return Question(**{"question": WORRY, "category": "education", "age_group": "primary", **changes})


def ask(by: User, **changes: Any) -> Consultation:
    return consultations.ask(by=by, question=a_question(**changes), token=uuid4())


def advise(by: User, row: Consultation, text: str = "Meet the parents.", **changes: Any) -> Any:
    return consultations.answer(
        by=by, consultation=row, **{"text": text, "should_refer": False, "seen": 10**9, **changes}
    )


def a_service(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Harbour Family Hub",
        "does": "A friendly place with groups, advice and somebody to talk to.",
        "categories": ["family_support", "education"],
        "age_from": 0,
        "age_to": 19,
        "area": "",
        "districts": [],
        "phone": "0151 496 0170",
        "web": "",
        "email": "",
        "access": "self",
        "hours": "Weekdays 9am to 5pm",
        **changes,
    }


@pytest.fixture
def question(tess: User) -> Consultation:
    return ask(tess)


@pytest.fixture
def polly(hub: Organisation) -> User:
    """Keeps the directory."""
    return person("Polly", hub, Role.PARTNERSHIP_ADMINISTRATOR)


@pytest.fixture
def list_service(polly: User) -> Callable[..., LocalService]:
    return lambda **changes: directory.add(by=polly, answers=a_service(**changes))


@pytest.fixture
def filled(tess: User) -> Callable[..., Draft]:
    """`filled("D02")` is Tess's draft with every part done and these signs ticked."""

    def made(*codes: str, category: str = "education", child: dict[str, Any] | None = None, **more: Any) -> Draft:
        draft = drafts.start(by=tess)
        about = {"given_name": "Ada", "family_name": "Byrne", "birth_date": "2019-05-04"}
        home = {"address": {"line1": "1 Mill Lane", "postcode": "MB1 2AB"}}
        drafts.put(draft=draft, kind="children", item={"id": "aaaa", **about, **home, **(child or {})})
        worry = {"category": category, "narrative": "Ada Byrne is often late.", "about": []}
        signs = [{"code": code} for code in codes]
        drafts.put(draft=draft, kind="concerns", item={"id": "bbbb", "indicators": signs, **worry, **more})
        return drafts.save(draft=draft, changes=REST)

    return made


REST = {
    "immediate_danger": False,
    "no_adults": True,
    "consent": {"status": "given", "lawful_basis": "public_task", "family_told": "yes"},
    "referrer": {"name": "Tess Example", "role": "teacher", "phone": "0151 496 0000", "email": "tess@mill.example"},
}


def half_a_year_ago() -> Any:
    return timezone.localdate() - timedelta(days=181)
