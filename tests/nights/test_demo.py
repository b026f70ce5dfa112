"""Merebrook's night: told at any hour it is the same, and leaves a rota and no red banner."""

from datetime import datetime

import pytest

from mash.lib.workingdays import LONDON
from referrals.demo import nights, people
from referrals.models import Handover, NightAlarm, Page, Shift
from referrals.selectors import rota


@pytest.mark.parametrize("now", [datetime(2035, 12, 26, 3, tzinfo=LONDON), datetime(2035, 12, 20, 11, tzinfo=LONDON)])
def test_it_tells_of_one_night_and_plans_the_next(db: None, now: datetime) -> None:
    cast = people.settle(passphrase="a long pass phrase for tests")
    nights.tell(cast, now=now)
    alarm = NightAlarm.objects.get()
    assert (alarm.state, alarm.taken_by) == ("taken", cast["omar"])
    pages = Page.objects.order_by("id").values_list("person__name", "became")
    assert list(pages) == [("Nadia Moon", "silent"), ("Omar Hale", "answered")]
    handover = Handover.objects.get()
    assert (handover.left_by, handover.taken_by) == (cast["omar"], cast["ben"])
    assert handover.ended_at < now
    assert Shift.objects.count() == 2 * nights.PLANNED
    page = rota.page(rota.monday_of(now.date().isoformat()))
    assert not [warning for warning in page.warnings if "number" in warning or "officer" in warning]
