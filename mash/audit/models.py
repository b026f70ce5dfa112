"""The audit trail, and the base of every table that is written once."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class WriteOnce(models.Model):
    """Rows the application may add and read but not erase, and change only in the columns named in `updatable`.

    `mash.audit.grants` turns this into grants of the database, so that it holds for raw SQL too.
    """

    updatable: ClassVar[frozenset[str]] = frozenset()
    numbered_by_database: ClassVar[bool] = False

    class Meta:
        abstract = True


class AppendOnly(WriteOnce):
    """Rows that the application's role can never change nor erase."""

    class Meta:
        abstract = True


class Event(AppendOnly):
    """One act or one reading. No foreign keys: it outlives what it speaks of. The database alone numbers it."""

    numbered_by_database: ClassVar[bool] = True

    at = models.DateTimeField(db_default=Now())
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=500)
    organisation_id = models.BigIntegerField(null=True)
    what = models.CharField(max_length=60)
    about_type = models.CharField(max_length=60, blank=True)
    about_id = models.BigIntegerField(null=True)
    ids = ArrayField(models.BigIntegerField(), default=list)
    request_id = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(name="audit_event_names_an_act", condition=~models.Q(what="")),
        ]
        indexes = [
            models.Index(fields=["about_type", "about_id", "-id"], name="audit_about"),
            models.Index(fields=["actor_id", "-id"], name="audit_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_label}: {self.what}"
