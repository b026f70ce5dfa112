"""Close the loop: write the outcome and what it makes us owe, in the transaction of the fact itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.api_keys import AgencySystem
from accounts.models import User
from accounts.policy import Act
from mash.govuk.moments import deadline_words, when_words
from mash.lib.workingdays import add_working_days
from mash.outbox.models import CallTask
from mash.outbox.services import calls, messages
from referrals.choices import Identity, OutcomeKind, ReadHow
from referrals.errors import Refused, SomeoneElse
from referrals.models import Outcome, Party, Reading, Referral, Subject, Telling
from referrals.services import rights

READ_WITHIN = 3
"""Working days. News that nobody has read by then becomes a telephone call: silence is not being told."""
MUST_BE_READ = frozenset({OutcomeKind.DECIDED, OutcomeKind.STEPPED, OutcomeKind.CLOSED})
COME_BACK = "/come-back/"
KNOWN_AT_ONCE = frozenset({CallTask.How.TELEPHONE, CallTask.How.IN_PERSON})


@dataclass(frozen=True, slots=True)
class News:
    """What happened, in words for the referrer; about one child, or about the whole referral."""

    kind: OutcomeKind
    words: str
    subject: Subject | None = None


def received(referral: Referral) -> News:
    """The receipt: by when somebody decides, and what to do if nobody says so.

    It gives the date in full, since "tomorrow" is another day for whoever reads it tomorrow.
    """
    due = deadline_words(referral.decision_due_at)
    return News(
        OutcomeKind.RECEIVED,
        f"We have your referral. A person will decide what happens next by {due}, "
        "and we will tell you what they decide. If you have not heard by then, telephone us.",
    )


def tell(*, referral: Referral, news: News) -> Outcome:
    """Store the outcome and, for everybody who is owed it, the message or the reason why nobody can be told."""
    outcome = Outcome.objects.create(
        referral=referral, subject=news.subject, kind=news.kind, words=news.words, at=timezone.now()
    )
    parties = list(Party.objects.filter(referral=referral).select_related("user"))
    Telling.objects.bulk_create([_telling(outcome, party) for party in parties])
    return outcome


def _telling(outcome: Outcome, party: Party) -> Telling:
    if party.cannot_be_told:
        return Telling(outcome=outcome, party=party, untold_because=party.cannot_be_told)
    message = messages.owe(
        key=f"outcome:{outcome.pk}:party:{party.pk}",
        kind=outcome.kind,
        about=outcome.referral.reference,
        to=party.user,
        email=party.email,
        organisation_id=party.organisation_id,
        name=party.name,
        phone=party.phone,
        context={"path": _path(outcome.referral)},
        read_by=add_working_days(outcome.at, READ_WITHIN) if outcome.kind in MUST_BE_READ else None,
    )
    return Telling(outcome=outcome, party=party, message=message)


def _path(referral: Referral) -> str:
    """Where the news is read: after signing in, or for a member of the public with the receipt code."""
    public = referral.referrer_identity != Identity.PROFESSIONAL
    return COME_BACK if public else f"/referrals/{referral.reference}/"


def read(*, by: User | AgencySystem, referral: Referral, how: ReadHow) -> None:
    """Write down that `by` has now seen every outcome of `referral`; asked again, it changes nothing."""
    unread = _unread(by, referral)
    if not unread:
        return
    now = timezone.now()
    rows = [_reading(by, outcome, how, now) for outcome in unread]
    Reading.objects.bulk_create(rows, ignore_conflicts=True)
    messages.mark_read(by=by, about=referral.reference)


@transaction.atomic
def by_a_person(*, by: User, call: CallTask, how: str, note: str = "") -> list[CallTask]:
    """Write down that somebody was told by telephone, in person or by letter, or why they could not be.

    One conversation settles every call that is owed to the same person about the same referral. Told by telephone or
    in person, they know: the news counts as read. A letter is on its way and does not. Raises SomeoneElse, naming
    them, when a colleague was quicker.
    """
    rights.require(by, Act.SEE_OWED)
    if how == CallTask.How.NOT_POSSIBLE and not note:
        raise Refused("Say why they could not be told", field="note")
    tasks = together(call)
    try:
        done = [calls.finish(by=by, call=one, how=CallTask.How(how), note=note) for one in tasks]
    except calls.AlreadyDone as late:
        raise SomeoneElse(already(late.call)) from late
    if how in KNOWN_AT_ONCE:
        _known_from(by, tasks)
    return done


def together(call: CallTask) -> list[CallTask]:
    """This call, and the others that are still owed to the same person about the same referral."""
    parties = _tellings([call]).values("party")
    same = Q(message__telling__party__in=parties) | Q(telling__party__in=parties)
    rows = CallTask.objects.filter(same, about=call.about, state=CallTask.State.OPEN).exclude(pk=call.pk)
    return [call, *rows.order_by("owed_at", "pk")]


def news_of(tasks: Sequence[CallTask]) -> list[Outcome]:
    """What there is to tell in these calls, in the order in which it happened."""
    rows = Outcome.objects.filter(pk__in=_tellings(tasks).values("outcome")).select_related("subject")
    return list(rows.order_by("pk"))


def _tellings(tasks: Sequence[CallTask]) -> QuerySet[Telling]:
    return Telling.objects.filter(Q(message__calls__in=tasks) | Q(task__in=tasks))


def _known_from(by: User, tasks: Sequence[CallTask]) -> None:
    now = timezone.now()
    rows = [Reading(outcome=outcome, user=by, how=ReadHow.PHONE, at=now) for outcome in news_of(tasks)]
    Reading.objects.bulk_create(rows, ignore_conflicts=True)


def already(call: CallTask) -> str:
    """Who has settled a call, and when."""
    if call.done_by is None or call.done_at is None:
        return "They have read it meanwhile. Nobody needs to call."
    return f"{call.done_by} has done this already, {when_words(call.done_at, now=timezone.now())}."


def _unread(by: User | AgencySystem, referral: Referral) -> list[Outcome]:
    seen = Reading.objects.filter(outcome__referral=referral)
    mine = seen.filter(user=by) if isinstance(by, User) else seen.filter(api_key=by.key)
    return list(Outcome.objects.filter(referral=referral).exclude(pk__in=mine.values("outcome")))


def _reading(by: User | AgencySystem, outcome: Outcome, how: ReadHow, at: datetime) -> Reading:
    if isinstance(by, User):
        return Reading(outcome=outcome, user=by, how=how, at=at)
    return Reading(outcome=outcome, api_key=by.key, how=how, at=at)
