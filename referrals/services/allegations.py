"""Keep what was said about somebody who works with children, beside the referral that is closed because of it."""

from referrals.models import AllegationDetails, Referral
from referrals.submission import Worker


def file(referral: Referral, worker: Worker | None) -> None:
    """Write down who it is, in the transaction of the referral. Only an allegation has one: nobody but its submitter
    and the officer may read it. A service that the officer sent a child to sees the referral without it."""
    if worker is None or not referral.allegation:
        return
    AllegationDetails.objects.create(
        referral=referral,
        name=worker.name,
        job=worker.job,
        employer=worker.employer,
        known_on=worker.known_on,
        still_working=worker.still_working,
        own_children=worker.own_children,
        own_children_about=worker.own_children_about,
    )
