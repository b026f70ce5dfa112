"""What an agency's system sends."""

import copy
from typing import Any

CONTRACT: dict[str, Any] = {
    "children": [
        {
            "given_name": "Ada",
            "family_name": "Byrne",
            "birth_date": "2019-05-04",
            "sex": "F",
            "address": {"line1": "1 Mill Lane", "postcode": "CH41 1AA"},
        }
    ],
    "concerns": [{"category": "physical_abuse", "narrative": "...", "indicators": ["D19"]}],
    "consent": {"status": "not_sought", "reason": "asking would raise the risk"},
    "referrer": {
        "name": "R Teacher",
        "role": "class teacher",
        "phone": "0151 496 0000",
        "email": "r.teacher@school.example",
    },
    "immediate_danger": False,
}
GONE = object()


def a_document(**changes: Any) -> dict[str, Any]:
    """The contract's own example; each change is a path with __ for the dots, and GONE takes a field away."""
    document = copy.deepcopy(CONTRACT)
    for path, value in changes.items():
        *way, last = [int(step) if step.isdigit() else step for step in path.split("__")]
        place: Any = document
        for step in way:
            place = place[step]
        if value is GONE:
            del place[last]
        else:
            place[last] = value
    return document
