"""The access review: each quarter somebody says of everybody who can sign in whether they still should."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import visible
from accounts.errors import NotNow, Refused
from accounts.models import AccessAnswer, AccessReview, Organisation, User
from accounts.policy import Act, Role
from accounts.services import organisations, rights
from mash.audit import events
from mash.lib.workingdays import LONDON
from mash.outbox.services import messages
from mash.outbox.services.messages import Owed

REMINDED = timedelta(days=14)
DUE = timedelta(days=28)


def quarter_of(day: date) -> date:
    """The first day of the quarter that `day` is in."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


@transaction.atomic
def open_due(*, today: date) -> int:
    """Open this quarter's review of each active organisation that had people when the quarter began, and owe word to
    whoever is to do it; after 14 days a reminder. Run again, it repeats nothing. Answers how many are open."""
    quarter = quarter_of(today)
    began = datetime(quarter.year, quarter.month, quarter.day, tzinfo=LONDON)
    people = User.objects.filter(is_active=True, date_joined__lt=began)
    due = Organisation.objects.filter(active=True, pk__in=people.values("organisation"))
    missing = due.exclude(reviews__quarter=quarter)
    AccessReview.objects.bulk_create(
        [AccessReview(organisation=one, quarter=quarter) for one in missing], ignore_conflicts=True
    )
    rows = AccessReview.objects.filter(quarter=quarter, finished_at=None, organisation__active=True)
    waiting = list(rows.select_related("organisation").order_by("pk"))
    _owe(waiting, reminder=today >= quarter + REMINDED)
    return len(waiting)


@transaction.atomic
def keep(*, by: User, review: AccessReview, person: User) -> None:
    """This person's roles and access are still right. Of oneself one can say nothing else."""
    row = _hold(by, review)
    if not subjects(by, row).filter(pk=person.pk).exists():
        raise NotNow(f"{person.name} is not in this review any more")
    AccessAnswer.objects.create(review=row, user=person, found=AccessAnswer.Found.KEPT, by=by)
    events.record(by=by, what="access_kept", about=person, detail={"roles": person.roles, "quarter": str(row.quarter)})


def note(*, by: User, person: User, found: AccessAnswer.Found) -> None:
    """Somebody was changed or let go: that answers for them in their organisation's open review of this quarter."""
    quarter = quarter_of(timezone.localdate())
    row = AccessReview.objects.filter(organisation=person.organisation_id, quarter=quarter, finished_at=None).first()
    if row is not None and by.pk != person.pk:
        AccessAnswer.objects.create(review=row, user=person, found=found, by=by)


@transaction.atomic
def finish(*, by: User, review: AccessReview) -> AccessReview:
    """Everybody has been looked at. Refuses while one who can sign in has no answer, naming them."""
    row = _hold(by, review)
    answered = row.answers.values("user")
    left = list(everybody(row).exclude(pk__in=answered).order_by("name", "pk")[:6])
    if left:
        names = ", ".join(user.name for user in left[:5]) + (" and others" if len(left) > 5 else "")
        raise Refused(f"Not everybody has an answer yet: {names}")
    row.finished_at, row.finished_by = timezone.now(), by
    row.save(update_fields=["finished_at", "finished_by"])
    events.record(by=by, what="review_finished", about=row, detail={"quarter": str(row.quarter)})
    return row


def everybody(review: AccessReview) -> QuerySet[User]:
    """All who can sign in at the review's organisation."""
    return User.objects.filter(organisation=review.organisation_id, is_active=True)


def subjects(by: User, review: AccessReview) -> QuerySet[User]:
    """Those of them for whom `by` may answer."""
    return visible.people(by).filter(organisation=review.organisation_id, is_active=True)


def subject(by: User, review: AccessReview, key: str) -> User:
    """The one of them who was named. Raises NotNow when nobody of theirs has that key."""
    found = (
        subjects(by, review).filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) < 19 else None
    )
    if found is None:
        raise NotNow("That person is not in this review any more")
    return found


def _hold(by: User, review: AccessReview) -> AccessReview:
    rights.require(by, Act.MANAGE_PEOPLE)
    row = AccessReview.objects.select_for_update(of=("self",)).get(pk=review.pk)
    if row.finished_at:
        raise NotNow(f"{row.finished_by} has finished this review already")
    return row


def _owe(reviews: Sequence[AccessReview], *, reminder: bool) -> None:
    """To each organisation's leads; to the administrators one for all, since they see who has not looked."""
    words = ("opened", "reminder") if reminder else ("opened",)
    leads = User.objects.filter(is_active=True, roles__contains=[Role.SAFEGUARDING_LEAD])
    of = {review.organisation_id: review for review in reviews}
    to_do = [(f"review-{of[lead.organisation_id].pk}", lead) for lead in leads if lead.organisation_id in of]
    if reviews:
        all_of_them = f"reviews-{reviews[0].quarter}"
        to_do += [(all_of_them, user) for user in organisations.administrators()]
    messages.owe_many([_owed(about, user, word) for word in words for about, user in to_do])


def _owed(about: str, user: User, word: str) -> Owed:
    return Owed(
        key=f"access-{about}:{user.pk}:{word}",
        kind="access_review",
        about=about,
        to=user,
        path="/reviews/",
    )
