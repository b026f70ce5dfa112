"""The fixed cast of every test, and what they send.

Tess teaches at Mill Lane Primary and Leo is its safeguarding lead; Pat is at the police. At the hub: Amira screens,
Ben manages triage, Gita and Gus are Gateway, Cleo and Carl CADT, Lara is the officer for allegations. Otto audits.
"""

import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation, OrganisationKind, User
from accounts.policy import Role
from referrals.models import Referral
from referrals.services import submitting
from referrals.submission import Address, Child, Concern, Consent, Indicator, Referrer, Submission

PASSWORD = "a long pass phrase for tests"


@pytest.fixture
def hub(db: None) -> Organisation:
    return Organisation.objects.create(name="Merebrook Council", kind=OrganisationKind.AUTHORITY)


@pytest.fixture
def school(db: None) -> Organisation:
    return Organisation.objects.create(name="Mill Lane Primary", kind=OrganisationKind.SCHOOL, phone="0151 496 0001")


@pytest.fixture
def police(db: None) -> Organisation:
    return Organisation.objects.create(name="Merebrook Police", kind=OrganisationKind.POLICE)


def person(name: str, organisation: Organisation, *roles: Role, registered: bool = False) -> User:
    """A user with exactly these roles."""
    return User.objects.create_user(
        email=f"{name.lower()}@{organisation.name.split()[0].lower()}.example",
        password=PASSWORD,
        name=f"{name} Example",
        organisation=organisation,
        roles=list(roles),
        social_work_registration="SW123456" if registered else "",
    )


@pytest.fixture
def tess(school: Organisation) -> User:
    return person("Tess", school, Role.PRACTITIONER)


@pytest.fixture
def leo(school: Organisation) -> User:
    return person("Leo", school, Role.SAFEGUARDING_LEAD)


@pytest.fixture
def pat(police: Organisation) -> User:
    return person("Pat", police, Role.PRACTITIONER)


@pytest.fixture
def amira(hub: Organisation) -> User:
    return person("Amira", hub, Role.TRIAGE_WORKER)


@pytest.fixture
def ben(hub: Organisation) -> User:
    return person("Ben", hub, Role.TRIAGE_MANAGER, registered=True)


@pytest.fixture
def gita(hub: Organisation) -> User:
    return person("Gita", hub, Role.GATEWAY_WORKER)


@pytest.fixture
def gus(hub: Organisation) -> User:
    return person("Gus", hub, Role.GATEWAY_MANAGER)


@pytest.fixture
def cleo(hub: Organisation) -> User:
    return person("Cleo", hub, Role.CADT_WORKER, registered=True)


@pytest.fixture
def carl(hub: Organisation) -> User:
    return person("Carl", hub, Role.CADT_MANAGER, registered=True)


@pytest.fixture
def lara(hub: Organisation) -> User:
    return person("Lara", hub, Role.LADO)


@pytest.fixture
def otto(hub: Organisation) -> User:
    return person("Otto", hub, Role.AUDITOR)


@pytest.fixture
def client_for() -> Callable[[User], Client]:
    """A browser in which somebody is signed in."""

    return lambda user: sign_in(Client(), user)


def sign_in(client: Client, user: User) -> Client:
    """Sign somebody in by their password, and by their second factor where they must show one."""
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    shown = ["password", "mfa"] if user.must_show_second_factor else ["password"]
    session = client.session
    session["account_authentication_methods"] = [{"method": method, "at": time.time()} for method in shown]
    session["account_authentication_methods_user"] = str(user.pk)
    session["seen_at"] = session["began_at"] = int(time.time())
    session.save()
    return client


def a_child(**changes: Any) -> Child:
    return Child(
        **{
            "given_name": "Ada",
            "family_name": "Byrne",
            "birth_date": date(2019, 5, 4),
            "sex": "F",
            "address": Address(line1="1 Mill Lane", postcode="CH41 1AA"),
            **changes,
        }
    )


def a_concern(*codes: str, **changes: Any) -> Concern:
    return Concern(
        **{
            "category": "physical_abuse",
            "narrative": "A bruise on the upper arm, in the shape of a hand.",
            "indicators": tuple(Indicator(code=code) for code in codes),
            **changes,
        }
    )


def a_submission(*codes: str, **changes: Any) -> Submission:
    """One child and one worry with these indicators; Level 4 (D19) unless others are named."""
    return Submission(
        **{
            "children": (a_child(),),
            "concerns": (a_concern(*(codes or ("D19",))),),
            "consent": Consent(status="not_sought", reason="asking would raise the risk"),
            "referrer": Referrer(name="Tess Example", role="class teacher", phone="0151 496 0000"),
            **changes,
        }
    )


@pytest.fixture
def referral(tess: User) -> Referral:
    """A Level 4 referral about Ada, waiting in the queue."""
    return submitting.submit(by=tess, submission=a_submission())


@pytest.fixture
def siblings(tess: User) -> Referral:
    """One referral about Ada and Bo, with a Level 4 worry about Ada and a Level 2 one about Bo."""
    ada, bo = a_child(), a_child(given_name="Bo", birth_date=date(2021, 2, 3))
    concerns = (a_concern("D19", about=(0,)), a_concern("D05", category="education", about=(1,)))
    return submitting.submit(by=tess, submission=a_submission(children=(ada, bo), concerns=concerns))
