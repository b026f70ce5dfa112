"""What the engine says of plausible sets of signs, worked out once and used for many children."""

import json
from dataclasses import dataclass
from typing import Any

from thresholds.engine import Facts, Sign, assess, facts_to_json
from thresholds.models import Assessment, Framework
from thresholds.selectors.frameworks import parsed
from thresholds.services.assessments import reasons


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the engine says of one set of signs, made once and used for many children."""

    codes: tuple[str, ...]
    columns: dict[str, Any]
    leading: Assessment


def verdicts(framework: Framework) -> list[Verdict]:
    """Each indicator alone and each with its neighbour."""
    engine = parsed(framework)
    codes = [indicator.code for indicator in engine.indicators]
    pairs = [(code,) for code in codes] + list(zip(codes, codes[7:], strict=False))
    return [_verdict(framework, pair) for pair in pairs]


def _verdict(framework: Framework, codes: tuple[str, ...]) -> Verdict:
    facts = Facts(indicators=frozenset(Sign(code=code) for code in codes))
    said = assess(facts, parsed(framework))
    row = Assessment(level=said.level, band=said.band or "", route=said.route, duty=said.duty)
    columns = {
        "framework_id": framework.pk,
        "facts": json.dumps(facts_to_json(facts)),
        "level": said.level,
        "band": said.band or "",
        "route": said.route,
        "duty": said.duty,
        "reasons": json.dumps(reasons(said)),
    }
    return Verdict(codes, columns, row)
