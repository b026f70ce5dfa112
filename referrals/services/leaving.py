"""What somebody who leaves has of referrals and cases, and where it goes: see `accounts.leaving`."""

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts import errors
from accounts.leaving import Held
from accounts.models import Organisation, User
from mash.audit import events
from mash.outbox.services import messages
from mash.outbox.services.messages import Owed
from referrals import stages, visible
from referrals.choices import CaseStage, Stage
from referrals.errors import Refused
from referrals.models import Case, Draft, Referral, ReferralGrant
from referrals.models.cases import LIVE
from referrals.models.drafts import SHARED
from referrals.services import nights, resending, rights, sealing, typed
from referrals.services.drafts import public_name

WHY = "{name} has left."
MOST_LINKS = 20


class ReferralWork:
    """Drafts go to a colleague, the desk back to the queue, cases back to their service, named exceptions away; and
    their organisation is called about news that they have not read.

    An unsent worry that is, or ever was, about somebody who works with children is given to nobody and counted
    nowhere: it stays closed and is erased at its time. Referrals and cases tell their own referrers as they would if
    anybody else took them.
    """

    def held(self, *, of: User, reader: User) -> list[Held]:
        """Numbers of each; links only for a reader who sees those rows anyway."""
        desk, cases = _desk(of), _cases(of)
        drafts, referrals, open_cases = len(_drafts(of)), desk.count(), cases.count()
        return [
            Held(drafts, f"referral{_s(drafts)} not sent yet", "to the colleague you name", to_colleague=True),
            Held(
                referrals,
                f"referral{_s(referrals)} on their desk",
                "back to the queue for anybody to take",
                links=_desk_links(desk, reader),
            ),
            Held(
                open_cases,
                f"open case{_s(open_cases)}",
                "on the waiting list of the service, for a colleague to take",
                links=_case_links(cases, reader),
            ),
        ]

    def hand_over(self, *, by: User, of: User, to: User | None) -> None:
        """Do what `held` said. Refuses when there are drafts and nobody to take them."""
        drafts = _drafts(of, lock=True)
        if drafts and to is None:
            raise errors.Refused("Select who takes over what they have not sent", field="to")
        if to is not None:
            _give_drafts(by, of, to, drafts)
        _hold(of)
        try:
            _clear_desk(by, of)
            _return_cases(by, of)
        except Refused as refusal:
            raise errors.NotNow(refusal.message) from refusal
        ReferralGrant.objects.filter(user=of).delete()
        sealing.drop(by=by, of=of)
        messages.reader_left(reader=of, kinds=resending.TO_REFERRERS)

    def open_at(self, *, organisation: Organisation) -> list[tuple[str, int]]:
        """Unsent, undecided and in a service: restricted ones and allegations are not in the numbers."""
        shown = Referral.objects.filter(organisation=organisation, allegation=False, restricted=False)
        drafts = Draft.objects.filter(SHARED, organisation=organisation)
        undecided = (Stage.RECEIVED, Stage.IN_TRIAGE, Stage.SECOND_PERSON)
        return [
            ("referrals not sent yet", drafts.count()),
            ("referrals that wait for a decision", shown.filter(stage__in=undecided).count()),
            ("children with an open case", Case.objects.filter(referral__in=shown, stage__in=LIVE).count()),
        ]


def _s(number: int) -> str:
    return "" if number == 1 else "s"


def _drafts(of: User, *, lock: bool = False) -> list[Draft]:
    rows = Draft.objects.filter(SHARED, owner=of).order_by("started_at", "pk")
    return list(rows.select_for_update(of=("self",)) if lock else rows)


def _desk(of: User) -> QuerySet[Referral]:
    return Referral.objects.filter(owner=of, stage__in=(Stage.IN_TRIAGE, Stage.SECOND_PERSON)).order_by("pk")


def _cases(of: User) -> QuerySet[Case]:
    return Case.objects.filter(worker=of, stage=CaseStage.OPEN).order_by("pk")


def _desk_links(desk: QuerySet[Referral], reader: User) -> tuple[tuple[str, str], ...]:
    seen = visible.referrals(reader).filter(pk__in=desk.values("pk")).order_by("pk")[:MOST_LINKS]
    return tuple((row.reference, reverse("hub_referral", args=[row.reference])) for row in seen)


def _case_links(cases: QuerySet[Case], reader: User) -> tuple[tuple[str, str], ...]:
    seen = visible.cases(reader).filter(pk__in=cases.values("pk")).select_related("referral").order_by("pk")
    return tuple((row.referral.reference, reverse("case", args=[row.pk])) for row in seen[:MOST_LINKS])


def _give_drafts(by: User, of: User, to: User, drafts: list[Draft]) -> None:
    Draft.objects.filter(pk__in=[draft.pk for draft in drafts]).update(owner=to, warned_at=None)
    typed.forget(drafts)
    for draft in drafts:
        events.record(by=by, what="draft_given", about=draft, detail={"from": of.pk, "to": to.pk})
    messages.owe_many([_owed(draft, to) for draft in drafts])


def _owed(draft: Draft, to: User) -> Owed:
    return Owed(
        key=f"draft:{draft.pk}:given:{to.pk}",
        kind="draft_given",
        about=public_name(draft),
        to=to,
        path="/referrals/",
    )


def _hold(of: User) -> None:
    """Lock the households of their desk, then the referrals of desk and cases, each in one order: of two who leave at
    once, neither waits for what the other has."""
    for key in sorted(set(_desk(of).values_list("household_key", flat=True))):
        rights.hold_household(key)
    theirs = Q(pk__in=_desk(of).values("pk")) | Q(pk__in=_cases(of).values("referral"))
    list(Referral.objects.filter(theirs).order_by("pk").select_for_update(of=("self",)).values_list("pk"))


def _clear_desk(by: User, of: User) -> None:
    """As when somebody steps away: undecided ones wait for anybody, one that waits for a signature goes on waiting."""
    rows = list(_desk(of))
    for row in rows:
        if row.stage == Stage.IN_TRIAGE:
            why = WHY.format(name=of.name)
            stages.move(row, to=Stage.RECEIVED, by=by, reason=why, owner=None, owned_since=None)
            nights.raise_if_needed(row, cause=nights.Cause.BACK, given_up_by=of)
        else:
            Referral.objects.filter(pk=row.pk).update(owner=None, owned_since=None)
    events.record_many(by=by, what="referral_put_back", about=rows)


def _return_cases(by: User, of: User) -> None:
    """On the waiting list of their service."""
    for case in _cases(of).select_related("referral"):
        why = WHY.format(name=of.name)
        stages.wait_for_worker(case, by=by, reason=why)
        events.record(by=by, what="case_left", about=case.referral, detail={"case": case.pk, "from": of.pk})
