"""From one row to the JSON of a referral, with each mistake under the name of its column."""

import re
from datetime import date
from typing import Any

from referrals import documents, keys
from referrals.choices import Agreement, Category
from referrals.documents import InvalidDocument
from referrals.notices import columns
from referrals.notices.table import Line
from referrals.services.notices import ALLEGATION

Cells = dict[str, str]
Errors = dict[str, list[str]]
Document = dict[str, Any]
MOST_OF_A_LABEL = 100
NOT_ASKED = "It is a notice made after an incident. The family was not asked."
_BRITISH = re.compile(r"([0-9]{1,2})[/. -]([0-9]{1,2})[/. -]([0-9]{4})(?: 00:00(?::00)?)?", re.ASCII)
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ T]00:00(?::00)?)?", re.ASCII)


def document(line: Line, referrer: Document) -> tuple[Document, Errors]:
    """The referral that a row says, and its mistakes by column: a row without any can be sent."""
    cells, errors = line.cells, Errors()
    made = {
        "children": [_child(cells, errors)],
        "adults": _adults(cells, errors),
        "concerns": [_concern(cells, errors)],
        "consent": _consent(cells, errors),
        "referrer": referrer,
        "tools": _tools(cells, errors),
        "immediate_danger": _flag(cells, "immediate_danger", errors) is True,
    }
    if columns.is_example(cells):
        return made, {"": ["This is the example that shows what a row looks like. Take it out."]}
    _check_row(line, errors)
    for path, sentences in _wrong(made).items():
        errors.setdefault(columns.column_of(path), sentences)
    return made, errors


def day(text: str) -> str:
    """A date as people in Britain write it, in ISO form; ValueError when it is none."""
    text = text.strip()
    if found := _ISO.fullmatch(text):
        year, month, number = found.groups()
    elif found := _BRITISH.fullmatch(text):
        number, month, year = found.groups()
    else:
        raise ValueError("Write the date as day, month and year, like 4/5/2019.")
    try:
        return date(int(year), int(month), int(number)).isoformat()
    except ValueError:
        raise ValueError("There is no such date. Check the day and the month.") from None


def _wrong(made: Document) -> Errors:
    try:
        documents.parse(made)
    except InvalidDocument as invalid:
        return invalid.errors
    return {}


def _check_row(line: Line, errors: Errors) -> None:
    label = line.cells.get("incident_number", "")
    if not label:
        errors["incident_number"] = ["Give your incident number."]
    elif len(label) > MOST_OF_A_LABEL:
        errors["incident_number"] = [f"This may have {MOST_OF_A_LABEL} characters."]
    if line.too_long:
        errors[""] = ["This row has more cells than there are columns. Put text with commas in quotation marks."]


def _child(cells: Cells, errors: Errors) -> Document:
    child: Document = {
        "given_name": cells.get("first_name", ""),
        "family_name": cells.get("last_name", ""),
        "nhs_number": cells.get("nhs_number", ""),
        "school": cells.get("school", ""),
        "sex": _one_of(cells, "sex", columns.SEXES, "Write female, male or unknown.", errors) or "U",
        "address": {
            "line1": cells.get("address_line_1", ""),
            "line2": cells.get("address_line_2", ""),
            "town": cells.get("town", ""),
            "postcode": cells.get("postcode", ""),
        },
    }
    for name, column in (("birth_date", "date_of_birth"), ("due_date", "due_date")):
        if given := cells.get(column, ""):
            child[name] = _day(given, column, errors)
    if given := cells.get("age", ""):
        child["estimated_age"] = _whole(given, "age", "Write the age in whole years.", errors)
    return child


def _adults(cells: Cells, errors: Errors) -> list[Document]:
    made = []
    for number in columns.ADULTS:
        start = f"adult_{number}_"
        name, relationship = cells.get(f"{start}name", ""), cells.get(f"{start}relationship", "")
        harm = _flag(cells, f"{start}causes_harm", errors)
        if name or relationship or harm:
            made.append({"name": name or "Not known", "relationship": relationship, "causes_harm": harm is True})
    return made


def _concern(cells: Cells, errors: Errors) -> Document:
    category = _one_of(cells, "category", columns.CATEGORIES, "There is no such category. Use one of the list.", errors)
    if category == Category.ALLEGATION:
        errors["category"] = [ALLEGATION]
    narrative, label = cells.get("what_happened", ""), cells.get("incident_number", "")
    return {
        "category": category,
        "narrative": f"{narrative}\n\nIncident number {label}." if narrative and label else narrative,
        "indicators": re.split(r"[\s,;]+", cells["signs"].upper().strip(" ,;")) if cells.get("signs") else [],
    }


def _consent(cells: Cells, errors: Errors) -> Document:
    status = _one_of(cells, "agreement", columns.AGREEMENTS, "Write given, refused or not_sought.", errors)
    reason = cells.get("agreement_reason", "")
    if (status or Agreement.NOT_SOUGHT) == Agreement.NOT_SOUGHT:
        return {"status": Agreement.NOT_SOUGHT.value, "reason": reason or NOT_ASKED}
    return {"status": status, "reason": reason}


def _tools(cells: Cells, errors: Errors) -> Document:
    score = cells.get("dash_score", "")
    return {
        "dash": _whole(score, "dash_score", "Write the number of ticks, 0 to 27.", errors) if score else None,
        "dash_grade": _grade(cells, "dash_grade"),
        "dara": _grade(cells, "risk_grade"),
    }


def _grade(cells: Cells, column: str) -> str | None:
    """A grade of domestic abuse, such as "Standard risk", in the document's word."""
    return keys.letters(cells.get(column, "")).removesuffix("risk") or None


def _day(text: str, column: str, errors: Errors) -> str | None:
    try:
        return day(text)
    except ValueError as mistake:
        errors[column] = [str(mistake)]
        return None


def _whole(text: str, column: str, sentence: str, errors: Errors) -> int | None:
    if re.fullmatch(r"[0-9]{1,3}", text.strip(), re.ASCII):
        return int(text)
    errors[column] = [sentence]
    return None


def _one_of(cells: Cells, column: str, words: Any, sentence: str, errors: Errors) -> str:
    given = cells.get(column, "")
    if given and keys.letters(given) not in words:
        errors[column] = [sentence]
    return str(words.get(keys.letters(given), ""))


def _flag(cells: Cells, column: str, errors: Errors) -> bool | None:
    given = cells.get(column, "")
    if given and keys.letters(given) not in columns.FLAGS:
        errors[column] = ["Write yes or no."]
    return columns.FLAGS.get(keys.letters(given))
