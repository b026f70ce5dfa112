"""What the ORM's own `update` cannot say: UPDATE ... RETURNING, and an update as part of a longer statement."""

from typing import Any, TypeVar, cast

from django.db import models
from django.db.models.sql import UpdateQuery

Row = TypeVar("Row", bound=models.Model)
Statement = tuple[str, tuple[Any, ...]]


def update(rows: models.QuerySet[Any], **values: Any) -> Statement:
    """The statement that `rows.update(**values)` would send, and its parameters."""
    query = cast(UpdateQuery, rows.query.chain(UpdateQuery))
    query.add_update_values(values)
    statement: Statement = query.get_compiler(rows.db).as_sql()
    return statement


def updated(rows: models.QuerySet[Row], /, also: str = "", **values: Any) -> Row | None:
    """Change the one row that `rows` may match, as `update` does, and answer it as it is now; None when none matched.

    Of several carriers that ask at once one gets it: the conditions are those of the row that is changed. `also` is
    SQL with a name, for what is asked at the same moment and is no column: the row carries it as an attribute.
    """
    statement, parameters = update(rows, **values)
    back = ", ".join(filter(None, ("*", also)))
    return next(iter(rows.model._base_manager.using(rows.db).raw(f"{statement} RETURNING {back}", parameters)), None)
