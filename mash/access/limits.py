"""How often one thing may be done by one caller in one stretch of time, counted by every process together.

A limit protects the machine and other people; it never protects a secret that could be guessed, and nobody is turned
away from raising a worry without being told another way. A route may declare one (`anyone(..., limit=...)`), counted
before the view's transaction begins; a view that counts only what was wrong calls `spend` itself and answers normally.
"""

import sys
from datetime import timedelta
from pathlib import Path
from types import ModuleType

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import F
from django.urls import get_resolver
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string

from mash.access.limit import Limit
from mash.access.models import Tally

SPEND = """
INSERT INTO access_tally AS tally (name, key, began, spent) VALUES (%s, %s, %s, %s)
ON CONFLICT (name, key, began) DO UPDATE SET spent = tally.spent + EXCLUDED.spent
RETURNING spent
"""


def spend(limit: Limit, key: str, times: int = 1) -> bool:
    """Count one more for `key`, or so many; True while it is within the limit. Two at once are both counted."""
    with connection.cursor() as cursor:
        cursor.execute(SPEND, [limit.name, _digest(key), _began(limit), times])
        spent: int = cursor.fetchone()[0]
    return spent <= limit.most


def refund(limit: Limit, key: str) -> None:
    """Take back one that was counted before it was known to be right."""
    rows = Tally.objects.filter(name=limit.name, key=_digest(key), began=_began(limit), spent__gt=0)
    rows.update(spent=F("spent") - 1)


def allows(limit: Limit, key: str, times: int = 1) -> bool:
    """Whether one more, or so many, would be within the limit; counts nothing."""
    row = Tally.objects.filter(name=limit.name, key=_digest(key), began=_began(limit)).first()
    return (row.spent if row else 0) + times <= limit.most


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


def known() -> list[Limit]:
    """Every limit of the product, by name: whatever the routes and the middleware have loaded."""
    for path in settings.MIDDLEWARE:
        import_string(path)
    assert get_resolver().url_patterns
    found = {one for module in _ours() for one in vars(module).values() if isinstance(one, Limit)}
    return sorted(found, key=lambda one: one.name)


def _ours() -> list[ModuleType]:
    tops = {app.name.partition(".")[0] for app in apps.get_app_configs() if _is_ours(Path(app.path))}
    return [module for name, module in list(sys.modules.items()) if name.partition(".")[0] in tops]


def _is_ours(path: Path) -> bool:
    # Installed packages may lie inside the project's own folder.
    return path.is_relative_to(settings.BASE_DIR) and "site-packages" not in path.parts


def _began(limit: Limit) -> int:
    """The second at which the present stretch began."""
    seconds = int(limit.per.total_seconds())
    return int(timezone.now().timestamp()) // seconds * seconds


def _digest(key: str) -> str:
    # Addresses are not kept, nor what they could be found from: there are few enough to try each, so it takes our key.
    return salted_hmac("mash.access.limits", key, algorithm="sha256").hexdigest()
