"""Whoever acts: a signed-in user, an agency's system, or the product itself."""

from dataclasses import dataclass
from typing import Protocol


class Actor(Protocol):
    """What the audit needs to know of whoever acts."""

    @property
    def actor_kind(self) -> str: ...
    @property
    def actor_id(self) -> int | None: ...
    @property
    def actor_label(self) -> str: ...
    @property
    def organisation_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class System:
    """The product acting by itself: a job, a command, a sweep."""

    actor_label: str = "Lantern"
    actor_kind: str = "system"
    actor_id: int | None = None
    organisation_id: int | None = None


SYSTEM = System()
