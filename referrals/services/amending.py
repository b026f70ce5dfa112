"""What a referrer says after sending: kept beside what was sent, and told to whoever holds the referral or the case."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.api_keys import AgencySystem
from accounts.models import User
from accounts.policy import Act, Role
from mash.audit import events
from mash.audit.actors import Actor
from mash.outbox.models import Message
from mash.outbox.services import messages
from mash.outbox.services.messages import Owed
from referrals import visible
from referrals.choices import AmendmentKind, OutcomeKind, Service
from referrals.errors import NotNow, Refused
from referrals.models import Amendment, AmendmentAnswer, Case, Referral, Subject
from referrals.models.cases import LIVE
from referrals.models.referrals import WAITING_STAGES
from referrals.services import nights, rights, telling
from referrals.services.telling import News

SERVICE_MANAGERS = {Service.GATEWAY: Role.GATEWAY_MANAGER, Service.CADT: Role.CADT_MANAGER}
NEWS_KIND = "from_referrer"
TOLD_FOR = timedelta(days=1)
# The very same words again within this are the same press of the button.
PRESSED_TWICE = timedelta(minutes=2)
Holder = tuple[User, str]
"""Whom to tell, and the page that they read it on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What to put right: the answer in the words of the form, what it said, what it should say, and why."""

    answer: str
    was: str
    should_be: str
    reason: str
    subject: Subject | None = None


@transaction.atomic
def correct(*, by: User, referral: Referral, change: Change) -> Amendment:
    """Put an answer right. Old and new are both kept, what was sent stays as it was, and the holder is told.

    Raises Refused when nothing would change, or nobody says why; NotNow when `by` may no longer follow the referral.
    """
    if not change.should_be:
        raise Refused("Say what it should say", field="should_be")
    if change.should_be == change.was:
        raise Refused("This is what it says already", field="should_be")
    if not change.reason:
        raise Refused("Say how you know", field="reason")
    hold(by, referral)
    row, _ = _keep(
        by,
        referral,
        kind=AmendmentKind.CORRECTION,
        subject=change.subject,
        answer=change.answer,
        was=change.was,
        should_be=change.should_be,
        reason=change.reason,
    )
    return row


@transaction.atomic
def add(*, by: User, referral: Referral, words: str, subject: Subject | None = None, danger: bool = False) -> Amendment:
    """Tell more, about one child or about all. A decided or closed referral takes it too: a worry has no closing time.
    With `danger`, whoever is on call is called when the office is shut.

    Raises Refused without words, NotNow when `by` may no longer follow the referral.
    """
    hold(by, referral)
    return _more(by, referral, words, subject, danger=danger)


@transaction.atomic
def add_by_code(*, by: Actor, referral: Referral, words: str, danger: bool = False) -> Amendment:
    """The same for somebody who came back with a receipt code: the code was the right to do so. Their row names
    nobody."""
    Referral.objects.select_for_update(of=("self",)).get(pk=referral.pk)
    return _more(by, referral, words, None, danger=danger)


def _more(by: Actor, referral: Referral, words: str, subject: Subject | None, *, danger: bool) -> Amendment:
    if not words:
        raise Refused("Say what is new", field="words")
    row, new = _keep(by, referral, kind=AmendmentKind.MORE, subject=subject, should_be=words, danger=danger)
    if danger and new:
        nights.raise_if_needed(referral, cause=nights.Cause.MORE, amendment=row)
    return row


@transaction.atomic
def answer(*, by: User, amendment: Amendment, words: str = "") -> AmendmentAnswer:
    """Somebody at the hub has looked at it; with words, the referrer is told them. A wish to withdraw needs words.

    Looked at twice, the first stands: raises NotNow naming who was quicker. PermissionDenied without the act.
    """
    rights.require(by, Act.READ_FILE)
    Referral.objects.select_for_update(of=("self",)).get(pk=amendment.referral_id)
    if not visible.amendments(by).filter(pk=amendment.pk).exists():
        raise NotNow("You can no longer see this referral.")
    if amendment.kind == AmendmentKind.WITHDRAWAL and not words:
        raise Refused("Tell them what you will do, and why", field="words")
    earlier = AmendmentAnswer.objects.filter(amendment=amendment).select_related("by").first()
    if earlier is not None:
        raise NotNow(f"{earlier.by.name} has looked at this already.")
    row = AmendmentAnswer.objects.create(amendment=amendment, by=by, words=words, at=timezone.now())
    if words:
        telling.tell(referral=amendment.referral, news=News(OutcomeKind.ANSWERED, words, amendment.subject))
    events.record(by=by, what="amendment_answered", about=amendment.referral, detail={"amendment": amendment.pk})
    return row


def holders(referral: Referral) -> list[Holder]:
    """Who has it now, each with the page to read it on: the desk it lies on; else the workers of live cases, and for a
    case that waits the managers of its service; when nobody does, the triage managers (for an allegation, the officer).
    Only those who may see it are ever named."""
    if referral.owner is not None and referral.stage in WAITING_STAGES:
        return [(referral.owner, _file_page(referral))]
    live = Case.objects.filter(referral=referral, stage__in=LIVE)
    found = [holder for case in live.select_related("worker").order_by("pk") for holder in _of_case(case)]
    return list(dict.fromkeys(found)) or _managers(referral)


def _of_case(case: Case) -> list[Holder]:
    role = SERVICE_MANAGERS[Service(case.service)]
    users = [case.worker] if case.worker else list(_with_role(role))
    return [(user, f"/cases/{case.pk}/") for user in users if visible.cases(user).filter(pk=case.pk).exists()]


def _managers(referral: Referral) -> list[Holder]:
    role = Role.LADO if referral.allegation else Role.TRIAGE_MANAGER
    sees: Callable[[User], bool] = lambda user: visible.referrals(user).filter(pk=referral.pk).exists()  # noqa: E731
    return [(user, _file_page(referral)) for user in _with_role(role) if sees(user)]


def _with_role(role: Role) -> QuerySet[User]:
    return User.objects.filter(Q(is_active=True, organisation__active=True), roles__contains=[role]).order_by("pk")


def _file_page(referral: Referral) -> str:
    return f"/queue/{referral.reference}/"


def hold(by: User, referral: Referral) -> None:
    """Lock the referral as its referrer sees it. NotNow when it is no longer theirs to follow."""
    rights.require(by, Act.REFER)
    locked = visible.submissions(by).filter(pk=referral.pk).select_for_update(of=("self",))
    if not list(locked.values_list("pk")):
        raise NotNow("You can no longer see this referral.")
    referral.refresh_from_db()


def _keep(by: Actor, referral: Referral, *, kind: AmendmentKind, **words: object) -> tuple[Amendment, bool]:
    """The row, and whether it is new: who presses twice has said it once. The caller holds the referral."""
    author = {"by": by} if isinstance(by, User) else {"api_key": by.key} if isinstance(by, AgencySystem) else {}
    now, said = timezone.now(), {"by": None, "api_key": None, "referral": referral, "kind": kind} | author | words
    if again := Amendment.objects.filter(at__gt=now - PRESSED_TWICE, **said).first():
        return again, False
    row = Amendment.objects.create(at=now, **said)
    events.record(by=by, what="referral_amended", about=referral, detail={"kind": kind, "amendment": row.pk})
    tell_holders(row)
    return row, True


def tell_holders(amendment: Amendment) -> None:
    """Owe each holder a message that says only that something is new. While something that was added in the last day
    waits to be looked at, whoever was told of that is not told of more: they will see it there."""
    told = _told_lately(amendment)
    owed = partial(_owed, amendment)
    messages.owe_many([owed(user, page) for user, page in holders(amendment.referral) if (user.pk, page) not in told])


def _told_lately(amendment: Amendment) -> set[tuple[int | None, str]]:
    """Who was told of an addition, and on which page they read it. Corrections and withdrawals are always told."""
    if amendment.kind != AmendmentKind.MORE:
        return set()
    since = amendment.at - TOLD_FOR
    waiting = Amendment.objects.filter(referral=amendment.referral_id, kind=AmendmentKind.MORE, reply=None)
    first = waiting.filter(pk__lt=amendment.pk, at__gt=since).order_by("pk").first()
    if first is None:
        return set()
    about = {"kind": NEWS_KIND, "about": amendment.referral.reference, "owed_at__gte": first.at}
    return set(Message.objects.filter(**about).values_list("recipient_user", "path"))


def _owed(amendment: Amendment, user: User, page: str) -> Owed:
    return Owed(
        key=f"amendment:{amendment.pk}:{user.pk}:{page}",
        kind=NEWS_KIND,
        about=amendment.referral.reference,
        to=user,
        path=page,
    )
