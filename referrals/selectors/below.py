"""How a draft looks from the submitter's own facts, with nothing stored; and what could help instead of a referral."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils import timezone

from accounts.models import User
from referrals import below, drafting, facts
from referrals.below import Picture
from referrals.choices import AgeGroup, Category
from referrals.districts import district
from referrals.documents import InvalidDocument, parse
from referrals.models import Draft
from referrals.selectors import directory
from referrals.selectors.directory import Entry
from referrals.submission import Submission
from thresholds.engine import assess
from thresholds.selectors.frameworks import framework_here, parsed

MONTHS_A_YEAR = 12
HIDDEN = (None, Category.ALLEGATION)
"""Worries that are not asked about here: the officer for allegations alone reads them."""
GROUPS = (
    (1, AgeGroup.BABY),
    (5, AgeGroup.EARLY),
    (11, AgeGroup.PRIMARY),
    (16, AgeGroup.SECONDARY),
    (18, AgeGroup.OLDER),
    (1000, AgeGroup.UNKNOWN),
)
"""Years below which each group ends."""


@dataclass(frozen=True, slots=True)
class Instead:
    """What may help: what the agency can do itself, services that fit, and the address of all of them."""

    can_do: list[tuple[str, tuple[str, ...]]]
    services: list[Entry]
    directory: str


def looks_below(draft: Draft) -> bool:
    """Whether all is filled in and it looks below Level 2."""
    submission = _submission(draft)
    return submission is not None and picture(submission) == Picture.BELOW


def picture(submission: Submission) -> Picture:
    """How a whole submission looks, by the framework in force and its own facts alone."""
    framework, today = parsed(framework_here()), timezone.localdate()
    known = [facts.for_child(submission, n, on=today) for n in range(len(submission.children))]
    return below.picture(submission, [assess(one, framework).level for one in known])


def instead(user: User, draft: Draft) -> Instead | None:
    """What to offer for a draft that looks below Level 2; None for any other."""
    submission = _submission(draft)
    if submission is None or picture(submission) != Picture.BELOW:
        return None
    categories = list(dict.fromkeys(concern.category for concern in submission.concerns))
    ages, districts = _ages(submission), _districts(submission)
    query = {
        "worry": categories[0],
        "age": str(ages[0]) if len(ages) == 1 else "",
        "postcode": districts[0] if len(districts) == 1 else "",
    }
    return Instead(
        can_do=below.can_do(categories),
        services=directory.fitting(user, categories=categories, ages=ages, districts=districts),
        directory="?" + urlencode({name: value for name, value in query.items() if value}),
    )


def _submission(draft: Draft) -> Submission | None:
    if any(drafting.unfinished(draft.data)):
        return None
    try:
        return parse(drafting.document(draft.data))
    except InvalidDocument:
        return None


def _ages(submission: Submission) -> list[int]:
    today = timezone.localdate()
    months = [facts.age_in_months(child, on=today) for child in submission.children]
    born = {age // MONTHS_A_YEAR for age in months if age is not None}
    return sorted(born | {0 for child in submission.children if child.due_date})


def _districts(submission: Submission) -> list[str]:
    return sorted({found for child in submission.children if (found := district(child.address.postcode))})


def start_of_question(draft: Draft) -> dict[str, str]:
    """What a question about a draft may begin with: the kind of worry and about how old. Nothing that was written,
    for it may hold names."""
    worries = [one["category"] for one in drafting.items(draft.data, "concerns") if one.get("category") not in HIDDEN]
    submission = _submission(draft)
    start = {"category": worries[0]} if worries else {}
    return {**start, "age_group": _group(submission)} if submission else start


def _group(submission: Submission) -> str:
    """About how old the children are."""
    if all(child.due_date for child in submission.children):
        return AgeGroup.UNBORN
    ages = _ages(submission)
    groups = {next(group for limit, group in GROUPS if age < limit) for age in ages}
    if len(groups) > 1:
        return AgeGroup.SEVERAL
    return groups.pop() if groups else AgeGroup.UNKNOWN
