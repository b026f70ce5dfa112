"""What the pages that may be skipped come to, read back: only what was answered, and else one line that leads there."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from referrals.choices import Disability, Ethnicity, HowKnown
from referrals.tools import scores

Document = Mapping[str, Any]
Answer = tuple[str, int, str, str, Any]
NamedAnswer = tuple[str, str, Any]
ANSWERS = {"yes": "Yes", "no": "No", "not_known": "Not known"}
WIDER = "What works well, what should happen, what was done already"


def child(child: Document) -> list[NamedAnswer]:
    """The second page of a child."""
    ethnicity = child.get("ethnicity")
    disabilities = [str(Disability(code).label) for code in child.get("disabilities") or []]
    return _given(
        ("aliases", "More about this child"),
        ("aliases", "Other names", child.get("aliases")),
        ("ethnicity", "Ethnic background", Ethnicity(ethnicity).label if ethnicity else ""),
        ("language", "Language at home", child.get("language")),
        ("interpreter", "Needs an interpreter", ANSWERS.get(child.get("interpreter") or "", "")),
        ("disabilities", "Disability", disabilities),
        ("communication", "What helps to understand and be understood", _lines(child.get("communication"))),
        ("earlier_addresses", "Earlier addresses", list(child.get("earlier_addresses") or [])),
    )


def adult(adult: Document) -> list[NamedAnswer]:
    """How to reach a grown-up."""
    return _given(
        ("phone", "How to reach them"),
        ("phone", "Phone number", adult.get("phone")),
        ("email", "Email address", adult.get("email")),
        ("address", "Address", _lines(adult.get("address"))),
        ("safe_contact", "How to reach them safely", _lines(adult.get("safe_contact"))),
    )


def concern(concern: Document) -> list[NamedAnswer]:
    """When, how it is known, and the child's own words."""
    known = concern.get("how_known")
    return _given(
        ("happened", "When, and how you know"),
        ("happened", "When it happened", _lines(concern.get("happened"))),
        ("how_known", "How you know", HowKnown(known).label if known else ""),
        ("childs_words", "What the child said", concern.get("childs_words")),
    )


def wider(document: Document) -> tuple[str, list[Answer]]:
    """The wider picture."""
    return WIDER, [
        ("wider", 0, "strengths", "What works well", document.get("strengths")),
        ("wider", 0, "hopes", "What should happen", document.get("hopes")),
        ("wider", 0, "done_already", "What you have done already", document.get("done_already")),
    ]


def tools(tools: Document) -> Iterator[tuple[str, list[Answer]]]:
    """The scores of the tools that were used, where any was."""
    rows: list[Answer] = []
    for one in scores(tools):
        section = f"tool_{one.key}"
        rows += [
            (section, 0, one.box, one.words, one.score),
            (section, 0, f"{one.key}_by", f"{one.words}: who did it", one.by),
        ]
    if rows:
        yield "Screening tools", rows


def _given(none: tuple[str, str], *answers: NamedAnswer) -> list[NamedAnswer]:
    """The answers that were given; when there are none, one line that says so."""
    return [answer for answer in answers if _held(answer[2])] or [(*none, "")]


def _lines(text: str | None) -> list[str]:
    return (text or "").splitlines()


def _held(value: str | Iterable[str] | None) -> bool:
    return bool(value)
