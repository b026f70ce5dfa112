"""Close the loop: write the outcome and what it makes us owe, in the transaction of the fact itself."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts.api_keys import AgencySystem
from accounts.models import User
from mash.govuk.moments import when_words
from mash.lib.workingdays import add_working_days
from mash.outbox.services import messages
from referrals.choices import OutcomeKind, ReadHow
from referrals.models import Outcome, Party, Reading, Referral, Subject, Telling

READ_WITHIN = 3
"""Working days. News that nobody has read by then becomes a telephone call: silence is not being told."""
MUST_BE_READ = frozenset({OutcomeKind.DECIDED, OutcomeKind.STEPPED, OutcomeKind.CLOSED})


@dataclass(frozen=True, slots=True)
class News:
    """What happened, in words for the referrer; about one child, or about the whole referral."""

    kind: OutcomeKind
    words: str
    subject: Subject | None = None


def received(referral: Referral) -> News:
    """The receipt: by when somebody decides, and what to do if nobody says so."""
    due = when_words(referral.decision_due_at, now=timezone.now())
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
        context={"path": f"/referrals/{outcome.referral.reference}/"},
        read_by=add_working_days(outcome.at, READ_WITHIN) if outcome.kind in MUST_BE_READ else None,
    )
    return Telling(outcome=outcome, party=party, message=message)


def read(*, by: User | AgencySystem, referral: Referral, how: ReadHow) -> None:
    """Write down that `by` has now seen every outcome of `referral`; asked again, it changes nothing."""
    unread = _unread(by, referral)
    if not unread:
        return
    now = timezone.now()
    rows = [_reading(by, outcome, how, now) for outcome in unread]
    Reading.objects.bulk_create(rows, ignore_conflicts=True)
    messages.mark_read(by=by, about=referral.reference)


def _unread(by: User | AgencySystem, referral: Referral) -> list[Outcome]:
    seen = Reading.objects.filter(outcome__referral=referral)
    mine = seen.filter(user=by) if isinstance(by, User) else seen.filter(api_key=by.key)
    return list(Outcome.objects.filter(referral=referral).exclude(pk__in=mine.values("outcome")))


def _reading(by: User | AgencySystem, outcome: Outcome, how: ReadHow, at: datetime) -> Reading:
    if isinstance(by, User):
        return Reading(outcome=outcome, user=by, how=how, at=at)
    return Reading(outcome=outcome, api_key=by.key, how=how, at=at)
