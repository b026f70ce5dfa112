"""Keep the directory of local services: add, change, make sure, retire, bring back."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import User
from accounts.policy import Act
from mash.audit import events
from mash.govuk.moments import when_words
from referrals.errors import Refused, SomeoneElse
from referrals.models import LocalService
from referrals.services import rights

TAKEN = "There is a service with this name already"


@transaction.atomic
def add(*, by: User, answers: dict[str, Any]) -> LocalService:
    """A new service; whoever adds it says that it is right today. Sent twice, it is added once.

    Raises Refused for a name that is there already.
    """
    rights.require(by, Act.MANAGE_ORGANISATIONS)
    if (same := LocalService.objects.filter(**answers, active=True, changed_by=by).first()) is not None:
        return same
    _refuse_second(answers["name"])
    try:
        with transaction.atomic():
            row = LocalService.objects.create(**answers, **_checked(by), **_changed(by))
    except IntegrityError:
        raise Refused(TAKEN, field="name") from None
    events.record(by=by, what="local_service_added", about=row)
    return row


@transaction.atomic
def change(*, by: User, service: LocalService, answers: dict[str, Any], seen: str) -> LocalService:
    """New answers; saving them says that all of it is right today.

    `seen` is the moment of the last change that the page knew of. Raises SomeoneElse when there is a later one.
    """
    row = _hold(by, service, seen)
    _refuse_second(answers["name"], but=row)
    _update(row, **answers, **_checked(by), **_changed(by))
    events.record(by=by, what="local_service_changed", about=row)
    return row


@transaction.atomic
def confirm(*, by: User, service: LocalService, seen: str) -> LocalService:
    """Somebody made sure today that what is written here is right. `seen` as for `change`."""
    row = _hold(by, service, seen)
    _update(row, **_checked(by))
    events.record(by=by, what="local_service_checked", about=row)
    return row


@transaction.atomic
def retire(*, by: User, service: LocalService) -> LocalService:
    """Take it out of what people are shown; it is kept, and can be brought back."""
    row = _hold(by, service)
    if row.active:
        _update(row, active=False, **_changed(by))
        events.record(by=by, what="local_service_retired", about=row)
    return row


@transaction.atomic
def bring_back(*, by: User, service: LocalService) -> LocalService:
    """Show it again. Raises Refused when another one has its name meanwhile."""
    row = _hold(by, service)
    if not row.active:
        _refuse_second(row.name, but=row)
        _update(row, active=True, **_changed(by))
        events.record(by=by, what="local_service_brought_back", about=row)
    return row


def _hold(by: User, service: LocalService, seen: str | None = None) -> LocalService:
    rights.require(by, Act.MANAGE_ORGANISATIONS)
    row = LocalService.objects.select_for_update(of=("self",)).get(pk=service.pk)
    if seen is not None and seen != stamp(row.changed_at):
        when = when_words(row.changed_at, now=timezone.now())
        raise SomeoneElse(f"{row.changed_by} changed this {when}. To keep your answers all the same, save again.")
    return row


def stamp(moment: datetime) -> str:
    """A moment as a page carries it."""
    return moment.isoformat()


def _update(row: LocalService, **answers: Any) -> None:
    for name, value in answers.items():
        setattr(row, name, value)
    row.save(update_fields=list(answers))


def _checked(by: User) -> dict[str, Any]:
    return {"checked_on": timezone.localdate(timezone.now()), "checked_by": by}


def _changed(by: User) -> dict[str, Any]:
    return {"changed_at": timezone.now(), "changed_by": by}


def _refuse_second(name: str, but: LocalService | None = None) -> None:
    same = LocalService.objects.annotate(lower=Lower("name")).filter(active=True, lower=name.lower())
    if same.exclude(pk=but.pk if but else 0).exists():
        raise Refused(TAKEN, field="name")
