"""Drafts of frameworks: begun, saved part by part, thrown away. A draft always holds what the engine would take."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.errors import NotNow, Refused, SomeoneElse
from accounts.models import User
from accounts.policy import Act
from accounts.services import rights
from mash.audit import events
from mash.govuk.moments import when_words
from thresholds.editing import floors, starting
from thresholds.editing.parts import Gone
from thresholds.engine import framework_from_json
from thresholds.models import Framework, FrameworkDraft
from thresholds.services import locks

Change = Callable[[dict[str, Any]], dict[str, Any]]
GONE = "This is no longer in the draft: somebody took it out. What you typed is still on the page"
KEY_TAKEN = "There is a framework with this short name already. To change it, start from one of its versions"


@transaction.atomic
def start(*, by: User, key: str, title: str, based_on: Framework | None = None) -> FrameworkDraft:
    """A draft of a new framework, or of the next version of one; from nothing, or from the document of a version.

    A key that is in use is refused unless the draft starts from a version of that framework. A form sent twice makes
    one draft: what the same person began in the same way, and has not yet changed, is that draft.
    """
    rights.require(by, Act.MANAGE_FRAMEWORK)
    locks.one_at_a_time(f"framework draft:{by.pk}")
    if (based_on is None or based_on.key != key) and Framework.objects.filter(key=key).exists():
        raise Refused(KEY_TAKEN, field="key")
    document = starting.copy_of(based_on.document, key, title) if based_on else starting.blank(key, title)
    framework_from_json(document, version=1)
    begun = FrameworkDraft.objects.filter(by=by, key=key, title=title, based_on=based_on, revision=1)
    found = begun.filter(state=FrameworkDraft.State.OPEN).first()
    if found is not None and found.document == document:
        return found
    draft = FrameworkDraft.objects.create(
        key=key, title=title, document=document, based_on=based_on, by=by, updated_at=timezone.now(), saved="the start"
    )
    detail = {"key": key, "based_on": str(based_on) if based_on else ""}
    events.record(by=by, what="framework_draft_started", about=draft, detail=detail)
    return draft


@transaction.atomic
def save(*, by: User, draft: FrameworkDraft, seen: int, part: str, change: Change) -> FrameworkDraft:
    """Put one part in place of what the draft has; `part` names it in words, such as "the bands".

    `seen` is the revision that the page showed. Raises SomeoneElse, who names whoever saved meanwhile and what;
    BadFramework when the engine would refuse the whole; Refused when the part was taken out meanwhile, or when danger
    now would count for less than Level 4. What changes nothing is not a new revision.
    """
    rights.require(by, Act.MANAGE_FRAMEWORK)
    held = hold(draft, seen=seen)
    try:
        document = change(deepcopy(held.document))
    except Gone:
        raise Refused(GONE) from None
    framework_from_json(document, version=1)
    if document == held.document:
        return held
    if stays := floors.stays(held.document, document):
        raise Refused(stays)
    held.document, held.title = document, document["title"]
    held.revision += 1
    held.by, held.updated_at, held.saved = by, timezone.now(), part[:200]
    held.save(update_fields=["document", "title", "revision", "by", "updated_at", "saved"])
    events.record(
        by=by, what="framework_draft_saved", about=held, detail={"part": held.saved, "revision": held.revision}
    )
    return held


@transaction.atomic
def discard(*, by: User, draft: FrameworkDraft, seen: int) -> None:
    """Throw a draft away. It is kept out of sight, and nothing was ever weighed under it."""
    rights.require(by, Act.MANAGE_FRAMEWORK)
    held = hold(draft, seen=seen)
    held.state, held.by, held.updated_at = FrameworkDraft.State.DISCARDED, by, timezone.now()
    held.save(update_fields=["state", "by", "updated_at"])
    events.record(by=by, what="framework_draft_discarded", about=held, detail={"revision": held.revision})


def hold(draft: FrameworkDraft, *, seen: int | None) -> FrameworkDraft:
    """Lock the draft and read it again. Raises NotNow when it is no longer open, and SomeoneElse when it is not the
    revision `seen` (None asks for none)."""
    # Without a join: a row whose joined column changed while we waited for its lock would be left out altogether.
    held = FrameworkDraft.objects.select_for_update().get(pk=draft.pk)
    when = when_words(held.updated_at, now=timezone.now())
    if held.state == FrameworkDraft.State.PUBLISHED:
        raise SomeoneElse(f"{held.by.name} published this draft {when}. Start another one to change it")
    if held.state == FrameworkDraft.State.DISCARDED:
        raise NotNow(f"{held.by.name} threw this draft away {when}")
    if seen is not None and held.revision != seen:
        raise SomeoneElse(
            f"{held.by.name} saved this draft {when}, after you opened this page: {held.saved}. "
            "What you typed is still below, and not saved. Look at the draft, then save again if yours should stand"
        )
    return held
