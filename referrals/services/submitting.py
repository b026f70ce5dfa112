"""Take in one referral: everything it says, what it comes to, and what we now owe, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from accounts.api_keys import AgencySystem
from accounts.models import ApiKey, Organisation, SourceCode, User
from mash.audit import events
from mash.audit.actors import Actor
from mash.lib.references import new_reference
from referrals import facts, keys, ranking
from referrals.choices import Category, ClockKey, Identity, Stage, Via
from referrals.clocks import due
from referrals.errors import Refused
from referrals.models import Party, Referral, StageChange, Subject
from referrals.selectors import limits
from referrals.services import allegations, filing, nights, ratings, telling
from referrals.submission import Child, Submission, to_document
from thresholds.engine import UnknownIndicator
from thresholds.models import Assessment
from thresholds.models.assessments import Kind
from thresholds.selectors.frameworks import framework_here
from thresholds.services import assessments
from thresholds.services.assessments import Asked

SIGNS_CHANGED = (
    "The list of signs was changed a moment ago, and one of yours is no longer in it. Look at them, and send again"
)
HISTORY = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who hands the referral in, and by which door: somebody at a browser, an agency's system, the hub for a caller.

    `user` is the referrer who will follow it; `recorded_by` whoever wrote it down for them. A referrer whose name is
    withheld, or who gave none, cannot be sent news: `cannot_be_told` says why. `in_batch` is for whoever hands in many
    in one transaction and owes their receipts together in it.
    """

    actor: Actor
    organisation: Organisation
    via: Via
    user: User | None = None
    api_key: ApiKey | None = None
    recorded_by: User | None = None
    identity: Identity = Identity.PROFESSIONAL
    source_code: str = ""
    cannot_be_told: str = ""
    in_batch: bool = False

    @classmethod
    def of(cls, actor: User | AgencySystem) -> "Sender":
        """The sender that this user, or this key, is."""
        if isinstance(actor, User):
            return cls(actor=actor, organisation=actor.organisation, via=Via.BROWSER, user=actor)
        return cls(actor=actor, organisation=actor.organisation, via=Via.API, api_key=actor.key)


@transaction.atomic
def submit(*, by: User | AgencySystem | Sender, submission: Submission) -> Referral:
    """Store `submission` as it is, assess each child twice, put it in its lane, and owe the referrer a receipt.

    The submitter's assessment rests on their own facts; the hub's adds how often each child was referred in the last
    twelve months. The decision is due when the limit in force now says: one working day by
    national guidance. Refused when a sign is no longer in the framework: another may have come into force since the
    submission was read.
    """
    now = timezone.now()
    sender = by if isinstance(by, Sender) else Sender.of(by)
    own, hub = _assess(submission, now)
    referral = _referral(sender, submission, hub, now)
    filing.file(referral, submission, own=own, hub=hub)
    allegations.file(referral, submission.worker)
    StageChange.objects.create(referral=referral, new=Stage.RECEIVED, by=sender.user, at=now)
    ratings.first_rating(referral)
    _owe_receipt(referral, sender, submission)
    events.record(by=sender.actor, what="referral_submitted", about=referral, detail={"via": referral.via})
    nights.raise_if_needed(referral)
    return referral


def _assess(submission: Submission, now: datetime) -> tuple[list[Assessment], list[Assessment]]:
    framework = framework_here()
    today = timezone.localdate(now)
    earlier = _earlier(submission.children, now)
    places = range(len(submission.children))
    about = uuid4()
    own = [Asked(facts.for_child(submission, n, on=today), framework, Kind.SUBMITTER, about) for n in places]
    hub = [
        Asked(facts.for_child(submission, n, on=today, earlier=earlier[n]), framework, Kind.HUB, about) for n in places
    ]
    try:
        rows = assessments.record_many(items=[*own, *hub])
    except UnknownIndicator:
        raise Refused(SIGNS_CHANGED) from None
    return rows[: len(own)], rows[len(own) :]


