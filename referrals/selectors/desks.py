"""What is on one person's desk, by household, and who could take it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.policy import GRANTS, Act, Role
from mash.govuk.moments import due_words
from mash.govuk.navigation import Link
from referrals import visible
from referrals.models import Referral
from referrals.selectors.queue import ORDER, Row, lines
from referrals.services.queue import ON_A_DESK

MOST = 200


@dataclass(frozen=True, slots=True)
class Home:
    """The referrals of one household on one desk, the worst first: they go together or not at all."""

    rows: list[Row]

    @property
    def first(self) -> Referral:
        return self.rows[0].referral

    @property
    def key(self) -> str:
        return str(self.first.pk)

    @property
    def words(self) -> str:
        """The children, as the queue names them."""
        row = self.rows[0]
        return f"{row.child} {row.siblings}".strip()

    @property
    def more(self) -> str:
        """How bad, what about, how long, and what goes with it."""
        row, now = self.rows[0], timezone.now()
        level = f"Level {row.referral.band or row.referral.level}" if row.referral.level else "No level yet"
        parts = [level, row.categories, due_words(row.referral.decision_due_at, now=now).words]
        others = len(self.rows) - 1
        if others:
            parts.append(
                "1 other referral of the same household goes with it"
                if others == 1
                else f"{others} other referrals of the same household go with it"
            )
        return ". ".join(parts)


@dataclass(frozen=True, slots=True)
class Desk:
    """Up to two hundred referrals by household; for a manager, the other desks with their numbers."""

    homes: list[Home]
    desks: list[Link]
    cut: bool

    @property
    def ids(self) -> list[int]:
        return [row.referral.pk for home in self.homes for row in home.rows]


def whose(user: User, asked: str) -> User:
    """Whose desk `user` looks at: their own, or the one a manager asked for, when something on it is theirs to see."""
    if asked.isascii() and asked.isdigit() and len(asked) < 19 and user.may(Act.COUNTERSIGN):
        found = _on_desks(user).filter(owner=int(asked)).select_related("owner").first()
        if found is not None and found.owner is not None:
            return found.owner
    return user


def desk(user: User, holder: User) -> Desk:
    """What `user` may see on `holder`'s desk, the worst first."""
    rows, more = lines(_on_desks(user).filter(owner=holder).order_by(*ORDER), "", size=MOST)
    return Desk(homes=list(_by_home(rows)), desks=_desks(user, holder), cut=bool(more))


def takers(user: User, holder: User) -> list[User]:
    """Colleagues to whom one may give work of the kind that `user` does; each referral is checked again when given."""
    officer = Role.LADO in user.roles
    roles = [role for role in Role if Act.TRIAGE in GRANTS[role] and (role == Role.LADO) == officer]
    return list(User.objects.filter(is_active=True, roles__overlap=roles).exclude(pk=holder.pk).order_by("name", "pk"))


def _by_home(rows: Iterable[Row]) -> Iterable[Home]:
    homes: dict[str, list[Row]] = {}
    for row in rows:
        homes.setdefault(row.referral.household_key, []).append(row)
    return (Home(found) for found in homes.values())


def _on_desks(user: User) -> QuerySet[Referral]:
    return visible.referrals(user).filter(stage__in=ON_A_DESK)


def _desks(user: User, holder: User) -> list[Link]:
    if not user.may(Act.COUNTERSIGN):
        return []
    found = _on_desks(user).order_by().values_list("owner", "owner__name").annotate(number=Count("pk"))
    rows = {key: (name, number) for key, name, number in found.order_by("owner__name")}
    rows.setdefault(user.pk, (user.name, 0))
    return [
        Link(f"{'You' if key == user.pk else name} ({number:,})", f"?desk={key}", key == holder.pk)
        for key, (name, number) in rows.items()
    ]
