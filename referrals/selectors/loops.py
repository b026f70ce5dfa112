"""Loops: for each person owed news that must be read, whether it is closed, how, and after how many working days.

A loop is one telling of one outcome that must be read (`telling.MUST_BE_READ`). It is closed by the first reading of
that outcome: read here, fetched by a system, acknowledged by a shared inbox, told by telephone or in person; or by a
letter that somebody wrote down. Who cannot be told at all is counted apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from mash.lib.workingdays import LONDON, is_working_day
from mash.outbox.services.messages import AGAIN
from referrals.models import Referral
from referrals.services.telling import MUST_BE_READ

OPEN = ""
LETTER = "letter"
NOBODY_TOLD = "untold"


@dataclass(frozen=True, slots=True)
class Cell:
    """So many loops of one organisation (0: nobody's) and month, closed in one way after so many working days; for an
    open one (`how` "") so many working days old; for somebody who cannot be told (`how` "untold") none."""

    organisation: int
    month: date
    how: str
    days: int
    loops: int


# One pass over an index of times, and joins by key; what is read is kept small by counting before it leaves.
_COUNTED = """
WITH told AS (
  SELECT t.id, t.message_id, t.task_id, t.untold_because <> '' AS untold, o.id AS outcome_id, o.at,
         coalesce(p.organisation_id, 0) AS organisation
  FROM referrals_outcome o
  JOIN referrals_telling t ON t.outcome_id = o.id
  JOIN referrals_party p ON p.id = t.party_id
  WHERE o.kind = ANY(%(kinds)s) AND o.at >= %(since)s AND o.at < %(until)s AND o.referral_id IN ({scope})
), readings AS (
  SELECT DISTINCT ON (r.outcome_id) r.outcome_id, r.how, r.at
  FROM referrals_reading r
  WHERE r.outcome_id IN (SELECT outcome_id FROM told) AND r.at < %(until)s
  ORDER BY r.outcome_id, r.at, r.id
), letters AS (
  SELECT c.id AS task_id, first.id AS message_id, c.done_at AS at
  FROM outbox_calltask c
  LEFT JOIN outbox_message m ON m.id = c.message_id
  LEFT JOIN outbox_message first ON first.key = split_part(m.key, %(again)s, 1)
  WHERE c.how = 'letter' AND c.done_at >= %(since)s AND c.done_at < %(until)s
), by_task AS (SELECT task_id, min(at) AS at FROM letters GROUP BY task_id),
by_message AS (SELECT message_id, min(at) AS at FROM letters WHERE message_id IS NOT NULL GROUP BY message_id),
ended AS (
  SELECT told.organisation, told.at, told.untold, r.how, r.at AS read_at, least(a.at, b.at) AS letter_at
  FROM told
  LEFT JOIN readings r ON r.outcome_id = told.outcome_id
  LEFT JOIN by_task a ON a.task_id = told.task_id
  LEFT JOIN by_message b ON b.message_id = told.message_id
), timed AS (
  SELECT organisation, (at AT TIME ZONE 'Europe/London')::date AS began,
         CASE WHEN untold THEN 'untold' WHEN read_at IS NULL AND letter_at IS NULL THEN ''
              WHEN read_at IS NULL OR letter_at < read_at THEN 'letter' ELSE how END AS how,
         CASE WHEN untold THEN (at AT TIME ZONE 'Europe/London')::date
              ELSE (coalesce(least(read_at, letter_at), %(until)s) AT TIME ZONE 'Europe/London')::date END AS ended
  FROM ended
)
SELECT organisation, date_trunc('month', began)::date, how,
       width_bucket(ended, %(days)s::date[]) - width_bucket(began, %(days)s::date[]) AS days, count(*)
FROM timed GROUP BY 1, 2, 3, 4
"""


def cells(scope: QuerySet[Referral], *, since: datetime, until: datetime) -> list[Cell]:
    """Every loop about `scope` that began between the two moments, as things stood at `until`, counted together.

    Working days are those that began after the day of the news: read on the same day is 0, Friday to Monday is 1.
    """
    sql, scoped = _named(scope)
    given = {
        "kinds": sorted(kind.value for kind in MUST_BE_READ),
        "since": since,
        "until": until,
        "again": AGAIN,
        "days": _working_days(since, until),
        **scoped,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED.format(scope=sql), given)
        return [Cell(*row) for row in cursor.fetchall()]


def _named(scope: QuerySet[Referral]) -> tuple[str, dict[str, Any]]:
    """The keys of `scope` as SQL whose values have names, so that it can stand inside a statement of ours."""
    sql, values = scope.order_by().values("pk").query.sql_with_params()
    names = [f"scope{number}" for number in range(len(values))]
    return sql % tuple(f"%({name})s" for name in names), dict(zip(names, values, strict=True))


def _working_days(since: datetime, until: datetime) -> Sequence[date]:
    first, last = since.astimezone(LONDON).date(), until.astimezone(LONDON).date()
    every = (first + timedelta(days=n) for n in range(-7, (last - first).days + 1))
    return [day for day in every if is_working_day(day)]
