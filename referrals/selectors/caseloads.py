"""How much somebody has: open cases, weighted by level, beside what the authority calls too many.

A child at Level 4 counts as one and a quarter, any other as one: sixteen at Level 4 are a load of 20, and so are twenty
at Levels 2 and 3. Both lie within the 15 to 20 that the scrutiny review heard to be safe, where workers carried 25.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from accounts import policy
from accounts.models import User
from accounts.policy import GRANTS, Act
from referrals.choices import CaseStage
from referrals.models import Case, Referral

SPECIALIST_LEVEL = 4
WEIGHT_AT_LEVEL_4 = Decimal("1.25")
WEIGHT = Decimal(1)


@dataclass(frozen=True, slots=True)
class Load:
    """What one person has now."""

    cases: int
    at_level_4: int

    @property
    def weight(self) -> Decimal:
        """The load, in cases below Level 4."""
        return self.at_level_4 * WEIGHT_AT_LEVEL_4 + (self.cases - self.at_level_4) * WEIGHT

    @property
    def past(self) -> bool:
        """Whether it is more than the authority calls safe."""
        return self.weight > limit()

    def past_with(self, level: int) -> bool:
        """Whether it would be, with one more at this level."""
        return self.weight + weight_of(level) > limit()

    @property
    def weight_words(self) -> str:
        """13.75, and 13 without a tail of noughts."""
        return f"{self.weight.normalize():f}"

    @property
    def words(self) -> str:
        """12 cases, 4 of them at Level 4: a load of 13."""
        number = "No open cases" if not self.cases else f"{self.cases} open case{'' if self.cases == 1 else 's'}"
        of_them = f", {self.at_level_4} at Level 4" if self.at_level_4 else ""
        return f"{number}{of_them}: a load of {self.weight_words}"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be given a case, and what they have already."""

    user: User
    load: Load
    past_with_it: bool
    is_manager: bool


def weight_of(level: int) -> Decimal:
    """What one case counts."""
    return WEIGHT_AT_LEVEL_4 if level == SPECIALIST_LEVEL else WEIGHT


def limit() -> int:
    """The load that the authority calls safe at most."""
    return int(settings.CASELOAD_LIMIT)


def of(user: User) -> Load:
    """What `user` has, in whichever service."""
    return of_many([user.pk])[user.pk]


def of_many(keys: Iterable[int]) -> dict[int, Load]:
    """The same for several people, in one statement."""
    wanted = list(keys)
    rows = (
        Case.objects.filter(worker__in=wanted, stage=CaseStage.OPEN)
        .order_by()
        .values("worker")
        .annotate(number=Count("pk"), worst=Count("pk", filter=Q(level=SPECIALIST_LEVEL)))
    )
    found = {row["worker"]: Load(row["number"], row["worst"]) for row in rows}
    return {key: found.get(key, Load(0, 0)) for key in wanted}


def candidates(case: Case) -> list[Candidate]:
    """Everybody who could be given this case, the least loaded first: who works in its service, is still here, and is
    not kept from the family."""
    barred = Referral.objects.values_list("barred", flat=True).get(pk=case.referral_id)
    people = list(_workers(case.service).exclude(pk__in=barred))
    loads = of_many(user.pk for user in people)
    found = [_candidate(user, loads[user.pk], case) for user in people if user.pk != case.worker_id]
    return sorted(found, key=lambda one: (one.load.weight, one.user.name, one.user.pk))


def team(service: str) -> list[tuple[User, Load]]:
    """Everybody in a service and what they have, the most loaded first."""
    people = list(_workers(service))
    loads = of_many(user.pk for user in people)
    return sorted(((user, loads[user.pk]) for user in people), key=lambda pair: (-pair[1].weight, pair[0].name))


def why_not(worker: User, case: Case) -> str:
    """Why this case cannot be given to somebody, in a sentence; "" when it can."""
    if not worker.is_active or not worker.organisation.active:
        return f"{worker.name} is no longer here"
    if not worker.may(Act.WORK_CASE) or case.service not in policy.services_of(worker):
        return f"{worker.name} does not work in {case.get_service_display()}"
    if worker.pk in case.referral.barred:
        return f"{worker.name} cannot be given this case"
    if worker.pk == case.worker_id:
        return f"{worker.name} has this case already"
    return ""


def _candidate(user: User, load: Load, case: Case) -> Candidate:
    return Candidate(user, load, load.past_with(case.level), user.may(Act.ALLOCATE))


def _workers(service: str) -> QuerySet[User]:
    roles = [role for role, acts in GRANTS.items() if Act.WORK_CASE in acts and policy.service_of(role) == service]
    return User.objects.filter(is_active=True, organisation__active=True, roles__overlap=roles).order_by("name", "pk")
