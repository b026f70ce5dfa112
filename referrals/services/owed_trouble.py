"""A medium that does not go: tell the managers of triage once, by another medium."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.policy import Role
from mash.outbox import channels, media, windows
from mash.outbox.media import Medium
from mash.outbox.models import Message, Trouble
from mash.outbox.services import messages
from mash.outbox.services.messages import Owed
from referrals.models import NightNumber

log = structlog.get_logger(__name__)
KIND = "owed_late"
ABOUT = "what-is-owed"
BY = (Message.Channel.SMS, Message.Channel.VOICE, Message.Channel.EMAIL)


def look() -> int:
    """One look at every medium: write down what began and what ended. Answers how many troubles began.

    A medium is in trouble when nothing of it has gone for `windows.NOTHING_GOES`, or its provider finds fault with us.
    """
    now, found = timezone.now(), media.now()
    wrong = [one for one in found if one.refused or one.nothing_goes]
    is_open = Trouble.objects.filter(ended_at=None)
    is_open.exclude(channel__in=[one.channel for one in wrong]).update(ended_at=now)
    return sum(_begin(one, [each.channel for each in wrong], now) for one in wrong)


@transaction.atomic
def _begin(medium: Medium, wrong: Sequence[str], now: datetime) -> bool:
    """Write the trouble down and tell of it, unless it is one that was told already."""
    rows = Trouble.objects.select_for_update().filter(channel=medium.channel)
    lately = rows.filter(ended_at__gt=now - windows.ALERT_AGAIN).order_by("-found_at").first()
    if rows.filter(ended_at=None).exists():
        return False
    if lately is not None:
        Trouble.objects.filter(pk=lately.pk).update(ended_at=None)
        return False
    by, owed = _another(medium, wrong, now)
    # Two that look at the same moment owe the same messages: one row stands.
    made = Trouble(channel=medium.channel, found_at=now, told_by=by)
    Trouble.objects.bulk_create([made], ignore_conflicts=True)
    messages.owe_many(owed)
    log.error("medium_does_not_go", medium=medium.channel, provider=medium.provider, told_by=by)
    return True


def _another(medium: Medium, wrong: Sequence[str], now: datetime) -> tuple[str, list[Owed]]:
    """The first medium that works, is carried by another provider and reaches a manager; "" when there is none."""
    managers = list(User.objects.filter(is_active=True, roles__contains=[Role.TRIAGE_MANAGER]).order_by("pk"))
    phones = dict(NightNumber.objects.filter(user__in=managers).values_list("user", "phone"))
    for channel in BY:
        provider = channels.provider(channel)
        if channel in wrong or provider in ("nobody", medium.provider):
            continue
        told = [one for one in managers if channels.usable(channel, email=one.email, phone=phones.get(one.pk, ""))]
        if told:
            return channel, [_owed(one, phones.get(one.pk, ""), channel, medium, now) for one in told]
    return "", []


def _owed(manager: User, phone: str, channel: str, medium: Medium, now: datetime) -> Owed:
    return Owed(
        key=f"trouble:{medium.channel}:{now:%Y%m%d%H%M}:{manager.pk}",
        kind=KIND,
        about=ABOUT,
        to=manager,
        path="/owed/",
        name=manager.name,
        phone=phone,
        channel=channel,
    )
