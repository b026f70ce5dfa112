"""Advice without a referral: ask, take, answer, add, end, and make it a referral after all.

No child is named in a question. An answer is advice and is kept as it was given, with who gave it and whether they
were a registered social worker on that day.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.policy import Act
from mash.audit import events
from mash.govuk.moments import when_words
from mash.lib.references import new_reference
from mash.lib.workingdays import add_working_days
from mash.outbox.services import messages
from referrals import visible
from referrals.choices import Category, ConsultationOutcome, ConsultationState, ExchangeKind
from referrals.errors import NotNow, Refused, SomeoneElse
from referrals.models import Consultation, Draft, Exchange
from referrals.models.consultations import UNANSWERED
from referrals.services import rights

ANSWER_WITHIN = 1
"""Working days, from the question or from what was added after an answer: as for a decision on a referral."""
READ_WITHIN = 3
"""Working days. An answer that nobody has read by then becomes a telephone call."""
READ_ADVICE_TO_REFER_WITHIN = 1
"""Working days: a child may be waiting for it."""
ANSWERED = "consultation_answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody asks: about what kind of worry, about how old a child, in words that name nobody."""

    question: str
    category: str
    age_group: str
    call_back_phone: str = ""
    private: bool = False


@transaction.atomic
def ask(*, by: User, question: Question, token: UUID, draft: Draft | None = None) -> Consultation:
    """Put a question to the hub; `draft` is the asker's own referral, kept unsent while they wait for advice.

    Sent twice under the token that the page carried, it is asked once. One that comes from a draft about somebody who
    works with children is kept from the asker's lead. Raises Refused for a worry about somebody who
    works with children: colleagues could read it here.
    """
    rights.require(by, Act.CONSULT)
    if question.category == Category.ALLEGATION:
        raise Refused("Do not ask about this here. Tell us instead: it goes to the officer alone", field="category")
    if Consultation.objects.filter(token=token).exclude(asked_by=by).exists():
        token = uuid4()
    asked, made = Consultation.objects.get_or_create(token=token, defaults=_asked(by, question, draft))
    if made:
        events.record(by=by, what="consultation_asked", about=asked)
    return asked


@transaction.atomic
def take(*, by: User, consultation: Consultation, holder: int | None) -> Consultation:
    """Say that `by` answers this. `holder` is who had it on the page that was looked at: None, or whom to take over
    from. Raises SomeoneElse, naming them, when it changed hands meanwhile."""
    row = _hold(by, consultation, Act.ADVISE)
    if row.state not in UNANSWERED:
        raise SomeoneElse(_now(row))
    if row.holder_id == by.pk:
        return row
    if row.holder_id != holder:
        raise SomeoneElse(_held(row) if row.holder else "Nobody has this question now. You can take it.")
    row = _change(row, state=ConsultationState.TAKEN, holder=by, held_since=timezone.now())
    events.record(by=by, what="consultation_taken", about=row, detail={"from": holder} if holder else None)
    return row


@transaction.atomic
def answer(*, by: User, consultation: Consultation, text: str, should_refer: bool, seen: int) -> Exchange:
    """Give advice; the asker is owed the news, and a call when they do not read it.

    `seen` is the last exchange that was on the page (0 when there was none). Raises SomeoneElse when a colleague has
    it or was quicker, Refused when the asker has added something since: nobody answers what they have not read.
    """
    row = _hold(by, consultation, Act.ADVISE)
    if (same := _just_said(row, by, text)) is not None:
        return same
    if row.asked_by_id == by.pk:
        raise Refused("You asked this yourself. A colleague has to answer it.")
    if row.state == ConsultationState.CLOSED:
        raise NotNow(_now(row))
    if row.holder_id not in (None, by.pk):
        raise SomeoneElse(f"{_held(row)} Your words are still here.")
    _nothing_new(row, seen)
    said = _said(row, ExchangeKind.ANSWER, by, text, should_refer=should_refer)
    advised = said.at if should_refer else None
    _change(row, state=ConsultationState.ANSWERED, holder=None, held_since=None, advised_at=advised)
    _owe(row, said)
    events.record(by=by, what="consultation_answered", about=row, detail={"should_refer": should_refer})
    return said


