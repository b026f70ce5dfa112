"""Out of hours: raise an alarm for what cannot wait, call one person after another, and stop when somebody has it.

Only those who may see the referral are ever called. For a worry about somebody who works with children these are the
officers for allegations: those on the rota in their order, then all of them. For anything else the rota comes first,
then the managers of triage and CADT. Nobody is called about a family from which they are barred.
"""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.policy import Act, Role
from mash.audit import events
from mash.audit.actors import SYSTEM
from mash.lib.workingdays import LONDON
from mash.outbox import channels
from mash.outbox.models import Message
from mash.outbox.services import messages
from mash.outbox.services.messages import Owed
from referrals import visible
from referrals.choices import Stage
from referrals.models import Amendment, Case, NewInformation, NightAlarm, NightNumber, Page, Referral, Subject
from referrals.selectors import lying
from referrals.selectors.hours import hours_now, is_out, night_at, on_call
from referrals.selectors.lying import ALARM_LEVEL

log = structlog.get_logger(__name__)
Cause, State, Why = NightAlarm.Cause, NightAlarm.State, NightAlarm.Why
KINDS = {Why.LEVEL_4: "night_level_four", Why.DANGER: "night_danger"}
AFTERWARDS = {Cause.TO_SIGN: "sign_now", Cause.OFFERED: "offered_now"}
BY_PHONE = ("sms", "voice")
OVER = {Stage.WITHDRAWN: "The referral was withdrawn.", Stage.DECIDED: "The referral was decided."}
SIGNED, ANSWERED = "It no longer waits for a signature.", "The service has answered."
READ = "Those who work on the case have read it."
OVER_AFTERWARDS = {Cause.TO_SIGN: SIGNED, Cause.OFFERED: ANSWERED, Cause.NEWS: READ}
IN_THE_QUEUE = (Cause.ARRIVED, Cause.MORE, Cause.BACK)
MANAGERS = (Role.TRIAGE_MANAGER, Role.CADT_MANAGER)
# For so long a call that nobody has answered is taken to be ringing still: for another alarm the same telephone is not
# rung meanwhile, for the page lists all that wait. The email about each goes all the same.
STILL_RINGING = timedelta(minutes=2)
ROUND_LIMIT = 100
NEARLY_OVER = timedelta(hours=3)
"""Before a night ends: from then on it may be handed over."""


@dataclass(frozen=True, slots=True)
class Call:
    """Whom to call, on which telephone ("" when none is known), in which place on the rota (None for a manager)."""

    person: User
    phone: str
    place: int | None


def raise_if_needed(
    referral: Referral,
    *,
    cause: NightAlarm.Cause = Cause.ARRIVED,
    amendment: Amendment | None = None,
    given_up_by: User | None = None,
    level: int | None = None,
) -> NightAlarm | None:
    """In the transaction of what happened: out of hours, a Level 4 or a child in danger gets an alarm, and the first
    person is called. None during office hours, for anything that can wait, and while an alarm for it waits already.

    `given_up_by` put it back in the queue, or has done their part, and is not called about it. `level` is what was
    decided, where that counts as well as the engine's.
    """
    now = timezone.now()
    if not is_out(now, hours_now()):
        return None
    why = _why(referral, amendment, level)
    if why is None or NightAlarm.objects.filter(referral=referral, state=State.WAITING).exists():
        return None
    alarm = NightAlarm.objects.create(
        referral=referral,
        why=why,
        cause=cause,
        amendment=amendment,
        given_up_by=given_up_by,
        raised_at=now,
        next_at=now,
    )
    events.record(by=SYSTEM, what="night_alarm_raised", about=alarm, detail={"why": why, "cause": cause})
    _call_next(alarm, now)
    return alarm


def handed_over(referral: Referral, *, by: User, to: User) -> None:
    """In the transaction in which `by` gave an undecided referral to `to`: out of hours somebody is called when `to` is
    not on call, until the last hours of the night, when people come to work."""
    now = timezone.now()
    at_work = on_call(now).filter(person=to)
    if to.pk != by.pk and now < night_at(now, hours_now()).ended_at - NEARLY_OVER and not at_work.exists():
        raise_if_needed(referral, cause=Cause.BACK, given_up_by=by)


def out_now() -> bool:
    """Whether the office is shut, so that people must be called."""
    return is_out(timezone.now(), hours_now())


def sweep(*, limit: int = ROUND_LIMIT) -> int:
    """One round: raise an alarm for what lies since the office last opened and nobody was called about (in the queue,
    on a desk, for a signature, with a service, told and not looked at), and for each alarm whose time to answer has
    passed, call who is next. Answers how many were turned over.

    What breaks for one alarm is logged and tried again in the next round; the others go on.
    """
    now = timezone.now()
    _raise_for_what_lies(now, limit)
    due = NightAlarm.objects.filter(state=State.WAITING, next_at__lte=now).order_by("next_at", "id")
    turned = 0
    for key in list(due.values_list("pk", flat=True)[:limit]):
        try:
            turned += _turn(key, now)
        except Exception:
            log.exception("night_alarm_not_turned", alarm=key)
    return turned


