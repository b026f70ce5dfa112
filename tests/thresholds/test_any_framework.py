"""What holds for any facts under any framework that an authority could publish, not only those that ship."""

import json
import random
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.thresholds import oracle, strategies
from tests.thresholds.frameworks import fired, height
from tests.thresholds.generated import documents
from thresholds.engine import (
    BadFramework,
    Facts,
    Framework,
    UnknownIndicator,
    assess,
    facts_from_json,
    facts_to_json,
    framework_from_json,
)

often = settings(deadline=None, max_examples=60)
Document = dict[str, Any]


def codes_of(document: Document) -> list[str]:
    return [one["code"] for one in document["indicators"]]


@st.composite
def asked(draw: st.DrawFn) -> tuple[Document, Facts]:
    """A framework document, and facts under it."""
    document = draw(documents())
    return document, draw(strategies.facts_of(codes_of(document)))


def read(document: Document):
    return framework_from_json(document, version=1)


@often
@given(case=asked())
def test_it_answers_what_the_documents_say_and_never_fails(case):
    document, facts = case
    framework = read(document)
    said = assess(facts, framework)
    notes = {note.id for note in framework.notes}
    counted = [name for name in fired(said) if name not in notes]
    assert (said.level, said.band, said.route, said.duty, counted) == oracle.answer(document, facts_to_json(facts))
    assert [name for name in fired(said) if name in notes] == oracle.notes(document, facts_to_json(facts))
    assert all(reason.because for reason in said.reasons)


@often
@given(data=st.data(), case=asked())
def test_it_never_goes_lower_when_a_risk_is_added(data, case):
    document, before = case
    framework = read(document)
    after = data.draw(strategies.worse(before, codes_of(document)))
    for lower, higher in zip(height(before, framework), height(after, framework), strict=True):
        assert higher >= lower


@pytest.mark.parametrize("way", strategies.WAYS, ids=lambda way: way.__name__.strip("_"))
@settings(deadline=None, max_examples=25)
@given(data=st.data(), case=asked())
def test_it_never_goes_lower_in_this_way(way, data, case):
    document, before = case
    framework = read(document)
    after = way(data.draw, before, codes_of(document))
    for lower, higher in zip(height(before, framework), height(after, framework), strict=True):
        assert higher >= lower


@often
@given(case=asked(), seed=st.integers())
def test_it_does_not_care_in_which_order_things_were_ticked_or_written_down(case, seed):
    document, facts = case
    ticks = facts_to_json(facts)
    random.Random(seed).shuffle(ticks["indicators"])
    assert assess(facts_from_json(ticks), read(document)) == assess(facts, read(document))
    shuffled = deepcopy(document)
    for name in ("indicators", "rules", "notes", "domains", "needs"):
        random.Random(seed).shuffle(shuffled[name])
    assert height(facts, read(shuffled)) == height(facts, read(document))
    assert sorted(fired(assess(facts, read(shuffled)))) == sorted(fired(assess(facts, read(document))))


@often
@given(case=asked(), version=st.integers(1, 9))
def test_it_explains_the_same_from_what_is_stored(case, version):
    document, facts = case
    said = assess(facts, framework_from_json(document, version=version))
    stored = json.loads(json.dumps([document, facts_to_json(facts)]))
    again = assess(facts_from_json(stored[1]), framework_from_json(stored[0], version=version))
    assert again == said
    assert again.framework_version == version


@often
@given(case=asked())
def test_a_rule_can_only_raise(case):
    document, facts = case
    whole = height(facts, read(document))
    for place in range(len(document["rules"])):
        without = {**document, "rules": document["rules"][:place] + document["rules"][place + 1 :]}
        assert all(less <= more for less, more in zip(height(facts, read(without)), whole, strict=True))
    alone = {**document, "rules": []}
    assert all(less <= more for less, more in zip(height(facts, read(alone)), whole, strict=True))


@often
@given(case=asked(), consent=st.sampled_from(["given", "refused", "not_sought", None]))
def test_notes_and_what_the_family_agrees_to_change_nothing(case, consent):
    document, facts = case
    framework = read(document)
    assert height(replace(facts, consent=consent), framework) == height(facts, framework)
    assert height(facts, read({**document, "notes": []})) == height(facts, framework)


@often
@given(case=asked())
def test_it_knows_no_other_code(case):
    document, facts = case
    stranger = facts_from_json({**facts_to_json(facts), "indicators": ["Z99"]})
    with pytest.raises(UnknownIndicator):
        assess(stranger, read(document))


JUNK = (None, True, 0, -1, 7, 3.5, "", "x", [], ["x"], [[]], {}, {"x": 1}, {"all": {}}, "child age", "{dash", "{0}")


@settings(deadline=None, max_examples=150)
@given(data=st.data(), document=documents())
def test_it_takes_a_document_whole_or_refuses_it_with_the_place(data, document):
    """Anything at all in the place of anything: taken, or refused by name, and nothing else."""
    places = list(_places(document, ()))
    path = data.draw(st.sampled_from(places))
    broken = _with(document, path, data.draw(st.sampled_from(JUNK)))
    framework, refused = _read_or_refused(broken)
    if framework is None:
        assert refused
        assert refused.where
        assert refused.message
        return
    facts = data.draw(strategies.facts_of(list(framework.by_code)))
    assess(facts, framework)


def _read_or_refused(document: Document) -> tuple[Framework | None, BadFramework | None]:
    try:
        return read(document), None
    except BadFramework as refused:
        return None, refused


def _places(node: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    items: Any = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, part in items:
        yield (*path, key)
        yield from _places(part, (*path, key))


def _with(document: Document, path: tuple[Any, ...], value: Any) -> Document:
    made = deepcopy(document)
    place: Any = made
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return made
