"""Telephone numbers, as people write them and as providers want them."""

import re

import phonenumbers

HERE = "GB"
# 01, 02, 03 and 07, without personal numbers (070) and pagers (076), which cost whoever calls.
ORDINARY = re.compile(r"\+44(?:[123]|7(?![06]))", re.ASCII)


def usable(number: str) -> bool:
    """Whether it could be connected at all, by its form."""
    return bool(international(number))


def takes_texts(number: str) -> bool:
    """Whether a text could arrive there: not at what is known to be a landline."""
    parsed = _parsed(number)
    return parsed is not None and phonenumbers.number_type(parsed) != phonenumbers.PhoneNumberType.FIXED_LINE


def ordinary(number: str) -> bool:
    """Whether it is a landline, a mobile or an 03 number of the United Kingdom: no call abroad and none that earns."""
    return ORDINARY.match(international(number)) is not None


def international(number: str) -> str:
    """The number in the form +441514960000 (E.164); "" for what is no number. Read as dialled in the United Kingdom."""
    parsed = _parsed(number)
    if parsed is None:
        return ""
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def _parsed(number: str) -> phonenumbers.PhoneNumber | None:
    try:
        parsed = phonenumbers.parse(number, HERE)
    except phonenumbers.NumberParseException:
        return None
    return parsed if phonenumbers.is_possible_number(parsed) else None