def _raise_for_what_lies(now: datetime, limit: int) -> None:
    hours = hours_now()
    if not is_out(now, hours):
        return
    closed = timezone.localtime(night_at(now, hours).began_at, LONDON)
    opened = datetime.combine(closed.date(), hours.opens, LONDON)
    for rows in lying.lies(opened, closed):
        for key in list(rows.order_by("pk").values_list("pk", flat=True)[:limit]):
            try:
                _raise_for(rows, key)
            except Exception:
                log.exception("night_alarm_not_raised", lies=rows.model.__name__, key=key)


@transaction.atomic
def _raise_for(rows: QuerySet[Any], key: int) -> None:
    """Judged again once its referral is held; what somebody else holds at this moment is for the next round."""
    found = rows.filter(pk=key).first()
    if found is None:
        return
    about, how = _about(found)
    held = Referral.objects.filter(pk=about).select_for_update(of=("self",), skip_locked=True).first()
    if held is not None and rows.filter(pk=key).exists():
        raise_if_needed(held, level=ALARM_LEVEL, **how)


def _about(row: Any) -> tuple[int, dict[str, Any]]:
    """Whose referral this is, and what to say of the alarm."""
    match row:
        case Subject():
            assert row.decision is not None
            return row.referral_id, {"cause": Cause.TO_SIGN, "given_up_by": row.decision.by}
        case Case():
            return row.referral_id, {"cause": Cause.OFFERED}
        case Amendment():
            return row.referral_id, {"cause": Cause.MORE, "amendment": row}
        case NewInformation():
            return row.decision.subject.referral_id, {"cause": Cause.NEWS}
    return row.pk, {"cause": Cause.BACK if row.came > row.submitted_at else Cause.ARRIVED}


def settle(
    *, by: User, referrals: Sequence[Referral], causes: Collection[NightAlarm.Cause] = Cause
) -> list[NightAlarm]:
    """`by` has these referrals now: their alarms of these causes are answered, and calls that have not gone out are
    called off.

    Taking a referral from the queue settles its alarm just as "I have it" does, but not a call for a signature or for a
    service's yes: only what was called for does that, when no other child of the referral waits for the same. Nobody
    answers for the second person on what they decided themselves.
    """
    about = [one.pk for one in referrals]
    waiting = NightAlarm.objects.filter(state=State.WAITING, referral__in=about, cause__in=causes)
    waiting = waiting.exclude(cause=Cause.TO_SIGN, given_up_by=by)
    alarms = list(waiting.select_for_update(of=("self",)).order_by("pk"))
    now = timezone.now()
    for alarm in alarms:
        _end(alarm, state=State.TAKEN, taken_by=by, taken_at=now)
        pages = Page.objects.filter(alarm=alarm, became=Page.Became.WAITING)
        pages.filter(person=by).update(became=Page.Became.ANSWERED, became_at=now)
        pages.update(became=Page.Became.NOT_NEEDED, became_at=now)
        events.record(by=by, what="night_alarm_taken", about=alarm)
    return alarms


def _why(referral: Referral, amendment: Amendment | None, level: int | None) -> NightAlarm.Why | None:
    if amendment is not None or referral.immediate_danger:
        return Why.DANGER
    return Why.LEVEL_4 if level == ALARM_LEVEL or lying.cannot_wait(referral) else None


@transaction.atomic
def _turn(key: int, now: datetime) -> bool:
    """The time to answer has passed for one alarm: whoever was silent is written down, and the next is called."""
    due = NightAlarm.objects.filter(pk=key, state=State.WAITING, next_at__lte=now)
    alarm = due.select_for_update(of=("self",), skip_locked=True).select_related("referral").first()
    if alarm is None:
        return False
    late = Page.objects.filter(alarm=alarm, became=Page.Became.WAITING, answer_by__lte=now)
    late.update(became=Page.Became.SILENT, became_at=now)
    if because := _no_longer_needed(alarm):
        _end(alarm, state=State.OVER, over_at=now, over_because=because)
        Page.objects.filter(alarm=alarm, became=Page.Became.WAITING).update(
            became=Page.Became.NOT_NEEDED, became_at=now
        )
        events.record(by=SYSTEM, what="night_alarm_over", about=alarm)
    else:
        _call_next(alarm, now)
    return True


def _no_longer_needed(alarm: NightAlarm) -> str:
    """Why nobody need answer any more; "" while somebody must. What was added later stays urgent whatever became of
    the referral; a signature until it is given or refused, an offer until a service has answered it, news for an open
    case until somebody there has read it."""
    if alarm.amendment_id is not None:
        return ""
    if alarm.cause in OVER_AFTERWARDS:
        return "" if lying.waits(alarm.referral, Cause(alarm.cause)) else OVER_AFTERWARDS[Cause(alarm.cause)]
    return OVER.get(Stage(alarm.referral.stage), "")


