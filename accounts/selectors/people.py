"""People as a list, one person's page, and what the access review shows."""

from dataclasses import dataclass

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from accounts import visible
from accounts.models import AccessAnswer, AccessReview, Invitation, User
from accounts.policy import Act
from accounts.selectors.by_name import page, wanted
from accounts.services import invitations, reviews
from mash.lib.paging import Page
from mash.outbox.models import Message

ACTIVE, GONE = "active", "gone"
OPEN, FINISHED = "open", "finished"


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the list, and where the next one starts ("" at the end)."""

    q: str
    show: str
    rows: list[User]
    later: str
    everywhere: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One person in a review, and the last answer about them."""

    person: User
    answer: str
    mine: bool


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One organisation's review in the list; overdue 28 days after its quarter began."""

    review: AccessReview
    overdue: bool


@dataclass(frozen=True, slots=True)
class ReviewList:
    """One page of reviews, and how many wait."""

    show: str
    rows: list[ReviewRow]
    later: str
    waiting: int
    overdue: int


def listing(user: User, *, q: str = "", show: str = ACTIVE, after: str = "") -> Listing:
    """Up to fifty people whom `user` may manage, in the order of their names."""
    show, text = (show if show in (ACTIVE, GONE) else ACTIVE), wanted(q)
    rows = visible.people(user).filter(is_active=show == ACTIVE).select_related("organisation", "team")
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(email__icontains=text) | Q(organisation__name__icontains=text))
    found, later = page(rows, after=after)
    return Listing(q=text, show=show, rows=found, later=later, everywhere=user.may(Act.MANAGE_ORGANISATIONS))


def carriage(invitation: Invitation) -> str:
    """Where the last message of an invitation has got to, in words."""
    about = f"{invitations.ABOUT}{invitation.pk}"
    last = Message.objects.filter(about=about, kind=invitations.KIND).order_by("-id").first()
    return last.get_state_display() if last else ""


def lines(user: User, review: AccessReview) -> list[Line]:
    """Everybody for whom `user` answers in this review, in the order of their names."""
    answers = AccessAnswer.objects.filter(review=review, user=OuterRef("pk")).order_by("-id").values("found")[:1]
    people = reviews.subjects(user, review).annotate(answer=Subquery(answers)).order_by("name", "pk")
    words = dict(AccessAnswer.Found.choices)
    return [Line(one, words.get(one.answer, ""), one.pk == user.pk) for one in people]


def review_list(user: User, *, show: str = OPEN, before: str = "") -> ReviewList:
    """Up to fifty reviews, those that wait or those that are finished, the newest quarter first."""
    show = show if show in (OPEN, FINISHED) else OPEN
    rows = visible.reviews(user).select_related("organisation", "finished_by")
    found = Page.of(rows.filter(finished_at__isnull=show == OPEN), before=before)
    late = timezone.localdate() - reviews.DUE
    waiting = visible.reviews(user).filter(finished_at=None)
    return ReviewList(
        show=show,
        rows=[ReviewRow(row, overdue=row.finished_at is None and row.quarter <= late) for row in found.rows],
        later=found.next_before,
        waiting=waiting.count(),
        overdue=waiting.filter(quarter__lte=late).count(),
    )


def to_review(user: User) -> AccessReview | None:
    """The open review of `user`'s own organisation, if it is theirs to do."""
    rows = visible.reviews(user).filter(organisation=user.organisation_id, finished_at=None)
    return rows.order_by("quarter").first()
