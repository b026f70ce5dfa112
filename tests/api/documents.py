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
EVERYTHING: dict[str, Any] = {
    "children": [
        {
            "given_name": "Ada",
            "family_name": "Byrne",
            "aliases": "Addy Dunne",
            "birth_date": "2019-05-04",
            "sex": "F",
            "nhs_number": "9434765919",
            "upn": "P207000016049",
            "school": "Mill Lane Primary",
            "ethnicity": "MWBC",
            "language": "Polish",
            "interpreter": "yes",
            "disabilities": ["HEAR", "LD"],
            "communication": "Signs, and looks at pictures.",
            "address": {"line1": "1 Mill Lane", "line2": "Flat 2", "town": "Birkenhead", "postcode": "CH41 1AA"},
            "earlier_addresses": ["9 Dock Road, until March", "3 Ferry Street, Hull"],
        }
    ],
    "adults": [
        {
            "name": "Jo Byrne",
            "relationship": "mother",
            "causes_harm": False,
            "parental_responsibility": "yes",
            "phone": "07700 900123",
            "email": "jo@byrne.example",
            "address": "1 Mill Lane",
            "safe_contact": "Only in school hours; he reads her messages.",
            "whereabouts": "At home",
        }
    ],
    "concerns": [
        {
            "category": "domestic_abuse",
            "narrative": "She hid under the table.",
            "indicators": ["D05"],
            "happened": "Tuesday after lunch",
            "how_known": "child",
            "childs_words": "“He broke the door again.”",
            "who_causes_harm": "mother’s partner",
            "about": [0],
        },
        {"category": "allegation_against_worker", "narrative": "He grabbed her arm.", "indicators": []},
    ],
    "consent": {
        "status": "not_sought",
        "reason": "asking would raise the risk",
        "lawful_basis": "public_task",
        "family_told": "no",
    },
    "referrer": CONTRACT["referrer"],
    "tools": {
        "dash": 0,
        "dash_grade": "medium",
        "dara": "standard",
        "domestic_abuse_by": "PC Pat Reed",
        "neglect_grade": 2,
        "neglect_by": "Nina, health visitor",
        "exploitation": "low",
        "exploitation_by": "Yusuf, youth worker",
    },
    "strengths": "Her grandmother collects her every day.",
    "hopes": "Somebody her mother can talk to.",
    "done_already": "We met her mother twice.",
    "worker": {
        "name": "Max Coach",
        "job": "swimming teacher",
        "employer": "Merebrook Baths",
        "known_on": "2026-01-12",
        "still_working": "not_known",
        "own_children": "yes",
        "own_children_about": "Two boys, about 4 and 6",
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
