"""What members of the public type, and how they send it."""

import re
from typing import Any

from django.http import HttpResponse
from django.test import Client

from referrals.models import Referral

WHAT = {
    "given_1": "Ada",
    "family_1": "Byrne",
    "age_1": "7",
    "home": "1 Mill Lane",
    "postcode": "CH41 1AA",
    "kind": "neglect",
    "story": "She is alone each night until ten.",
    "how_known": "seen",
    "danger": "no",
}
OPEN = {**WHAT, "relation": "parent", "name": "Pam Byrne", "phone": "0151 496 0111", "email": "pam@example.org"}
WITHHELD = {
    **WHAT,
    "relation": "neighbour",
    "name": "Nora Nextdoor",
    "phone": "0151 496 0222",
    "email": "nora@example.org",
    "safe_contact": "Text me first.",
}
ANONYMOUS = {**WHAT, "relation": "family"}
CHILD = {name: value for name, value in WHAT.items() if name != "how_known"}
TYPED = {"open": OPEN, "withheld": WITHHELD, "anonymous": ANONYMOUS}


def filled(client: Client, identity: str, *, me: bool = False, **changes: Any) -> dict[str, Any]:
    """A form as it was opened, with everything typed."""
    page = client.get(path(identity, me=me)).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    return {**(CHILD if me else TYPED[identity]), "token": token[1], **changes}


def path(identity: str, *, me: bool = False) -> str:
    return f"/tell-us/{'me/' if me else ''}{identity}/"


def post(client: Client, identity: str, typed: dict[str, Any], *, me: bool = False, **extra: Any) -> HttpResponse:
    answer: Any = client.post(f"{path(identity, me=me)}send/", typed, **extra)
    return answer


def send(client: Client, identity: str, *, me: bool = False, **changes: Any) -> tuple[Referral, str]:
    """Tell us, and answer the referral with the code that was shown."""
    response = post(client, identity, filled(client, identity, me=me, **changes), me=me)
    assert response.status_code == 200, response.status_code
    return Referral.objects.latest("pk"), code_on(response)


def code_on(response: Any) -> str:
    return code_in(response.content.decode())


def code_in(page: str) -> str:
    """The code on a page, whose groups stand apart so that no line breaks inside one."""
    code = re.search(r'class="app-receipt-code">(.+?)</strong>', page)
    assert code, page
    return re.sub(r"<[^>]+>", "", code[1])
