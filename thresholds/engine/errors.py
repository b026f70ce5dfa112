"""What can be wrong with the facts or with a framework; every error is a ValueError a form or the API can show."""


class InvalidFact(ValueError):
    """A fact outside its range; `field` is its path in the JSON form, such as `tools.dash`."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class UnknownIndicator(InvalidFact):
    """A code that this version of the framework does not hold."""

    def __init__(self, code: str) -> None:
        super().__init__("indicators", f"there is no indicator {code[:20]!r} in this framework")
        self.code = code


class BadFramework(ValueError):
    """A framework document that cannot be trusted; `where` is the path of the fault in it."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(f"{where}: {message}")
        self.where = where
        self.message = message
