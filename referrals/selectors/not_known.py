"""Loops that are not closed, one by one: which news, owed to which organisation, since when, and where it stands; and
who cannot be told at all. By reference, and only about referrals that the reader may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import timezone

from accounts.models import User
from mash.govuk.moments import when_words
from mash.lib.workingdays import LONDON
from mash.outbox.models import CallTask, Message
from mash.outbox.services.messages import AGAIN, first_key
from referrals import visible
from referrals.models import Reading, Telling
from referrals.selectors import rounds
from referrals.selectors.cursors import numbers
from referrals.selectors.rounds import SIZE
from referrals.services.telling import MUST_BE_READ


@dataclass(frozen=True, slots=True)
class Line:
    """One open loop, or those of several children that share a message. `message` and `round` are the keys of what can
    be looked at or done."""

    about: str
    what: str
    organisation: str
    since: datetime
    stands: str
    message: int | None
    round: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """Fifty open loops, the oldest first, and the latest fifty who cannot be told; `since` is from when it counts."""

    since: date
    lines: list[Line]
    later: str
    given_up: list[CallTask]
    only: str


def page(user: User, *, organisation: int | None = None, about: str = "", after: str = "") -> Page:
    """Those of a year, of one organisation or about one referral if asked; the same statements for any number."""
    since = _year_began()
    rows = _open(user, since)
    if organisation is not None:
        rows = rows.filter(party__organisation=organisation)
    if about:
        rows = rows.filter(outcome__referral__reference=about)
    last = numbers(after, 1)
    if last:
        rows = rows.filter(pk__gt=last[0])
    related = ("outcome__referral", "message", "party")
    found = list(rows.select_related(*related).order_by("pk")[: SIZE + 1])
    names = rounds.organisation_names([*(one.party.organisation_id for one in found), organisation])
    return Page(
        since=since.date(),
        lines=_lines(found[:SIZE], names),
        later=str(found[SIZE - 1].pk) if len(found) > SIZE else "",
        given_up=_given_up(user, since, organisation, about),
        only=names.get(organisation or 0, ""),
    )


def _open(user: User, since: datetime) -> QuerySet[Telling]:
    """What `loops` counts as not closed."""
    repeated = Q(message__about=OuterRef("message__about")) & Q(
        message__key__startswith=Concat(OuterRef("message__key"), Value(AGAIN))
    )
    letters = CallTask.objects.filter(
        Q(telling=OuterRef("pk")) | Q(message=OuterRef("message")) | repeated, how=CallTask.How.LETTER
    )
    rows = Telling.objects.filter(outcome__kind__in=MUST_BE_READ, outcome__at__gte=since, untold_because="")
    rows = rows.exclude(Exists(Reading.objects.filter(outcome=OuterRef("outcome")))).exclude(Exists(letters))
    return rows.filter(outcome__referral__in=visible.referrals(user))


def _given_up(user: User, since: datetime, organisation: int | None, about: str) -> list[CallTask]:
    rows = visible.calls(user).filter(how=CallTask.How.NOT_POSSIBLE, done_at__gte=since)
    rows = rows.filter(organisation_id=organisation) if organisation is not None else rows
    rows = rows.filter(about=about) if about else rows
    unread = rows.filter(Q(message=None) | Q(message__read_at=None))
    return list(unread.select_related("done_by").order_by("-done_at", "pk")[:SIZE])


def _lines(shown: Sequence[Telling], names: dict[int, str]) -> list[Line]:
    abouts = {one.outcome.referral.reference for one in shown}
    last = {first_key(one): one for one in Message.objects.filter(about__in=abouts).order_by("pk")}
    calls: dict[str | int, CallTask] = {}
    some = CallTask.objects.filter(about__in=abouts).exclude(state=CallTask.State.LAPSED)
    for call in some.select_related("message", "done_by").order_by("pk"):
        calls[first_key(call.message) if call.message else call.pk] = call
    return [_line(some, names, last, calls) for some in _together(shown)]


def _together(shown: Sequence[Telling]) -> list[list[Telling]]:
    """What one message tells of one referral stands in one line."""
    found: dict[tuple[int, int | None, int], list[Telling]] = {}
    for one in shown:
        found.setdefault((one.outcome.referral_id, one.message_id, 0 if one.message_id else one.pk), []).append(one)
    return list(found.values())


def _line(
    some: Sequence[Telling], names: dict[int, str], last: dict[str, Message], calls: dict[str | int, CallTask]
) -> Line:
    one, *more = some
    message = last.get(one.message.key) if one.message else None
    call = calls.get(one.message.key if one.message else one.task_id or 0)
    to_do = call is not None and call.state == CallTask.State.OPEN
    return Line(
        about=one.outcome.referral.reference,
        what=f"{one.outcome}, for {len(some)} children" if more else str(one.outcome),
        organisation=names.get(one.party.organisation_id or 0, rounds.SOMEBODY),
        since=one.outcome.at,
        stands=_stands(message, call),
        message=message.pk if message else None,
        round=call.round_id if call and to_do else None,
    )


def _stands(message: Message | None, call: CallTask | None) -> str:
    if call is not None and call.state == CallTask.State.OPEN:
        if call.again_at is None:
            return "A person is to tell them"
        return f"Could not be told yet. Try again from {when_words(call.again_at, now=timezone.now())}"
    if call is not None and call.how == CallTask.How.NOT_POSSIBLE:
        return f"They cannot be told at all, wrote {call.done_by}"
    if message is None:
        return "Nothing is on its way"
    return "Sent, not read yet" if message.state in Message.WENT else message.get_state_display()


def _year_began() -> datetime:
    """The first of the month, eleven months ago: what the page of loops counts from."""
    this = timezone.now().astimezone(LONDON).date()
    months = this.year * 12 + this.month - 12
    return datetime.combine(date(months // 12, months % 12 + 1, 1), time(), LONDON)
