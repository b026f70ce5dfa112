"""Receipts: what the double tells a service of each message, by POST and with its bearer token."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from mash.performance.notify_double.server import MOMENT
from mash.performance.notify_double.service import FATES, Kept, Notify

# A request that fails is made again so often, after so many seconds; a refusal is not.
TRIES, SECONDS_BETWEEN = 6, 300
TIMEOUT = 5
_OVERLOADED, _SERVER = 429, 500


def fate(row: Kept) -> str:
    """What becomes of a message unless somebody decides otherwise."""
    return FATES.get(row.to, "received" if row.medium == "letter" else "delivered")


@dataclass
class Receipts:
    """Where receipts go. `wait` is how it waits between tries."""

    notify: Notify
    url: str
    token: str
    fate: Callable[[Kept], str] = fate
    wait: Callable[[float], None] = time.sleep
    posted: list[tuple[str, int]] = field(default_factory=list)

    def settle(self) -> list[Kept]:
        """Let every open message meet its fate and tell the service of each; answers which ones."""
        rows = [row for row in self.notify.kept if row.completed_at is None]
        for row in rows:
            self.complete(row, self.fate(row))
        return rows

    def complete(self, row: Kept, status: str) -> int:
        """One message comes to an end. Letters have no receipt. Answers the service's status."""
        row.status, row.sent_at, row.completed_at = status, row.sent_at or datetime.now(UTC), datetime.now(UTC)
        return 0 if row.medium == "letter" else self.tell(self.receipt(row, status))

    def receipt(self, row: Kept, status: str) -> dict[str, Any]:
        """The published ten fields: all words, but the version."""
        return {
            "id": row.id,
            "reference": row.reference,
            "to": row.to,
            "status": status,
            "created_at": row.created_at.strftime(MOMENT),
            "completed_at": row.completed_at.strftime(MOMENT) if row.completed_at else None,
            "sent_at": row.sent_at.strftime(MOMENT) if row.sent_at else None,
            "notification_type": row.medium,
            "template_id": row.template_id,
            "template_version": row.template_version,
        }

    def returned(self, row: Kept) -> dict[str, Any]:
        """What it tells of a letter that came back."""
        return {
            "notification_id": row.id,
            "reference": row.reference,
            "date_sent": row.created_at.strftime(MOMENT),
            "sent_by": None,
            "template_name": "Pre-compiled PDF",
            "template_id": row.template_id,
            "template_version": row.template_version,
            "spreadsheet_file_name": None,
            "spreadsheet_row_number": None,
            "upload_letter_file_name": None,
        }

    def tell(self, receipt: dict[str, Any]) -> int:
        """POST it, again after five minutes while the service is down or asks it to; the last status, or 0."""
        status = 0
        for again in range(TRIES):
            if again:
                self.wait(SECONDS_BETWEEN)
            status = self.post(receipt)
            if 0 < status < _SERVER and status != _OVERLOADED:
                break
        return status

    def post(self, receipt: Any, *, token: str | None = None) -> int:
        """One POST; the status, or 0 when nobody answered."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token or self.token}"}
        request = urllib.request.Request(self.url, json.dumps(receipt).encode(), headers)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
                status = int(answer.status)
        except urllib.error.HTTPError as refused:
            with refused:
                status = refused.code
        except OSError:
            status = 0
        self.posted.append((str(receipt.get("id", "")) if isinstance(receipt, dict) else "", status))
        return status
