"""The columns of a file of notices: what each is called, what it may hold, and where it goes in a referral."""

from collections.abc import Mapping
from dataclasses import dataclass

from referrals import keys
from referrals.choices import Agreement, Category, Sex

ADULTS = (1, 2)


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    help: str
    example: str = ""
    needed: bool = False


def _adult(number: int) -> tuple[Column, ...]:
    mother = number == 1
    return (
        Column(f"adult_{number}_name", "An adult in the child’s life", "Jo Byrne" if mother else "Mark Shaw"),
        Column(f"adult_{number}_relationship", "Who they are to the child", "mother" if mother else "mother’s partner"),
        Column(f"adult_{number}_causes_harm", "yes or no", "no" if mother else "yes"),
    )


COLUMNS: tuple[Column, ...] = (
    Column(
        "incident_number",
        "Your own number. Rows with the same number and the same family become one referral with several children.",
        "MP-2026-004512",
        needed=True,
    ),
    Column("first_name", "Leave it empty for an unborn child", "Ada"),
    Column("last_name", "", "Byrne"),
    Column("date_of_birth", "Day, month and year, like 4/5/2019 or 2019-05-04", "04/05/2019"),
    Column("due_date", "For an unborn child, instead of the date of birth"),
    Column("age", "In years, if you do not know the date of birth"),
    Column("sex", "female, male or unknown", "female"),
    Column("nhs_number", "10 digits"),
    Column("address_line_1", "Where the child lives", "1 Mill Lane"),
    Column("address_line_2", ""),
    Column("town", "", "Merebrook"),
    Column("postcode", "In full", "CH41 1AA"),
    Column("school", "Nursery, school or college"),
    *(column for number in ADULTS for column in _adult(number)),
    Column("category", "What the worry is about: one of the words below", "domestic_abuse", needed=True),
    Column("what_happened", "In your own words", "Neighbours called us. Ada was upstairs and crying.", needed=True),
    Column("signs", "Codes of the signs in the thresholds, with spaces between", "F06"),
    Column("dash_score", "Ticks in the DASH checklist, 0 to 27, if you used it"),
    Column("dash_grade", "standard, medium or high: the officer’s own grade by DASH, with or without ticks"),
    Column("risk_grade", "standard, medium or high: the grade by DARA", "standard"),
    Column("immediate_danger", "yes or no. If yes, call 999 first", "no"),
    Column("agreement", "given, refused or not_sought. Empty: not_sought"),
    Column("agreement_reason", "Why the family did not agree, or was not asked"),
)
NAMES = tuple(column.name for column in COLUMNS)
BY_LETTERS = {keys.letters(name): name for name in NAMES}
NEEDED = tuple(column.name for column in COLUMNS if column.needed)

SEXES: Mapping[str, str] = {
    **{keys.letters(value): value for value in Sex.values},
    **dict.fromkeys(("female", "girl", "woman"), Sex.F.value),
    **dict.fromkeys(("male", "boy", "man"), Sex.M.value),
    **dict.fromkeys(("unknown", "notknown", "indeterminate", "x"), Sex.U.value),
}
CATEGORIES: Mapping[str, str] = {
    keys.letters(word): category.value for category in Category for word in (category.value, str(category.label))
}
AGREEMENTS: Mapping[str, str] = {keys.letters(value): value for value in Agreement.values}
FLAGS: Mapping[str, bool] = {
    **dict.fromkeys(("yes", "y", "true", "1"), True),
    **dict.fromkeys(("no", "n", "false", "0"), False),
}

# Where a mistake in a referral's JSON belongs in the row, by the end of its path.
PLACES: tuple[tuple[str, str], ...] = (
    ("given_name", "first_name"),
    ("family_name", "last_name"),
    ("birth_date", "date_of_birth"),
    ("due_date", "due_date"),
    ("estimated_age", "age"),
    ("sex", "sex"),
    ("nhs_number", "nhs_number"),
    ("line1", "address_line_1"),
    ("line2", "address_line_2"),
    ("town", "town"),
    ("postcode", "postcode"),
    ("school", "school"),
    ("category", "category"),
    ("narrative", "what_happened"),
    ("dash", "dash_score"),
    ("dash_grade", "dash_grade"),
    ("dara", "risk_grade"),
    ("consent.status", "agreement"),
    ("consent.reason", "agreement_reason"),
)


def column_of(path: str) -> str:
    """The column to mend for a mistake at this path of the JSON; "" for the row as a whole."""
    parts = path.split(".")
    if parts[0] == "adults" and len(parts) > 1:
        end = parts[-1] if parts[-1] in ("name", "relationship", "causes_harm") else "name"
        return f"adult_{min(int(parts[1]), len(ADULTS) - 1) + 1}_{end}"
    if "indicators" in parts:
        return "signs"
    found = (column for end, column in PLACES if path == end or path.endswith(f".{end}"))
    return next(found, "")


def is_example(cells: Mapping[str, str]) -> bool:
    """Whether a row is still the template's own: a child who does not exist."""
    return all(cells.get(column.name, "") == column.example for column in COLUMNS)


def template() -> list[list[str]]:
    """The head and one example, for somebody to start from."""
    return [list(NAMES), [column.example for column in COLUMNS]]
