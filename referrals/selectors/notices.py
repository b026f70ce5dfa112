"""What became of notices that were sent many at once, for their sender."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from accounts.models import User
from referrals import visible
from referrals.models import Batch, BatchRow, Subject, Upload
from referrals.notices import columns, families, table
from referrals.services.notices import Notice, Refusal

MOST_BATCHES = 50


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to mend in a row: the column, and what is wrong."""

    column: str
    words: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One row of a file, or of a batch: what it is called, what is wrong, and which referral it is or becomes."""

    position: int
    label: str
    child: str
    mistakes: list[Mistake]
    together: tuple[int, ...] = ()
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """A file before it is sent."""

    notices: list[Notice]
    refused: list[Refusal]
    not_read: tuple[str, ...]
    good: list[Shown]
    bad: list[Shown]

    @property
    def rows(self) -> int:
        return len(self.good)

    @property
    def referrals(self) -> int:
        return len(self.notices)


@dataclass(frozen=True, slots=True)
class Result:
    """A batch that was sent, row by row."""

    good: list[Shown]
    bad: list[Shown]

    @property
    def referrals(self) -> int:
        return len({row.reference for row in self.good})


def rows_of(batch: Batch) -> list[BatchRow]:
    """The rows of a batch in the sender's order, each with its referral."""
    return list(BatchRow.objects.filter(batch=batch).select_related("referral").order_by("position"))


def sent_before(user: User, digest: str) -> Batch | None:
    """The batch that was made of exactly this file by this user, if there is one."""
    return Batch.objects.filter(by=user, digest=digest).order_by("-pk").first()


def batches(user: User) -> list[Batch]:
    """The newest batches that `user` may see, each with how many rows were accepted and, of their own, refused."""
    rows = visible.batches(user).select_related("by", "api_key").order_by("-pk")
    return list(
        rows.annotate(
            accepted=Count("rows", filter=Q(rows__referral__isnull=False)),
            refused=Count("rows", filter=Q(rows__referral=None, by=user)),
        )[:MOST_BATCHES]
    )


def preview(user: User, upload: Upload) -> Preview:
    """What sending a file would do, row by row."""
    read = table.read(upload.text)
    notices, refused = families.plan(read, referrer_of(user))
    return Preview(
        notices=notices,
        refused=refused,
        not_read=read.not_read,
        good=sorted(_to_send(notices), key=lambda row: row.position),
        bad=[_shown(one.row.position, one.row.label, one.row.sent, one.errors) for one in refused],
    )


def referrer_of(user: User) -> dict[str, Any]:
    """Whoever sends a file is the referrer of its notices: the news goes to them."""
    return {"name": user.name, "phone": user.organisation.phone, "email": user.email}


def result(user: User, batch: Batch) -> Result:
    """What became of each row: the references of those that `user` may follow, and the refused ones of their own batch.

    A row may have been refused because it is about somebody who works with children: that is not for colleagues.
    """
    rows = rows_of(batch)
    keys = [row.referral_id for row in rows if row.referral_id]
    mine = set(visible.submissions(user).filter(pk__in=keys).values_list("pk", flat=True))
    names = _names(mine)
    together: dict[int | None, list[int]] = {}
    for row in rows:
        together.setdefault(row.referral_id, []).append(row.position)
    good = [
        Shown(
            row.position,
            row.label,
            names.get(row.referral.pk, ""),
            [],
            _others(row.position, together[row.referral.pk]),
            row.referral.reference if row.referral.pk in mine else "",
        )
        for row in rows
        if row.referral
    ]
    refused = [row for row in rows if not row.referral] if batch.by_id == user.pk else []
    return Result(good, [_shown(row.position, row.label, row.sent, row.errors) for row in refused])


def refused_file(batch: Batch) -> str:
    """The refused rows as a file to mend and send again, with a last column that says what is wrong."""
    refused = [row for row in rows_of(batch) if row.referral is None]
    head = [*columns.NAMES, "what_is_wrong"]
    return table.write([head, *(_mended(row) for row in refused)])


def template_file() -> str:
    """An empty file with the head and one example."""
    return table.write(columns.template())


def _mended(row: BatchRow) -> list[str]:
    wrong = " ".join(f"{mistake.column}: {mistake.words}" for mistake in _mistakes(row.errors))
    return [*(str(row.sent.get(name, "")) for name in columns.NAMES), wrong]


def _to_send(notices: Sequence[Notice]) -> Iterator[Shown]:
    for notice in notices:
        positions = [row.position for row in notice.rows]
        for row in notice.rows:
            yield Shown(row.position, row.label, _child(row.sent), [], _others(row.position, positions))


def _others(position: int, positions: Sequence[int]) -> tuple[int, ...]:
    return tuple(other for other in positions if other != position)


def _shown(position: int, label: str, sent: dict[str, Any], errors: dict[str, list[str]]) -> Shown:
    return Shown(position, label, _child(sent), _mistakes(errors))


def _mistakes(errors: dict[str, list[str]]) -> list[Mistake]:
    return [Mistake(column or "the row", sentence) for column, found in errors.items() for sentence in found]


def _child(sent: dict[str, Any]) -> str:
    name = f"{sent.get('first_name', '')} {sent.get('last_name', '')}".strip()
    if not sent.get("due_date"):
        return name or "Child not named"
    return f"{name}, not born yet" if name else "Unborn child"


def _names(referrals: set[int]) -> dict[int, str]:
    found: dict[int, list[str]] = {}
    for subject in Subject.objects.filter(referral__in=referrals).order_by("referral_id", "position"):
        expected = subject.unborn and (subject.given_name or subject.family_name)
        found.setdefault(subject.referral_id, []).append(f"{subject}, not born yet" if expected else str(subject))
    return {key: " and ".join(names) for key, names in found.items()}
