"""Files of notices, as a police desk saves them."""

import csv
import io
from typing import Any

from referrals.notices.columns import NAMES

ROW: dict[str, Any] = {
    "incident_number": "MP-1",
    "first_name": "Ada",
    "last_name": "Byrne",
    "date_of_birth": "04/05/2019",
    "sex": "female",
    "address_line_1": "1 Mill Lane",
    "town": "Merebrook",
    "postcode": "CH41 1AA",
    "adult_1_name": "Jo Byrne",
    "adult_1_relationship": "mother",
    "category": "domestic_abuse",
    "what_happened": "Neighbours called us to shouting. The child was upstairs.",
    "risk_grade": "standard",
}


def row(**changes: Any) -> dict[str, Any]:
    """One good row; changed."""
    return {**ROW, **changes}


def a_file(*rows: dict[str, Any], head: tuple[str, ...] = NAMES, delimiter: str = ",") -> str:
    """A file with these rows."""
    out = io.StringIO()
    writer = csv.DictWriter(out, head, delimiter=delimiter, extrasaction="ignore", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def families(number: int) -> list[dict[str, Any]]:
    """So many rows, each of another incident and another family."""
    return [
        row(
            incident_number=f"MP-{n}",
            first_name=f"Child{n}",
            last_name=f"Family{n}",
            address_line_1=f"{n} Mill Lane",
        )
        for n in range(1, number + 1)
    ]
