"""The threshold engine: facts and a framework in, an explained answer out. No Django, no clock, no settings."""

from thresholds.engine.assessing import assess
from thresholds.engine.errors import BadFramework, InvalidFact, UnknownIndicator
from thresholds.engine.facts import Facts, Sign, Tools
from thresholds.engine.facts_json import facts_from_json, facts_to_json
from thresholds.engine.framework import Assessment, Band, Finding, Framework, Grade, Indicator, Note, Rule
from thresholds.engine.parse import framework_from_json

__all__ = [
    "Assessment",
    "BadFramework",
    "Band",
    "Facts",
    "Finding",
    "Framework",
    "Grade",
    "Indicator",
    "InvalidFact",
    "Note",
    "Rule",
    "Sign",
    "Tools",
    "UnknownIndicator",
    "assess",
    "facts_from_json",
    "facts_to_json",
    "framework_from_json",
]
