"""Telephone tasks: one line for each organisation, and on the page everything there is to tell it, person by person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Organisation, User
from mash.govuk.moments import when_words
from mash.lib.workingdays import working_minutes_between
from mash.outbox.models import CallRound, CallTask
from mash.outbox.services.messages import AGAIN
from referrals import visible
from referrals.models import Outcome, Referral, Telling
from referrals.models.notices import BATCH
from referrals.selectors import consultations, standing
from referrals.selectors.cursors import instant, numbers, stamp
from referrals.selectors.elapsed import elapsed
from referrals.services import acknowledging, resending, telling

SIZE = 50
LATE_AFTER = 8 * 60
"""Working minutes: what has been owed for a working day stands out."""
SOMEBODY = "A member of the public"
News = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class RoundLine:
    """One telephone task: whom to call, how many things to tell, why, and how long the oldest of them has waited;
    `again` is when to try again, where nothing on it can be told before."""

    row: CallRound
    whom: str
    things: int
    about: str
    why: str
    since: datetime
    age: str
    late: bool
    again: datetime | None


@dataclass(frozen=True, slots=True)
class Thing:
    """What one person is to be told about one referral, question or batch, and why by a person."""

    about: str
    why: list[str]
    news: list[News]
    references: list[str]
    tried: str = ""
    message: int | None = None


@dataclass(frozen=True, slots=True)
class Somebody:
    """One person to ask for, their number, and what to tell them. Who has `left` cannot be asked for, and their number
    may be their own; what is `closed` is about somebody who works with children, and nobody there is asked instead."""

    name: str
    phone: str
    left: bool
    closed: bool
    things: list[Thing] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RoundPage:
    """What somebody needs before they pick up the telephone; `seen` is the last call of it, `upto` the last news."""

    row: CallRound
    whom: str
    phone: str
    age: str
    people: list[Somebody]
    seen: int
    upto: int
    already: str

    @property
    def things(self) -> list[Thing]:
        """All there is to tell, whoever is asked for."""
        return [thing for one in self.people for thing in one.things]

    @property
    def closed(self) -> bool:
        """Whether nobody there may be told any of it."""
        return bool(self.people) and all(one.closed for one in self.people)


def lines(user: User, *, after: str = "") -> tuple[list[RoundLine], str]:
    """Fifty telephone tasks, the oldest first, and the cursor of those that follow; five statements for any number."""
    found = list(_beyond(open_rounds(user), after).order_by("opened_at", "pk")[: SIZE + 1])
    shown = found[:SIZE]
    names = organisation_names(row.organisation_id for row in shown)
    sums = {one["round"]: one for one in _sums(user, shown)}
    now = timezone.now()
    rows = [_line(row, names.get(row.organisation_id or 0, SOMEBODY), sums[row.pk], now) for row in shown]
    later = f"{stamp(shown[-1].opened_at)}.{shown[-1].pk}" if len(found) > SIZE else ""
    return rows, later


def open_rounds(user: User) -> QuerySet[CallRound]:
    """The telephone tasks on which there is something that `user` may tell."""
    mine = visible.calls(user).filter(round=OuterRef("pk"), state=CallTask.State.OPEN)
    return CallRound.objects.filter(Exists(mine), state=CallRound.State.OPEN)


def page(user: User, row: CallRound) -> RoundPage:
    """Whom to call and all that `user` may tell them; the same number of statements for one thing and for fifty."""
    tasks = list(_open(user, row).select_related("message__recipient_user__organisation"))
    names = organisation_names([row.organisation_id])
    phones = Organisation.objects.filter(pk=row.organisation_id or 0).values_list("phone", flat=True)
    oldest = min((one.owed_at for one in tasks), default=row.opened_at)
    # Asked first: what comes in between is read out, and owed all the same.
    upto = telling.last_news(tasks)
    people = _people(user, tasks)
    return RoundPage(
        row=row,
        whom=names.get(row.organisation_id or 0, SOMEBODY),
        phone=next(iter(phones), "") or next((one.phone for one in people if one.phone), ""),
        age=elapsed(oldest, timezone.now()),
        people=people,
        seen=max((one.pk for one in tasks), default=0),
        upto=upto,
        already="" if tasks else telling.already_done(row),
    )


def organisation_names(keys: Iterable[int | None]) -> dict[int, str]:
    """The organisations with these keys: those that are nobody's are the public."""
    rows = Organisation.objects.filter(pk__in={key for key in keys if key})
    return {one.pk: SOMEBODY if one.automatic else one.name for one in rows}


def _open(user: User, row: CallRound) -> QuerySet[CallTask]:
    return visible.calls(user).filter(round=row, state=CallTask.State.OPEN).order_by("owed_at", "pk")


def _sums(user: User, rows: Sequence[CallRound]) -> Iterable[Any]:
    calls = visible.calls(user).filter(round__in=rows, state=CallTask.State.OPEN).order_by()
    return calls.values("round").annotate(
        things=Count("about", distinct=True),
        since=Min("owed_at"),
        about=Max("about"),
        why=ArrayAgg("why", distinct=True),
        again=Min("again_at"),
        fresh=Count("pk", filter=Q(again_at=None)),
    )


def _line(row: CallRound, whom: str, sums: dict[str, Any], now: datetime) -> RoundLine:
    since, things = sums["since"], sums["things"]
    again = sums["again"] if not sums["fresh"] and sums["again"] > now else None
    return RoundLine(
        row=row,
        whom=whom,
        things=things,
        about=sums["about"] if things == 1 else "",
        why=". ".join(CallTask.Why(one).label for one in sorted(sums["why"])),
        since=since,
        age=elapsed(since, now),
        late=again is None and working_minutes_between(since, now) >= LATE_AFTER,
        again=again,
    )


