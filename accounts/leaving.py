"""What somebody who leaves still has, and who gives it to others. Apps that hold work name themselves in `ready()`:
accounts knows none of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from django.db import connection

from accounts.models import Organisation, User

_WAITS = "SELECT true FROM pg_advisory_xact_lock(hashtextextended(%s, 0))"
_NEVER_WAITS = "SELECT pg_try_advisory_xact_lock_shared(hashtextextended(%s, 0))"


@dataclass(frozen=True, slots=True)
class Held:
    """One kind of thing that somebody has. `becomes` says where it goes when they leave; what goes to a named
    colleague is `to_colleague`. `links` are for a reader who may open them."""

    number: int
    words: str
    becomes: str
    to_colleague: bool = False
    links: tuple[tuple[str, str], ...] = ()


class Work(Protocol):
    """What an app with work of its own answers."""

    def held(self, *, of: User, reader: User) -> list[Held]:
        """What `of` has, none of it in the words of a case."""

    def hand_over(self, *, by: User, of: User, to: User | None) -> None:
        """Give it away, in the caller's transaction. Raises `accounts.errors.Refused`."""

    def open_at(self, *, organisation: Organisation) -> list[tuple[str, int]]:
        """What is open at an organisation: words and numbers, without what is restricted or an allegation."""


RolesChanged = Callable[[User, User], None]
"""What an app does when the first has changed the roles of the second, in the caller's transaction."""
_WORKS: list[Work] = []
_ON_ROLES: list[RolesChanged] = []


def register(work: Work) -> None:
    """Let an app say what people have; once for each."""
    if work not in _WORKS:
        _WORKS.append(work)


def register_roles(told: RolesChanged) -> None:
    """Let an app be told of changed roles; once for each."""
    if told not in _ON_ROLES:
        _ON_ROLES.append(told)


def roles_changed(*, by: User, of: User) -> None:
    """Tell every app that wants to know: what somebody was let do by name may end with their role."""
    for told in _ON_ROLES:
        told(by, of)


def works() -> Iterator[Work]:
    """Every app that said so."""
    yield from _WORKS


def begin(user: User) -> None:
    """From here on until the transaction ends nobody is given anything to `user`: what is being given at this moment is
    waited for, so that it is found and goes to others. Before every other lock on what they have."""
    _lock(_WAITS, user)


def stays(user: User) -> bool:
    """Asked before work is put in somebody's hands: whether they are here. Then nobody lets them go until the
    transaction ends; False when they have left, or are being let go. It never waits, so that it may be asked with any
    lock in hand."""
    return _lock(_NEVER_WAITS, user) and User.objects.filter(pk=user.pk, is_active=True).exists()


def _lock(how: str, user: User) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(how, [f"leaving:{user.pk}"])
        return bool(cursor.fetchone()[0])


def held(*, of: User, reader: User) -> list[Held]:
    """Everything that `of` has."""
    return [one for work in works() for one in work.held(of=of, reader=reader) if one.number]


def hand_over(*, by: User, of: User, to: User | None) -> None:
    """Everything goes where `held` said."""
    for work in works():
        work.hand_over(by=by, of=of, to=to)


def open_at(*, organisation: Organisation) -> list[tuple[str, int]]:
    """Numbers of open work at an organisation."""
    return [one for work in works() for one in work.open_at(organisation=organisation)]
