"""What stands across the top of every page while something is wrong: an alarm that nobody answered, news that does not
go out. Nearly always there is nothing, and finding that out costs one statement for both."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Value
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from accounts.policy import Act
from mash.access import second_factor
from mash.outbox import windows
from mash.outbox.models import Message
from referrals.models import NightAlarm
from referrals.selectors import nights, owed_banner


def context(request: HttpRequest) -> dict[str, Any]:
    """`alarm_banner` and `owed_banner` for whoever may act on them; worked out only where they are printed."""
    look = Look(request)
    return {"alarm_banner": SimpleLazyObject(look.alarm), "owed_banner": SimpleLazyObject(look.owed)}


@dataclass
class Look:
    """One look for one page. Of either kind the oldest moment is asked first, and the rest only when there is one."""

    request: HttpRequest

    def alarm(self) -> nights.Banner | None:
        user = getattr(self.request, "user", None)
        if not isinstance(user, User) or not user.may(Act.ANSWER_ALARM) or not second_factor.shown(self.request):
            return None
        return nights.banner(user) if "alarm" in self.oldest else None

    def owed(self) -> owed_banner.Late | None:
        user = getattr(self.request, "user", None)
        if not isinstance(user, User) or not user.may(Act.SEE_OWED):
            return None
        owed_at = self.oldest.get("owed")
        late = owed_at is not None and timezone.now() - owed_at > windows.OVERDUE
        return owed_banner.banner() if late else None

    @cached_property
    def oldest(self) -> Mapping[str, datetime]:
        """Since when the oldest alarm that waits, and the oldest message, have waited: two small indexes."""
        alarms = NightAlarm.objects.filter(state=NightAlarm.State.WAITING).order_by("next_at")
        messages = Message.objects.open().order_by("owed_at")
        first = alarms.values_list(Value("alarm"), "raised_at")[:1]
        return dict(first.union(messages.values_list(Value("owed"), "owed_at")[:1], all=True))