def _people(user: User, tasks: Sequence[CallTask]) -> list[Somebody]:
    news, batches = _news(tasks), _batches(user, tasks)
    answers = consultations.last_answers({task.about for task in tasks if task.pk not in news})
    numbers, closed = _numbers(tasks), _closed(tasks)
    people: dict[tuple[str, str, bool, bool], Somebody] = {}
    for (name, about), some in _grouped(tasks).items():
        left = any(_has_left(one) for one in some)
        phone = "" if left else _phone(some) or numbers.get(about, "")
        key = name, phone, left, left and about in closed
        said = [one for task in some for one in news.get(task.pk, [])] or answers.get(about, [])
        references = [one for task in some for one in batches.get(task.message_id, [])]
        why = list(dict.fromkeys(one.get_why_display() for one in some))
        thing = Thing(about, why, list(dict.fromkeys(said)), references, _tried(some), some[-1].message_id)
        people.setdefault(key, Somebody(*key)).things.append(thing)
    return list(people.values())


def _grouped(tasks: Sequence[CallTask]) -> dict[tuple[str, str], list[CallTask]]:
    groups: dict[tuple[str, str], list[CallTask]] = {}
    for task in tasks:
        groups.setdefault((_name(task), task.about), []).append(task)
    return groups


def _tried(some: Sequence[CallTask]) -> str:
    """Why the last who tried could not tell them, and from when to try again."""
    last = max((one for one in some if one.again_at), key=lambda one: one.again_at or one.owed_at, default=None)
    if last is None or last.again_at is None:
        return ""
    return f"They could not be told yet: {last.note} Try again from {when_words(last.again_at, now=timezone.now())}."


def _name(task: CallTask) -> str:
    """Whom to ask for: for what was a colleague's, the colleague."""
    if task.recipient_name or task.message is None or task.message.recipient_user is None:
        return task.recipient_name
    return task.message.recipient_user.name


def _has_left(task: CallTask) -> bool:
    """Whether the account of whoever it was for is closed."""
    reader = task.message.recipient_user if task.message else None
    return reader is not None and reader.has_left


def _closed(tasks: Sequence[CallTask]) -> set[str]:
    """What, of that for people who have left, is about somebody who works with children: only they sent it, and who
    works in their place may be the one it is about."""
    left = {task.about for task in tasks if _has_left(task)}
    rows = Referral.objects.filter(reference__in=left, allegation=True)
    return set(rows.values_list("reference", flat=True)) if left else set()


def _phone(some: Sequence[CallTask]) -> str:
    return next((one.phone for one in some if one.phone and not _is_for_a_colleague(one)), "")


def _is_for_a_colleague(task: CallTask) -> bool:
    """Their number is their own, for calls in the night."""
    return task.message is not None and resending.is_for_a_colleague(task.message)


def _news(tasks: Sequence[CallTask]) -> dict[int, list[News]]:
    """What there is to say in each call, as it stands now, in the order in which it happened."""
    said: dict[int, list[Outcome]] = {}
    found: dict[int, list[News]] = {}
    # What was sent once more tells what the first one told.
    by_message = {task.message.key.split(AGAIN)[0]: task.pk for task in tasks if task.message}
    rows = Telling.objects.filter(Q(message__key__in=by_message) | Q(task__in=tasks))
    for row in rows.select_related("outcome__subject", "message").order_by("outcome"):
        key = row.task_id or (by_message[row.message.key] if row.message else 0)
        said.setdefault(key, []).append(row.outcome)
    # Nobody in particular is told by what goes to a shared inbox.
    for message, outcomes in acknowledging.told_in(by_message).items():
        said.setdefault(by_message[message], []).extend(outcomes)
    holds = standing.now(one for some in said.values() for one in some)
    for key, some in said.items():
        told = {now.pk: now for one in some for now in holds[one.pk]}
        found[key] = [_said(one) for one in sorted(told.values(), key=lambda one: one.pk)]
    return found


def _said(one: Outcome) -> News:
    return str(one), str(one.subject) if one.subject else "", one.words


def _batches(user: User, tasks: Sequence[CallTask]) -> dict[int | None, list[str]]:
    """For each message about a batch, the references of its referrals that `user` sees."""
    keys = [task.message_id for task in tasks if task.about.startswith(BATCH)]
    return references_together(user, keys) if keys else {}


def references_together(user: User, keys: Sequence[int | None]) -> dict[int | None, list[str]]:
    """For each of these messages, the references of all it tells of that `user` sees, each once."""
    rows = Telling.objects.filter(message__in=keys, outcome__referral__in=visible.referrals(user)).order_by("pk")
    found: dict[int | None, dict[str, None]] = {}
    for key, reference in rows.values_list("message", "outcome__referral__reference"):
        found.setdefault(key, {})[reference] = None
    return {key: list(some) for key, some in found.items()}


def _numbers(tasks: Sequence[CallTask]) -> dict[str, str]:
    """The number that the referrer of each referral left, where the call itself has none."""
    wanted = {task.about for task in tasks if not task.phone and not _is_for_a_colleague(task)}
    if not wanted:
        return {}
    return dict(Referral.objects.filter(reference__in=wanted).values_list("reference", "referrer_phone"))


def _beyond(rows: QuerySet[CallRound], after: str) -> QuerySet[CallRound]:
    last = numbers(after, 2)
    if not last:
        return rows
    moment = instant(last[0])
    return rows.filter(Q(opened_at__gt=moment) | Q(opened_at=moment, pk__gt=last[1]))
