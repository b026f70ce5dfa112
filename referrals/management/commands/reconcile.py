"""`manage.py reconcile`: whether all that was ever owed is in one place, and nobody was left out."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from referrals.selectors import accounts_kept


class Command(BaseCommand):
    help = "Prints the account of what is owed, by medium. Ends with 1 when it does not balance."

    def handle(self, *args: Any, **options: Any) -> None:
        kept = accounts_kept.draw_up()
        for line in accounts_kept.lines(kept):
            self.stdout.write(line)
        if not kept.balances:
            raise CommandError("The account does not balance.")
        self.stdout.write("The account balances.")
