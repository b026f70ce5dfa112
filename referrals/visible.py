"""The only door from a page or the API to rows: what you may not see does not exist."""

from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from accounts import policy
from accounts.api_keys import AgencySystem
from accounts.models import User
from accounts.policy import Act
from mash.outbox.models import CallRound, CallTask, Message
from referrals.models import (
    Amendment,
    Batch,
    BreakGlass,
    Case,
    Consultation,
    Decision,
    Draft,
    LocalService,
    NightAlarm,
    Referral,
    ReferralGrant,
    Reread,
    SavedFilter,
    SealedIdentity,
    SealedIdentityGrant,
    Shift,
    Telling,
    Upload,
)
from referrals.models.drafts import SHARED
from referrals.models.notices import BATCH

M = TypeVar("M", bound=Model)
Principal = Any
"""A User, an AgencySystem, or Django's AnonymousUser."""


def referrals(user: Principal) -> QuerySet[Referral]:
    """The referrals that `user` sees as the hub: their scope, what was granted to them by name, and what they opened
    in an emergency a short while ago. An agency's system sees none."""
    if not isinstance(user, User) or not user.may(Act.READ_FILE):
        return Referral.objects.none()
    return Referral.objects.filter(policy.referral_scope(user) | _named(user))


def _named(user: User, *, referral: str = "") -> Q:
    """Exceptions by name, never for one's own family or case. `referral` is the way from a row to its referral."""
    granted = ReferralGrant.objects.filter(user=user)
    opened = BreakGlass.objects.filter(user=user, until__gt=timezone.now())
    key, barred = (referral, f"{referral}__barred") if referral else ("pk", "barred")
    named = Q((f"{key}__in", granted.values("content_object"))) | Q((f"{key}__in", opened.values("referral")))
    return named & ~Q((f"{barred}__contains", [user.pk]))


def submissions(user: Principal) -> QuerySet[Referral]:
    """The referrals that `user`, or an agency's system, may follow as the referrer."""
    if isinstance(user, User):
        return Referral.objects.filter(policy.submission_scope(user) if user.may(Act.REFER) else Q(pk__in=[]))
    if isinstance(user, AgencySystem):
        ours = Q(organisation=user.organisation_id, allegation=False, restricted=False)
        return Referral.objects.filter(ours | Q(api_key=user.key))
    return Referral.objects.none()


def cases(user: Principal) -> QuerySet[Case]:
    """The cases that `user` sees: their service's, or all for triage."""
    if not isinstance(user, User) or not user.may(Act.SEE_CASES):
        return Case.objects.none()
    return Case.objects.filter(policy.case_scope(user) | _named(user, referral="referral"))


def calls(user: Principal) -> QuerySet[CallTask]:
    """The telephone calls and letters owed about referrals that `user` sees as the hub, and about questions that they
    may answer."""
    if not isinstance(user, User) or not user.may(Act.SEE_OWED):
        return CallTask.objects.none()
    return CallTask.objects.filter(about_what_they_see(user, message="message"))


def rounds(user: Principal) -> QuerySet[CallRound]:
    """The telephone tasks on which `user` may see a call, made or not."""
    return CallRound.objects.filter(Exists(calls(user).filter(round=OuterRef("pk"))))


def messages(user: Principal) -> QuerySet[Message]:
    """The messages owed about referrals and questions that `user` sees as the hub."""
    if not isinstance(user, User) or not user.may(Act.SEE_OWED):
        return Message.objects.none()
    return Message.objects.filter(about_what_they_see(user))


def about_what_they_see(user: User, *, message: str = "pk") -> Q:
    """Rows of the outbox about the referrals and the questions that `user` sees as the hub; about a batch, when they
    see one of its referrals. `message` is where a row holds the key of its message."""
    seen = Q(Exists(referrals(user).filter(reference=OuterRef("about"))))
    asked = Q(Exists(consultations(user).filter(reference=OuterRef("about"))))
    one_of_them = Telling.objects.filter(message=OuterRef(message), outcome__referral__in=referrals(user))
    seen |= Q(Exists(one_of_them), about__startswith=BATCH)
    return seen | asked if user.may(Act.ADVISE) else seen


def consultations(user: Principal) -> QuerySet[Consultation]:
    """The questions that `user` may read, as the asker, as their lead, or as the hub."""
    if not isinstance(user, User):
        return Consultation.objects.none()
    return Consultation.objects.filter(policy.consultation_scope(user))


