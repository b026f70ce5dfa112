"""What the matrix tries at the doors of frameworks and their drafts: the partnership administrator's alone."""

from typing import Any

from django.db import models

from accounts.models import User
from accounts.policy import Role
from thresholds.selectors.frameworks import framework_here
from thresholds.services import drafts

POLLY = Role.PARTNERSHIP_ADMINISTRATOR

SEES: dict[str, dict[Role, set[str]]] = {
    "framework": {POLLY: {"a_version"}},
    "framework_draft": {POLLY: {"an_open_draft"}},
}
KINDS: dict[str, tuple[str, ...]] = {
    "framework": ("a_version",),
    "framework_draft": ("an_open_draft", "a_draft_thrown_away"),
}
# What stands in an address for an indicator and for a rule of the draft.
PLACES: dict[str, Any] = {"indicator": "D05", "combining": "baby"}


def addressed(route: str) -> dict[str, Any]:
    """What stands in the address of a page without a door: the version in force, which everybody may read."""
    if route != "thresholds_version":
        return {}
    here = framework_here()
    return {"key": here.key, "version": here.version}


def add(records: dict[str, models.Model], users: dict[Role, User]) -> None:
    """The version in force here, a draft that begins as it, and one that was thrown away."""
    polly, here = users[POLLY], framework_here()
    records["a_version"] = here
    records["an_open_draft"] = drafts.start(by=polly, key=here.key, title=here.title, based_on=here)
    records["a_draft_thrown_away"] = gone = drafts.start(by=polly, key="oakshire", title="Oakshire")
    drafts.discard(by=polly, draft=gone, seen=gone.revision)
