"""What the hub weighed before: bare assessments, of no referral."""

from datetime import datetime
from uuid import uuid4

from thresholds.engine import Facts, Sign, assess
from thresholds.models import Assessment, Framework
from thresholds.selectors.frameworks import parsed


def weighed_at(framework: Framework, moments: list[datetime], *codes: str) -> list[Assessment]:
    """A referral for each moment, of one child with these signs."""
    made = []
    for moment in moments:
        row = Assessment(framework=framework, kind="hub", about=uuid4(), assessed_at=moment)
        said = assess(Facts(indicators=frozenset(Sign(code) for code in codes)), parsed(framework))
        row.facts, row.reasons = {"indicators": list(codes)}, []
        row.level, row.band, row.route, row.duty = said.level, said.band or "", said.route, said.duty
        row.save(force_insert=True)
        made.append(row)
    return made
