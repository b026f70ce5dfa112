"""Organisations as a list, and one of them with what hangs on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import CharField, Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone

from accounts import leaving, visible
from accounts.models import AccessReview, ApiKey, Invitation, Organisation, OrganisationKind, Team, User
from accounts.models.organisations import SOURCE_OF_KIND, SourceCode
from accounts.policy import Act
from accounts.selectors.by_name import SIZE, page, wanted
from accounts.services import invitations
from mash.outbox.models import Message

ACTIVE, CLOSED = "active", "closed"


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the list, and where the next one starts ("" at the end)."""

    q: str
    show: str
    rows: Sequence[Organisation]
    later: str


@dataclass(frozen=True, slots=True)
class One:
    """What the page of one organisation says."""

    facts: list[tuple[str, str]]
    people: list[User]
    more_people: bool
    invitations: list[Invitation]
    counts: list[tuple[str, int]]
    keys: int
    review: AccessReview | None


def listing(user: User, *, q: str = "", show: str = ACTIVE, after: str = "") -> Listing:
    """Up to fifty organisations in the order of their names, each with the number of its people."""
    show, text = (show if show in (ACTIVE, CLOSED) else ACTIVE), wanted(q)
    rows = visible.organisations(user).filter(active=show == ACTIVE)
    if text:
        rows = rows.filter(name__icontains=text)
    found, later = page(rows.annotate(number=_number_of_people()), after=after)
    return Listing(q=text, show=show, rows=found, later=later)


def one(user: User, organisation: Organisation) -> One:
    """Its facts, its people, who is invited, and open work in numbers."""
    people, more = page(visible.people(user).filter(organisation=organisation, is_active=True), after="")
    live = ApiKey.objects.filter(organisation=organisation, revoked_at=None, expires_at__gt=timezone.now())
    return One(
        facts=facts(organisation),
        people=people,
        more_people=bool(more),
        invitations=waiting(user, organisation),
        counts=leaving.open_at(organisation=organisation),
        keys=live.count() if user.may(Act.MANAGE_KEYS) else 0,
        review=visible.reviews(user).filter(organisation=organisation, finished_at=None).order_by("-quarter").first(),
    )


def facts(organisation: Organisation) -> list[tuple[str, str]]:
    """What is known of it, in words."""
    counted = SourceCode(organisation.counted_as)
    usual = "" if organisation.source_code else ", as its kind is counted"
    return [
        ("What it is", OrganisationKind(organisation.kind).label),
        ("Counted in the census as", f"{counted.value}: {counted.label}{usual}"),
        ("Opening hours", organisation.hours),
        ("Shared inbox", organisation.shared_inbox),
        ("Phone number", organisation.phone),
        ("Second factor for its people", "Required" if organisation.second_factor_required else "As their role asks"),
        ("Active", "Yes" if organisation.active else "No: none of its people and systems can do anything"),
    ]


def waiting(user: User, organisation: Organisation | None = None) -> list[Invitation]:
    """Invitations that nobody has accepted or withdrawn, newest first, up to fifty."""
    rows = visible.invitations(user).filter(accepted_at=None, revoked_at=None).select_related("organisation")
    rows = rows.annotate(mail=_last_mail())
    if organisation:
        rows = rows.filter(organisation=organisation)
    return list(rows.order_by("-pk")[:SIZE])


def _last_mail() -> Subquery:
    """Where the last email of each invitation has got to."""
    about = Concat(Value(invitations.ABOUT), Cast(OuterRef("pk"), CharField()))
    mail = Message.objects.filter(about=about, kind=invitations.KIND).order_by("-id")
    return Subquery(mail.values("state")[:1])


def teams(user: User) -> QuerySet[Team]:
    """The authority's teams, each with how many people are in it."""
    members = User.objects.filter(team=OuterRef("pk"), is_active=True).order_by().values("team")
    number = Subquery(members.annotate(number=Count("pk")).values("number"))
    return visible.teams(user).annotate(number=Coalesce(number, 0)).order_by("name", "pk")


def source_of(kind: str) -> SourceCode:
    """What a kind is counted as unless somebody says otherwise."""
    return SOURCE_OF_KIND[kind]


def _number_of_people() -> Coalesce:
    people = User.objects.filter(organisation=OuterRef("pk"), is_active=True).order_by().values("organisation")
    return Coalesce(Subquery(people.annotate(number=Count("pk")).values("number")), 0)
