"""From the plain answers of the public form to a submission, and what of them is kept apart.

Whoever sends it may be known, withheld from the family, or nobody at all. Only the first has a name in the submission.
"""

import re
from dataclasses import dataclass
from typing import Any

from accounts.models import SourceCode
from mash.lib import identifiers
from referrals.choices import Agreement, Category, FamilyTold, HowKnown, Identity, LawfulBasis
from referrals.submission import Address, Child, Concern, Consent, Referrer, Submission

Answers = dict[str, Any]
MOST_CHILDREN = 4
UNKNOWN = "unknown"
WITHHELD, ANONYMOUS = "Name withheld", "No name given"
OLDEST = 25
ABOUT = r"(?:about|around|nearly|almost|maybe|perhaps|only|just|he is|she is|i am|aged?)"
YEARS = re.compile(rf"(?:{ABOUT} )*(\d{{1,2}})(?: ?(?:years?|yrs?)(?: old)?)?(?: ?(?:and a half|½|1/2))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Relation:
    """Who somebody is to the child: in the form's words, in the file's, and as the census counts it."""

    label: str
    role: str
    source: SourceCode


RELATIONS = {
    "parent": Relation("A parent, or I care for the child", "Parent or carer", SourceCode.RELATIVE),
    "family": Relation("Family: a gran, an uncle, a sister", "Relative", SourceCode.RELATIVE),
    "neighbour": Relation("A neighbour", "Neighbour", SourceCode.ACQUAINTANCE),
    "friend": Relation("A friend, or a childminder", "Friend or childminder", SourceCode.ACQUAINTANCE),
    "stranger": Relation("Someone else who saw or heard it", "Another person", SourceCode.STRANGER),
}
SELF = Relation("The child", "The child or young person", SourceCode.SELF)
NOT_SAID = Relation("I would rather not say", "", SourceCode.ANONYMOUS)

CANNOT_BE_TOLD = {
    Identity.PUBLIC_OPEN: "They left no way to reach them. What may be told waits behind their receipt code.",
    Identity.PUBLIC_WITHHELD: "Their name is withheld. What may be told waits behind their receipt code.",
    Identity.ANONYMOUS: "They gave no name. What may be told waits behind their receipt code.",
}
NOT_ASKED = "A member of the public told us. Nobody has asked the family."
ASKS_FOR_HELP = "The family told us this. Nobody has asked yet whether they agree to a service."


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What is kept apart when the name is withheld."""

    name: str
    phone: str
    email: str
    relationship: str
    safe_contact: str
    source_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One filled in form: what becomes the referral, and what stays beside it."""

    identity: Identity
    submission: Submission
    source: SourceCode
    sealed: Sealed | None

    @property
    def cannot_be_told(self) -> str:
        """Why no news is sent; nothing for somebody who can be reached."""
        referrer = self.submission.referrer
        return "" if referrer.phone or referrer.email else CANNOT_BE_TOLD[self.identity]


def told(answers: Answers, *, identity: Identity, me: bool) -> Told:
    """What the answers come to. `me` says that the child themselves is writing.

    With a withheld name, nothing in the submission depends on who they are to the child: that would point at them.
    """
    relation = SELF if me else RELATIONS.get(answers["relation"], NOT_SAID)
    hidden, withheld = identity == Identity.ANONYMOUS, identity == Identity.PUBLIC_WITHHELD
    return Told(
        identity=identity,
        submission=_submission(
            answers,
            _referrer(answers, identity, relation, me),
            asks=not withheld and relation in (SELF, RELATIONS["parent"]),
            me=me and not withheld,
        ),
        source=SourceCode.ANONYMOUS if hidden else relation.source,
        sealed=_sealed(answers, relation, me) if withheld else None,
    )


def _referrer(answers: Answers, identity: Identity, relation: Relation, me: bool) -> Referrer:
    """A withheld referrer's own words for who they are would point at them as much as a name."""
    if identity == Identity.PUBLIC_WITHHELD:
        return Referrer(name=WITHHELD)
    if identity == Identity.ANONYMOUS:
        return Referrer(name=ANONYMOUS, role=relation.role)
    name = _own_name(answers, me)
    return Referrer(name=name, role=relation.role, phone=answers["phone"], email=answers["email"])


def _sealed(answers: Answers, relation: Relation, me: bool) -> Sealed:
    return Sealed(
        name=_own_name(answers, me),
        phone=answers["phone"],
        email=answers["email"],
        relationship=relation.role,
        safe_contact=answers["safe_contact"],
        source_code=relation.source,
    )


def _own_name(answers: Answers, me: bool) -> str:
    return f"{answers['given_1']} {answers['family_1']}".strip() if me else answers["name"]


def _submission(answers: Answers, referrer: Referrer, *, asks: bool, me: bool) -> Submission:
    consent = Consent(
        status=Agreement.NOT_SOUGHT.value,
        reason=ASKS_FOR_HELP if asks else NOT_ASKED,
        lawful_basis=LawfulBasis.NOT_STATED.value,
        family_told=FamilyTold.NOT_STATED.value,
    )
    return Submission(
        children=tuple(_children(answers)),
        concerns=(_concern(answers, me),),
        consent=consent,
        referrer=referrer,
        immediate_danger=answers["danger"],
    )


def _concern(answers: Answers, me: bool) -> Concern:
    kind = answers["kind"]
    return Concern(
        category=Category.OTHER.value if kind == UNKNOWN else kind,
        narrative="\n\n".join([answers["story"], *_ages_in_words(answers)]),
        how_known=HowKnown.CHILD.value if me else answers.get("how_known", HowKnown.OTHER.value),
    )


def _children(answers: Answers) -> list[Child]:
    """The first always, the others when anything is said of them; all at the same home."""
    address = _home(answers["home"], answers["postcode"])
    first, *others = (_child(answers, n, address) for n in range(1, MOST_CHILDREN + 1))
    said = [
        n for n in range(2, MOST_CHILDREN + 1) if any(answers.get(f"{box}_{n}") for box in ("given", "family", "age"))
    ]
    return [first, *(others[n - 2] for n in said)]


def _child(answers: Answers, n: int, address: Address) -> Child:
    return Child(
        given_name=answers.get(f"given_{n}", ""),
        family_name=answers.get(f"family_{n}", ""),
        estimated_age=years(answers.get(f"age_{n}")),
        school=answers["school"] if n == 1 else "",
        address=address,
    )


def years(words: Any) -> int | None:
    """A child's age in whole years from how people say it: “7”, “nearly 7”, “7 and a half”. None for anything else.

    Months, weeks and “a toddler” stay words: a guess at years would be worse than none.
    """
    match = YEARS.fullmatch(str(words or "").lower().strip(" ."))
    return int(match[1]) if match and int(match[1]) <= OLDEST else None


def _ages_in_words(answers: Answers) -> list[str]:
    """What was said of a child's age that is not a number of years: kept below the story, for a person to read."""
    said = ((n, str(answers.get(f"age_{n}") or "")) for n in range(1, MOST_CHILDREN + 1))
    return [f"Age of child {n}, in their words: {words}" for n, words in said if words and years(words) is None]


def _home(street: str, postcode: str) -> Address:
    """A postcode that is not whole, or only half of one, is kept as a line of the address."""
    try:
        return Address(line1=street, postcode=identifiers.postcode(postcode))
    except ValueError:
        lines = [line for line in (street, f"Postcode, in their words: {postcode}" if postcode else "") if line]
        return Address(**dict(zip(("line1", "line2"), lines, strict=False)))
