"""What a referral says, as typed data: the one shape that the browser's journey and the API both hand to the service.

`to_document` is the frozen form that is stored, and is the contract's JSON.
"""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    line1: str = ""
    line2: str = ""
    town: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A child: `birth_date`, or `due_date` when unborn, or `estimated_age` in years, or none of them known."""

    given_name: str = ""
    family_name: str = ""
    aliases: str = ""
    birth_date: date | None = None
    due_date: date | None = None
    estimated_age: int | None = None
    sex: str = "U"
    nhs_number: str = ""
    upn: str = ""
    school: str = ""
    ethnicity: str = ""
    language: str = ""
    interpreter: str = ""
    disabilities: tuple[str, ...] = ()
    communication: str = ""
    address: Address = Address()
    earlier_addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Adult:
    name: str
    relationship: str = ""
    causes_harm: bool = False
    parental_responsibility: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    safe_contact: str = ""
    whereabouts: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A ticked sign: its code in the framework, with severity and duration where they are known."""

    code: str
    severity: str = ""
    duration: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """A worry. `about` holds positions in `children`; empty means all of them."""

    category: str
    narrative: str
    indicators: tuple[Indicator, ...] = ()
    happened: str = ""
    how_known: str = ""
    childs_words: str = ""
    who_causes_harm: str = ""
    about: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """The family's agreement to a service, and what they know. The lawful basis for sharing is another matter."""

    status: str
    reason: str = ""
    lawful_basis: str = "not_stated"
    family_told: str = "not_stated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Referrer:
    name: str
    role: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """Scores of screening tools, where one was used, and who gave each. None is "not used", never a low score."""

    dash: int | None = None
    dash_grade: str | None = None
    dara: str | None = None
    domestic_abuse_by: str = ""
    neglect_grade: int | None = None
    neglect_by: str = ""
    exploitation: str | None = None
    exploitation_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """The person who works with children, where a worry is about one. `known_on` is the day on which the organisation
    learnt of it; `own_children` is yes, no or not_known."""

    name: str = ""
    job: str = ""
    employer: str = ""
    known_on: date | None = None
    still_working: str = ""
    own_children: str = ""
    own_children_about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """`strengths` is what works well, `hopes` what should happen, `done_already` what the agency itself has done."""

    children: tuple[Child, ...]
    concerns: tuple[Concern, ...]
    consent: Consent
    referrer: Referrer
    adults: tuple[Adult, ...] = ()
    tools: Tools = field(default_factory=Tools)
    strengths: str = ""
    hopes: str = ""
    done_already: str = ""
    worker: Worker | None = None
    immediate_danger: bool = False


def to_document(submission: Submission) -> dict[str, Any]:
    """The JSON that is frozen with the referral: dates in ISO form, everything else as it was typed."""
    document: dict[str, Any] = _plain(asdict(submission))
    return document


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