def came_of(user: Principal, row: Consultation) -> Referral | None:
    """The referral that came of a question, as far as `user` may know of it: an allegation only its sender, and for
    everybody else it stands as though nothing had been sent. Whether they see the referral itself is another matter."""
    found = row.referral or (row.draft.referral if row.draft else None)
    if found is not None and found.allegation and found.submitted_by_id != user.pk:
        return None
    return found


def local_services(user: Principal) -> QuerySet[LocalService]:
    """The directory: what is in use, for everybody who is signed in; who keeps it sees what was retired as well."""
    if not isinstance(user, User):
        return LocalService.objects.none()
    everything = LocalService.objects.all()
    return everything if user.may(Act.MANAGE_ORGANISATIONS) else everything.filter(active=True)


def drafts(user: Principal) -> QuerySet[Draft]:
    """One's own unsent drafts."""
    if not isinstance(user, User) or not user.may(Act.REFER):
        return Draft.objects.none()
    return Draft.objects.filter(owner=user)


def colleagues_drafts(user: Principal) -> QuerySet[Draft]:
    """The unsent drafts of others in `user`'s organisation: that they exist is to be seen, never what they hold.

    One about somebody who works with children is nobody's but its owner's, and neither is one that ever was.
    """
    if not isinstance(user, User) or not user.may(Act.REFER):
        return Draft.objects.none()
    return Draft.objects.filter(SHARED, organisation=user.organisation_id).exclude(owner=user)


def amendments(user: Principal) -> QuerySet[Amendment]:
    """What was added to referrals that `user` sees as the hub; and, to the referral of a case they see, what is about
    that child or about all."""
    mine = cases(user)
    ours = Q(subject=None, referral__in=mine.values("referral")) | Q(subject__in=mine.values("subject"))
    return Amendment.objects.filter(Q(referral__in=referrals(user)) | ours)


def decisions(user: Principal) -> QuerySet[Decision]:
    """The decisions on referrals that `user` sees as the hub."""
    return Decision.objects.filter(subject__referral__in=referrals(user))


def referral(user: Principal, reference: str) -> Referral:
    """One referral as the hub sees it, or 404."""
    return _one(referrals(user).select_related("organisation", "owner"), reference=reference)


def submission(user: Principal, reference: str) -> Referral:
    """One referral as its referrer follows it, or 404."""
    return _one(submissions(user).select_related("organisation"), reference=reference)


def case(user: Principal, pk: int) -> Case:
    """One case, or 404."""
    related = ("referral__organisation", "subject", "person", "worker", "decision")
    return _one(cases(user).select_related(*related), pk=pk)


def amendment(user: Principal, pk: int) -> Amendment:
    """One thing that a referrer added, or 404."""
    return _one(amendments(user).select_related("referral__organisation", "subject", "by"), pk=pk)


def decision(user: Principal, pk: int) -> Decision:
    """One decision, or 404."""
    return _one(decisions(user).select_related("subject__referral", "by", "assessment"), pk=pk)


def call_round(user: Principal, pk: int) -> CallRound:
    """One telephone task, or 404."""
    return _one(rounds(user), pk=pk)


def message(user: Principal, pk: int) -> Message:
    """One message that is or was owed, or 404."""
    return _one(messages(user).select_related("recipient_user"), pk=pk)


def draft(user: Principal, token: UUID) -> Draft:
    """One's own draft, or 404."""
    return _one(drafts(user), token=token)


def colleagues_draft(user: Principal, token: UUID) -> Draft:
    """A colleague's unsent draft that `user` may take over, or 404."""
    return _one(colleagues_drafts(user).select_related("owner"), token=token)


def consultation(user: Principal, reference: str) -> Consultation:
    """One question, or 404."""
    related = ("asked_by", "organisation", "holder", "closed_by", "draft__owner", "draft__referral", "referral")
    return _one(consultations(user).select_related(*related), reference=reference)


def local_service(user: Principal, pk: int) -> LocalService:
    """One local service, or 404."""
    return _one(local_services(user).select_related("checked_by", "changed_by"), pk=pk)


def recorded(user: Principal, reference: str) -> Referral:
    """A referral that `user` wrote down for somebody else, to read out what they need, or 404."""
    if not isinstance(user, User) or not user.may(Act.TAKE_CALL):
        raise Http404
    return _one(Referral.objects.filter(recorded_by=user), reference=reference)


