"""What is owed to people about referrals, how long it has been owed, and how much of the news has arrived."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from mash.lib.workingdays import working_minutes_between
from mash.outbox.models import Message
from referrals import visible
from referrals.choices import OutcomeKind
from referrals.models import Reading, Telling
from referrals.models.notices import BATCH
from referrals.selectors import rounds
from referrals.selectors.cursors import instant, numbers, stamp
from referrals.selectors.elapsed import elapsed
from referrals.selectors.rounds import LATE_AFTER, SIZE, RoundLine

LATEST_NEWS = 1000
# What each kind of message is about, for whoever sees to it that it goes.
KINDS = dict(OutcomeKind.choices) | {
    "glass_broken": "A restricted referral was opened",
    "from_referrer": "The referrer has sent something new",
    "new_information": "There is something new for an open case",
    "consultation_answered": "A question was answered",
    "batch_received": "We have their notices",
    "inbox_news": "News for a shared inbox",
    "case_given": "Somebody was given a case",
    "case_taken_away": "A case was given to a colleague",
    "clock_late": "A time limit has passed",
    "clock_nearly_late": "A time limit is nearly used",
    "clock_nearly_used": "A time limit is partly used",
    "draft_expiring": "Something unsent will be erased soon",
    "draft_given": "A leaver’s unsent work was given to a colleague",
    "draft_taken_over": "A colleague took over something unsent",
    "night_answered": "A colleague answered a night alarm",
    "night_danger": "A night alarm: it cannot wait",
    "night_level_four": "A night alarm: a Level 4 referral",
    "night_moved": "A colleague took a referral over in the night",
    "night_unanswered": "A night alarm that nobody on call answered",
    "offered_now": "A case that cannot wait was offered",
    "owed_late": "Messages do not go out",
    "reread_disagreed": "A second person did not agree with a screening decision",
    "sign_now": "A decision that cannot wait is to be signed",
    "transfer_news": "News about the transfer of a case",
}
NEWS = "News"


def plain(kind: str) -> str:
    """What a message of this kind is about; never the key by which we call it."""
    return KINDS.get(kind, NEWS)


@dataclass(frozen=True, slots=True)
class Owed:
    """One message: what it says, to which organisation, about which reference, and for how long it has been owed;
    about a batch, each of its referrals (`together`)."""

    row: Message
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

    rounds: list[RoundLine]
    rounds_later: str
    messages: list[Owed]
    messages_later: str
    open_rounds: int
    open_messages: int
    share: Share


def ledger(user: User, *, calls_after: str = "", messages_after: str = "") -> Ledger:
    """What is owed about the referrals that `user` sees, the oldest first: fifty telephone tasks, fifty messages."""
    messages = _open_messages(user)
    some_rounds, rounds_later = rounds.lines(user, after=calls_after)
    some_messages, messages_later = _cut(messages, messages_after)
    return Ledger(
        rounds=some_rounds,
        rounds_later=rounds_later,
        messages=_lines(user, some_messages),
        messages_later=messages_later,
        open_rounds=rounds.open_rounds(user).count(),
        open_messages=messages.count(),
        share=share(user),
    )


def share(user: User) -> Share:
    """Of the latest thousand pieces of news (and of those, the ones `user` may count), how many are known: read,
    fetched, acknowledged or told by a person. Who cannot be told is not counted."""
    latest = Telling.objects.order_by("-pk").values("pk")[:LATEST_NEWS]
    # Beside each row, not among the conditions: joined, the database would read every referral there ever was.
    seen = Exists(visible.referrals(user).filter(pk=OuterRef("outcome__referral")))
    read = Exists(Reading.objects.filter(outcome=OuterRef("outcome")))
    rows = Telling.objects.filter(pk__in=latest, untold_because="").annotate(seen=seen, read=read)
    return Share(
        **rows.aggregate(known=Count("pk", filter=Q(seen=True, read=True)), of=Count("pk", filter=Q(seen=True)))
    )


def _open_messages(user: User) -> QuerySet[Message]:
    return visible.messages(user).filter(state__in=Message.OPEN)


def _cut(rows: QuerySet[Message], after: str) -> tuple[Sequence[Message], str]:
    last = numbers(after, 2)
    if last:
        moment = instant(last[0])
        rows = rows.filter(Q(owed_at__gt=moment) | Q(owed_at=moment, pk__gt=last[1]))
    found = list(rows.order_by("owed_at", "pk")[: SIZE + 1])
    shown = found[:SIZE]
    return shown, f"{stamp(shown[-1].owed_at)}.{shown[-1].pk}" if len(found) > SIZE else ""


def _lines(user: User, shown: Sequence[Message]) -> list[Owed]:
    names = rounds.organisation_names(row.organisation_id for row in shown)
    batches = [row.pk for row in shown if row.about.startswith(BATCH)]
    together = rounds.references_together(user, batches) if batches else {}
    now = timezone.now()
    return [_line(row, names.get(row.organisation_id or 0, ""), together.get(row.pk, []), now) for row in shown]


def _line(row: Message, organisation: str, together: list[str], now: datetime) -> Owed:
    return Owed(
        row=row,
        what=plain(row.kind),
        organisation=organisation,
        age=elapsed(row.owed_at, now),
        late=working_minutes_between(row.owed_at, now) >= LATE_AFTER,
        together=together,
    )
