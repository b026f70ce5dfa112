"""Night alarms: those that wait, one with its calls, and "I have it"; the morning's hand-over."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.policy import Act
from mash.access import GET_POST, POST, allows
from mash.audit import events
from referrals import visible
from referrals.errors import Refused
from referrals.forms.nights import HandOverNightForm, TakeAlarmForm
from referrals.models import NightAlarm
from referrals.selectors import lying
from referrals.selectors import nights as selectors
from referrals.selectors import rota as rota_selectors
from referrals.selectors.hours import Night, hours_now, night_on
from referrals.services import answering
from referrals.services import handover as services
from referrals.views.attempts import attempt
from referrals.views.reader import reader


@allows(Act.ANSWER_ALARM)
def nights(request: HttpRequest) -> HttpResponse:
    """What waits, and what was answered lately."""
    listed = selectors.listed(reader(request))
    events.listed(by=reader(request), what="nights", ids=listed.ids)
    return render(request, "referrals/nights/list.html", {"listed": listed, **tabs(request, "nights")})


@allows(Act.ANSWER_ALARM, on=visible.alarm, kwarg="pk")
def night_alarm(request: HttpRequest, alarm: NightAlarm) -> HttpResponse:
    """One alarm: who was called when, and who has it."""
    return _alarm_page(request, alarm, TakeAlarmForm())


@allows(Act.ANSWER_ALARM, on=visible.alarm, kwarg="pk", methods=POST)
def take_alarm(request: HttpRequest, alarm: NightAlarm) -> HttpResponse:
    """I have it. Whoever comes second is told who was first."""
    form = TakeAlarmForm(request.POST)
    if not form.is_valid():
        return _alarm_page(request, alarm, form)
    try:
        colleague = answering.take(by=reader(request), alarm=alarm, **form.cleaned_data)
        messages.success(request, selectors.taken_words(colleague))
    except Refused as refusal:
        messages.warning(request, refusal.message)
    return redirect("night_alarm", pk=alarm.pk)


def _alarm_page(request: HttpRequest, alarm: NightAlarm, form: TakeAlarmForm) -> HttpResponse:
    user = reader(request)
    context = {
        "alarm": alarm,
        "attempts": selectors.attempts(alarm),
        "may_triage": user.may(Act.TRIAGE),
        "colleague": selectors.may_take_over_from(user, alarm),
        "why_not": answering.why_not(user, alarm),
        "looks_lower": lying.looks_lower(alarm.referral) if alarm.why == NightAlarm.Why.LEVEL_4 else "",
        "form": form,
    }
    return render(request, "referrals/nights/alarm.html", context)


@allows(Act.ANSWER_ALARM)
def my_on_call(request: HttpRequest) -> HttpResponse:
    """When the reader is on call, and whether they are called when nobody on call answers."""
    user = reader(request)
    context = {"shifts": rota_selectors.mine(user), "last": rota_selectors.called_last(user), "now": timezone.now()}
    return render(request, "referrals/nights/mine.html", context | tabs(request, "my_on_call"))


@allows(Act.ANSWER_ALARM)
def hand_overs(request: HttpRequest) -> HttpResponse:
    """The nights that were, and who handed them over to whom."""
    before = min(_day(request.GET.get("before", "")) or date.max, selectors.until_now())
    rows = selectors.past_nights(reader(request), before)
    events.listed(by=reader(request), what="hand_overs", ids=[row.handover.pk for row in rows if row.handover])
    context = {"rows": rows, "older": rows[-1].night.date, "later_page": "before" in request.GET}
    return render(request, "referrals/nights/past.html", context | tabs(request, "hand_overs"))


@allows(Act.ANSWER_ALARM, methods=GET_POST)
def hand_over_night(request: HttpRequest, night: str) -> HttpResponse:
    """One night: what came, who was called, who has what. Posting signs as the one who leaves."""
    asked = _night(night)
    form = HandOverNightForm(request.POST or None)
    if form.is_valid() and attempt(form, lambda: services.leave(by=reader(request), night=asked, **form.cleaned_data)):
        messages.success(request, "You have signed. Now somebody else takes over.")
        return redirect("hand_over_night", night=night)
    page = selectors.morning(reader(request), asked)
    events.listed(by=reader(request), what="hand_over_night", ids=page.ids)
    context = {"page": page, "form": form, "why_not": services.why_not_leave(reader(request), asked)}
    return render(request, "referrals/nights/morning.html", context)


@allows(Act.ANSWER_ALARM, methods=POST)
def take_over_night(request: HttpRequest, night: str) -> HttpResponse:
    """Sign as the one who takes over."""
    handover = selectors.handover_of(_night(night).date)
    if handover is None:
        raise Http404
    try:
        services.take_over(by=reader(request), handover=handover)
        messages.success(request, "You have taken over. The night is handed over.")
    except Refused as refusal:
        messages.warning(request, refusal.message)
    return redirect("hand_over_night", night=night)


def tabs(request: HttpRequest, here: str) -> dict[str, object]:
    """Which of the night's pages this is, and whether the reader keeps the rota."""
    return {"here": here, "keeps_rota": reader(request).may(Act.MANAGE_ROTA)}


def _night(text: str) -> Night:
    """The night that begins on that day, once it has begun; anything else does not exist."""
    day = _day(text)
    night = night_on(day, hours_now()) if day else None
    if night is None or night.began_at > timezone.now():
        raise Http404
    return night


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year < 2200 else None