@transaction.atomic
def add(*, by: User, consultation: Consultation, text: str) -> Exchange:
    """The asker says more. After an answer, the hub has a working day again; before it, the clock runs on as it was."""
    row = _hold(by, consultation, Act.CONSULT)
    if (same := _just_said(row, by, text)) is not None:
        return same
    if row.state == ConsultationState.CLOSED:
        raise NotNow("This has ended. Please ask again as a new question.")
    said = _said(row, ExchangeKind.MORE, by, text)
    if row.state == ConsultationState.ANSWERED:
        _change(row, state=ConsultationState.WAITING, due_at=add_working_days(said.at, ANSWER_WITHIN))
    events.record(by=by, what="consultation_added_to", about=row)
    return said


@transaction.atomic
def finish(*, by: User, consultation: Consultation) -> Consultation:
    """The asker has what they need, or needs it no longer. What they were advised to refer is still followed up."""
    row = _hold(by, consultation, Act.CONSULT)
    if row.state == ConsultationState.CLOSED:
        return row
    outcome = ConsultationOutcome.ADVICE if row.exchanges.filter(kind=ExchangeKind.ANSWER).exists() else ""
    if row.advised_at:
        outcome = ConsultationOutcome.REFERRAL
    return _end(by, row, outcome or ConsultationOutcome.NOT_NEEDED)


@transaction.atomic
def close(
    *, by: User, consultation: Consultation, outcome: str, reference: str = "", not_referred_because: str = ""
) -> Consultation:
    """The hub ends it. One that should be a referral ends with the referral that came of it, or with why none did.

    What the asker ended before a referral had come can still be settled so. Raises SomeoneElse when it has ended.
    """
    row = _hold(by, consultation, Act.ADVISE)
    ended = row.state == ConsultationState.CLOSED
    if ended and not _unsettled(by, row):
        raise SomeoneElse(_now(row))
    row = _change(row, **_settled(by, row, outcome, reference, not_referred_because))
    if not ended:
        return _end(by, row, outcome)
    events.record(by=by, what="consultation_ended", about=row, detail={"outcome": outcome})
    return _change(row, outcome=outcome)


@transaction.atomic
def begin_referral(*, by: User, consultation: Consultation) -> Draft:
    """A draft of `by`'s own with what was asked as the narrative; pressed again, the same draft.

    Raises NotNow when it has been sent, SomeoneElse when a colleague has begun one.
    """
    rights.require(by, Act.REFER)
    row = _hold(by, consultation, Act.CONSULT)
    if visible.came_of(by, row):
        raise NotNow("A referral has already come of this.")
    if row.draft:
        if row.draft.owner_id != by.pk:
            raise SomeoneElse(f"{row.draft.owner} has begun this referral.")
        return row.draft
    draft = _draft(by, row)
    _change(row, draft=draft)
    events.record(by=by, what="consultation_made_referral", about=row)
    return draft


def read(*, by: User, consultation: Consultation) -> None:
    """`by` has seen the answers: nobody need telephone them."""
    messages.mark_read(by=by, about=consultation.reference)


def _asked(by: User, question: Question, draft: Draft | None) -> dict[str, Any]:
    now = timezone.now()
    return {
        **asdict(question),
        "private": question.private or bool(draft and draft.kept_apart),
        "reference": new_reference(),
        "asked_by": by,
        "organisation": by.organisation,
        "asked_at": now,
        "due_at": add_working_days(now, ANSWER_WITHIN),
        "draft": draft,
    }


def _draft(by: User, row: Consultation) -> Draft:
    from referrals import drafting
    from referrals.services import drafts

    said = row.exchanges.filter(kind=ExchangeKind.MORE).values_list("text", flat=True)
    worry = {"category": row.category, "about": [], "narrative": "\n\n".join([row.question, *said])}
    return drafts.put(draft=drafts.start(by=by), kind="concerns", item={"id": drafting.new_id(), **worry})


def _hold(by: User, consultation: Consultation, act: Act) -> Consultation:
    """Lock it and read it again. Raises PermissionDenied without the act, or when it is not `by`'s to see."""
    rights.require(by, act)
    seen = visible.consultations(by).filter(pk=consultation.pk).values("pk")
    row = Consultation.objects.select_for_update(of=("self",)).filter(pk__in=seen).first()
    if row is None:
        raise PermissionDenied
    return row


