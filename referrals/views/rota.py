"""The rota: a week of it, shifts, the week copied, the hours, and who is called last."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.models import User
from accounts.policy import Act
from mash.access import GET_POST, POST, allows
from mash.govuk.moments import day_words
from mash.lib.workingdays import LONDON
from referrals import visible
from referrals.errors import Refused
from referrals.forms.nights import NightHoursForm, NightNumberForm, ShiftForm
from referrals.models import Shift
from referrals.selectors import rota as selectors
from referrals.selectors.hours import hours_now
from referrals.services import rota as services
from referrals.views.attempts import attempt
from referrals.views.nights import tabs
from referrals.views.reader import reader


@allows(Act.MANAGE_ROTA)
def rota(request: HttpRequest) -> HttpResponse:
    """One week, and the gaps that lie ahead."""
    page = selectors.page(selectors.monday_of(request.GET.get("week", "")))
    return render(request, "referrals/nights/rota.html", {"page": page, **tabs(request, "rota")})


@allows(Act.MANAGE_ROTA, methods=GET_POST)
def add_shift(request: HttpRequest) -> HttpResponse:
    """Put somebody on call."""
    week = request.GET.get("week", "")
    initial = ShiftForm.for_night(selectors.first_day(week), hours_now())
    form = ShiftForm(request.POST or None, choices=selectors.choices(), initial=initial)
    if form.is_valid() and attempt(form, lambda: services.add(by=reader(request), duty=_duty(form))):
        messages.success(request, "They are on the rota.")
        return _to_week(form)
    return render(request, "referrals/nights/shift.html", {"form": form, "week": week})


@allows(Act.MANAGE_ROTA, on=visible.shift, kwarg="pk", methods=GET_POST)
def change_shift(request: HttpRequest, shift: Shift) -> HttpResponse:
    """Another person, time, place or telephone."""
    form = ShiftForm(request.POST or None, choices=selectors.choices(), initial=ShiftForm.of(shift))
    if form.is_valid() and attempt(form, lambda: services.change(by=reader(request), shift=shift, duty=_duty(form))):
        messages.success(request, "The shift is changed.")
        return _to_week(form)
    return render(request, "referrals/nights/shift.html", {"form": form, "shift": shift, "week": _week(shift)})


@allows(Act.MANAGE_ROTA, on=visible.shift, kwarg="pk", methods=GET_POST)
def remove_shift(request: HttpRequest, shift: Shift) -> HttpResponse:
    """Take it off the rota, once it was asked whether."""
    if request.method == "POST":
        try:
            services.remove(by=reader(request), shift=shift)
            messages.success(request, f"{shift.person.name} is off the rota for that shift.")
        except Refused as refusal:
            messages.warning(request, refusal.message)
        return redirect(f"{reverse('rota')}?week={_week(shift)}")
    return render(request, "referrals/nights/remove.html", {"shift": shift, "week": _week(shift)})


@allows(Act.MANAGE_ROTA, methods=POST)
def copy_week(request: HttpRequest) -> HttpResponse:
    """The same shifts in the week after."""
    monday = selectors.monday_of(request.POST.get("week", ""))
    copied, left_out = services.copy_week(by=reader(request), monday=monday)
    after = selectors.week_after(monday)
    words = f"{copied} shift{'' if copied == 1 else 's'} copied to the week of {day_words(after)}."
    if left_out:
        words += f" {left_out} left out: somebody is on call then already, or it is over."
    (messages.warning if left_out else messages.success)(request, words)
    return redirect(f"{reverse('rota')}?week={after.isoformat()}")


@allows(Act.MANAGE_ROTA, methods=GET_POST)
def night_hours(request: HttpRequest) -> HttpResponse:
    """Office hours, and the minutes to answer."""
    now = hours_now()
    names = ("opens", "closes", "answer_minutes", "again_minutes")
    form = NightHoursForm(request.POST or None, initial={name: getattr(now, name) for name in names})
    if form.is_valid() and attempt(form, lambda: services.set_hours(by=reader(request), **form.cleaned_data)):
        messages.success(request, "The hours are set. They count from now on.")
        return redirect("rota")
    return render(request, "referrals/nights/hours.html", {"form": form})


@allows(Act.MANAGE_ROTA, on=visible.called_last, kwarg="pk", methods=GET_POST)
def night_number(request: HttpRequest, user: User) -> HttpResponse:
    """On which telephone a manager is called in the night."""
    initial = {"phone": selectors.night_phone(user)}
    form = NightNumberForm(request.POST or None, initial=initial)
    if form.is_valid() and attempt(
        form, lambda: services.set_number(by=reader(request), user=user, **form.cleaned_data)
    ):
        messages.success(request, f"{user.name} is called on {form.cleaned_data['phone']}.")
        return redirect("rota")
    return render(request, "referrals/nights/number.html", {"form": form, "person": user})


def _duty(form: ShiftForm) -> Any:
    return form.duty({user.pk: user for user in selectors.may_be_on_call()})


def _to_week(form: ShiftForm) -> HttpResponse:
    return redirect(f"{reverse('rota')}?week={form.cleaned_data['starts_on'].isoformat()}")


def _week(shift: Shift) -> str:
    return shift.starts_at.astimezone(LONDON).date().isoformat()
