"""Ranges of facts; each refusal names the field."""

from thresholds.engine.errors import InvalidFact


def required(name: str, value: object) -> None:
    """Refuse a value that is missing."""
    if value is None:
        raise InvalidFact(name, "is needed")


def whole(name: str, value: object, low: int, high: int) -> None:
    """Refuse anything but nothing or a whole number from `low` to `high`; True is not 1."""
    if value is None:
        return
    if type(value) is not int or not low <= value <= high:
        raise InvalidFact(name, f"must be a whole number from {low} to {high}")


def one_of(name: str, value: object, words: tuple[str, ...]) -> None:
    """Refuse anything but nothing or one of the words."""
    if value is not None and value not in words:
        raise InvalidFact(name, f"must be one of {', '.join(words)}")


def yes_or_no(name: str, value: object) -> None:
    """Refuse anything but true or false."""
    if value is not True and value is not False:
        raise InvalidFact(name, "must be true or false")
