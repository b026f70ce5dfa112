"""The world's additions to referrals, and the unsent drafts that a colleague may take over."""

from typing import Any

from django.db import models

from accounts.models import User
from accounts.policy import Role
from referrals.services import amending, drafts

ADDED = ("added", "added_restricted", "added_allegation", "added_to_case")
DRAFTS = ("my_draft", "leads_draft", "secret_draft")
SEES: dict[str, dict[Role, set[str]]] = {
    "amendment": {
        Role.TRIAGE_WORKER: {"added", "added_to_case"},
        Role.TRIAGE_MANAGER: {"added", "added_restricted", "added_to_case"},
        Role.CADT_WORKER: {"added"},
        Role.CADT_MANAGER: {"added", "added_restricted"},
        Role.GATEWAY_WORKER: {"added_to_case"},
        Role.GATEWAY_MANAGER: {"added_to_case"},
        Role.LADO: {"added_allegation"},
    },
    "colleagues_draft": {
        Role.PRACTITIONER: {"leads_draft"},
        Role.SAFEGUARDING_LEAD: {"my_draft"},
    },
}
KINDS: dict[str, tuple[str, ...]] = {"amendment": ADDED, "colleagues_draft": DRAFTS}


def add(records: dict[str, models.Model], users: dict[Role, User]) -> None:
    """Something new to each kind of referral, by the teacher who sent them; and her draft about a worker."""
    teacher = users[Role.PRACTITIONER]
    case: Any = records["gateway_case"]
    sent: tuple[Any, ...] = (records["mine"], records["restricted"], records["allegation"], case.referral)
    for name, referral in zip(ADDED, sent, strict=True):
        records[name] = amending.add(by=teacher, referral=referral, words="Something new.")
    draft = drafts.start(by=teacher)
    concern = {"id": "item1", "category": "allegation_against_worker", "indicators": []}
    records["secret_draft"] = drafts.put(draft=draft, kind="concerns", item=concern)