def _change(row: Consultation, **changes: Any) -> Consultation:
    if not changes:
        return row
    Consultation.objects.filter(pk=row.pk).update(**changes)
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def _said(row: Consultation, kind: ExchangeKind, by: User, text: str, *, should_refer: bool = False) -> Exchange:
    worker = kind == ExchangeKind.ANSWER and by.is_registered_social_worker
    return Exchange.objects.create(
        consultation=row,
        kind=kind,
        by=by,
        social_worker=worker,
        should_refer=should_refer,
        text=text,
        at=timezone.now(),
    )


def _just_said(row: Consultation, by: User, text: str) -> Exchange | None:
    """The last thing said, when it is this very one: a page sent twice says it once."""
    last = row.exchanges.order_by("-pk").first()
    return last if last and last.by_id == by.pk and last.text == text else None


def _nothing_new(row: Consultation, seen: int) -> None:
    last = row.exchanges.filter(pk__gt=seen).select_related("by").order_by("-pk").first()
    if last is None:
        return
    when = when_words(last.at, now=timezone.now())
    if last.kind == ExchangeKind.ANSWER:
        raise SomeoneElse(f"{last.by} answered this {when}. Your words are kept: send them only if they add to it.")
    raise Refused(f"{last.by} added something {when}. Please read it, then send your answer.")


def _owe(row: Consultation, said: Exchange) -> None:
    """Everybody who asked or added is owed the answer."""
    days = READ_ADVICE_TO_REFER_WITHIN if said.should_refer else READ_WITHIN
    asked = {row.asked_by_id: row.asked_by}
    more = row.exchanges.filter(kind=ExchangeKind.MORE).select_related("by")
    asked |= {one.by_id: one.by for one in more}
    messages.owe_many([_news(row, said, user, add_working_days(said.at, days)) for user in asked.values()])


def _news(row: Consultation, said: Exchange, user: User, read_by: datetime) -> messages.Owed:
    return messages.Owed(
        key=f"consultation:{said.pk}:user:{user.pk}",
        kind=ANSWERED,
        about=row.reference,
        to=user,
        organisation_id=row.organisation_id,
        name=user.name,
        phone=row.call_back_phone or user.organisation.phone,
        path=f"/advice/{row.reference}/",
        read_by=read_by,
        left=user.has_left,
    )


def _unsettled(by: User, row: Consultation) -> bool:
    """Whether a referral was advised, none has come that `by` may know of, and nobody has said why not."""
    return bool(row.advised_at and not visible.came_of(by, row) and not row.not_referred_because)


def _settled(by: User, row: Consultation, outcome: str, reference: str, why: str) -> dict[str, Any]:
    """What is known of the referral at the end."""
    if outcome == ConsultationOutcome.REFERRAL and reference:
        return {"referral": _came_of_it(by, row, reference)}
    if outcome == ConsultationOutcome.REFERRAL and (came := visible.came_of(by, row)) and not came.allegation:
        return {"referral": came}
    if why:
        return {"not_referred_because": why}
    if outcome == ConsultationOutcome.REFERRAL or _unsettled(by, row):
        raise Refused("Say why no referral has come of it", field="not_referred_because")
    return {}


def _came_of_it(by: User, row: Consultation, reference: str) -> Any:
    """The referral with this reference, of the asker's organisation and in the closer's sight. Never an allegation:
    others at the hub may read the question."""
    seen = visible.referrals(by).filter(reference=reference, organisation=row.organisation, allegation=False)
    found = seen.first()
    if found is None:
        raise Refused("There is no referral of theirs with this reference that you can see", field="reference")
    return found


def _end(by: User, row: Consultation, outcome: str) -> Consultation:
    if row.state == ConsultationState.CLOSED:
        raise SomeoneElse(_now(row))
    ended = {"state": ConsultationState.CLOSED, "holder": None, "held_since": None}
    row = _change(row, **ended, closed_at=timezone.now(), closed_by=by, outcome=outcome)
    events.record(by=by, what="consultation_ended", about=row, detail={"outcome": outcome})
    return row


def _held(row: Consultation) -> str:
    since = f" since {when_words(row.held_since, now=timezone.now())}" if row.held_since else ""
    return f"{row.holder} has had this question{since}."


def _now(row: Consultation) -> str:
    """Where it stands, for somebody who came too late."""
    if row.state == ConsultationState.CLOSED and row.closed_at:
        return f"{row.closed_by} ended this {when_words(row.closed_at, now=timezone.now())}."
    last = row.exchanges.select_related("by").order_by("-pk").first()
    return f"{last.by} answered this {when_words(last.at, now=timezone.now())}." if last else "This has been answered."
