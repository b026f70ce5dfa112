"""`manage.py check_notify`: whether GOV.UK Notify knows our key, and whether its templates hold what we send."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mash.outbox.channels import notify
from mash.outbox.channels.failures import Barred, Temporary


class Command(BaseCommand):
    help = "Asks GOV.UK Notify for our templates and says what is wrong with them. Nothing is sent."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.NOTIFY_API_KEY:
            raise CommandError("NOTIFY_API_KEY is not set.")
        wrong = list(_wrong())
        if wrong:
            raise CommandError("\n".join(wrong))
        self.stdout.write("Notify knows the key, and the templates hold what we send.")


def _wrong() -> Iterator[str]:
    """A sentence for each thing to put right."""
    wanted: list[tuple[str, str, str | None]] = [("NOTIFY_SMS_TEMPLATE", "sms", None)]
    if settings.EMAIL_PROVIDER == "notify":
        wanted.append(("NOTIFY_EMAIL_TEMPLATE", "email", "((subject))"))
    for name, medium, subject in wanted:
        try:
            found = notify.template(getattr(settings, name))
        except Barred as refused:
            yield f"NOTIFY_API_KEY: Notify refuses it ({refused})."
            return
        except Temporary as refused:
            yield f"{name}: Notify does not give us this template ({refused})."
            continue
        if (found.get("type"), found.get("body"), found.get("subject")) != (medium, "((body))", subject):
            yield f"{name}: wants a template for {medium} with the text ((body)), for email the subject ((subject))."
