"""What the address of the queue asks for: a lane, and filters that go together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from django.db.models import Q

from accounts.models import User
from referrals.choices import Lane, Via

LEVELS = {"4": "Level 4", "3": "Level 3", "2": "Level 2", "1": "Level 1", "none": "No level yet"}
NOTICES = {"only": "Notices only", "without": "Without notices below Level 4"}
# What came in a batch and can wait in the tray: a level is known, it is below 4, and nobody is in danger now.
CAN_WAIT = Q(via=Via.BULK, level__lt=4, immediate_danger=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for. Anything it should not hold is as if it were not there."""

    lane: str = ""
    level: str = ""
    mine: bool = False
    overdue: bool = False
    waiting: bool = False
    notices: str = ""
    after: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Wanted":
        """The filters in an address's query."""
        lane, level, notices = (query.get(name, "") for name in ("lane", "level", "notices"))
        return cls(
            lane=lane if lane in Lane.values else "",
            level=level if level in LEVELS else "",
            mine=query.get("mine") == "yes",
            overdue=query.get("overdue") == "yes",
            waiting=query.get("waiting") == "yes",
            notices=notices if notices in NOTICES else "",
            after=query.get("after", ""),
        )

    @property
    def filtered(self) -> bool:
        """Whether more than the lane was chosen."""
        return bool(self.level or self.mine or self.overdue or self.waiting or self.notices)

    @classmethod
    def read(cls, query: str) -> "Wanted":
        """The filters in a query that was kept."""
        return cls.of(dict(parse_qsl(query)))

    def query(self) -> str:
        """The filters alone, in one order, without the page: equal filters give equal words ("" for everything)."""
        return urlencode(self.pairs)

    def address(self) -> str:
        """The query of an address that asks for the same."""
        return "?" + urlencode([*self.pairs, *([("after", self.after)] if self.after else [])])

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The filters alone, by name."""
        pairs = {
            "lane": self.lane,
            "level": self.level,
            "mine": "yes" if self.mine else "",
            "overdue": "yes" if self.overdue else "",
            "waiting": "yes" if self.waiting else "",
            "notices": self.notices,
        }
        return [(name, value) for name, value in pairs.items() if value]


def chosen(user: User, wanted: Wanted, now: datetime) -> Q:
    """What the filters ask for, the lane aside."""
    chosen = Q()
    if wanted.level:
        chosen &= Q(level=None) if wanted.level == "none" else Q(level=int(wanted.level))
    if wanted.mine:
        chosen &= Q(owner_id=user.pk)
    if wanted.overdue:
        chosen &= Q(decision_due_at__lt=now)
    if wanted.waiting:
        chosen &= Q(owner=None)
    if wanted.notices:
        chosen &= Q(via=Via.BULK) if wanted.notices == "only" else ~CAN_WAIT
    return chosen
