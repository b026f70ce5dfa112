"""The demo, on whatever day it is started: one alarm that tells its own story, and none while the office is open."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command

from mash.lib.workingdays import LONDON
from referrals.models import NightAlarm
from referrals.services import nights

pytestmark = pytest.mark.django_db
STARTED = {
    "a weekday, in the office": datetime(2035, 12, 19, 11, 0, tzinfo=LONDON),
    "a weekday, before the office opens": datetime(2035, 12, 19, 7, 30, tzinfo=LONDON),
    "a weekday, just after closing": datetime(2035, 12, 19, 17, 5, tzinfo=LONDON),
    "a weekday, in the evening": datetime(2035, 12, 19, 21, 0, tzinfo=LONDON),
    "a Saturday": datetime(2035, 12, 22, 12, 0, tzinfo=LONDON),
    "a bank holiday": datetime(2035, 12, 26, 10, 0, tzinfo=LONDON),
}


@pytest.mark.parametrize("day", STARTED)
def test_it_greets_with_one_alarm_at_most_and_has_no_other_after_hours(day: str, tmp_path: Path) -> None:
    with time_machine.travel(STARTED[day], tick=False) as clock:
        call_command("demo", note=tmp_path / "demo.json", verbosity=0)
        nights.sweep()
        assert waiting() == ([] if day.endswith("in the office") else ["Jory Pennyfeather"])
        for _ in range(12):
            clock.shift(timedelta(hours=1))
            nights.sweep()
            assert waiting() in ([], ["Jory Pennyfeather"])


def waiting() -> list[str]:
    rows = NightAlarm.objects.filter(state=NightAlarm.State.WAITING).order_by("pk")
    return [str(row.referral.subjects.first()) for row in rows]
