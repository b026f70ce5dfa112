"""What an agency can do itself when a worry looks below Level 2, and when it may be said that it does. Pure.

To look below is never a barrier: everybody may send all the same, and a person decides.
"""

from collections.abc import Iterable, Sequence
from enum import Enum

from referrals.choices import Category
from referrals.submission import Submission

HARM = frozenset(
    {
        Category.PHYSICAL_ABUSE,
        Category.EMOTIONAL_ABUSE,
        Category.SEXUAL_ABUSE,
        Category.DOMESTIC_ABUSE,
        Category.EXPLOITATION,
        Category.MISSING,
        Category.SELF_HARM,
        Category.RADICALISATION,
        Category.HARMFUL_PRACTICE,
        Category.ALLEGATION,
    }
)
"""Worries that name harm. Whatever was ticked, nobody is offered anything but the hub for one of these."""
TARGETED = 2
"""From this level on a child needs more than services that are open to everybody."""


class Picture(Enum):
    """How a draft looks from the submitter's own facts."""

    BELOW = "below"
    UNKNOWN = "unknown"
    NOT_BELOW = "not_below"


def picture(submission: Submission, levels: Sequence[int | None]) -> Picture:
    """`levels` holds the engine's level for each child. A child without a level is not below: somebody must read it.

    Neither is a worry that names harm, nor anything that a person is said to cause, nor danger now.
    """
    if any(level is not None and level >= TARGETED for level in levels) or _speaks_of_harm(submission):
        return Picture.NOT_BELOW
    return Picture.UNKNOWN if None in levels or not levels else Picture.BELOW


def _speaks_of_harm(submission: Submission) -> bool:
    concerns = submission.concerns
    named = any(concern.category in HARM or concern.who_causes_harm for concern in concerns)
    return named or submission.immediate_danger or any(adult.causes_harm for adult in submission.adults)


ALWAYS = (
    "Talk with the parents and, if old enough, the child: say what you have noticed, and ask what would help.",
    "Write down what you saw, what was said and what you agreed, with the date.",
    "Choose a day within the next two weeks to look again, and say who does it.",
    "Tell your safeguarding lead. If it gets worse, or nothing changes, come back here.",
)
CAN_DO: dict[str, tuple[str, ...]] = {
    Category.NEGLECT: (
        "Help with the small things at once: breakfast, a spare uniform, a shower, a coat.",
        "Ask whether money, housing or health is behind it, and offer the help that fits.",
        "Keep a short note of each day you notice it: a pattern says more than one day.",
    ),
    Category.MENTAL_HEALTH: (
        "Give the child one grown-up to go to, and a time each week to talk.",
        "Ask the school nurse, the mental health support team or the GP for advice.",
        "If the child talks of hurting themselves, do not wait: tell us.",
    ),
    Category.SUBSTANCE_MISUSE: (
        "Ask calmly what is used, how often and with whom.",
        "Offer the young people’s drug and alcohol service; for a parent, the adults’ one.",
        "Ask who looks after the children when a parent has been drinking or using.",
    ),
    Category.DISABILITY: (
        "Ask what is hard at home, at school and outside, and what would make it easier.",
        "Bring in the special needs co-ordinator, the health visitor or the community nurse.",
        "Tell parents about short breaks, benefits and the local offer for children with special needs.",
    ),
    Category.FAMILY_SUPPORT: (
        "Ask the family what they would like to be different, and who helps them now.",
        "Offer a meeting with everybody who helps, the family included.",
        "Tell them about groups and drop-ins near them; offer to go along the first time.",
    ),
    Category.HOUSING: (
        "Help them to tell the landlord or the housing team in writing, and keep a copy.",
        "If they may lose their home, the housing team must be told now, not on the day.",
        "Ask about heating, beds and food, and offer what your own hardship fund can give.",
    ),
    Category.EDUCATION: (
        "Meet the parents and the child, find out what keeps the child away, and agree a plan.",
        "Bring in the attendance lead or the special needs co-ordinator.",
        "Look at what has changed: a move, a bereavement, bullying, care for somebody at home.",
    ),
    Category.OTHER: ("Ask a colleague who knows the family what they have seen.",),
}


def can_do(categories: Iterable[str]) -> list[tuple[str, tuple[str, ...]]]:
    """What the agency can do itself, worry by worry in the order given, and then what always helps."""
    known = [key for key in dict.fromkeys(categories) if key in CAN_DO]
    return [*((str(Category(key).label), CAN_DO[key]) for key in known), ("Whatever the worry", ALWAYS)]
