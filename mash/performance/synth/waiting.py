"""Cases that services have now, and the calls that people are still to make."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from mash.outbox.services import calls
from mash.performance.synth.tables import Table

WENT = {"state": "sent", "provider_id": "synthetic"}
# One in so many of the news of work in hand could not be sent.
ONE_IN = 4


class Waiting:
    """One round of calls for each organisation, as the product makes them."""

    def __init__(self, tables: Mapping[str, Table], rng: random.Random) -> None:
        self.t = tables
        self.rng = rng
        self.rounds: dict[int, int] = {}

    def came_to_nothing(self) -> bool:
        return self.rng.randrange(ONE_IN) == 0

    def case(self, worker: int, at: datetime) -> dict[str, Any]:
        """Where a live case stands: offered, waiting for a worker, or open with one."""
        accepted = at + timedelta(hours=3)
        return self.rng.choice(
            (
                {"stage": "offered"},
                {"stage": "accepted", "accepted_at": accepted, "waits_since": accepted, "review_from": accepted},
                {"stage": "open", "accepted_at": accepted, "allocated_at": accepted, "worker_id": worker},
            )
        )

    def call(self, message: int, about: str, organisation: int, at: datetime) -> None:
        """Somebody is to telephone in place of a message."""
        if organisation not in self.rounds:
            whom = calls.organisation(organisation)
            self.rounds[organisation] = self.t["round"].add(whom=whom, organisation_id=organisation, opened_at=at)
        self.t["call"].add(
            round_id=self.rounds[organisation],
            message_id=message,
            why="failed",
            about=about,
            organisation_id=organisation,
            owed_at=at,
        )
