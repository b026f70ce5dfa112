"""Keys that group: the same household, the same child. Letters and digits only: spaces are nothing."""

import hashlib
import unicodedata

from mash.lib.identifiers import is_a_place
from referrals.submission import Address, Child

LENGTH = 40


def household(children: tuple[Child, ...], *, otherwise: str) -> str:
    """The first whole address among the children; `otherwise` (the reference) when nobody has one.

    A postcode alone is not a household: flats share it. Nor is "no fixed abode".
    """
    for child in children:
        if child.address.line1 and is_a_place(child.address.postcode):
            return _digest("home", letters(child.address.line1), letters(child.address.postcode))
    return otherwise


def identity(child: Child) -> str:
    """The NHS number, or the whole name with the birth date; empty when neither is known. Used to count earlier
    referrals, not to merge people: that is a person's decision at triage."""
    if child.nhs_number:
        return _digest("nhs", child.nhs_number)
    if child.birth_date and child.given_name and child.family_name:
        return _digest("name", letters(child.given_name), letters(child.family_name), child.birth_date.isoformat())
    return ""


def address_text(address: Address) -> str:
    """One line for people to read."""
    return ", ".join(part for part in (address.line1, address.line2, address.town, address.postcode) if part)


def letters(text: str) -> str:
    """A text as keys compare it: small letters and digits, without accents, spaces or signs."""
    return "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if c.isalnum())


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:LENGTH]
