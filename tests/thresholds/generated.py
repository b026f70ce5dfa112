"""Whole framework documents of any shape that the engine takes: bands, indicators, rules of every condition, notes."""

from itertools import accumulate
from typing import Any

from hypothesis import strategies as st

from thresholds.engine.words import (
    CONSENTS,
    DARA_GRADES,
    DASH_GRADES,
    DURATIONS,
    DUTIES,
    EXPLOITATION_GRADES,
    ROUTES,
    SEVERITIES,
)

Document = dict[str, Any]
TAGS = ("care", "harm", "home")
AREAS, KINDS = ("child", "parents", "place"), ("health", "school")
ROOMS = ("", " {dash}", " {referrals}", " {dara} and {neglect_grade}", " {{so}}")


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """One valid document."""
    bands = draw(_bands())
    levels = sorted({band["level"] for band in bands})
    indicators = draw(_indicators(levels))
    codes = [one["code"] for one in indicators]
    tags = sorted({tag for one in indicators for tag in one.get("tags", ())})
    placed = draw(st.lists(st.sampled_from(codes), unique=True, max_size=4)) if codes else []
    rules = draw(st.lists(_steps(levels, codes, tags), max_size=4))
    notes = draw(st.lists(_conditions(codes, tags, for_notes=True), max_size=2))
    return {
        "format": 1,
        "key": "made",
        "title": "Made up",
        "source": "A test",
        "bands": bands,
        "domains": [{"key": key, "title": key.title()} for key in AREAS],
        "needs": [{"key": key, "title": key.title()} for key in KINDS],
        "indicators": indicators,
        "placements": {code: _placement(draw, bands) for code in placed},
        "rules": [{"id": f"rule-{n}", "source": "A test", "steps": steps} for n, steps in enumerate(rules)],
        "notes": [
            {"id": f"note-{n}", "source": "A test", "when": when, "because": "So."} for n, when in enumerate(notes)
        ],
    }


def _highest(one: tuple[int, int, int], other: tuple[int, int, int]) -> tuple[int, int, int]:
    return max(one[0], other[0]), max(one[1], other[1]), max(one[2], other[2])


@st.composite
def _chain(draw: st.DrawFn, levels: list[int], *, most: int, lowest: int) -> list[tuple[int, str, str]]:
    """Level, route and duty, none of which ever goes down; `lowest` 1 leaves the undetermined out."""
    rungs = st.tuples(st.sampled_from(levels), st.integers(lowest, 3), st.integers(lowest, 4))
    drawn = draw(st.lists(rungs, min_size=1, max_size=most))
    return [(level, ROUTES[route], DUTIES[duty]) for level, route, duty in accumulate(sorted(drawn), _highest)]


@st.composite
def _bands(draw: st.DrawFn) -> list[Document]:
    rungs = draw(_chain([1, 2, 3, 4], most=6, lowest=1))
    return [
        {"code": f"{level}{'abcdef'[n]}", "level": level, "route": route, "duty": duty, "title": f"Band {n}"}
        for n, (level, route, duty) in enumerate(rungs)
    ]


@st.composite
def _indicators(draw: st.DrawFn, levels: list[int]) -> list[Document]:
    return [draw(_indicator(f"X{n:02}", levels)) for n in range(draw(st.integers(0, 8)))]


@st.composite
def _indicator(draw: st.DrawFn, code: str, levels: list[int]) -> Document:
    item: Document = {
        "code": code,
        "domain": draw(st.sampled_from(AREAS)),
        "need": draw(st.sampled_from(KINDS)),
        "words": f"{code} is so.",
        "level": draw(st.sampled_from(levels)),
        "source": "A test",
    }
    if tags := draw(st.lists(st.sampled_from(TAGS), unique=True, max_size=2)):
        item["tags"] = tags
    if draw(st.booleans()):
        grades = sorted(draw(st.lists(st.sampled_from(levels), min_size=3, max_size=3)))
        item["severities"] = {
            word: {"level": level, "words": "So."} for word, level in zip(SEVERITIES, grades, strict=True)
        }
        item["level"] = draw(st.none() | st.just(item["level"]))
    if draw(st.booleans()):
        item |= {"duty": draw(st.sampled_from(DUTIES)), "duty_because": "By law."}
    if draw(st.booleans()):
        item["route"] = draw(st.sampled_from(ROUTES))
    return item


def _placement(draw: st.DrawFn, bands: list[Document]) -> Document:
    return {"band": draw(st.sampled_from([band["code"] for band in bands])), "because": "Placed."}


@st.composite
def _steps(draw: st.DrawFn, levels: list[int], codes: list[str], tags: list[str]) -> list[Document]:
    steps = []
    for level, route, duty in reversed(draw(_chain(levels, most=3, lowest=0))):
        step = {"level": level, "when": draw(_conditions(codes, tags)), "because": f"So{draw(st.sampled_from(ROOMS))}."}
        steps.append(step | draw(st.sampled_from([{"route": route, "duty": duty}])))
    return steps


def _conditions(codes: list[str], tags: list[str], *, for_notes: bool = False) -> st.SearchStrategy[Document]:
    """Any condition, up to a few inside each other."""
    return st.recursive(_leaves(codes, tags, for_notes=for_notes), _joined, max_leaves=4)


def _joined(parts: st.SearchStrategy[Document]) -> st.SearchStrategy[Document]:
    several = st.lists(parts, min_size=1, max_size=3)
    counted = st.fixed_dictionaries({"count": st.integers(1, 3), "of": several})
    return (
        several.map(lambda of: {"all": of})
        | several.map(lambda of: {"any": of})
        | counted.map(lambda of: {"at_least": of})
    )


def _leaves(codes: list[str], tags: list[str], *, for_notes: bool) -> st.SearchStrategy[Document]:
    found = (
        _needs(codes, tags).map(lambda needs: {"needs": needs})
        | st.integers(0, 200).map(lambda months: {"younger_than_months": months})
        | st.integers(1, 6).map(lambda number: {"referrals_at_least": number})
        | _tools().map(lambda tool: {"tool_at_least": tool})
        | st.just({"immediate_danger": True})
    )
    if not for_notes:
        return found
    return (
        found
        | st.sampled_from(CONSENTS).map(lambda word: {"consent": word})
        | st.just({"age_unknown": True})
        | st.integers(1, 4).map(lambda level: {"reached": level})
    )


def _needs(codes: list[str], tags: list[str]) -> st.SearchStrategy[Document]:
    which: dict[str, st.SearchStrategy[Any]] = {
        "level": st.integers(1, 4),
        "count": st.integers(1, 3),
        "domains": st.integers(1, 3),
        "duration": st.sampled_from(DURATIONS),
    }
    if codes:
        which["codes"] = st.lists(st.sampled_from(codes), max_size=3)
    if tags:
        which["tags"] = st.lists(st.sampled_from(tags), max_size=2)
    return st.fixed_dictionaries({}, optional=which)


def _tools() -> st.SearchStrategy[Document]:
    return st.one_of(
        st.fixed_dictionaries({"dash": st.integers(0, 27)}),
        st.fixed_dictionaries({"neglect_grade": st.integers(1, 5)}),
        st.fixed_dictionaries({"dash_grade": st.sampled_from(DASH_GRADES)}),
        st.fixed_dictionaries({"dara": st.sampled_from(DARA_GRADES)}),
        st.fixed_dictionaries({"exploitation": st.sampled_from(EXPLOITATION_GRADES)}),
    )
