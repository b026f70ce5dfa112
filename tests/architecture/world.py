"""A small world for the matrix: one user of every role, and records that each may or may not see.

`SEES` is written by hand from the design's rules, not from `accounts.policy`: the two are held against each other.
"""

from dataclasses import dataclass, replace
from typing import Any

from django.db import models

from accounts.models import Organisation, OrganisationKind, User
from accounts.policy import Role
from mash.outbox.models import CallRound, CallTask, Message
from mash.outbox.services import calls
from referrals.choices import Way
from referrals.models import Case, Consultation, Draft, Referral, Upload
from referrals.services import decisions, drafts, queue, submitting
from referrals.services.decisions import Judgement
from tests.architecture import (
    world_advice,
    world_afterwards,
    world_doors,
    world_letting_in,
    world_nights,
    world_public,
    world_thresholds,
)
from tests.cast import a_concern, a_submission, person

SCHOOL_ROLES = (Role.PRACTITIONER, Role.SAFEGUARDING_LEAD)
REGISTERED = (Role.TRIAGE_MANAGER, Role.CADT_WORKER, Role.CADT_MANAGER)

# Referrals: who sent it, and what is special about it.
HUB = {
    Role.TRIAGE_WORKER: {"mine", "leads", "police", "gateway", "signing"},
    Role.TRIAGE_MANAGER: {"mine", "leads", "police", "gateway", "signing", "restricted"},
    Role.GATEWAY_WORKER: {"gateway"},
    Role.GATEWAY_MANAGER: {"gateway"},
    Role.CADT_WORKER: {"mine", "leads", "police", "signing"},
    Role.CADT_MANAGER: {"mine", "leads", "police", "signing", "restricted"},
    Role.LADO: {"allegation"},
}
REFERRER = {
    Role.PRACTITIONER: {"mine", "restricted", "allegation", "gateway", "signing", "barred"},
    Role.SAFEGUARDING_LEAD: {"mine", "leads", "gateway", "signing", "barred"},
}
GLASS = {
    role: {"restricted"} for role in (Role.TRIAGE_WORKER, Role.TRIAGE_MANAGER, Role.CADT_WORKER, Role.CADT_MANAGER)
}
CASES = {
    Role.TRIAGE_WORKER: {"gateway_case", "cadt_case"},
    Role.TRIAGE_MANAGER: {"gateway_case", "cadt_case", "restricted_case"},
    Role.GATEWAY_WORKER: {"gateway_case"},
    Role.GATEWAY_MANAGER: {"gateway_case"},
    Role.CADT_WORKER: {"cadt_case"},
    Role.CADT_MANAGER: {"cadt_case", "restricted_case"},
}
SIGNING = {role: {"signing_decision"} for role in HUB if "signing" in HUB[role]}
CALLS = {
    Role.TRIAGE_WORKER: {"call", "question_call"},
    Role.TRIAGE_MANAGER: {"call", "closed_call", "question_call"},
    Role.CADT_WORKER: {"call"},
    Role.CADT_MANAGER: {"call", "closed_call"},
}
MESSAGES = {
    Role.TRIAGE_WORKER: {"message"},
    Role.TRIAGE_MANAGER: {"message", "closed_message"},
    Role.CADT_WORKER: {"message"},
    Role.CADT_MANAGER: {"message", "closed_message"},
}
DRAFTS = {Role.PRACTITIONER: {"my_draft"}, Role.SAFEGUARDING_LEAD: {"leads_draft"}}

SEES: dict[str, dict[Role, set[str]]] = {
    "referral": HUB,
    "submission": REFERRER,
    "closed_to": GLASS,
    "case": CASES,
    "decision": SIGNING,
    "call_round": CALLS,
    "message": MESSAGES,
    "draft": DRAFTS,
    **world_advice.SEES,
    **world_afterwards.SEES,
    **world_doors.SEES,
    **world_letting_in.SEES,
    **world_nights.SEES,
    **world_public.SEES,
    **world_thresholds.SEES,
}
KINDS: dict[str, tuple[str, ...]] = {
    "referral": ("mine", "leads", "police", "gateway", "signing", "restricted", "allegation", "barred"),
    "submission": ("mine", "leads", "police", "gateway", "signing", "restricted", "allegation", "barred"),
    "closed_to": ("mine", "restricted", "allegation"),
    "case": ("gateway_case", "cadt_case", "restricted_case", "barred_case"),
    "decision": ("signing_decision",),
    "call_round": ("call", "closed_call", "question_call"),
    "message": ("message", "closed_message"),
    **world_advice.KINDS,
    **world_afterwards.KINDS,
    **world_doors.KINDS,
    **world_letting_in.KINDS,
    **world_nights.KINDS,
    **world_public.KINDS,
    **world_thresholds.KINDS,
    "draft": ("my_draft", "leads_draft"),
}


