"""The hub’s other doors in the matrix: notices in bulk, their second reading, what a caller said, and filters."""

import uuid
from typing import Any

from django.db import models

from accounts.models import User
from accounts.policy import Role
from referrals.choices import Identity, Via
from referrals.models import Batch, Referral, Reread, Upload
from referrals.selectors.wanted import Wanted
from referrals.services import calls_taken, notices, saved_filters, screening
from referrals.services.calls_taken import Call, Caller
from referrals.services.decisions import Judgement
from referrals.services.notices import Handed, Refusal, Row
from referrals.services.screening import Screened
from tests.cast import a_submission
from tests.notices.a_tray import notice

BATCH = {Role.PRACTITIONER: {"my_batch"}, Role.SAFEGUARDING_LEAD: {"my_batch"}}
HUB_OF_GATEWAY = (Role.TRIAGE_WORKER, Role.TRIAGE_MANAGER, Role.GATEWAY_WORKER, Role.GATEWAY_MANAGER)

SEES: dict[str, dict[Role, set[str]]] = {
    "batch": BATCH,
    "own_batch": {Role.PRACTITIONER: {"my_batch"}},
    "upload": {Role.PRACTITIONER: {"my_upload"}},
    "reread": {role: {"reread"} for role in HUB_OF_GATEWAY},
    "recorded": {Role.TRIAGE_WORKER: {"written_down"}},
    "saved_filter": {Role.TRIAGE_WORKER: {"my_filter"}, Role.GATEWAY_WORKER: {"gateways_filter"}},
}
KINDS: dict[str, tuple[str, ...]] = {
    "batch": ("my_batch", "police_batch"),
    "own_batch": ("my_batch", "police_batch"),
    "upload": ("my_upload", "police_upload"),
    "reread": ("reread",),
    "recorded": ("written_down",),
    "saved_filter": ("my_filter", "gateways_filter"),
}
MISSING: dict[str, Any] = {"batch": 10**9, "own_batch": 10**9, "reread": 10**9, "upload": uuid.UUID(int=0)}


def add(records: dict[str, models.Model], users: dict[Role, User], pat: User) -> None:
    """A batch and an upload of the teacher's and of the police's, a decision to read again, a call, and two filters."""
    teacher, triage = users[Role.PRACTITIONER], users[Role.TRIAGE_WORKER]
    for name, user in (("my", teacher), ("police", pat)):
        records[f"{name}_batch"] = _batch(user)
        records[f"{name}_upload"] = _upload(user)
    records["reread"] = _reread(triage, pat)
    records["written_down"] = _call(triage)
    for name, user in (("my", triage), ("gateways", users[Role.GATEWAY_WORKER])):
        records[f"{name}_filter"] = saved_filters.save(by=user, name="Worst", wanted=Wanted(level="4"))


def _batch(by: User) -> Batch:
    refused = [Refusal(Row(2, "MP-1"), {"category": ["There is no such category."]})]
    return notices.receive(by=by, handed=Handed(key="k", digest="d", notices=[], refused=refused))[0]


def _upload(by: User) -> Upload:
    text = "incident_number,category,what_happened\nMP-1,neglect,Alone\n"
    return notices.hold(by=by, name="night.csv", text=text)


def _reread(triage: User, pat: User) -> Reread:
    one = notice(pat, 900)
    judged = Judgement(way="advice", level=2, words="School can help.", agreement="given", reason="Seen.")
    screening.screen(by=triage, page=[Screened(one, {one.subjects.get(): judged}, reason="Seen.")])
    return Reread.objects.get()


def _call(triage: User) -> Referral:
    caller = Caller(identity=Identity.PROFESSIONAL)
    call = Call(token=uuid.uuid4(), via=Via.PHONE, caller=caller, submission=a_submission())
    return calls_taken.take(by=triage, call=call).referral
