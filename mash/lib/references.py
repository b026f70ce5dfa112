"""References people read aloud, write on paper and type back: Crockford base 32 with a check character.

The check is a weighted sum over the field GF(32), so its symbol is one of the same 32 characters. The weights are
different powers of a generator: any one wrong character, and any two characters swapped, give another sum.
"""

import secrets
import unicodedata
from functools import cache

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_FORGIVEN = str.maketrans({"I": "1", "L": "1", "O": "0"})
# x^5 + x^2 + 1 is primitive, so the powers of 2 (that is, x) run through all 31 elements that are not zero.
_POLYNOMIAL = 0b100101
_FIELD_BIT = 0b100000


class InvalidReference(ValueError):
    """What was typed is not a reference; the message can be shown to the person who typed it."""


def new_reference() -> str:
    """A new reference: 75 random bits, which nobody can guess or count, and the check character."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return body + check_character(body)


def check_character(body: str) -> str:
    """The character that ends `body`, which has at most 30 others."""
    return ALPHABET[_weighted_sum(body)]


def bare(text: str) -> str:
    """What was typed without spaces and dashes, in capitals, I and L as 1 and O as 0; nothing if it has other signs."""
    words = "".join(character for character in text if not _is_separator(character))
    return words.upper().translate(_FORGIVEN) if words.isascii() else ""


def normalise(text: str) -> str:
    """The stored form of a reference typed in any case, with spaces or dashes, I and L for 1 and O for 0.

    InvalidReference when it has another length, another character, or a check character that does not agree.
    """
    reference = bare(text)
    if len(reference) != LENGTH or not set(reference) <= _VALUES.keys():
        raise InvalidReference("A reference has 16 letters and numbers, like ABCD-EFGH-JKMN-PQRS.")
    if check_character(reference[:-1]) != reference[-1]:
        raise InvalidReference("That is not one of our references. Check each letter and number.")
    return reference


def grouped(reference: str) -> str:
    """The form for people: four groups of four."""
    return "-".join(reference[at : at + 4] for at in range(0, len(reference), 4))


class ReferenceConverter:
    """A reference in an address, as a person might have typed it; anything else is no address of ours (404)."""

    # Room for four groups with a separator between them; what is inside is judged by `normalise`.
    regex = "[0-9A-Za-z -]{16,24}"

    def to_python(self, value: str) -> str:
        """ValueError, which `normalise` raises, means no match."""
        return normalise(value)

    def to_url(self, value: str) -> str:
        """Addresses we write hold the stored form."""
        return value


def _is_separator(character: str) -> bool:
    """Spaces and dashes of any kind, and the invisible marks that come with pasted text."""
    return character.isspace() or unicodedata.category(character) in {"Pd", "Cf"}


def _weighted_sum(body: str) -> int:
    total = 0
    for weight, character in zip(_weights(len(body)), body, strict=True):
        total ^= _product(weight, _VALUES[character])
    return total


@cache
def _weights(count: int) -> tuple[int, ...]:
    """x, x^2, x^3 ...: none is zero, none is the check character's own weight of 1, no two are equal up to x^30."""
    weights = [2]
    while len(weights) < count:
        weights.append(_product(weights[-1], 2))
    return tuple(weights)


@cache
def _product(a: int, b: int) -> int:
    """Multiplication in GF(32)."""
    result = 0
    while b:
        if b & 1:
            result ^= a
        a <<= 1
        if a & _FIELD_BIT:
            a ^= _POLYNOMIAL
        b >>= 1
    return result
