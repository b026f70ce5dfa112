"""Close the loop: write the outcome and what it makes us owe, in the transaction of the fact itself."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.api_keys import AgencySystem
from accounts.models import User
from accounts.policy import Act
from mash.govuk.moments import deadline_words, when_words
from mash.lib.workingdays import LONDON, add_working_days, next_working_day
from mash.outbox.models import CallRound, CallTask, Message
from mash.outbox.services import calls, messages
from referrals import visible
from referrals.choices import Identity, OutcomeKind, ReadHow
from referrals.errors import Refused, SomeoneElse
from referrals.models import Batch, Outcome, Party, Reading, Referral, Subject, Telling
from referrals.models.notices import BATCH
from referrals.selectors import standing
from referrals.services import acknowledging, rights

READ_WITHIN = 3
"""Working days. News that nobody has read by then becomes a telephone call: silence is not being told."""
MUST_BE_READ = frozenset({OutcomeKind.DECIDED, OutcomeKind.STEPPED, OutcomeKind.CLOSED})
COME_BACK = "/come-back/"
NOT_YET = "not_yet"
SOON, NEXT, LATER = "soon", "next", "later"
WORKING_DAYS = {NEXT: 1, LATER: 3}
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
    return tell_all(referral=referral, news=[news])[0]


def tell_all(*, referral: Referral, news: Sequence[News]) -> list[Outcome]:
    """The same for news of one kind, as of several children decided together: each is an outcome of its own, with its
    own loop, and nobody gets more than one message or call for all of them."""
    outcomes = [write(referral=referral, news=one) for one in news]
    parties = list(Party.objects.filter(referral=referral).select_related("user__organisation", "organisation"))
    Telling.objects.bulk_create([one for party in parties for one in _tellings_of(outcomes, party)])
    acknowledging.owe(outcomes=outcomes, parties=parties, kinds=MUST_BE_READ)
    return outcomes


def write(*, referral: Referral, news: News) -> Outcome:
    """Store the outcome alone, for whoever tells several together in the same transaction: see `tell_together`."""
    return Outcome.objects.create(
        referral=referral, subject=news.subject, kind=news.kind, words=news.words, at=timezone.now()
    )


def tell_together(*, batch: Batch, outcomes: Sequence[Outcome]) -> None:
    """Owe the receipts of a batch, in the batch's own transaction: to each person one message for all that is theirs.

    Each referral keeps its own telling of it. Who is owed one receipt only gets that one, as ever.
    """
    of = {outcome.referral_id: outcome for outcome in outcomes}
    groups: dict[tuple[object, ...], list[Party]] = {}
    for party in (
        Party.objects.filter(referral__in=of).select_related("user__organisation", "organisation").order_by("pk")
    ):
        groups.setdefault(_whom(party), []).append(party)
    tellings: list[Telling] = []
    for parties in groups.values():
        if len(parties) == 1 or parties[0].cannot_be_told:
            tellings += [one for party in parties for one in _tellings_of([of[party.referral_id]], party)]
        else:
            message = _for_all(batch, parties[0])
            tellings += [Telling(outcome=of[one.referral_id], party=one, message=message) for one in parties]
    Telling.objects.bulk_create(tellings)


def _whom(party: Party) -> tuple[object, ...]:
    """The same for parties who are one person as far as a message goes: without an address, name and number tell."""
    reached = (party.email.lower(),) if party.email else (party.name, party.phone)
    return party.user_id, party.organisation_id, party.cannot_be_told, *reached


def _for_all(batch: Batch, party: Party) -> Message:
    path = f"/notices/{batch.pk}/" if party.user_id else "/referrals/"
    return messages.owe(_owed(party, f"batch:{batch.pk}", "batch_received", batch.public_name, path))


def _tellings_of(outcomes: Sequence[Outcome], party: Party) -> list[Telling]:
    """How one person is told of outcomes of one kind about one referral; a message bears the number of the first."""
    if because := party.cannot_be_told:
        return [Telling(outcome=one, party=party, untold_because=because) for one in outcomes]
    first = outcomes[0]
    news = _owed(party, f"outcome:{first.pk}", first.kind, first.referral.reference, _path(first.referral))
    read_by = add_working_days(first.at, READ_WITHIN) if first.kind in MUST_BE_READ else None
    message = messages.owe(replace(news, read_by=read_by))
    return [Telling(outcome=one, party=party, message=message) for one in outcomes]


def _owed(party: Party, fact: str, kind: str, about: str, path: str) -> messages.Owed:
    return messages.Owed(
        key=f"{fact}:party:{party.pk}",
        kind=kind,
        about=about,
        to=party.user,
        email=party.email,
        organisation_id=party.organisation_id,
        name=party.name,
        phone=party.phone,
        call_with=_call_with(party),
        path=path,
        left=party.user is not None and party.user.has_left,
    )


def _call_with(party: Party) -> str:
    """Whom to call instead: their organisation, once for all; somebody without one, themselves."""
    if party.organisation is not None and not party.organisation.automatic:
        return calls.organisation(party.organisation.pk)
    return calls.person(*map(str, _whom(party)))


def _path(referral: Referral) -> str:
    """Where the news is read: after signing in, or for a member of the public with the receipt code."""
    public = referral.referrer_identity != Identity.PROFESSIONAL
    return COME_BACK if public else f"/referrals/{referral.reference}/"


@transaction.atomic
def read(*, by: User | AgencySystem, referral: Referral, how: ReadHow) -> None:
    """Write down that `by` has now seen every outcome of `referral`; asked again, it changes nothing."""
    if not _unread(by, referral):
        return
    # Locked: what is told at this very moment is either read here with its messages, or neither.
    Referral.objects.select_for_update(no_key=True).get(pk=referral.pk)
    unread = _unread(by, referral)
    now = timezone.now()
    rows = [_reading(by, outcome, how, now) for outcome in unread]
    Reading.objects.bulk_create(rows, ignore_conflicts=True)
    messages.mark_read(by=by, about=referral.reference)
    for about in _known_together(unread):
        messages.mark_read(by=by, about=about)


def _known_together(outcomes: Sequence[Outcome]) -> list[str]:
    """What the shared messages about these are about, where each referral that one tells of is known by now."""
    shared = Message.objects.filter(tellings__outcome__in=outcomes, about__startswith=BATCH).distinct()
    return list(_all_known(shared).values_list("about", flat=True))


def _all_known(rows: QuerySet[Message]) -> QuerySet[Message]:
    """Those of which every piece of news is known by now: a message may tell of several children, or referrals."""
    return rows.exclude(Exists(Telling.objects.filter(message=OuterRef("pk"), outcome__readings=None)))


@transaction.atomic
def by_a_person(*, by: User, call: CallTask, how: str, note: str = "") -> list[CallTask]:
    """Write down that somebody was told about one referral: see `in_a_round` for all that an organisation is owed.

    One conversation settles every call that is owed to the same person about the same referral.
    """
    tasks = together(call)
    _told(by, tasks, CallTask.How(how), note)
    return tasks


@transaction.atomic
def in_a_round(
    *,
    by: User,
    row: CallRound,
    seen: int,
    how: str,
    upto: int = 0,
    note: str = "",
    not_told: Collection[str] = (),
    because: str = "",
    again: str = "",
) -> list[CallTask]:
    """Write down one telephone call, letter or visit: what `by` had before them, or why they could not be told.

    `seen` is the last call of the round that the page showed: what joined it since is still owed, as is what `by`
    may not see. `upto` is the last news it knew of: what it read out in place of older news is known as well.
    `not_told` names what could not be told, by what it is about, and `because` says why: that is still owed, to be
    tried `again` then, as is everything where nobody was told yet (`how` is NOT_YET). Told by telephone or in
    person, they know: the news counts as read. A letter is on its way and does not. Only "they cannot be told at
    all", with a reason, ends it untold, and stands in the list of those. Raises Refused for a missing reason,
    SomeoneElse, naming them, when a colleague was quicker.
    """
    if not_told and not because:
        raise Refused("Say why they could not be told of these", field="because")
    # Locked before it is read, so that what is told is what is written down: messages, then the round.
    _hold_messages(row, upto)
    CallRound.objects.select_for_update().get(pk=row.pk)
    tasks = list(visible.calls(by).filter(round=row, state=CallTask.State.OPEN, pk__lte=seen).order_by("pk"))
    if not tasks:
        raise SomeoneElse(already_done(row))
    if how == NOT_YET:
        _put_off(by, tasks, again, note)
        return tasks
    _told(by, [one for one in tasks if one.about not in not_told], CallTask.How(how), note, upto)
    _put_off(by, [one for one in tasks if one.about in not_told], again, because)
    return tasks


def _put_off(by: User, tasks: Sequence[CallTask], again: str, because: str) -> None:
    rights.require(by, Act.SEE_OWED)
    if not tasks:
        return
    if not because:
        raise Refused("Say why they could not be told", field="note")
    try:
        calls.put_off(by=by, calls=tasks, until=_until(again), because=because)
    except calls.AlreadyDone as late:
        raise SomeoneElse(already(late.call)) from late


def _until(again: str) -> datetime:
    """From when to try again: in two hours, or at nine on a working day."""
    now = timezone.now()
    if again == SOON:
        return now + timedelta(hours=2)
    day = now.astimezone(LONDON).date()
    for _ in range(WORKING_DAYS.get(again, 1)):
        day = next_working_day(day)
    return datetime.combine(day, time(9), LONDON)


def _told(by: User, tasks: Sequence[CallTask], how: CallTask.How, note: str, upto: int = 0) -> None:
    rights.require(by, Act.SEE_OWED)
    if not tasks:
        return
    if how == CallTask.How.NOT_POSSIBLE and not note:
        raise Refused("Say why they could not be told", field="note")
    try:
        calls.finish_many(by=by, calls=tasks, how=how, note=note)
    except calls.AlreadyDone as late:
        raise SomeoneElse(already(late.call)) from late
    if how in KNOWN_AT_ONCE:
        _known_from(by, tasks, upto)


def together(call: CallTask) -> list[CallTask]:
    """This call, and the others that are still owed to the same person about the same referral."""
    parties = _tellings([call]).values("party")
    same = Q(message__tellings__party__in=parties) | Q(telling__party__in=parties)
    rows = CallTask.objects.filter(same, about=call.about, state=CallTask.State.OPEN).exclude(pk=call.pk)
    return [call, *rows.order_by("owed_at", "pk")]


def news_of(tasks: Sequence[CallTask]) -> list[Outcome]:
    """What there is to tell in these calls, in the order in which it happened."""
    told = Q(pk__in=_tellings(tasks).values("outcome")) | Q(pk__in=_in_inboxes(tasks))
    rows = Outcome.objects.filter(told).select_related("subject")
    return list(rows.order_by("pk"))


def _tellings(tasks: Sequence[CallTask]) -> QuerySet[Telling]:
    """What was sent once more tells what the first one told."""
    return Telling.objects.filter(Q(message__key__in=_first_keys(tasks)) | Q(task__in=tasks))


def _first_keys(tasks: Iterable[CallTask]) -> set[str]:
    some = Message.objects.filter(calls__in=[one.pk for one in tasks])
    return {messages.first_key(one) for one in some.only("key")}


def _in_inboxes(tasks: Iterable[CallTask]) -> set[int]:
    """The news that went to a shared inbox, where nobody in particular was told of it."""
    return {one.pk for some in acknowledging.told_in(_first_keys(tasks)).values() for one in some}


def _repeats(tasks: Sequence[CallTask]) -> QuerySet[Message]:
    """The messages in whose place these calls are, with the first and all that was sent once more; for what went to an
    inbox, those to the people of that organisation as well."""
    starts = [Q(key=key) | Q(key__startswith=f"{key}{messages.AGAIN}") for key in _first_keys(tasks)]
    there = {one.organisation_id for one in tasks}
    people = Telling.objects.filter(outcome__in=_in_inboxes(tasks), party__organisation__in=there)
    rows = Message.objects.filter(about__in={one.about for one in tasks})
    return rows.filter(reduce(or_, starts, Q(pk__in=people.values("message"))))


def _hold_messages(row: CallRound, upto: int) -> None:
    tasks = list(CallTask.objects.filter(round=row, state=CallTask.State.OPEN))
    list(_settled(tasks, upto).select_for_update().order_by("pk").values_list("pk"))


def _known_from(by: User, tasks: Sequence[CallTask], upto: int) -> None:
    now = timezone.now()
    said = {one.pk: one for one in (*news_of(tasks), *_in_their_place(tasks, upto))}
    rows = [Reading(outcome=outcome, user=by, how=ReadHow.PHONE, at=now) for outcome in said.values()]
    Reading.objects.bulk_create(rows, ignore_conflicts=True)
    # What holds now may have been told together with news of a brother, of whom nothing was said here.
    messages.mark_known(_all_known(_settled(tasks, upto)).values_list("pk", flat=True))


def last_news(tasks: Sequence[CallTask]) -> int:
    """The key of the last news about what these calls are about; 0 for none."""
    rows = Outcome.objects.filter(referral__reference__in={one.about for one in tasks})
    return rows.aggregate(last=Max("pk"))["last"] or 0


def _in_their_place(tasks: Sequence[CallTask], upto: int) -> list[Outcome]:
    """What was read out in place of news that no longer holds."""
    said = standing.now(news_of(tasks), upto=upto)
    return [one for some in said.values() for one in some]


def _settled(tasks: Sequence[CallTask], upto: int) -> QuerySet[Message]:
    """The messages of all that was told in these calls, to the same people."""
    parties = _tellings(tasks).values("party")
    later = Telling.objects.filter(outcome__in=_in_their_place(tasks, upto), party__in=parties)
    return _repeats(tasks) | Message.objects.filter(pk__in=later.values("message"))


def already_done(row: CallRound) -> str:
    """Who has settled the last of a round, and when."""
    last = CallTask.objects.filter(round=row, done_at__isnull=False).select_related("done_by").order_by("done_at")
    call = last.last()
    return already(call) if call else "There is nothing left to tell here."


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
