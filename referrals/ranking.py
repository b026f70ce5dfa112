"""Lane and place in the queue, from what the engine says about the children of one referral."""

from collections.abc import Sequence

from referrals.choices import Lane
from thresholds.models import Assessment

IMMEDIATE_DANGER, UNKNOWN_LEVEL = 0, 15
PER_LEVEL = 10
ROUTES = ("undetermined", "universal", "gateway", "cadt")


def worst(assessments: Sequence[Assessment]) -> Assessment:
    """The assessment that carries the referral: highest level, then the most protective route.

    A child whose level is unknown yields to a sibling whose level is known.
    """
    return max(assessments, key=lambda one: (one.level or 0, ROUTES.index(one.route)))


def lane(assessment: Assessment, *, allegation: bool) -> Lane:
    """Where the referral waits. A worry about somebody who works with children has a lane of its own."""
    return Lane.ALLEGATIONS if allegation else Lane(assessment.route)


def risk(assessment: Assessment, *, immediate_danger: bool) -> int:
    """Smaller is worse: immediate danger, then Level 4, then what nobody can grade yet, then 3, 2 and 1."""
    if immediate_danger:
        return IMMEDIATE_DANGER
    if assessment.level is None:
        return UNKNOWN_LEVEL
    return (5 - assessment.level) * PER_LEVEL
