"""What a draft is kindly asked for before it is sent, from the submitter's own facts alone."""

from django.utils import timezone

from referrals import facts
from referrals.submission import Submission
from thresholds.engine import assess
from thresholds.selectors.frameworks import framework_here, parsed

EARLY_HELP = (2, 3)
"""Levels at which the agency that knows the family is expected to have tried something itself. Source: the published
threshold frameworks; at Level 4 nobody waits for it."""


def what_was_done(submission: Submission) -> bool:
    """Whether to ask what the agency has done already: nothing is said of it, and the worst level is 2 or 3.

    It is never required: the referral can be sent as it is.
    """
    if submission.done_already:
        return False
    framework, today = parsed(framework_here()), timezone.localdate()
    places = range(len(submission.children))
    levels = [assess(facts.for_child(submission, n, on=today), framework).level for n in places]
    return max(filter(None, levels), default=0) in EARLY_HELP
