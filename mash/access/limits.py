"""How often one thing may be done by one caller in one stretch of time, counted by every process together.

A limit protects the machine and other people; it never protects a secret that could be guessed, and nobody is turned
away from raising a worry without being told another way. A route may declare one (`anyone(..., limit=...)`), counted
before the view's transaction begins; a view that counts only what was wrong calls `spend` itself and answers normally.
"""

import hashlib
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from mash.access.limit import Limit
from mash.access.models import Tally

SPEND = """
INSERT INTO access_tally AS tally (name, key, began, spent) VALUES (%s, %s, %s, 1)
ON CONFLICT (name, key, began) DO UPDATE SET spent = tally.spent + 1
RETURNING spent
"""


def spend(limit: Limit, key: str) -> bool:
    """Count one more for `key`; True while it is within the limit. Two at once are both counted."""
    with connection.cursor() as cursor:
        cursor.execute(SPEND, [limit.name, _digest(key), _began(limit)])
        spent: int = cursor.fetchone()[0]
    return spent <= limit.most


def allows(limit: Limit, key: str) -> bool:
    """Whether one more would be within the limit; counts nothing."""
    row = Tally.objects.filter(name=limit.name, key=_digest(key), began=_began(limit)).first()
    return row is None or row.spent < limit.most


def forgive(limit: Limit, key: str) -> None:
    """Begin again: they have shown who they are."""
    Tally.objects.filter(name=limit.name, key=_digest(key)).delete()


def wait(limit: Limit) -> int:
    """Seconds until this stretch ends."""
    seconds = int(limit.per.total_seconds())
    return seconds - int(timezone.now().timestamp()) % seconds


def forget_old() -> int:
    """Erase counts of stretches that began more than a day ago; answers how many rows."""
    day = timedelta(days=1)
    return Tally.objects.filter(began__lt=int((timezone.now() - day).timestamp())).delete()[0]


def _began(limit: Limit) -> int:
    """The second at which the present stretch began."""
    seconds = int(limit.per.total_seconds())
    return int(timezone.now().timestamp()) // seconds * seconds


def _digest(key: str) -> str:
    # Addresses of machines and of people are not kept in the clear.
    return hashlib.sha256(key.encode()).hexdigest()
