"""Receipt codes: 80 bits that nobody can guess, in letters that people read aloud and write down.

The form is that of references (Crockford base 32, `mash.lib.references`), one character longer, so that neither is
taken for the other. A code is made from the form that was sent, with the installation's key: the same form sent twice
gives the same code, and only its digest is stored.
"""

import hashlib
import hmac

from django.conf import settings

from mash.lib.references import ALPHABET, bare, check_character

BITS = 80
LENGTH = BITS // 5 + 1
GROUP = 4


class InvalidCode(ValueError):
    """What was typed is no code of ours; the message can be shown to whoever typed it."""


def of(*parts: str) -> str:
    """The code of one form, which is named by its parts."""
    key = hashlib.sha256(f"receipt code\x1f{settings.SECRET_KEY}".encode()).digest()
    number = int.from_bytes(hmac.digest(key, "\x1f".join(parts).encode(), "sha256")[: BITS // 8])
    body = "".join(ALPHABET[number >> shift & 31] for shift in range(BITS - 5, -1, -5))
    return body + check_character(body)


def normalise(text: str) -> str:
    """The code typed in any case, with spaces or dashes, I and L for 1, O for 0. InvalidCode says what is wrong."""
    code = bare(text)
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        raise InvalidCode(f"A code has {LENGTH} letters and numbers, like ABCD-EFGH-JKMN-PQRST")
    if check_character(code[:-1]) != code[-1]:
        raise InvalidCode("That is not one of our codes. Check each letter and number")
    return code


def digest(code: str) -> str:
    """What is stored. 80 random bits need no salt and no slow digest, and a new key does not close what is open."""
    return hashlib.sha256(code.encode()).hexdigest()


def grouped(code: str) -> str:
    """ABCD-EFGH-JKMN-PQRST: the last group is the longest."""
    starts = range(0, LENGTH - 1 - GROUP, GROUP)
    return "-".join([*(code[at : at + GROUP] for at in starts), code[LENGTH - 1 - GROUP :]])
