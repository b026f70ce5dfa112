"""Merebrook at night: who is on call, and a night that was handed over in the morning. All of it is invented."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from accounts.models import User
from mash.lib.workingdays import LONDON
from referrals.choices import Way
from referrals.demo.children import NOT_SOUGHT, a_child, one_child, worry
from referrals.demo.clock import born, then, then_at_night
from referrals.demo.people import Cast
from referrals.models import NightAlarm
from referrals.selectors.hours import Night, earlier_nights, hours_now, night_at
from referrals.services import answering, cases, decisions, handover, nights, rota, submitting
from referrals.services.decisions import Judgement
from referrals.services.rota import Duty

NUMBERS = {"ben": "07700 900311", "carl": "07700 900312", "lara": "07700 900313"}
CREW = (("nadia", "07700 900301"), ("omar", "07700 900302"))
PLANNED = 8
"""So many nights are planned; the rota says that the ones after are not."""


def tell(cast: Cast) -> None:
    """The rota from the last night that is over, the managers' numbers, and that night's one alarm."""
    hours = hours_now()
    last = earlier_nights(night_at(timezone.now(), hours).date, 1, hours)[0]
    with then(last.began_at - timedelta(hours=2)):
        for name, phone in NUMBERS.items():
            rota.set_number(by=cast["ben"], user=cast[name], phone=phone)
        night = last
        for _ in range(PLANNED):
            _on_call(cast, night)
            night = night_at(night.ended_at + timedelta(hours=12), hours)
    _a_night(cast, last)


def _on_call(cast: Cast, night: Night) -> None:
    """Two people for the whole night; a weekend, or Easter, is theirs too."""
    for place, (name, phone) in enumerate(CREW, start=1):
        duty = Duty(person=cast[name], starts_at=night.began_at, ends_at=night.ended_at, place=place, phone=phone)
        rota.add(by=cast["ben"], duty=duty)


def _a_night(cast: Cast, night: Night) -> None:
    """Ten past two: the first is silent, the second has it; in the morning it is handed over."""
    ten_past_two = datetime.combine(night.ended_at.date(), time(2, 10), LONDON)
    child = a_child("Perrin Saltmarsh", born(5), "M", "8 Tidewell Lane")
    said = "Perrin was found on the quay at two in the morning in his pyjamas. Nobody answers at home."
    with then_at_night(ten_past_two):
        submission = one_child(cast["pat"], "response officer", child, worry("neglect", said, "D20"), NOT_SOUGHT)
        referral = submitting.submit(by=cast["pat"], submission=submission)
    alarm = NightAlarm.objects.get(referral=referral)
    with then_at_night(ten_past_two + timedelta(minutes=10)):
        nights.sweep()
    with then_at_night(ten_past_two + timedelta(minutes=13)):
        answering.take(by=cast["omar"], alarm=alarm)
    _in_the_morning(cast, night, by=cast["omar"])
    with then(night.ended_at + timedelta(minutes=6)):
        words = "The police brought Perrin to his gran, and a social worker sees them this morning."
        judgement = Judgement(way=Way.CADT, level=4, words=words, agreement="not_sought")
        decisions.decide(by=cast["omar"], subject=referral.subjects.get(), judgement=judgement)
    with then(night.ended_at + timedelta(minutes=11)):
        cases.accept(by=cast["cleo"], case=referral.cases.get())


def _in_the_morning(cast: Cast, night: Night, *, by: User) -> None:
    with then_at_night(night.ended_at - timedelta(minutes=15)):
        row = handover.leave(
            by=by,
            night=night,
            words="One referral, at ten past two. Perrin slept at his gran’s; the police stayed until she came.",
            left_open="Call his gran before she takes him to school.",
        )
    with then_at_night(night.ended_at + timedelta(minutes=4)):
        handover.take_over(by=cast["ben"], handover=row)
