"""The world's questions to the hub, and its local services."""

from typing import Any
from uuid import uuid4

from django.db import models

from accounts.models import User
from accounts.policy import Role
from mash.outbox.models import CallTask
from mash.outbox.services import calls
from referrals.models import Consultation
from referrals.services import consultations, directory
from referrals.services.consultations import Question

QUESTIONS = ("my_question", "leads_question", "private_question", "police_question")
ADVISERS = (Role.TRIAGE_WORKER, Role.TRIAGE_MANAGER)
SEES: dict[str, dict[Role, set[str]]] = {
    "consultation": {
        Role.PRACTITIONER: {"my_question", "private_question"},
        Role.SAFEGUARDING_LEAD: {"my_question", "leads_question"},
        **{role: set(QUESTIONS) for role in ADVISERS},
    },
    "local_service": {role: {"service"} for role in Role} | {Role.PARTNERSHIP_ADMINISTRATOR: {"service", "retired"}},
}
KINDS: dict[str, tuple[str, ...]] = {"consultation": QUESTIONS, "local_service": ("service", "retired")}
CALLS = {role: {"question_call"} for role in ADVISERS}


def add(records: dict[str, models.Model], users: dict[Role, User], pat: User) -> None:
    """Questions of the teacher, of the lead, of the police, and one kept from the lead; a call about one of them."""
    teacher, lead = users[Role.PRACTITIONER], users[Role.SAFEGUARDING_LEAD]
    for name, by, private in zip(QUESTIONS, (teacher, lead, teacher, pat), (False, False, True, False), strict=True):
        records[name] = _ask(by, private=private)
    polly = users[Role.PARTNERSHIP_ADMINISTRATOR]
    records["service"] = directory.add(by=polly, answers=_service("Family hub"))
    records["retired"] = directory.retire(by=polly, service=directory.add(by=polly, answers=_service("Old club")))
    about: Any = records["my_question"]
    records["question_call"] = calls.owe(why=CallTask.Why.NO_ADDRESS, about=about.reference).round


def _ask(by: User, *, private: bool) -> Consultation:
    question = Question(question="Often late.", category="education", age_group="primary", private=private)
    return consultations.ask(by=by, question=question, token=uuid4())


def _service(name: str) -> dict[str, Any]:
    return {"name": name, "does": "Groups.", "categories": ["other"], "phone": "0151 496 0170", "access": "self"}
