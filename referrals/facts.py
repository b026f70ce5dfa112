"""From a submission to the engine's facts, child by child."""

from datetime import date

from referrals.submission import Child, Concern, Submission
from thresholds.engine import Facts, Sign
from thresholds.engine import Tools as ToolScores

MONTHS_A_YEAR = 12
OLDEST_MONTHS = 300


def for_child(submission: Submission, position: int, *, on: date, earlier: int = 0) -> Facts:
    """What is known of one child on a day: the concerns about them (or about all), their age, the tools, the agreement.

    `earlier` is the number of referrals about this child in the last twelve months, which only the hub knows.
    """
    child = submission.children[position]
    return Facts(
        indicators=frozenset(
            Sign(code=sign.code, severity=sign.severity or None, duration=sign.duration or None)
            for concern in submission.concerns
            if is_about(concern, position)
            for sign in concern.indicators
        ),
        child_age_months=age_in_months(child, on=on),
        unborn=child.due_date is not None,
        referrals_last_12_months=earlier,
        tools=ToolScores(
            dash=submission.tools.dash,
            dash_grade=submission.tools.dash_grade,
            dara=submission.tools.dara,
            neglect_grade=submission.tools.neglect_grade,
            exploitation=submission.tools.exploitation,
        ),
        consent=submission.consent.status,
        immediate_danger=submission.immediate_danger,
    )


def is_about(concern: Concern, position: int) -> bool:
    """A concern is about every child unless it names some."""
    return not concern.about or position in concern.about


def age_in_months(child: Child, *, on: date) -> int | None:
    """Whole months from the birth date, or from the estimate in years; None when neither is known or not yet born."""
    if child.birth_date:
        months = (on.year - child.birth_date.year) * MONTHS_A_YEAR + on.month - child.birth_date.month
        return min(max(months - (on.day < child.birth_date.day), 0), OLDEST_MONTHS)
    if child.estimated_age is not None:
        return min(child.estimated_age * MONTHS_A_YEAR, OLDEST_MONTHS)
    return None
