"""What the officer for allegations reads about the person, and whether the organisation told in time."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from accounts.models import User
from accounts.policy import Role
from mash.govuk.moments import day_words, deadline_words
from mash.lib.workingdays import LONDON, add_working_days
from referrals.choices import KnownOrNot
from referrals.models import AllegationDetails, Referral, ReferralGrant

REPORT_WORKING_DAYS = 1
"""Tell the designated officer within one working day of learning of an allegation: Working Together to Safeguard
Children (statutory guidance, people in positions of trust) and Keeping Children Safe in Education, part four."""


@dataclass(frozen=True, slots=True)
class Reported:
    """Whether the organisation told in time, in words; `late` is None where they did not say when they learnt of it."""

    late: bool | None
    words: str


@dataclass(frozen=True, slots=True)
class Allegation:
    """The section of the file. `details` is None when nothing was said of the person."""

    details: AllegationDetails | None
    reported: Reported

    @property
    def other_children(self) -> str:
        """What to consider for children in the person's own home; "" when there are none."""
        said = self.details.own_children if self.details else ""
        if said == KnownOrNot.NO:
            return ""
        if said == KnownOrNot.YES:
            return "This person has, or lives with, children of their own. Consider how safe those children are now."
        return (
            "Nobody has said whether this person has, or lives with, children of their own. Find out, and consider how "
            "safe those children are now."
        )


def allegation(user: User, referral: Referral) -> Allegation | None:
    """What the file says about the person whom an allegation is about, for the officer, and for a second person whom
    the officer named; None for anybody else, such as the service that a child of it was sent to, and for any other
    referral."""
    if not referral.allegation or not (Role.LADO in user.roles or _is_named(user, referral)):
        return None
    details = AllegationDetails.objects.filter(referral=referral).first()
    known_on = details.known_on if details else None
    return Allegation(details=details, reported=reported(known_on, referral.submitted_at))


def _is_named(user: User, referral: Referral) -> bool:
    return ReferralGrant.objects.filter(user=user, content_object=referral).exists()


def report_due(known_on: date) -> datetime:
    """By when the officer must be told of what was known on this day: the end of the next working day. Which hour of
    the day it was is not asked, so the whole day is given."""
    learnt = datetime.combine(known_on + timedelta(days=1), time(), LONDON)
    return add_working_days(learnt, REPORT_WORKING_DAYS)


def reported(known_on: date | None, sent: datetime) -> Reported:
    """In time or late, and what that rests on."""
    if known_on is None:
        return Reported(None, "They did not say when they learnt of it. Ask: it has to be reported in one working day.")
    due = report_due(known_on)
    learnt = f"They learnt of it on {day_words(known_on)} and had until {deadline_words(due)} to tell us."
    return Reported(sent > due, learnt)
