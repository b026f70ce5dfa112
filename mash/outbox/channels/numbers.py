"""Telephone numbers, as people write them and as providers want them."""

import phonenumbers

HERE = "GB"


def usable(number: str) -> bool:
    """Whether it could be connected at all, by its form."""
    return bool(international(number))


def international(number: str) -> str:
    """The number in the form +441514960000 (E.164); "" for what is no number. Read as dialled in the United Kingdom."""
    try:
        parsed = phonenumbers.parse(number, HERE)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(parsed):
        return ""
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
