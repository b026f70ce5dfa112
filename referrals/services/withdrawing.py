"""A referrer takes a worry back. Below Level 4, and before anybody has it, that ends it; otherwise it is a wish."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from mash.audit import events
from referrals import stages
from referrals.choices import AmendmentKind, OutcomeKind, Stage
from referrals.errors import NotNow, Refused
from referrals.models import Amendment, Decision, Referral, Subject
from referrals.services import amending, rights, telling
from referrals.services.telling import News

SPECIALIST_LEVEL = 4
WORDS = (
    "This was withdrawn before anybody at the hub had taken it up, so nobody at the front door will act on it. What "
    "was sent is kept. If anything worries you again, tell us: it is never too late and never too little."
)


def ends(referral: Referral) -> bool:
    """Whether withdrawing would end `referral` now: every child has a level and all are below 4, nobody has it, nobody
    has decided anything, no child is in danger now, it is not about somebody who works with children, and nothing that
    was added or put right since it was sent waits to be looked at.

    Where the facts give no level, and of what was told since, only a person can say how serious it is.
    """
    if referral.stage != Stage.RECEIVED or referral.immediate_danger or referral.allegation or referral.restricted:
        return False
    levels = Subject.objects.filter(referral=referral)
    highest = levels.aggregate(highest=Max("highest_level"))["highest"]
    if highest is None or highest >= SPECIALIST_LEVEL or levels.filter(highest_level=None).exists():
        return False
    decided = Decision.objects.filter(subject__referral=referral).exists()
    unread = Amendment.objects.filter(referral=referral, reply=None).exists()
    return not decided and not unread


@transaction.atomic
def withdraw(*, by: User, referral: Referral, reason: str, ending: bool) -> Amendment:
    """Withdraw `referral`, or ask the hub to let it be, as `ends` says at this moment.

    `ending` is what the page promised: when that has changed since (somebody has taken it up), Refused says so and
    nothing is done. Ended, everybody who is owed the outcome is told; as a wish, whoever holds it is told, and nothing
    stops. Raises NotNow when it was asked or ended already.
    """
    if not reason:
        raise Refused("Say why you want to withdraw it", field="reason")
    rights.hold_household(referral.household_key)
    amending.hold(by, referral)
    if (
        referral.stage == Stage.WITHDRAWN
        or Amendment.objects.filter(referral=referral, kind=AmendmentKind.WITHDRAWAL).exists()
    ):
        raise NotNow("You have asked for this already.")
    if ends(referral) != ending:
        raise Refused("This has changed since you opened the page. Please read it again.")
    row = Amendment.objects.create(
        referral=referral, by=by, kind=AmendmentKind.WITHDRAWAL, reason=reason, at=timezone.now()
    )
    if ending:
        _end(by, referral, reason)
    else:
        events.record(by=by, what="withdrawal_asked", about=referral, detail={"amendment": row.pk})
        amending.tell_holders(row)
    return row


def _end(by: User, referral: Referral, reason: str) -> None:
    stages.move(referral, to=Stage.WITHDRAWN, by=by, reason=reason)
    telling.tell(referral=referral, news=News(OutcomeKind.WITHDRAWN, WORDS))
    events.record(by=by, what="referral_withdrawn", about=referral)
