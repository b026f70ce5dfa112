"""From the JSON of a referral to a submission. The browser's journey and the API both come through here."""

from collections.abc import Mapping
from typing import Any

from mash.lib.reading import Notes, Part
from referrals.choices import Agreement, Category, FamilyTold, HowKnown, LawfulBasis
from referrals.documents import people
from referrals.documents.worker import worker
from referrals.submission import Concern, Consent, Indicator, Submission, Tools
from thresholds import documents, engine
from thresholds.selectors.frameworks import framework_here, parsed

MOST_CONCERNS = 30
LONGEST_NARRATIVE = 20_000
LONGEST_NOTE = 2_000
SCORED_BY = ("domestic_abuse_by", "neglect_by", "exploitation_by")


class InvalidDocument(Exception):
    """What was sent cannot be a referral. `errors` has sentences by path, such as `children.0.birth_date`."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(f"wrong: {', '.join(sorted(errors))}")
        self.errors = errors


def parse(document: Mapping[str, Any]) -> Submission:
    """The submission that `document` says, with every text made clean; raises InvalidDocument naming each mistake.

    Indicators are those of the framework in force here. Two small queries at most.
    """
    return read(document)[0]


def read(document: Any) -> tuple[Submission, list[str]]:
    """The submission, and the paths of fields that mean nothing to us: the sender may have misspelt one that does."""
    notes = Notes()
    submission = _submission(Part(document, notes))
    if notes.errors:
        raise InvalidDocument(notes.errors)
    return submission, notes.not_read()


def _submission(part: Part) -> Submission:
    framework = parsed(framework_here())
    _check_framework(part, framework.key)
    children = people.children(part)
    concerns = _concerns(part, len(children), framework)
    return Submission(
        children=children,
        adults=people.adults(part),
        concerns=concerns,
        consent=_consent(part.part("consent")),
        referrer=people.referrer(part.part("referrer")),
        tools=_tools(part.part("tools")),
        strengths=part.text("strengths", most=LONGEST_NARRATIVE),
        hopes=part.text("hopes", most=LONGEST_NARRATIVE),
        done_already=part.text("done_already", most=LONGEST_NARRATIVE),
        worker=worker(part, concerns),
        immediate_danger=part.flag("immediate_danger"),
    )


def _check_framework(part: Part, here: str) -> None:
    """The authority's own thresholds decide here; another authority's are for the assessments' call only."""
    named = part.text("framework")
    if named and named != here:
        part.wrong("framework", f"Referrals here are assessed under “{here}”. Send that, or leave it out.")


def _tools(part: Part) -> Tools:
    """The scores as the engine takes them, and who gave each."""
    scores = documents.tools(part)
    return Tools(
        dash=scores.dash,
        dash_grade=scores.dash_grade,
        dara=scores.dara,
        neglect_grade=scores.neglect_grade,
        exploitation=scores.exploitation,
        **{name: part.text(name) for name in SCORED_BY},
    )


def _concerns(part: Part, children: int, framework: engine.Framework) -> tuple[Concern, ...]:
    found = part.parts("concerns", most=MOST_CONCERNS, needed="Say what you are worried about.")
    return tuple(_concern(one, children, framework) for one in found)


def _concern(part: Part, children: int, framework: engine.Framework) -> Concern:
    signs = documents.signs(part, "indicators", framework)
    return Concern(
        category=part.word("category", Category.values, needed="Say what kind of worry this is."),
        narrative=part.text(
            "narrative", most=LONGEST_NARRATIVE, needed="Say in your own words what you have seen or heard."
        ),
        indicators=tuple(
            Indicator(code=sign.code, severity=sign.severity or "", duration=sign.duration or "") for sign in signs
        ),
        happened=part.text("happened", most=LONGEST_NOTE),
        how_known=part.word("how_known", HowKnown.values),
        childs_words=part.text("childs_words", most=LONGEST_NARRATIVE),
        who_causes_harm=part.text("who_causes_harm", most=LONGEST_NOTE),
        about=_about(part, children),
    )


def _about(part: Part, children: int) -> tuple[int, ...]:
    """Positions among the children, from 0; each once."""
    places = part.items("about", most=people.MOST_CHILDREN)
    for n, place in enumerate(places):
        if type(place) is not int or not 0 <= place < children:
            part.wrong(f"about.{n}", "This must be the position of a child in the list, counted from 0.")
    return tuple(dict.fromkeys(place for place in places if type(place) is int))


def _consent(part: Part) -> Consent:
    status = part.word("status", Agreement.values, needed="Say whether the family agrees to a service.")
    asked_why = status in (Agreement.REFUSED, Agreement.NOT_SOUGHT)
    why = "Say why the family has not agreed, or has not been asked." if asked_why else ""
    return Consent(
        status=status,
        reason=part.text("reason", most=LONGEST_NOTE, needed=why),
        lawful_basis=part.word("lawful_basis", LawfulBasis.values) or LawfulBasis.NOT_STATED.value,
        family_told=part.word("family_told", FamilyTold.values) or FamilyTold.NOT_STATED.value,
    )