def batches(user: Principal) -> QuerySet[Batch]:
    """The notices that `user` handed in, many at once; a lead, all of their organisation's."""
    if not isinstance(user, User) or not user.may(Act.REFER):
        return Batch.objects.none()
    ours = Q(organisation=user.organisation_id) if policy.Role.SAFEGUARDING_LEAD in user.roles else Q(pk__in=[])
    return Batch.objects.filter(Q(by=user) | ours)


def batch(user: Principal, pk: int) -> Batch:
    """One batch of notices, or 404."""
    return _one(batches(user).select_related("by", "api_key"), pk=pk)


def own_batch(user: Principal, pk: int) -> Batch:
    """One batch that `user` handed in themselves, or 404: what was refused in it is theirs alone."""
    return _one(batches(user).filter(by=user), pk=pk)


def upload(user: Principal, token: UUID) -> Upload:
    """One's own file that is not sent yet, or 404."""
    if not isinstance(user, User) or not user.may(Act.REFER):
        raise Http404
    return _one(Upload.objects.filter(owner=user), token=token)


def rereads(user: Principal) -> QuerySet[Reread]:
    """The screening decisions drawn to be read again, on referrals that `user` sees as the hub."""
    return Reread.objects.filter(decision__subject__referral__in=referrals(user))


def reread(user: Principal, pk: int) -> Reread:
    """One of them, or 404."""
    related = ("decision__subject__referral__organisation", "decision__assessment", "decision__by", "by")
    return _one(rereads(user).select_related(*related), pk=pk)


def saved_filter(user: Principal, pk: int) -> SavedFilter:
    """One of one's own filters of the queue, or 404."""
    if not isinstance(user, User):
        raise Http404
    return _one(SavedFilter.objects.filter(owner=user), pk=pk)


def withheld(user: Principal, reference: str) -> Referral:
    """A referral, as the hub sees it, whose referrer's name is withheld."""
    sealed = SealedIdentity.objects.values("referral")
    return _one(referrals(user).filter(pk__in=sealed).select_related("owner"), reference=reference)


def identity(user: Principal, reference: str) -> SealedIdentity:
    """A withheld name, for somebody who was named as one who may see it and who sees the referral; or 404."""
    seen = SealedIdentity.objects.filter(referral__in=referrals(user))
    if isinstance(user, User):
        granted = SealedIdentityGrant.objects.filter(user=user)
        seen = seen.filter(pk__in=granted.values("content_object"))
    return _one(seen.select_related("referral"), referral__reference=reference)


def alarms(user: Principal) -> QuerySet[NightAlarm]:
    """The night alarms about referrals that `user` sees as the hub, for whoever may answer one."""
    if not isinstance(user, User) or not user.may(Act.ANSWER_ALARM):
        return NightAlarm.objects.none()
    return NightAlarm.objects.filter(referral__in=referrals(user))


def alarm(user: Principal, pk: int) -> NightAlarm:
    """One night alarm, or 404."""
    return _one(alarms(user).select_related("referral__owner", "taken_by"), pk=pk)


def shift(user: Principal, pk: int) -> Shift:
    """One shift of the rota, for whoever keeps it, or 404."""
    if not isinstance(user, User) or not user.may(Act.MANAGE_ROTA):
        raise Http404
    return _one(Shift.objects.filter(removed_at=None).select_related("person"), pk=pk)


def called_last(user: Principal, pk: int) -> User:
    """Somebody who is called when nobody on call answers, for whoever keeps the rota, or 404."""
    if not isinstance(user, User) or not user.may(Act.MANAGE_ROTA):
        raise Http404
    last = [policy.Role.TRIAGE_MANAGER, policy.Role.CADT_MANAGER, policy.Role.LADO]
    return _one(User.objects.filter(is_active=True, roles__overlap=last).select_related("night_number"), pk=pk)


def closed_to(user: Principal, reference: str) -> Referral:
    """A restricted referral that the user's roles would let them see were it not restricted: for break-glass only."""
    if not isinstance(user, User) or not user.may(Act.BREAK_GLASS):
        raise Http404
    open_scope = policy.unrestricted_scope(user)
    return _one(Referral.objects.filter(open_scope, restricted=True), reference=reference)


def _one(rows: QuerySet[M], **key: Any) -> M:
    row = rows.filter(**key).first()
    if row is None:
        raise Http404
    return row
