"""One event, of which a school, the police and a hospital tell; each in words that no other uses."""

from dataclasses import dataclass

import pytest

from accounts.models import Organisation, OrganisationKind, User
from accounts.policy import Role
from referrals.models import Referral
from referrals.services import submitting
from referrals.submission import Referrer
from tests.cast import a_child, a_concern, a_submission, person


@dataclass(frozen=True)
class Agency:
    """Who tells, and the word that stands in everything they write."""

    word: str
    practitioner: User
    lead: User

    @property
    def organisation(self) -> Organisation:
        return self.practitioner.organisation


def agency(word: str, name: str, kind: OrganisationKind) -> Agency:
    organisation = Organisation.objects.create(name=name, kind=kind, phone="0151 496 0009")
    return Agency(
        word,
        person(f"{word.capitalize()}a", organisation, Role.PRACTITIONER),
        person(f"{word.capitalize()}o", organisation, Role.SAFEGUARDING_LEAD),
    )


def tells(told: Agency, *codes: str, **changes: object) -> Referral:
    """The agency's own referral about Ada."""
    concern = a_concern(
        *(codes or ("D19",)),
        narrative=f"{told.word}-narrative",
        happened=f"{told.word}-when",
        childs_words=f"{told.word}-childs-words",
        who_causes_harm=f"{told.word}-harm",
    )
    parts = {
        "children": (a_child(school=f"{told.word}-school-name"),),
        "concerns": (concern,),
        "referrer": Referrer(name=f"{told.word}-referrer", role=f"{told.word}-role", phone="0151 496 0000"),
        "done_already": f"{told.word}-done",
    }
    return submitting.submit(by=told.practitioner, submission=a_submission(**{**parts, **changes}))


@pytest.fixture
def agencies(db: None) -> list[Agency]:
    return [
        agency("quokka", "Quokka Primary", OrganisationKind.SCHOOL),
        agency("wombat", "Wombat Constabulary", OrganisationKind.POLICE),
        agency("numbat", "Numbat Hospital", OrganisationKind.HEALTH),
    ]


@pytest.fixture
def three(agencies: list[Agency]) -> list[Referral]:
    """Their referrals, the school's first."""
    return [tells(one) for one in agencies]
