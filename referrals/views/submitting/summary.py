"""A submission as people read it back: cards of questions and answers, for the check page and for what was sent."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mash.govuk.moments import day_words
from mash.govuk.templatetags.mash import nhs_number
from referrals import drafting
from referrals.choices import Agreement, Category, FamilyTold, LawfulBasis, Sex
from referrals.selectors import submissions
from referrals.views.submitting import summary_more as more
from referrals.views.submitting.summary_worker import worker

LONG = ("narrative", "childs_words", *drafting.WIDER)
Document = Mapping[str, Any]
Link = Callable[[str, int, str], str]
ADDRESS = ("line1", "line2", "town", "postcode")
YES_NO: dict[Any, str] = {True: "Yes", False: "No", "yes": "Yes", "no": "No", "not_known": "Not known"}
# What was sent says only who is thought to cause the harm; a draft holds the answer itself.
HARM: dict[Any, str] = {
    "yes": "Yes",
    "no": "No",
    "unknown": "I do not know",
    True: "Yes",
    False: "No, or not known",
}
DURATIONS = {
    "once": "It happened once.",
    "weeks": "It has gone on for weeks.",
    "months": "It has gone on for months.",
    "years": "It has gone on for a year or more.",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One question with its answer, which may be several lines, and where to change it."""

    key: str
    value: str | list[str]
    href: str = ""
    what: str = ""
    long: bool = False
    listed: bool = False

    @property
    def lines(self) -> list[str]:
        """The lines of the answer that hold something."""
        return [line for line in ([self.value] if isinstance(self.value, str) else self.value) if line]


@dataclass(frozen=True, slots=True)
class Card:
    """One child, adult, worry or section."""

    title: str
    rows: list[Row] = field(default_factory=list)


def cards(document: Document, *, link: Link = lambda _section, _place, _name: "") -> list[Card]:
    """The whole document, in the order of the journey. `link(section, place, field)` is where an answer is changed."""
    made = [
        *(_child(child, place) for place, child in enumerate(document.get("children", []))),
        *_adults(document),
        *_concerns(document),
        *worker(document),
        more.wider(document),
        *more.tools(document.get("tools") or {}),
        _agreement(document.get("consent", {})),
        _referrer(document),
    ]
    return [Card(title, [_row(link, *row) for row in rows]) for title, rows in made]


Answer = tuple[str, int, str, str, Any]
Made = tuple[str, list[Answer]]


def _row(link: Link, section: str, place: int, name: str, key: str, value: Any) -> Row:
    href = link(section, place, name)
    return Row(
        key,
        value if isinstance(value, list) else str(value or ""),
        href,
        _within(key),
        name in LONG,
        name == "signs",
    )


def _within(key: str) -> str:
    """A question inside a sentence: "NHS number" stays as it is, "Name" does not."""
    return key if key[:2].isupper() else f"{key[:1].lower()}{key[1:]}"


def _child(child: Document, place: int) -> Made:
    answers: list[tuple[str, str, Any]] = [
        ("given_name", "Name", _name(child)),
        ("age_kind", *_age(child)),
        ("sex", "Sex", Sex(child.get("sex") or Sex.U).label),
        ("line1", "Address", [str(child.get("address", {}).get(part) or "") for part in ADDRESS]),
        ("school", "Nursery, school or college", child.get("school")),
        ("nhs_number", "NHS number", nhs_number(child.get("nhs_number") or "")),
        ("upn", "Unique pupil number", child.get("upn")),
        *more.child(child),
    ]
    return drafting.child_name(child), [("children", place, *answer) for answer in answers]


def in_brief(child: Document) -> list[str]:
    """A child in a line or two: how old, and where."""
    key, value = _age(child)
    words = {"Date of birth": "Born ", "Due": "Due "}.get(key, "Age not known" if value == "Not known" else "")
    address = child.get("address", {})
    where = ", ".join(str(address[part]) for part in ADDRESS if address.get(part))
    return [words if value == "Not known" else f"{words}{value}", *filter(None, [where])]


def _name(person: Document) -> str:
    return f"{person.get('given_name') or ''} {person.get('family_name') or ''}".strip()


