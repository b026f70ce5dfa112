"""Trying a draft on what was weighed before."""

from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.policy import Act
from accounts.services import rights
from mash.audit import events
from mash.lib.workingdays import LONDON
from thresholds import previewing
from thresholds.engine import framework_from_json
from thresholds.models import FrameworkDraft
from thresholds.selectors import weighed
from thresholds.services import drafts


@transaction.atomic
def preview(*, by: User, draft: FrameworkDraft) -> FrameworkDraft:
    """Work out what the draft would have done to the last 500 referrals, and keep it beside the draft's revision.

    The facts hold no name and lead to no referral. Referrals of today are not among them: a draft tried before and
    after one arrives must not tell what it holds. Raises SomeoneElse or NotNow when the draft is no longer open.
    """
    rights.require(by, Act.MANAGE_FRAMEWORK)
    held = drafts.hold(draft, seen=None)
    last = weighed.last(before=_today())
    said = previewing.tried(last.rows, framework_from_json(held.document, version=1))
    held.preview = {**said.as_json(), "oldest": _text(last.oldest), "at": _text(timezone.now())}
    held.previewed_revision = held.revision
    held.save(update_fields=["preview", "previewed_revision"])
    detail: dict[str, Any] = {"revision": held.revision}
    events.record(by=by, what="framework_draft_tried", about=held, detail=detail)
    return held


def _today() -> datetime:
    """The beginning of this day in London."""
    return datetime.combine(timezone.localdate(timezone=LONDON), time(), tzinfo=LONDON)


def _text(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
