import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.lib.references import (
    ALPHABET,
    LENGTH,
    InvalidReference,
    ReferenceConverter,
    grouped,
    new_reference,
    normalise,
)

CONFUSED = {"1": "1iIlL", "0": "0oO"}


def refused(text: str) -> bool:
    try:
        normalise(text)
    except InvalidReference:
        return True
    return False


def completed(body: str) -> str:
    """The one reference that begins with `body`."""
    [reference] = [body + check for check in ALPHABET if not refused(body + check)]
    return reference


references = st.text(ALPHABET, min_size=LENGTH - 1, max_size=LENGTH - 1).map(completed)


def test_it_makes_sixteen_characters_that_it_accepts() -> None:
    reference = new_reference()
    assert len(reference) == LENGTH
    assert set(reference) <= set(ALPHABET)
    assert normalise(reference) == reference


def test_it_does_not_repeat() -> None:
    assert len({new_reference() for _ in range(2000)}) == 2000


@given(references)
def test_it_catches_every_single_wrong_character(reference: str) -> None:
    for at, character in itertools.product(range(LENGTH), ALPHABET):
        if character != reference[at]:
            assert refused(reference[:at] + character + reference[at + 1 :])


@given(references)
def test_it_catches_every_swap_of_two_characters(reference: str) -> None:
    for a, b in itertools.combinations(range(LENGTH), 2):
        if reference[a] != reference[b]:
            swapped = list(reference)
            swapped[a], swapped[b] = swapped[b], swapped[a]
            assert refused("".join(swapped))


@given(references, st.data())
def test_it_forgives_case_groups_and_letters_that_look_alike(reference: str, data: st.DataObject) -> None:
    typed = "".join(
        data.draw(st.sampled_from(CONFUSED.get(character, character + character.lower())))
        + data.draw(st.sampled_from(["", "", " ", "-", "\u2011", "\u2013", "\u00a0", "\u200b"]))
        for character in reference
    )
    assert normalise(typed) == reference
    assert normalise(grouped(reference)) == reference


def test_it_shows_groups_of_four() -> None:
    assert grouped("ABCDEFGHJKMNPQRS") == "ABCD-EFGH-JKMN-PQRS"


@pytest.mark.parametrize("text", ["", "ABCD", "U" * 16, "0" * 17, "\u0661" * 16, "\U0001f600" * 16, "\uff21" * 16])
def test_it_refuses_with_a_sentence(text: str) -> None:
    with pytest.raises(InvalidReference, match=r"16 letters and numbers"):
        normalise(text)


@given(st.text())
def test_it_never_breaks_on_garbage(text: str) -> None:
    assert refused(text) or normalise(text)


def test_it_is_a_path_converter() -> None:
    converter, reference = ReferenceConverter(), new_reference()
    assert converter.to_python(grouped(reference).lower()) == reference
    assert converter.to_url(reference) == reference
