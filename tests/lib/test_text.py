import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.lib.text import clean, isolated


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Ada \x00Byrne\x07 ", "Ada Byrne"),
        ("one\r\ntwo\rthree\tfour\u2028five", "one\ntwo\nthree\tfour\nfive"),
        ("Zoe\u0301", "Zo\u00e9"),
        ("abc\u202egpj.exe\u2066\u2069", "abcgpj.exe"),
        (
            "\u0645\u0631\u062d\u0628\u0627 \u200f\u05e9\u05dc\u05d5\u05dd",
            "\u0645\u0631\u062d\u0628\u0627 \u200f\u05e9\u05dc\u05d5\u05dd",
        ),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f468\u200d\U0001f469\u200d\U0001f467"),
        ("lone \ud800 half", "lone  half"),
    ],
)
def test_it_cleans(typed: str, stored: str) -> None:
    assert clean(typed) == stored


@given(st.text(st.characters()))
def test_it_is_done_after_once_and_can_be_stored(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned == unicodedata.normalize("NFC", cleaned)
    assert b"\x00" not in cleaned.encode()


@given(st.text(st.characters(categories=["L", "N"])))
def test_it_loses_no_letter(text: str) -> None:
    assert clean(text) == unicodedata.normalize("NFC", text)


def test_it_isolates_a_right_to_left_name_and_leaves_any_other() -> None:
    assert isolated("Omar ليلى العربية") == "\u2068Omar ليلى العربية\u2069"
    assert (isolated("Zoë O’Neil-Łuczak"), isolated("")) == ("Zoë O’Neil-Łuczak", "")
