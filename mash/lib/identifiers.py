"""Numbers given by others: read as people write them, stored in one form, refused with a sentence they can act on."""

import re

from nhs_number.validate import is_valid
from stdnum.gb import upn as pupil

_SEPARATORS = re.compile(r"[\s.\-\u2010-\u2015]+")
_UPN = re.compile(r"[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]", re.ASCII)
# Outward and inward code, as in the government's address standard (BS 7666); the last two are never C I K M O V.
_POSTCODE = re.compile(
    r"(GIR|[A-PR-UWYZ](?:[0-9]{1,2}|[A-HK-Y][0-9]{1,2}|[0-9][A-HJKPSTUW]|[A-HK-Y][0-9][ABEHMNPRV-Y]))"
    r"([0-9][ABD-HJLNP-UW-Z]{2})",
    re.ASCII,
)
# What the NHS writes where there is no address in the UK to give, such as ZZ99 3VZ for no fixed abode (NHS data
# dictionary, postcode: default and country pseudo postcodes).
_PLACELESS = re.compile(r"(ZZ99)([0-9][A-Z]Z)", re.ASCII)


def nhs_number(text: str) -> str:
    """Ten digits whose check digit agrees. ValueError with a plain sentence otherwise.

    One digit ten times over passes the sum and is never a person's number.
    """
    digits = _bare(text)
    if not (digits.isascii() and digits.isdigit() and len(digits) == 10):
        raise ValueError("An NHS number has 10 digits, like 943 476 5919.")
    if len(set(digits)) == 1 or not is_valid(digits):
        raise ValueError("That NHS number is not right: check each digit.")
    return digits


def upn(text: str) -> str:
    """A unique pupil number of 13 characters whose check letter agrees, temporary ones included.

    The authority's number inside it is not judged: authorities come and go. ValueError with a plain sentence otherwise.
    """
    number = _bare(text).upper()
    if not _UPN.fullmatch(number):
        raise ValueError("A unique pupil number has 13 characters and starts with a letter, like P207000016049.")
    if pupil.calc_check_digit(number[1:]) != number[0]:
        raise ValueError("That unique pupil number is not right: check each character.")
    return number


def postcode(text: str) -> str:
    """A postcode in capitals with one space, like "CH41 1AA", or one that the NHS writes for no address. ValueError
    with a plain sentence otherwise."""
    bare = _bare(text).upper()
    match = _POSTCODE.fullmatch(bare) or _PLACELESS.fullmatch(bare)
    if match is None:
        raise ValueError("Enter a full UK postcode, like CH41 1AA.")
    return f"{match[1]} {match[2]}"


def is_a_place(postcode: str) -> bool:
    """Whether a postcode is somewhere: people who share one that says "no fixed abode" do not share a home."""
    return bool(postcode) and not _PLACELESS.fullmatch(_bare(postcode).upper())


def _bare(text: str) -> str:
    return _SEPARATORS.sub("", text)