def _end(alarm: NightAlarm, **changes: object) -> None:
    NightAlarm.objects.filter(pk=alarm.pk).update(next_at=None, **changes)
    keys = [_key(page, channel) for page in Page.objects.filter(alarm=alarm) for channel in page.channels]
    for message in Message.objects.filter(key__in=keys, state=Message.State.OWED):
        with suppress(messages.NotNow):
            messages.cancel(by=SYSTEM, message=message)


def _call_next(alarm: NightAlarm, now: datetime) -> None:
    """Call the next on the rota. When all were silent, or nobody is on it, call every manager, again and again."""
    hours = hours_now()
    on_rota = next_on_rota(alarm, now)
    calls = [on_rota] if on_rota else []
    silent_at, minutes = alarm.silent_at, hours.answer_minutes
    if on_rota is None or silent_at is not None:
        silent_at, minutes = silent_at or now, hours.again_minutes
        calls += [call for call in managers(alarm) if on_rota is None or call.person.pk != on_rota.person.pk]
    if not calls:
        log.error("night_alarm_has_nobody_to_call", alarm=alarm.pk)
    next_at = now + timedelta(minutes=minutes)
    NightAlarm.objects.filter(pk=alarm.pk).update(next_at=next_at, silent_at=silent_at)
    alarm.next_at, alarm.silent_at = next_at, silent_at
    _page(alarm, calls, now, next_at)


def next_on_rota(alarm: NightAlarm, now: datetime) -> Call | None:
    """Who on the rota is called next: on call now, not called about this yet, active, and may see it."""
    called = set(Page.objects.filter(alarm=alarm).values_list("person", flat=True)) | {alarm.given_up_by_id}
    for shift in on_call(now).select_related("person__organisation").order_by("place", "id"):
        if shift.person_id not in called and may_be_called(shift.person, alarm.referral):
            return Call(shift.person, shift.phone, shift.place)
    return None


def managers(alarm: NightAlarm) -> list[Call]:
    """Whom to call when the rota is silent: managers of triage and CADT, and for an allegation the officers; of all of
    them those who see it, as the managers of a service do that was asked to take the case."""
    roles = [*MANAGERS, Role.LADO] if alarm.referral.allegation else list(MANAGERS)
    people = User.objects.filter(is_active=True, roles__overlap=roles).order_by("pk")
    phones = dict(NightNumber.objects.filter(user__in=people).values_list("user", "phone"))
    asked = [user for user in people if user.pk != alarm.given_up_by_id]
    return [Call(user, phones.get(user.pk, ""), None) for user in asked if may_be_called(user, alarm.referral)]


def may_be_called(user: User, referral: Referral) -> bool:
    """Whether `user` may answer, and sees this referral: not restricted from them, not their own family's."""
    return user.may(Act.ANSWER_ALARM) and visible.referrals(user).filter(pk=referral.pk).exists()


def _page(alarm: NightAlarm, calls: Sequence[Call], now: datetime, answer_by: datetime) -> None:
    """Write down each call and owe its messages, in the caller's transaction."""
    number = (Page.objects.filter(alarm=alarm).order_by("-round").values_list("round", flat=True).first() or 0) + 1
    ringing = _ringing([call.person for call in calls], now)
    for call in calls:
        page = Page.objects.create(
            alarm=alarm,
            person=call.person,
            place=call.place,
            round=number,
            phone=call.phone,
            channels=_channels(call, rings=call.person.pk in ringing),
            paged_at=now,
            answer_by=answer_by,
        )
        messages.owe_many([_owed(page, alarm, channel) for channel in page.channels])
        events.record(by=SYSTEM, what="night_paged", about=alarm, detail={"person": call.person.pk})


def _ringing(people: Sequence[User], now: datetime) -> set[int]:
    """Whose own telephone rings now, with nobody's answer yet. Who has answered can be rung again at once."""
    calls = Page.objects.filter(person__in=people, became=Page.Became.WAITING, channels__overlap=list(BY_PHONE))
    return set(calls.filter(paged_at__gt=now - STILL_RINGING).values_list("person", flat=True))


def _channels(call: Call, *, rings: bool) -> list[str]:
    by_phone = [] if rings else [one for one in BY_PHONE if channels.usable(one, email="", phone=call.phone)]
    return [one for one in by_phone if channels.provider(one) != "nobody"] + ["email"]


def not_set_up() -> list[str]:
    """The ways to reach a telephone for which nothing is set up here: "sms", "voice"."""
    return [one for one in BY_PHONE if channels.provider(one) == "nobody"]


def _owed(page: Page, alarm: NightAlarm, channel: str) -> Owed:
    unanswered = page.place is None and alarm.silent_at != alarm.raised_at
    return Owed(
        key=_key(page, channel),
        kind="night_unanswered" if unanswered else AFTERWARDS.get(Cause(alarm.cause)) or KINDS[Why(alarm.why)],
        about=alarm.referral.reference,
        to=page.person,
        phone=page.phone,
        path=f"/nights/{alarm.pk}/",
        channel=channel,
    )


def _key(page: Page, channel: str) -> str:
    return f"night:{page.pk}:{channel}"
