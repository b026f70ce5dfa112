"""Tell the story of Merebrook: invented agencies, one account for each role, and a few days of work."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.api_keys import AgencySystem
from accounts.models import Organisation, OrganisationKind
from mash.audit import events
from mash.audit.actors import SYSTEM
from mash.audit.models import Event
from referrals.demo import nearby, note, people, story

TOLD = "demo_told"


class Command(BaseCommand):
    help = (
        "Fill an empty installation with the invented borough of Merebrook. Safe to run again: nothing is told twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """`--note` is where the accounts are written."""
        parser.add_argument("--note", type=Path, default=settings.BASE_DIR / ".local" / "demo.json")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuses where a real authority works: invented children do not belong among real ones."""
        path: Path = options["note"]
        known = note.read(path)
        with transaction.atomic():
            _refuse_beside_real_people()
            passphrase = known.passphrase or note.new_passphrase()
            cast = people.settle(passphrase=passphrase)
            keys = people.second_factors(cast)
            system, token = people.school_system(known.token)
            told = _tell_once(cast, system)
        note.write(path, note.Note(passphrase=passphrase, token=token, secrets=keys))
        self.stdout.write("Merebrook is ready." if told else "Merebrook was ready already.")


def _refuse_beside_real_people() -> None:
    authorities = Organisation.objects.filter(kind=OrganisationKind.AUTHORITY)
    if authorities.exclude(name=people.HUB).exists():
        raise CommandError("Another authority works here. The demo is for an empty installation.")


def _tell_once(cast: people.Cast, system: AgencySystem) -> bool:
    hub = Organisation.objects.select_for_update().get(name=people.HUB)
    if Event.objects.filter(what=TOLD, about_type=hub._meta.label_lower, about_id=hub.pk).exists():
        return False
    story.tell(cast, system)
    nearby.tell(cast)
    events.record(by=SYSTEM, what=TOLD, about=hub)
    return True
