"""A referral with nearly everything that may be said, for the API’s description. Everybody in it is invented."""

from typing import Any

LONG: dict[str, Any] = {
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
            "disabilities": ["HEAR"],
            "communication": "Signs, and looks at pictures.",
            "address": {"line1": "1 Mill Lane", "town": "Birkenhead", "postcode": "CH41 1AA"},
            "earlier_addresses": ["9 Dock Road, until March"],
        }
    ],
    "adults": [
        {
            "name": "Jo Byrne",
            "relationship": "mother",
            "parental_responsibility": "yes",
            "phone": "07700 900123",
            "safe_contact": "Only in school hours; he reads her messages.",
        },
        {
            "name": "Carl Dunne",
            "relationship": "mother’s partner",
            "causes_harm": True,
            "whereabouts": "At the flat most nights. He has a key.",
        },
    ],
    "concerns": [
        {
            "category": "domestic_abuse",
            "narrative": "Ada hid under the table when he came to fetch her.",
            "indicators": ["D19"],
            "happened": "Tuesday after lunch",
            "how_known": "child",
            "childs_words": "“He broke the door again.”",
            "who_causes_harm": "Carl Dunne",
            "about": [0],
        }
    ],
    "consent": {"status": "given", "lawful_basis": "public_task", "family_told": "partly"},
    "referrer": {"name": "R Teacher", "role": "class teacher", "phone": "0151 496 0000"},
    "tools": {"dash": 11, "dash_grade": "high", "domestic_abuse_by": "PC Reed, on Monday"},
    "strengths": "Her grandmother collects her every day.",
    "hopes": "Somebody her mother can talk to.",
    "done_already": "We met her mother twice, and offered a place at the breakfast club.",
    "immediate_danger": False,
}
