"""What the API says of a referral: to its referrer, and never the hub's own work."""

from typing import Any

from referrals import ranking
from referrals.models import Outcome, Referral, Subject

ORDER = ("reference", "state", "level", "band", "route", "duty", "reasons", "ignored")


def in_order(answer: dict[str, Any]) -> dict[str, Any]:
    """The same answer, letter for letter, whether it was just made or comes from the database, which forgets order."""
    return {name: answer[name] for name in sorted(answer, key=_place)}


def _place(name: str) -> int:
    return ORDER.index(name) if name in ORDER else len(ORDER)


def accepted(referral: Referral, ignored: list[str]) -> dict[str, Any]:
    """The first answer: what the submitter's own facts come to, for the child they weigh heaviest for.

    `ignored` are fields of the request that mean nothing to us. The hub's assessment, which knows history, is not here.
    """
    subjects = referral.subjects.select_related("submitter_assessment")
    worst = ranking.worst([subject.submitter_assessment for subject in subjects])
    return {"reference": referral.reference, "state": referral.stage, **worst.answer(), "ignored": ignored}


def status(referral: Referral) -> dict[str, Any]:
    """Where a referral stands, child by child, and everything that was written for its referrer."""
    return {
        "reference": referral.reference,
        "state": referral.stage,
        "submitted_at": referral.submitted_at,
        "decision_due_at": referral.decision_due_at,
        "children": [_child(subject) for subject in referral.subjects.all()],
        "outcomes": [_outcome(outcome) for outcome in referral.outcomes.select_related("subject")],
    }


def _child(subject: Subject) -> dict[str, Any]:
    return {"position": subject.position, "state": subject.state}


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "kind": outcome.kind,
        "words": outcome.words,
        "at": outcome.at,
        "child": outcome.subject.position if outcome.subject else None,
    }
