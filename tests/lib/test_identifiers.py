import itertools
import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.lib.identifiers import nhs_number, postcode, upn

NHS, UPN = "9434765919", "P207000016049"


@pytest.mark.parametrize("typed", [NHS, "943 476 5919", " 943-476-5919\n", "943\u00a0476\u00a05919", "943.476.5919"])
def test_it_reads_an_nhs_number(typed: str) -> None:
    assert nhs_number(typed) == NHS


def test_it_catches_every_wrong_digit_and_swap_in_an_nhs_number() -> None:
    wrong = {NHS[:at] + digit + NHS[at + 1 :] for at, digit in itertools.product(range(10), string.digits)}
    wrong |= {NHS[:at] + NHS[at + 1] + NHS[at] + NHS[at + 2 :] for at in range(9)}
    for number in wrong - {NHS}:
        with pytest.raises(ValueError, match="not right"):
            nhs_number(number)


@pytest.mark.parametrize("typed", ["", "943476591", "94347659199", "943476591X", "\u0669434765919", "0" * 10, "1" * 10])
def test_it_refuses_what_is_no_nhs_number(typed: str) -> None:
    with pytest.raises(ValueError, match="NHS number"):
        nhs_number(typed)


def test_it_reads_a_pupil_number() -> None:
    assert upn("p207 0000 16049") == UPN
    assert upn("B801200005001") == "B801200005001"


@given(st.from_regex(r"\A[0-9]{11}[0-9A-HJ-NP-RT-Z]\Z"))
def test_one_check_letter_fits_each_pupil_number(body: str) -> None:
    def fits(letter: str) -> bool:
        try:
            return upn(letter + body) == letter + body
        except ValueError:
            return False

    assert sum(map(fits, "ABCDEFGHJKLMNPQRTUVWXYZ")) == 1


@pytest.mark.parametrize(
    "typed", ["", "A207000016049", "P20700001604", "2070000160490", "S207000016049", "PX07000016049"]
)
def test_it_refuses_what_is_no_pupil_number(typed: str) -> None:
    with pytest.raises(ValueError, match="pupil number"):
        upn(typed)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("ch411aa", "CH41 1AA"),
        (" CH41  1AA ", "CH41 1AA"),
        ("m1-1ae", "M1 1AE"),
        ("w1a 0ax", "W1A 0AX"),
        ("EC1A1BB", "EC1A 1BB"),
        ("gir0aa", "GIR 0AA"),
        ("B338TH", "B33 8TH"),
        ("zz993vz", "ZZ99 3VZ"),
        ("ZZ99 3WZ", "ZZ99 3WZ"),
    ],
)
def test_it_reads_a_postcode(typed: str, stored: str) -> None:
    assert postcode(typed) == stored


@pytest.mark.parametrize(
    "typed",
    ["", "CH41", "CH41 1A", "1AA CH41", "CH411 1AA", "QQ1 1AA", "CH41 1CI", "ZZ99", "ZZ99 3VA", "ZZ98 3VZ", "\u0661"],
)
def test_it_refuses_what_is_no_postcode(typed: str) -> None:
    with pytest.raises(ValueError, match="postcode"):
        postcode(typed)


@given(st.text())
def test_it_answers_garbage_with_a_sentence(text: str) -> None:
    for reader in (nhs_number, upn, postcode):
        assert _sentence(reader, text).endswith(".")


def _sentence(reader: Callable[[str], str], text: str) -> str:
    try:
        return f"{reader(reader(text))}."
    except ValueError as refusal:
        return str(refusal)