def _age(child: Document) -> tuple[str, str]:
    if child.get("birth_date"):
        return "Date of birth", day_words(date.fromisoformat(child["birth_date"]))
    if child.get("due_date"):
        return "Due", day_words(date.fromisoformat(child["due_date"]))
    age = child.get("estimated_age")
    return "Age", f"About {age}" if age is not None else "Not known"


def _adults(document: Document) -> Iterator[Made]:
    """The adults; or, in a draft, that nobody is known. A document that was sent does not say why it names nobody."""
    every = document.get("adults", [])
    if not every and document.get("no_adults"):
        yield "Adults", [("adults", 0, "name", "Adults", "You do not know of any adults")]
    for place, adult in enumerate(every):
        yield _adult(adult, place)


def _adult(adult: Document, place: int) -> Made:
    answers: list[tuple[str, str, Any]] = [
        ("name", "Name", adult.get("name")),
        ("relationship", "Who they are to the children", adult.get("relationship")),
        ("causes_harm", "Do you think they cause the harm?", HARM[adult.get("causes_harm", False)]),
        ("parental_responsibility", "Parental responsibility", YES_NO.get(adult.get("parental_responsibility"))),
        ("whereabouts", "Where they are now", adult.get("whereabouts")),
        *more.adult(adult),
    ]
    return str(adult.get("name", "")), [("adults", place, *answer) for answer in answers]


def _concerns(document: Document) -> Iterator[Made]:
    children = document.get("children", [])
    every = document.get("concerns", [])
    words = submissions.sign_words([sign for concern in every for sign in concern.get("indicators", [])])
    for place, concern in enumerate(every):
        about = concern.get("about") or range(len(children))
        answers: list[tuple[str, str, Any]] = [
            ("category", "Mostly about", Category(concern["category"]).label),
            ("about", "Which children", [drafting.child_name(children[n]) for n in about if n < len(children)]),
            ("narrative", "What you have seen or heard", concern.get("narrative")),
            *more.concern(concern),
            ("who_causes_harm", "Who you think causes the harm", concern.get("who_causes_harm")),
            ("signs", "Signs", _signs(concern.get("indicators", []), words) or ["None ticked"]),
        ]
        yield f"Worry: {Category(concern['category']).label.lower()}", [("concerns", place, *one) for one in answers]


def _signs(signs: Iterable[Any], words: Mapping[tuple[str, str], str]) -> list[str]:
    return [" ".join(filter(None, _sign(sign, words))) for sign in signs]


def _sign(sign: Any, words: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """The sign, how serious in the words that were chosen, and for how long."""
    code, severity, duration = submissions.sign_parts(sign)
    yield words[code, ""]
    if severity:
        yield words[code, severity]
    yield DURATIONS.get(duration, "")


def _agreement(consent: Document) -> Made:
    status, reason = consent.get("status"), consent.get("reason")
    answers: list[tuple[str, str, Any]] = [
        ("status", "Agreement to being offered help", Agreement(status).label if status else ""),
        *([("status", "Why, or what they said", reason)] if reason or status != Agreement.GIVEN else []),
        ("lawful_basis", "Why you may share this", _label(LawfulBasis, consent.get("lawful_basis"))),
        ("family_told", "What the family knows", _label(FamilyTold, consent.get("family_told"))),
    ]
    return "Agreement, sharing and what the family knows", [("agreement", 0, *answer) for answer in answers]


def _label(words: Any, value: str | None) -> str:
    return str(words(value).label) if value else ""


def _referrer(document: Document) -> Made:
    referrer = document.get("referrer", {})
    answers: list[tuple[str, int, str, str, Any]] = [
        ("you", 0, "name", "Name", referrer.get("name")),
        ("you", 0, "role", "Job", referrer.get("role")),
        ("you", 0, "phone", "Phone number", referrer.get("phone")),
        ("you", 0, "email", "Email address", referrer.get("email")),
        ("danger", 0, "immediate_danger", "A child in danger now", YES_NO[bool(document.get("immediate_danger"))]),
    ]
    return "You, and how urgent it is", answers
