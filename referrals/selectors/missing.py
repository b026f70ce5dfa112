"""What a safe judgement would rest on and is not there, each with why it matters (Laming 13).

Only what can be told from what we hold: that nobody wrote a thing down, never that it did not happen.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from referrals.choices import Agreement, Category, FamilyTold, HowKnown
from referrals.models import Adult, Concern, Referral, Subject

HARM = frozenset(
    {
        Category.PHYSICAL_ABUSE,
        Category.EMOTIONAL_ABUSE,
        Category.SEXUAL_ABUSE,
        Category.DOMESTIC_ABUSE,
        Category.NEGLECT,
    }
)
INJURY = frozenset({Category.PHYSICAL_ABUSE, Category.SEXUAL_ABUSE})
FATHERS = ("father", "dad")
PARENTS = (*FATHERS, "mother", "mum", "parent", "carer", "guardian")
FIRST_HAND = frozenset({HowKnown.SEEN, HowKnown.HEARD, HowKnown.CHILD})
SCHOOL_FROM, SCHOOL_UNTIL = 5, 16
SPEAKS_FROM = 4
OF_THE_HUB = ("english", "")
DOMESTIC_ABUSE_TOOLS = ("dash", "dash_grade", "dara")


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is not known, and why it matters to a judgement about a child's safety."""

    what: str
    why: str

    def __str__(self) -> str:
        return self.what


@dataclass(frozen=True, slots=True)
class Held:
    """All that is looked at: one referral, some of its children, its adults, its worries and whom each is about.

    `about` holds, for each worry by its key, the keys of the children it names; a worry that names none is about all.
    `worker_has_children` says whether an allegation answers that question; `today` is the day on which it is asked.
    """

    referral: Referral
    subjects: Sequence[Subject]
    adults: Sequence[Adult]
    concerns: Sequence[Concern]
    about: dict[int, frozenset[int]]
    worker_has_children: bool
    today: date

    def concerns_about(self, subject: Subject) -> list[Concern]:
        """The worries about this child, or about all."""
        return [one for one in self.concerns if not self.about.get(one.pk) or subject.pk in self.about[one.pk]]


def gaps(held: Held) -> list[Gap]:
    """Every gap, the children's first; pure, so that the same facts always leave the same gaps."""
    return [
        *(gap for subject in held.subjects for gap in _of_child(held, subject)),
        *_of_adults(held),
        *_of_what_happened(held),
        *_of_sharing(held.referral),
        *_of_worker(held),
    ]


def _of_child(held: Held, subject: Subject) -> Iterator[Gap]:
    if not subject.unborn and not (subject.given_name and subject.family_name):
        named = subject.given_name or subject.family_name
        yield Gap(
            f"The whole name of {subject}" if named else "A child’s name",
            "Without it nobody can look for earlier worries, or tell one child from another.",
        )
    yield from _of_age(subject)
    if not (subject.address_line1 and subject.postcode):
        yield Gap(f"Where {subject} lives", "Nobody can visit, or see who else lives there.")
    years = _years(subject, held.today)
    if years is not None and SCHOOL_FROM <= years < SCHOOL_UNTIL and not subject.school:
        yield Gap(f"Which school {subject} goes to", "School sees the child most days, and may know more.")
    if subject.language.strip().lower() not in OF_THE_HUB and not subject.interpreter:
        yield Gap(
            f"Whether {subject} needs an interpreter",
            "A child must be able to say what happened, and never through the family.",
        )
    if _harm(concerns := held.concerns_about(subject)) and not subject.unborn:
        yield from _of_seeing(subject, concerns, years)


def _of_age(subject: Subject) -> Iterator[Gap]:
    if subject.birth_date or subject.due_date:
        return
    if subject.estimated_age is None:
        why = "A baby is at most risk, and rules for the youngest cannot be looked at."
        yield Gap(f"The date of birth of {subject}, or even about how old", why)
    else:
        yield Gap(f"The date of birth of {subject}", "The age is a guess, and one child is told from another by it.")


def _of_seeing(subject: Subject, concerns: Iterable[Concern], years: int | None) -> Iterator[Gap]:
    """Whether somebody had it from the child, or saw it; and the child's own words, from the age of speaking."""
    known, words = {one.how_known for one in concerns}, any(one.childs_words for one in concerns)
    if known and not known - {HowKnown.OTHER}:
        yield Gap(
            f"Whether anybody has seen {subject}: all of it was told by somebody else",
            "Only whoever sees the child can say how they are now.",
        )
    elif not words and known & FIRST_HAND and years is not None and years >= SPEAKS_FROM:
        yield Gap(
            f"What {subject} says: none of the child’s own words are written down",
            "A child who is seen alone may say what nobody else does.",
        )


def _of_adults(held: Held) -> Iterator[Gap]:
    ties = [adult.relationship.lower() for adult in held.adults]
    if not any(word in tie for tie in ties for word in PARENTS):
        yield Gap(
            "Who cares for the children: no parent or carer is named",
            "Somebody has to keep the child safe tonight, and to be asked.",
        )
    elif not any(word in tie for tie in ties for word in FATHERS):
        yield Gap(
            "Who the father is", "He may be a danger, or somebody who protects; reviews often found him left out."
        )
    if not _harm(held.concerns):
        return
    if len(held.adults) == 1:
        yield Gap(
            "Whether other adults live in the home or visit: one is named",
            "Who else is near the child can be the danger, or the help.",
        )
    if not any(one.who_causes_harm for one in held.concerns) and not any(one.causes_harm for one in held.adults):
        yield Gap("Who causes the harm", "The child cannot be kept from somebody whom nobody has named.")


def _of_what_happened(held: Held) -> Iterator[Gap]:
    if any(one.category in INJURY and not one.happened for one in held.concerns):
        yield Gap("When it happened", "Marks fade: a doctor may have to see the child soon.")
    tools = held.referral.document.get("tools") or {}
    used = any(tools.get(name) is not None for name in DOMESTIC_ABUSE_TOOLS)
    if any(one.category == Category.DOMESTIC_ABUSE for one in held.concerns) and not used:
        yield Gap(
            "How dangerous the domestic abuse is: nobody used DASH or DARA",
            "Few words can hide a risk to somebody’s life.",
        )


def _of_sharing(referral: Referral) -> Iterator[Gap]:
    if referral.agreement == Agreement.NOT_SOUGHT:
        yield Gap(
            "Whether the family agrees: nobody has asked them",
            "Early help and help for a child in need rest on it; protecting a child does not wait for it.",
        )
    if referral.family_told == FamilyTold.NOT_STATED:
        yield Gap("Whether the family knows about this referral", "It changes what may be said, and to whom.")


def _of_worker(held: Held) -> Iterator[Gap]:
    """Of an allegation. Only the officer decides about one, so nobody else reads this."""
    if held.referral.allegation and not held.worker_has_children:
        yield Gap(
            "Whether the person who works with children has, or lives with, children of their own",
            "Those children may be at risk as well.",
        )


def _harm(concerns: Iterable[Concern]) -> bool:
    return any(one.category in HARM for one in concerns)


def _years(subject: Subject, today: date) -> int | None:
    """Whole years, or the estimate; nothing for a child not yet born."""
    born = subject.birth_date
    if born is None:
        return subject.estimated_age
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
