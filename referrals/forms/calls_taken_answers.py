"""From the boxes of the telephone page to the call that the service takes, each mistake under the name of its box."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from accounts.models import Organisation, SourceCode
from referrals import documents
from referrals.choices import Agreement, Identity, Via
from referrals.documents import InvalidDocument
from referrals.publicly import ANONYMOUS, NOT_SAID, RELATIONS, SELF, WITHHELD, Relation, Sealed
from referrals.services.calls_taken import Call, Caller
from referrals.submission import Referrer

ADULTS = 3
NOT_SAID_WHY = "The caller did not say."
# The reader of documents needs a sender who can be reached; who it really is does not pass through it.
SOMEBODY = {"name": "-", "phone": "000"}
BOXES = {
    "given_name": "given",
    "family_name": "family",
    "birth_date": "born",
    "estimated_age": "age",
    "due_date": "due",
    "sex": "sex",
    "nhs_number": "nhs",
    "school": "school",
    "interpreter": "interpreter",
    "language": "language",
}
SAYS_A_CHILD = ("given", "family", "born", "due", "age", "nhs", "school", "interpreter", "language")
PLAIN = {"category": "category", "narrative": "narrative", "reason": "reason", "status": "status"}


@dataclass(frozen=True, slots=True)
class Answers:
    """What was typed, in how many rows of children, and the organisation that was chosen."""

    given: Mapping[str, Any]
    rows: int
    organisation: Organisation | None

    def children(self) -> list[int]:
        """The rows in which something was typed, wherever: nothing that was typed is dropped without a word."""
        places = range(1, self.rows + 1)
        return [n for n in places if any(self.given.get(f"{part}_{n}") not in ("", None) for part in SAYS_A_CHILD)]

    def adults(self) -> list[int]:
        parts = ("adult", "tie", "harm")
        return [n for n in range(1, ADULTS + 1) if any(self.given.get(f"{p}_{n}") for p in parts)]


def call(answers: Answers) -> tuple[Call | None, dict[str, str]]:
    """The call, or the first mistake of each box."""
    try:
        submission = documents.parse(_document(answers))
    except InvalidDocument as invalid:
        return None, {_box(path, answers): sentences[0] for path, sentences in invalid.errors.items()}
    given = answers.given
    identity = _identity(given)
    relation = _relation(given)
    made = Call(
        token=_token(given.get("token", "")),
        via=Via(given["via"]),
        caller=Caller(
            identity=identity,
            organisation=answers.organisation if identity == Identity.PROFESSIONAL else None,
            source=_source(identity, relation, answers.organisation),
            sealed=_sealed(given, relation) if identity == Identity.PUBLIC_WITHHELD else None,
        ),
        submission=replace(submission, referrer=_referrer(given, identity, relation)),
        received_on=given["received_on"] if given["via"] == Via.LETTER else None,
    )
    return made, {}


def _document(answers: Answers) -> dict[str, Any]:
    given = answers.given
    asked = given["status"] == Agreement.GIVEN
    return {
        "children": [_child(answers, n) for n in answers.children()],
        "adults": [_adult(given, n) for n in answers.adults()],
        "concerns": [
            {"category": given["category"], "narrative": given["narrative"], "indicators": list(given["signs"])}
        ],
        "consent": {
            "status": given["status"],
            "reason": given["reason"] or ("" if asked else NOT_SAID_WHY),
            "family_told": given["family_told"],
        },
        "referrer": SOMEBODY,
        "immediate_danger": given["danger"] is True,
    }


def _child(answers: Answers, n: int) -> dict[str, Any]:
    given = answers.given
    return {
        "given_name": given[f"given_{n}"],
        "family_name": given[f"family_{n}"],
        "birth_date": _iso(given[f"born_{n}"]),
        "due_date": _iso(given[f"due_{n}"]),
        "estimated_age": given[f"age_{n}"],
        "sex": given[f"sex_{n}"] or "U",
        "nhs_number": given[f"nhs_{n}"],
        "school": given[f"school_{n}"],
        "interpreter": given[f"interpreter_{n}"],
        "language": given[f"language_{n}"],
        "address": {"line1": given["line1"], "town": given["town"], "postcode": given["postcode"]},
    }


def _adult(given: Mapping[str, Any], n: int) -> dict[str, Any]:
    return {
        "name": given[f"adult_{n}"] or "Not known",
        "relationship": given[f"tie_{n}"],
        "causes_harm": bool(given[f"harm_{n}"]),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _identity(given: Mapping[str, Any]) -> Identity:
    return Identity.PROFESSIONAL if given["kind"] == "professional" else Identity(given["wish"])


def _relation(given: Mapping[str, Any]) -> Relation:
    return SELF if given.get("relation") == "self" else RELATIONS.get(given.get("relation", ""), NOT_SAID)


def _source(identity: Identity, relation: Relation, organisation: Organisation | None) -> str:
    """As the census counts it; "" leaves it to the organisation."""
    if identity == Identity.PROFESSIONAL:
        return "" if organisation else SourceCode.UNKNOWN.value
    if identity == Identity.ANONYMOUS:
        return SourceCode.ANONYMOUS.value
    return SourceCode.UNKNOWN.value if relation is NOT_SAID else relation.source.value


def _referrer(given: Mapping[str, Any], identity: Identity, relation: Relation) -> Referrer:
    """A withheld referrer's tie to the child would point at them as much as a name."""
    if identity == Identity.PUBLIC_WITHHELD:
        return Referrer(name=WITHHELD)
    if identity == Identity.ANONYMOUS:
        return Referrer(name=ANONYMOUS, role=relation.role)
    role = given["job"] if identity == Identity.PROFESSIONAL else relation.role
    return Referrer(name=given["name"], role=role, phone=given["phone"], email=given["email"])


def _sealed(given: Mapping[str, Any], relation: Relation) -> Sealed:
    return Sealed(
        name=given["name"],
        phone=given["phone"],
        email=given["email"],
        relationship=relation.role,
        safe_contact="",
        source_code=_source(Identity.PUBLIC_WITHHELD, relation, None),
    )


def _token(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


def _box(path: str, answers: Answers) -> str:
    """The box that a mistake at this path of the document belongs to."""
    head, _, rest = path.partition(".")
    place, _, last = rest.partition(".")
    if head == "children":
        return _childs_box(place, last, answers)
    if head == "adults":
        return f"adult_{answers.adults()[int(place)]}" if place else "adult_1"
    end = path.rsplit(".", 1)[-1]
    return "signs" if "indicators" in path else PLAIN.get(end, "narrative")


def _childs_box(place: str, last: str, answers: Answers) -> str:
    if last.startswith("address."):
        return last.removeprefix("address.")
    n = answers.children()[int(place)] if place else 1
    return f"{BOXES.get(last, 'given')}_{n}"