@dataclass
class World:
    """Users by role, and records by name."""

    users: dict[Role, User]
    records: dict[str, models.Model]

    def value(self, door: str, name: str) -> Any:
        """What stands in the address for a record, at one door."""
        record: Any = self.records[name]
        if isinstance(record, Referral | Consultation):
            return record.reference
        return record.token if isinstance(record, Draft | Upload) else record.pk


def build() -> World:
    """Make everybody and everything."""
    hub = Organisation.objects.create(name="Merebrook Council", kind=OrganisationKind.AUTHORITY)
    school = Organisation.objects.create(name="Mill Lane Primary", kind=OrganisationKind.SCHOOL, phone="0151 496 0001")
    police = Organisation.objects.create(name="Merebrook Police", kind=OrganisationKind.POLICE)
    users = {
        role: person(role.value, school if role in SCHOOL_ROLES else hub, role, registered=role in REGISTERED)
        for role in Role
    }
    pat = person("Pat", police, Role.PRACTITIONER)
    records: dict[str, models.Model] = {}
    _referrals(records, users, pat)
    _cases(records, users)
    records["my_draft"] = _draft(users[Role.PRACTITIONER])
    records["leads_draft"] = _draft(users[Role.SAFEGUARDING_LEAD])
    records["call"] = _call(records["mine"], "Mine")
    records["closed_call"] = _call(records["restricted"], "Restricted")
    records["message"] = _receipt(records["mine"])
    records["closed_message"] = _receipt(records["restricted"])
    world_advice.add(records, users, pat)
    world_afterwards.add(records, users)
    world_doors.add(records, users, pat)
    world_letting_in.add(records, users, pat)
    world_nights.add(records, users)
    world_public.add(records, users)
    world_thresholds.add(records, users)
    return World(users, records)


def _referrals(records: dict[str, models.Model], users: dict[Role, User], pat: User) -> None:
    teacher, lead = users[Role.PRACTITIONER], users[Role.SAFEGUARDING_LEAD]
    allegation = replace(a_concern("D19"), category="allegation_against_worker")
    records["mine"] = _send(teacher)
    records["leads"] = _send(lead)
    records["police"] = _send(pat)
    records["gateway"] = _send(teacher, a_concern("D05", category="education"))
    records["restricted"] = _change(_send(teacher), restricted=True)
    records["allegation"] = _send(teacher, allegation)
    records["barred"] = _change(_send(teacher), barred=[user.pk for user in users.values()])
    records["signing"] = signing = _send(teacher)
    queue.claim(by=users[Role.TRIAGE_WORKER], referral=signing)
    records["signing_decision"] = _decide(users[Role.TRIAGE_WORKER], signing, Way.CADT, 4)


def _cases(records: dict[str, models.Model], users: dict[Role, User]) -> None:
    ben, teacher = users[Role.TRIAGE_MANAGER], users[Role.PRACTITIONER]
    for name, way, level, changes in (
        ("gateway_case", Way.GATEWAY, 3, {}),
        ("cadt_case", Way.CADT, 4, {}),
        ("restricted_case", Way.CADT, 4, {"restricted": True}),
        ("barred_case", Way.CADT, 4, {"barred": [user.pk for user in users.values()]}),
    ):
        code = "D19" if level == 4 else "D05"
        referral = _send(teacher, a_concern(code))
        queue.claim(by=ben, referral=referral)
        _decide(ben, referral, way, level)
        _change(referral, owner=None, owned_since=None, **changes)
        records[name] = Case.objects.get(referral=referral)


def _send(by: User, *concerns: Any) -> Referral:
    """Each child lives elsewhere: households are taken together."""
    submission = a_submission() if not concerns else a_submission(concerns=concerns)
    number = Referral.objects.count() + 1
    child = submission.children[0]
    moved = replace(child, address=replace(child.address, line1=f"{number} Mill Lane"), given_name=f"Child{number}")
    return submitting.submit(by=by, submission=replace(submission, children=(moved,)))


def _draft(by: User) -> Draft:
    """One with a child, an adult and a concern, each called `item1`."""
    draft = drafts.start(by=by)
    drafts.put(draft=draft, kind="children", item={"id": "item1", "given_name": "Ada", "family_name": "Byrne"})
    drafts.put(draft=draft, kind="adults", item={"id": "item1", "name": "Jo Byrne"})
    return drafts.put(draft=draft, kind="concerns", item={"id": "item1", "category": "neglect", "indicators": []})


def _change(referral: Referral, **changes: Any) -> Referral:
    Referral.objects.filter(pk=referral.pk).update(**changes)
    return referral


def _decide(by: User, referral: Referral, way: Way, level: int) -> Any:
    judgement = Judgement(way=way, level=level, words="We will help.", agreement="given", reason="Seen.")
    return decisions.decide(by=by, subject=referral.subjects.get(), judgement=judgement)


def _receipt(referral: Any) -> Message:
    return Message.objects.get(about=referral.reference, kind="referral_received")


def _call(referral: Any, name: str) -> CallRound:
    """Somebody without an organisation is called alone, so that each of these is a task of its own."""
    return calls.owe(why=CallTask.Why.NO_ADDRESS, about=referral.reference, recipient_name=name).round
