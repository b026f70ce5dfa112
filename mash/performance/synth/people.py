"""Invented children, homes and colleagues."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import DEFAULT_DB_ALIAS

from accounts.models import Organisation, OrganisationKind, User
from accounts.policy import Role

GIVEN = (
    "Ada",
    "Bo",
    "Cass",
    "Dev",
    "Eli",
    "Fern",
    "Gus",
    "Hana",
    "Idris",
    "Joss",
    "Kit",
    "Lena",
    "Mo",
    "Nia",
    "Otis",
    "Pia",
    "Rui",
    "Sana",
    "Tam",
    "Uma",
    "Vik",
    "Wren",
    "Xan",
)
FAMILY = (
    "Byrne",
    "Castell",
    "Dooley",
    "Erskine",
    "Farrow",
    "Gladwin",
    "Hallam",
    "Jessop",
    "Kerrow",
    "Lomax",
    "Marchant",
    "Norbury",
    "Oakes",
)
STREETS = ("Mill Lane", "Harbour Road", "Chapel Street", "Orchard Way", "Station Road", "Quarry Bank", "Ferry View")
CHILDREN_A_HOME = 3


@dataclass(frozen=True, slots=True)
class SynthChild:
    given_name: str
    family_name: str
    birth_date: date
    sex: str
    home: int
    address: str
    postcode: str


@dataclass(frozen=True, slots=True)
class SynthCast:
    """Who sends and who decides."""

    senders: list[User]
    triage: User
    workers: dict[str, User]


def child(number: int, rng: random.Random) -> SynthChild:
    """The same number and seed make the same child; three live in each home."""
    home = number // CHILDREN_A_HOME
    return SynthChild(
        given_name=GIVEN[number % len(GIVEN)],
        family_name=FAMILY[home % len(FAMILY)],
        birth_date=date(2009, 1, 1) + timedelta(days=rng.randrange(6200)),
        sex="FM"[number % 2],
        home=home,
        address=f"{home // len(STREETS) + 1} {STREETS[home % len(STREETS)]}",
        postcode=f"ZZ{home % 90 + 1} {home % 9 + 1}{_letters(home)}",
    )


def cast(alias: str = DEFAULT_DB_ALIAS) -> SynthCast:
    """Twenty schools' senders and the hub's workers, made once."""
    hub = _organisation("Synthetic Hub", OrganisationKind.AUTHORITY, alias)
    senders = [
        _user(
            f"sender{n}",
            _organisation(f"Synthetic School {n}", OrganisationKind.SCHOOL, alias),
            Role.PRACTITIONER,
            alias,
        )
        for n in range(20)
    ]
    workers = {
        "gateway": _user("gateway", hub, Role.GATEWAY_WORKER, alias),
        "cadt": _user("cadt", hub, Role.CADT_WORKER, alias),
    }
    return SynthCast(senders, _user("triage", hub, Role.TRIAGE_WORKER, alias), workers)


def _organisation(name: str, kind: OrganisationKind, alias: str) -> Organisation:
    return Organisation.objects.using(alias).get_or_create(name=name, defaults={"kind": kind})[0]


def _user(name: str, organisation: Organisation, role: Role, alias: str) -> User:
    email = f"{name}@synthetic.example"
    registered = "SW000000" if role == Role.CADT_WORKER else ""
    found, _ = User.objects.using(alias).get_or_create(
        email=email,
        defaults={
            "name": f"{name.title()} Synthetic",
            "organisation": organisation,
            "roles": [role],
            "password": "!",
            "social_work_registration": registered,
        },
    )
    return found


def _letters(home: int) -> str:
    return chr(65 + home % 26) + chr(65 + home // 26 % 26)
