"""Rows of one incident and one family are one referral with several children."""

from collections.abc import Iterator, Sequence
from typing import Any

from mash.lib.identifiers import is_a_place
from referrals import documents, keys
from referrals.documents import InvalidDocument
from referrals.documents.people import MOST_CHILDREN
from referrals.notices import columns, rows
from referrals.notices.rows import Document
from referrals.notices.table import Table
from referrals.services.notices import Notice, Refusal, Row
from thresholds.engine.words import DARA_GRADES, DASH_GRADES

Sound = tuple[Row, Document]


def plan(table: Table, referrer: Document) -> tuple[list[Notice], list[Refusal]]:
    """What of a file can be sent, family by family, and what cannot and why. A bad row costs itself alone."""
    families: dict[tuple[str, str], list[Sound]] = {}
    refused: list[Refusal] = []
    for line in table.lines:
        made, errors = rows.document(line, referrer)
        row = Row(line.number, line.cells.get("incident_number", "")[: rows.MOST_OF_A_LABEL], dict(line.cells))
        if errors:
            refused.append(Refusal(row, errors))
        else:
            families.setdefault(_family(row, made), []).append((row, made))
    notices = [notice for family in families.values() for notice in _notices(family, refused)]
    return sorted(notices, key=lambda one: one.rows[0].position), sorted(refused, key=lambda one: one.row.position)


def _family(row: Row, made: Document) -> tuple[str, str]:
    """The same for rows of one incident at one address; of one family name where there is no whole address."""
    child = made["children"][0]
    address = child["address"]
    home = keys.letters(address["line1"]) + keys.letters(address["postcode"])
    whole = address["line1"] and is_a_place(address["postcode"])
    return keys.letters(row.label), home if whole else f"name {keys.letters(child['family_name'])}"


def _notices(family: list[Sound], refused: list[Refusal]) -> Iterator[Notice]:
    """One notice for a family, or several when there are more children than a referral holds; a child who is there
    twice is refused the second time."""
    for start in range(0, len(family), MOST_CHILDREN):
        some = family[start : start + MOST_CHILDREN]
        while some:
            together = _together([made for _row, made in some])
            wrong = _wrong_children(together) if len(some) > 1 else {}
            if not wrong:
                yield Notice(tuple(row for row, _made in some), together)
                break
            refused.extend(Refusal(some[place][0], errors) for place, errors in wrong.items())
            some = [one for place, one in enumerate(some) if place not in wrong]


def _wrong_children(together: Document) -> dict[int, rows.Errors]:
    """What is wrong once the children stand together, by the child's place; the last of them for all else."""
    try:
        documents.parse(together)
    except InvalidDocument as invalid:
        found: dict[int, rows.Errors] = {}
        for path, sentences in invalid.errors.items():
            head, _, rest = path.partition(".")
            place = int(rest.split(".")[0]) if head == "children" and rest else len(together["children"]) - 1
            found.setdefault(place, {})[columns.column_of(path)] = sentences
        return found
    return {}


def _together(made: Sequence[Document]) -> Document:
    first = made[0]
    if len(made) == 1:
        return first
    return {
        **first,
        "children": [one["children"][0] for one in made],
        "adults": _adults(made),
        "concerns": _concerns(made),
        "tools": _tools(made),
        "immediate_danger": any(one["immediate_danger"] for one in made),
    }


def _adults(made: Sequence[Document]) -> list[Document]:
    """Each adult once; whoever one row says causes the harm does."""
    found: dict[tuple[str, str], Document] = {}
    for adult in (adult for one in made for adult in one["adults"]):
        mark = keys.letters(adult["name"]), keys.letters(adult["relationship"])
        held = found.setdefault(mark, dict(adult))
        held["causes_harm"] = held["causes_harm"] or adult["causes_harm"]
    return list(found.values())


def _concerns(made: Sequence[Document]) -> list[Document]:
    """A worry that all rows tell alike is about all the children; any other about the child of its row."""
    told: dict[str, Document] = {}
    about: dict[str, list[int]] = {}
    for place, one in enumerate(made):
        concern = one["concerns"][0]
        mark = repr(sorted(concern.items()))
        told[mark] = concern
        about.setdefault(mark, []).append(place)
    everybody = len(made)
    return [
        concern if len(about[mark]) == everybody else {**concern, "about": about[mark]}
        for mark, concern in told.items()
    ]


def _tools(made: Sequence[Document]) -> Document:
    """The worst score and the worst grade that any row gives."""
    scores: list[Any] = [one["tools"]["dash"] for one in made if one["tools"]["dash"] is not None]
    return {
        "dash": max(scores, default=None),
        "dash_grade": _worst(made, "dash_grade", DASH_GRADES),
        "dara": _worst(made, "dara", DARA_GRADES),
    }


def _worst(made: Sequence[Document], tool: str, grades: tuple[str, ...]) -> str | None:
    given = [one["tools"][tool] for one in made if one["tools"][tool]]
    return max(given, key=grades.index, default=None)
