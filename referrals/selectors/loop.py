"""What is owed to people about referrals, how long it has been owed, and how much of the news has arrived."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Organisation, User
from mash.lib.workingdays import working_minutes_between
from mash.outbox.models import CallTask, Message
from referrals import visible
from referrals.choices import OutcomeKind
from referrals.models import Party, Reading, Referral, Telling
from referrals.models.notices import BATCH
from referrals.selectors import consultations
from referrals.selectors.cursors import instant, numbers, stamp
from referrals.selectors.elapsed import elapsed
from referrals.services import telling

SIZE = 50
LATEST_NEWS = 1000
LATE_AFTER = 8 * 60
"""Working minutes: what has been owed for a working day stands out."""
KINDS = (
    dict(OutcomeKind.choices)
    | {"glass_broken": "A restricted referral was opened"}
    | {"from_referrer": "The referrer has sent something new"}
    | {"consultation_answered": "A question was answered"}
    | {"batch_received": "We have their notices"}
)
M = TypeVar("M", CallTask, Message)


@dataclass(frozen=True, slots=True)
class Owed:
    """One line: what is owed, to which organisation, about which reference, and for how long; about a batch, each of
    its referrals (`together`)."""

    row: CallTask | Message
    what: str
    organisation: str
    age: str
    late: bool
    together: list[str]


@dataclass(frozen=True, slots=True)
class Share:
    """How much of the latest news is known to those it was written for. `of` is at most a thousand."""

    known: int
    of: int

    @property
    def percent(self) -> int:
        """Rounded down: a loop is not closed by rounding."""
        return self.known * 100 // self.of if self.of else 0


@dataclass(frozen=True, slots=True)
class Ledger:
    """The page of what is owed."""

    calls: list[Owed]
    calls_later: str
    messages: list[Owed]
    messages_later: str
    open_calls: int
    open_messages: int
    share: Share


@dataclass(frozen=True, slots=True)
class CallPage:
    """One call: whom, about what, and what to say."""

    call: CallTask
    organisation: str
    phone: str
    age: str
    news: list[tuple[str, str, str]]
    others: int
    already: str
    together: list[str]


def ledger(user: User, *, calls_after: str = "", messages_after: str = "") -> Ledger:
    """What is owed about the referrals that `user` sees, the oldest first, fifty of each."""
    calls, messages = _open_calls(user), _open_messages(user)
    some_calls, calls_later = _cut(calls, calls_after)
    some_messages, messages_later = _cut(messages, messages_after)
    names = organisation_names([*some_calls, *some_messages])
    together = _together(user, [*some_calls, *some_messages])
    now = timezone.now()
    return Ledger(
        calls=[_owed(row, row.get_why_display(), names, together, now) for row in some_calls],
        calls_later=calls_later,
        messages=[_owed(row, KINDS.get(row.kind, row.kind), names, together, now) for row in some_messages],
        messages_later=messages_later,
        open_calls=calls.count(),
        open_messages=messages.count(),
        share=share(user),
    )


def share(user: User) -> Share:
    """Of the latest thousand pieces of news (and of those, the ones `user` may count), how many are known: read,
    fetched or told by a person. Who cannot be told is not counted."""
    latest = Telling.objects.order_by("-pk").values("pk")[:LATEST_NEWS]
    rows = Telling.objects.filter(pk__in=latest, untold_because="", outcome__referral__in=visible.referrals(user))
    known = rows.filter(Exists(Reading.objects.filter(outcome=OuterRef("outcome"))))
    return Share(known=known.count(), of=rows.count())


def call_page(user: User, call: CallTask) -> CallPage:
    """What somebody needs before they pick up the telephone."""
    tasks = telling.together(call)
    return CallPage(
        call=call,
        organisation=organisation_names([call]).get(call.organisation_id or 0, ""),
        phone=call.phone or _phone(call),
        age=_age(call, timezone.now()),
        news=_news(tasks) or consultations.to_tell(call.about),
        others=len(tasks) - 1,
        already="" if call.state == CallTask.State.OPEN else telling.already(call),
        together=_together(user, [call]).get(call.message_id, []),
    )


def _news(tasks: Sequence[CallTask]) -> list[tuple[str, str, str]]:
    """What there is to say, each sentence once: the receipts of a batch say the same of many."""
    said = [(str(one), str(one.subject) if one.subject else "", one.words) for one in telling.news_of(tasks)]
    return list(dict.fromkeys(said))


def _phone(call: CallTask) -> str:
    """The number of whoever is owed news of a referral; nothing for anything else."""
    referral = Referral.objects.filter(reference=call.about).first()
    party = Party.objects.filter(referral=referral, name=call.recipient_name).first() if referral else None
    return (party.phone if party else "") or (referral.referrer_phone if referral else "")


def organisation_names(rows: Iterable[CallTask | Message]) -> dict[int, str]:
    """The organisations that these are owed to, by key."""
    keys = {row.organisation_id for row in rows if row.organisation_id}
    return dict(Organisation.objects.filter(pk__in=keys).values_list("pk", "name"))


def _open_calls(user: User) -> QuerySet[CallTask]:
    return visible.calls(user).filter(state=CallTask.State.OPEN)


def _open_messages(user: User) -> QuerySet[Message]:
    return Message.objects.open().filter(visible.about_what_they_see(user))


def _cut(rows: QuerySet[M], after: str) -> tuple[Sequence[M], str]:
    last = numbers(after, 2)
    if last:
        moment = instant(last[0])
        rows = rows.filter(Q(owed_at__gt=moment) | Q(owed_at=moment, pk__gt=last[1]))
    found = list(rows.order_by("owed_at", "pk")[: SIZE + 1])
    shown = found[:SIZE]
    return shown, f"{stamp(shown[-1].owed_at)}.{shown[-1].pk}" if len(found) > SIZE else ""


def _owed(
    row: CallTask | Message, what: str, names: dict[int, str], together: dict[int | None, list[str]], now: datetime
) -> Owed:
    return Owed(
        row=row,
        what=what,
        organisation=names.get(row.organisation_id or 0, ""),
        age=_age(row, now),
        late=working_minutes_between(row.owed_at, now) >= LATE_AFTER,
        together=together.get(_message(row), []),
    )


def _message(row: CallTask | Message) -> int | None:
    return row.message_id if isinstance(row, CallTask) else row.pk


def _together(user: User, rows: Sequence[CallTask | Message]) -> dict[int | None, list[str]]:
    """For each message about a batch, the references of its referrals that `user` sees."""
    keys = [_message(row) for row in rows if row.about.startswith(BATCH)]
    tellings = Telling.objects.filter(message__in=keys, outcome__referral__in=visible.referrals(user))
    found: dict[int | None, list[str]] = {}
    for key, reference in tellings.order_by("pk").values_list("message", "outcome__referral__reference"):
        found.setdefault(key, []).append(reference)
    return found


def _age(row: CallTask | Message, now: datetime) -> str:
    return elapsed(row.owed_at, now)