def _earlier(children: Sequence[Child], now: datetime) -> list[int]:
    """How many referrals each child already had in the last twelve months.

    Restricted ones and allegations are left out: the reason printed on this referral would tell of them (design 7).
    """
    wanted = [keys.identity(child) for child in children]
    known = {key for key in wanted if key}
    if not known:
        return [0] * len(wanted)
    rows = (
        Subject.objects.filter(identity_key__in=known, referral__submitted_at__gte=now - HISTORY)
        .filter(referral__restricted=False, referral__allegation=False)
        .values_list("identity_key")
        .annotate(times=Count("referral", distinct=True))
    )
    times = dict(rows)
    return [times.get(key, 0) for key in wanted]


def _barred(household: str, children: Sequence[Child]) -> list[int]:
    """Everybody who stepped away from this household, or from one of these children, before: they know the family."""
    known = {key for child in children if (key := keys.identity(child))}
    somebody = Referral.objects.exclude(barred=[]).order_by()
    here = somebody.filter(household_key=household)
    before = somebody.filter(pk__in=Subject.objects.filter(identity_key__in=known).values("referral"))
    rows = here.values_list("barred", flat=True).union(before.values_list("barred", flat=True))
    return sorted({user for barred in rows for user in barred})


def _referral(sender: Sender, submission: Submission, hub: list[Assessment], now: datetime) -> Referral:
    reference = new_reference()
    household = keys.household(submission.children, otherwise=reference)
    return Referral.objects.create(
        reference=reference,
        organisation=sender.organisation,
        submitted_by=sender.user,
        api_key=sender.api_key,
        recorded_by=sender.recorded_by,
        via=sender.via,
        source_code=_counted_as(sender),
        referrer_identity=sender.identity,
        submitted_at=now,
        document=to_document(submission),
        household_key=household,
        barred=_barred(household, submission.children),
        decision_due_at=due(limits.rule(limits.limit(ClockKey.DECISION, at=now)), now),
        **_said(submission),
        **_weighed(submission, ranking.worst(hub)),
    )


def _counted_as(sender: Sender) -> str:
    """Where the census counts it. For a withheld name that is kept with the name: it says who they are to the child."""
    if sender.identity == Identity.PUBLIC_WITHHELD:
        return SourceCode.UNKNOWN
    return sender.source_code or sender.organisation.counted_as


def _said(submission: Submission) -> dict[str, Any]:
    """The columns that hold what the referrer said of themselves, the family and the wider picture."""
    referrer, consent = submission.referrer, submission.consent
    return {
        "referrer_name": referrer.name,
        "referrer_role": referrer.role,
        "referrer_phone": referrer.phone,
        "referrer_email": referrer.email,
        "agreement": consent.status,
        "agreement_reason": consent.reason,
        "lawful_basis": consent.lawful_basis,
        "family_told": consent.family_told,
        "strengths": submission.strengths,
        "hopes": submission.hopes,
        "done_already": submission.done_already,
        "immediate_danger": submission.immediate_danger,
    }


def _weighed(submission: Submission, leading: Assessment) -> dict[str, Any]:
    """The columns that say where it waits, from the assessment that leads."""
    allegation = any(concern.category == Category.ALLEGATION for concern in submission.concerns)
    return {
        "allegation": allegation,
        "lane": ranking.lane(leading, allegation=allegation),
        "level": leading.level,
        "band": leading.band or "",
        "route": leading.route,
        "duty": leading.duty,
        "risk": ranking.risk(leading, immediate_danger=submission.immediate_danger),
    }


def _owe_receipt(referral: Referral, sender: Sender, submission: Submission) -> None:
    referrer = submission.referrer
    Party.objects.create(
        referral=referral,
        user=sender.user,
        organisation=sender.organisation,
        name=referrer.name,
        email=(sender.user.email if sender.user else referrer.email),
        phone=referrer.phone or sender.organisation.phone,
        cannot_be_told=sender.cannot_be_told,
    )
    tell = telling.write if sender.in_batch else telling.tell
    tell(referral=referral, news=telling.received(referral))
