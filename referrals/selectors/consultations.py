"""Questions to the hub: the asker's own list, the hub's by age, and each with all that was said."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan
from django.utils import timezone

from accounts.models import User
from accounts.policy import Role
from mash.lib.workingdays import add_working_days
from mash.outbox import selectors as outbox
from mash.outbox.models import CallTask, Message
from referrals import visible
from referrals.choices import ConsultationState, ExchangeKind
from referrals.models import Consultation, Exchange, Referral
from referrals.models.consultations import UNANSWERED
from referrals.selectors.cursors import instant, numbers, stamp

SIZE = 50
REFER_WITHIN = 2
"""Working days from the advice to refer; then somebody at the hub asks what became of it."""
SHOWN = {"waiting": "Waiting", "advised": "Advised to refer, not yet referred", "answered": "Answered"}
RECENT = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One page of the hub's list, with how many there are in each part that has an end."""

    show: str
    rows: list[Consultation]
    counts: dict[str, int]
    later: str


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said: the words, who said it, and what they are."""

    exchange: Exchange
    title: str
    by: str
    new: bool = False


@dataclass(frozen=True, slots=True)
class CameOfIt:
    """Whether a referral has come of a question; that referral, where the reader sees it; or who has begun one."""

    sent: bool = False
    referral: Referral | None = None
    begun_by: User | None = None


def asked(user: User) -> QuerySet[Consultation]:
    """The questions that `user` follows as an asker, with whether an answer waits to be read by them."""
    unread = Message.objects.filter(about=OuterRef("reference"), recipient_user=user, read_at=None)
    rows = visible.consultations(user).select_related("asked_by")
    came = Q(referral__isnull=False) | Q(draft__referral__allegation=False) | Q(draft__referral__submitted_by=user)
    return rows.annotate(news=Exists(unread), came_of_it=came)


def sees_colleagues(user: User) -> bool:
    """Whether one's list holds what colleagues asked."""
    return Role.SAFEGUARDING_LEAD in user.roles


def for_hub(user: User, query: Mapping[str, str]) -> Waiting:
    """One page of the hub's list: what waits, the soonest due first; who was advised to refer, the longest ago first;
    what was answered in the last four weeks, the latest first."""
    show = query.get("show", "") if query.get("show", "") in SHOWN else "waiting"
    part = _part(user, show)
    found = list(_after(part, show, query.get("after", ""))[: SIZE + 1])
    more = f"?show={show}&after={_cursor(found[SIZE - 1], show)}" if len(found) > SIZE else ""
    counts = {name: _part(user, name).count() for name in ("waiting", "advised")}
    rows = found[:SIZE]
    for row in rows:
        row.refer_by = refer_by(row)  # type: ignore[attr-defined]
    return Waiting(show=show, rows=rows, counts=counts, later=more)


def refer_by(row: Consultation) -> datetime | None:
    """By when a referral should have come of advice to refer."""
    return add_working_days(row.advised_at, REFER_WITHIN) if row.advised_at else None


def advised_not_referred(user: User) -> QuerySet[Consultation]:
    """Those who were told that this should be a referral, while none has come of it and nobody at the hub has said
    why not. That the asker ended it changes nothing; an allegation is not told of here, so it counts as not sent."""
    rows = visible.consultations(user).filter(advised_at__isnull=False, referral=None, not_referred_because="")
    return rows.filter(Q(draft=None) | Q(draft__referral=None) | Q(draft__referral__allegation=True))


def said(row: Consultation, *, unread: frozenset[int] = frozenset()) -> list[Line]:
    """What was said after the question, in the order in which it was."""
    every = row.exchanges.select_related("by").order_by("pk")
    return [_line(one, new=one.pk in unread) for one in every]


def last_said(lines: list[Line]) -> int:
    """The mark of the last thing on a page; 0 when only the question is."""
    return lines[-1].exchange.pk if lines else 0


def unread_answers(user: User, row: Consultation) -> frozenset[int]:
    """The answers whose news this user has not yet read."""
    keys = Message.objects.filter(about=row.reference, recipient_user=user, read_at=None).values_list("key", flat=True)
    return frozenset(int(key.split(":")[1]) for key in keys if key.startswith("consultation:"))


def came_of_it(user: User, row: Consultation) -> CameOfIt:
    """What became of a question, so far as `user` may know it."""
    came = visible.came_of(user, row)
    if came is None:
        return CameOfIt(begun_by=row.draft.owner if row.draft else None)
    sees = any(rows.filter(pk=came.pk).exists() for rows in (visible.submissions(user), visible.referrals(user)))
    return CameOfIt(sent=True, referral=came if sees else None)


def told(row: Consultation) -> str:
    """For the hub: how the asker learnt of the last answer, or how it stands with that; "" before there is one."""
    messages = [one for one in outbox.messages_about(row.reference) if one.recipient_user_id == row.asked_by_id]
    if not messages:
        return ""
    if messages[0].read_at:
        return "They have read it."
    done = [call for call in outbox.calls_about(row.reference) if call.state == CallTask.State.DONE]
    if done and done[0].message_id == messages[0].pk:
        return f"{done[0].done_by} dealt with it: {done[0].get_how_display().lower()}."
    return "They have not read it yet."


def last_answers(references: Collection[str]) -> dict[str, list[tuple[str, str, str]]]:
    """What to say in a telephone call about each question: its last answer. Nothing for any other reference."""
    if not references:
        return {}
    rows = Exchange.objects.filter(consultation__reference__in=references, kind=ExchangeKind.ANSWER).order_by("pk")
    return {
        row.consultation.reference: [("This should be a referral" if row.should_refer else "Our advice", "", row.text)]
        for row in rows.select_related("consultation")
    }


def _line(one: Exchange, *, new: bool) -> Line:
    if one.kind == ExchangeKind.MORE:
        return Line(one, "Added to the question", one.by.name)
    worker = ", registered social worker" if one.social_worker else ""
    title = "Our advice: this should be a referral" if one.should_refer else "Our advice"
    return Line(one, f"New – {title[:1].lower()}{title[1:]}" if new else title, f"{one.by.name}{worker}", new)


def _part(user: User, show: str) -> QuerySet[Consultation]:
    """The rows of one part in its order, each with whom it came from."""
    rows = visible.consultations(user).select_related("organisation", "holder", "asked_by")
    if show == "waiting":
        return rows.filter(state__in=UNANSWERED).order_by("due_at", "id")
    if show == "advised":
        keys = advised_not_referred(user).values("pk")
        return rows.filter(pk__in=keys).select_related("draft__owner").order_by("advised_at", "id")
    recent = Q(asked_at__gte=timezone.now() - RECENT)
    return rows.filter(recent, state__in=(ConsultationState.ANSWERED, ConsultationState.CLOSED)).order_by("-id")


def _after(rows: QuerySet[Consultation], show: str, cursor: str) -> QuerySet[Consultation]:
    """The rows after a cursor; what is no cursor of ours means the first page."""
    place = numbers(cursor, 2)
    if not place:
        return rows
    if show == "answered":
        return rows.filter(pk__lt=place[1])
    column = "due_at" if show == "waiting" else "advised_at"
    return rows.filter(TupleGreaterThan(Tuple(F(column), F("id")), (instant(place[0]), place[1])))


def _cursor(row: Consultation, show: str) -> str:
    moment = row.advised_at if show == "advised" else row.due_at
    return f"{stamp(moment or row.asked_at)}.{row.pk}"
