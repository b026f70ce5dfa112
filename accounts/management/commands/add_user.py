"""Makes an account, and its organisation when that is new: for the first people of an installation.

The account has no password: its owner sets one at the sign-in page, by "I do not know my password".
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from accounts.models import Organisation, OrganisationKind, User
from accounts.policy import Role


class Command(BaseCommand):
    """`add_user EMAIL --name "..." --organisation "..." --role partnership_administrator [--kind authority]`"""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", required=True)
        parser.add_argument("--organisation", required=True)
        parser.add_argument("--kind", choices=OrganisationKind.values, default=OrganisationKind.AUTHORITY)
        parser.add_argument("--role", choices=Role.values, action="append", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_email(options["email"])
            user = _add(**{name: options[name] for name in ("email", "name", "organisation", "kind", "role")})
        except ValidationError as wrong:
            raise CommandError("That is not an email address.") from wrong
        except IntegrityError as taken:
            raise CommandError("There is an account with this address already.") from taken
        self.stdout.write(f"{user.email} may now set a password at the sign-in page.")


@transaction.atomic
def _add(*, email: str, name: str, organisation: str, kind: str, role: list[str]) -> User:
    found = Organisation.objects.filter(name__iexact=organisation).first()
    home = found or Organisation.objects.create(name=organisation, kind=kind)
    return User.objects.create_user(email, name=name, organisation=home, roles=sorted(set(role)))
