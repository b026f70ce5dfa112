"""News in an organisation's shared inbox, and the button with which whoever looks after it says: we have got this.

The person who referred is told at their own address, as ever. News that must be read goes to the shared inbox as well,
since people are ill, on holiday or have left, and an inbox is looked after by several. One press closes the loops of
what was told together for that organisation, so that nobody has to call. Never for an allegation about somebody who
works with children, nor for a restricted referral: of those the organisation's own leads may know nothing. A press
counts only by a link that went to the inbox on record: what is sent once more to another address has no button.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from mash.audit import events
from mash.audit.actors import System
from mash.outbox.models import Message
from mash.outbox.services import calls, messages
from referrals.choices import Identity, OutcomeKind, ReadHow
from referrals.models import Outcome, Party, Reading, Referral, Telling

KIND = "inbox_news"
SALT = "referrals.shared-inbox"
VALID_FOR = timedelta(days=30)
_KEY = re.compile(r"outcome:(?P<outcome>[0-9]+):inbox:(?P<organisation>[0-9]+)", re.ASCII)


class NotALink(ValueError):
    """No link of ours, or not for this."""


class TooOld(NotALink):
    """A link of ours whose time is over."""


@dataclass(frozen=True, slots=True)
class News:
    """What a link opens: news that was told together, for one organisation. `since` is when they said that they have
    it."""

    message: Message
    outcomes: Sequence[Outcome]
    organisation: Organisation
    since: datetime | None

    @property
    def reference(self) -> str:
        return self.message.about

    @property
    def referral(self) -> Referral:
        return self.outcomes[0].referral


def owe(*, outcomes: Sequence[Outcome], parties: Iterable[Party], kinds: frozenset[OutcomeKind]) -> None:
    """Owe the inbox of each party's organisation that has one a message, if the news is of `kinds`; in the caller's
    transaction. What is told together is of one kind, and one message."""
    first, referral = outcomes[0], outcomes[0].referral
    closed = referral.allegation or referral.restricted or referral.referrer_identity != Identity.PROFESSIONAL
    if closed or first.kind not in kinds:
        return
    keys = {party.organisation_id for party in parties if party.organisation_id and not party.cannot_be_told}
    wanted = Organisation.objects.filter(pk__in=keys, active=True).exclude(shared_inbox="").order_by("pk")
    messages.owe_many([_owed(first, organisation) for organisation in wanted if not organisation.automatic])


def says(message: Message) -> Mapping[str, str]:
    """What the email says beyond the usual: where the button is, unless pressing it would count for nothing. The link
    is made as it is sent and stored nowhere."""
    try:
        _news(message)
    except NotALink:
        return {"got_it": ""}
    token = signing.dumps({"message": message.pk}, salt=SALT)
    return {"got_it": settings.BASE_URL.rstrip("/") + reverse("got_it", args=[token])}


def opened(token: str) -> News:
    """The news of a link. NotALink, TooOld."""
    try:
        key = signing.loads(token, salt=SALT, max_age=VALID_FOR)["message"]
    except signing.SignatureExpired as late:
        raise TooOld("This link was good for 30 days.") from late
    except (signing.BadSignature, KeyError, TypeError) as wrong:
        raise NotALink("This is no link of ours.") from wrong
    return _news(Message.objects.get(pk=key))


def told_in(keys: Iterable[str]) -> dict[str, list[Outcome]]:
    """What each message to an inbox, or its repeat, tells of, by the message's key; other keys are left out.

    A key bears the number of one outcome; what was told with it to a person is told to their inbox as well. At most two
    statements.
    """
    firsts = {key: int(found["outcome"]) for key in keys if (found := _KEY.match(key))}
    if not firsts:
        return {}
    together = _together(set(firsts.values()))
    rows = Outcome.objects.filter(pk__in={one for some in together.values() for one in some})
    outcomes = {one.pk: one for one in rows.select_related("subject", "referral")}
    told = {key: [outcomes[one] for one in sorted(together[first] & outcomes.keys())] for key, first in firsts.items()}
    return {key: some for key, some in told.items() if some}


def _together(firsts: Collection[int]) -> dict[int, set[int]]:
    """Each of these outcomes with those that share a message with it."""
    shared = Telling.objects.filter(message__tellings__outcome__in=firsts)
    found = {first: {first} for first in firsts}
    for first, other in shared.values_list("message__tellings__outcome", "outcome").distinct():
        found[first].add(other)
    return found


@transaction.atomic
def acknowledge(*, token: str) -> News:
    """Their organisation has got what was told together: its loops are closed, and nobody need call about it.

    Pressed again, by the same or by another, it changes nothing. It says nothing of any other news. NotALink, TooOld.
    """
    # Locked before it is judged: what is restricted at the same moment is not theirs to close.
    Referral.objects.select_for_update().get(pk=opened(token).referral.pk)
    news = opened(token)
    if news.since is not None:
        return news
    terms = {"organisation": news.organisation, "how": ReadHow.INBOX, "at": timezone.now()}
    Reading.objects.bulk_create([Reading(outcome=one, **terms) for one in news.outcomes])
    messages.mark_known(_about(news))
    who = System(actor_label=f"Shared inbox of {news.organisation}", organisation_id=news.organisation.pk)
    events.record(by=who, what="news_acknowledged", about=news.referral)
    return opened(token)


def _owed(outcome: Outcome, organisation: Organisation) -> messages.Owed:
    reference = outcome.referral.reference
    return messages.Owed(
        key=f"outcome:{outcome.pk}:inbox:{organisation.pk}",
        kind=KIND,
        about=reference,
        to=None,
        email=organisation.shared_inbox,
        organisation_id=organisation.pk,
        path=f"/referrals/{reference}/",
        name=organisation.name,
        phone=organisation.phone,
        call_with=calls.organisation(organisation.pk),
    )


def _news(message: Message) -> News:
    found = _KEY.match(message.key)
    if message.kind != KIND or found is None:
        raise NotALink("This link is for something else.")
    outcomes = told_in([message.key]).get(message.key)
    if not outcomes:
        raise NotALink("There is no such news any more.")
    organisation = Organisation.objects.get(pk=found["organisation"])
    if outcomes[0].referral.restricted or not organisation.active:
        raise NotALink("This is not for that organisation any more.")
    if message.recipient_email.casefold() != organisation.shared_inbox.casefold():
        raise NotALink("This went to another address than the inbox on record.")
    return News(message, outcomes, organisation, _since(outcomes, organisation))


def _since(outcomes: Sequence[Outcome], organisation: Organisation) -> datetime | None:
    row = Reading.objects.filter(outcome__in=outcomes, organisation=organisation, how=ReadHow.INBOX).first()
    return row.at if row else None


def _about(news: News) -> list[int]:
    """Every message of this news to this organisation and its people, the inbox's own and its repeats."""
    there = Telling.objects.filter(outcome__in=news.outcomes, party__organisation=news.organisation)
    own = Message.objects.filter(about=news.reference, kind=KIND, organisation_id=news.organisation.pk)
    start = messages.first_key(news.message)
    mine = [row.pk for row in own if messages.first_key(row) == start]
    return [*there.exclude(message=None).values_list("message", flat=True).distinct(), *mine]
