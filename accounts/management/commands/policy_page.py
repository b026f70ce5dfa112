"""Writes docs/policy.md, the policy as people read it, from `accounts.policy` and the routes' own rules."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.policy import API_SCOPES, GRANTS, SECOND_FACTOR, Act, Role

HEAD = """# Who may do what

Written by `manage.py policy_page` from `accounts/policy.py`; a test fails when the two differ.

- What is not yours to see does not exist for you: 404.
- What is yours to see but not yours to do is refused: 403.
- A page that names no act is refused to everybody.
"""

SEES = """## Whose records

| role | sees |
| --- | --- |
| Practitioner | the referrals they sent themselves |
| Safeguarding lead | their organisation's referrals, but neither allegations sent by others nor restricted ones |
| Triage worker, triage manager | every referral and case, but not allegations |
| Gateway worker, Gateway manager | referrals in Gateway's lane or that Gateway has had, and Gateway's cases |
| CADT social worker, CADT manager | referrals in CADT's lane or that CADT has had, and CADT's cases |
| CADT manager | besides, Level 4 and danger now in every lane: they may be called about it in the night |
| Designated officer for allegations | allegations, and nothing else |
| Everybody else | no records |

A restricted referral is seen only by managers of the services above, by whoever holds it, by the one who sent it, and
by people named for it. Anybody else whose role would reach it may break the glass: with a reason, for one hour, and its
holder is told. A person who knows the family steps away, and the referral is closed to them whatever their role.

## Whose people

The partnership administrator lets in and changes everybody; a safeguarding lead the people of their own organisation
who have no role in the hub. Hub roles are for people of the local authority alone. Nobody changes their own roles, and
one partnership administrator always stays. Each quarter somebody answers for everybody who can sign in.

A question to the hub names no child. It is read by whoever asked it, by their safeguarding lead unless it was kept from
them, and by triage. A worry about somebody who works with children is not taken as a question.
"""


def page() -> str:
    """The whole page as Markdown."""
    return f"{HEAD}\n{_acts()}\n{SEES}\n{_second_factor()}\n{_scopes()}"


def _acts() -> str:
    rows = [f"| {act.label} | {', '.join(_holders(act)) or 'nobody yet'} |" for act in Act]
    return "\n".join(["## Acts", "", "| act | roles |", "| --- | --- |", *rows, ""])


def _holders(act: Act) -> list[str]:
    return [role.label for role in Role if act in GRANTS[role]]


def _second_factor() -> str:
    asked = ", ".join(role.label for role in Role if role in SECOND_FACTOR)
    return (
        f"## Second factor\n\nA session that began with a password alone opens nothing for: {asked}; and for everybody "
        "whose organisation asks it of its people.\n"
    )


def _scopes() -> str:
    acts = "; ".join(act.label for act in Act if act in API_SCOPES)
    return f"## Agencies' systems\n\nA key acts for its organisation and may be given: {acts}.\n"


class Command(BaseCommand):
    """Write the page."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "policy.md"
        path.write_text(page(), encoding="utf-8")
        self.stdout.write(f"Wrote {path.name}.")
