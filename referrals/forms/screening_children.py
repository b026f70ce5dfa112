"""Where one child of a notice goes another way than the family: the questions about that child."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.forms.boundfield import BoundField

from mash.govuk import fields
from mash.govuk.forms import GovukForm
from referrals.choices import Way
from referrals.forms.deciding import LATER, LEVELS
from referrals.models import Subject

LONGEST = 4_000
PARTS = ("way", "level", "reason", "words")
QUIET: dict[str, Any] = {"required": False, "mark_optional": False}


@dataclass(frozen=True, slots=True)
class ChildBlock:
    """One child with the questions that are asked only when they differ."""

    words: str
    way: BoundField
    level: BoundField
    reason: BoundField
    words_field: BoundField

    @property
    def differs(self) -> bool:
        """Whether something was typed there, or is wrong there: then it must not be out of sight."""
        return any(box.value() or box.errors for box in (self.way, self.level, self.reason, self.words_field))


def name(part: str, subject: Subject) -> str:
    """The name of the box; a child's key is not a referral's, so they are named apart."""
    return f"child_{part}_{subject.pk}"


def names(subject: Subject) -> list[str]:
    """All the boxes of one child."""
    return [name(part, subject) for part in PARTS]


def ways(open_to: Collection[int]) -> list[tuple[str, str]]:
    """What may happen; new information only where there is, or may be, a case that it is for."""
    return [(way.value, way.label) for way in Way if open_to or way != Way.OPEN_CASE]


def ask(subject: Subject, *, open_to: Collection[int]) -> dict[str, Any]:
    """The questions. Left alone, the child goes the family's way."""
    later = (LATER, f"Not yet: {subject} waits on my desk")
    return {
        name("way", subject): fields.SelectField(
            label=f"What happens for {subject}?",
            choices=[*ways({subject.pk} & set(open_to)), later],
            placeholder="As for the family",
            **QUIET,
        ),
        name("level", subject): fields.SelectField(
            label=f"At which level for {subject}?",
            choices=[(value, f"Level {value}") for value, _label in LEVELS],
            **QUIET,
        ),
        name("reason", subject): _text(f"Why, for {subject}?"),
        name("words", subject): _text(
            f"What they will read about {subject}", hint="Leave this empty to send our words for what you decide."
        ),
    }


def block(form: GovukForm, subject: Subject, words: str) -> ChildBlock:
    """The questions about one child, on their form."""
    return ChildBlock(words, *(form[each] for each in names(subject)))


def _text(label: str, hint: str = "") -> fields.TextareaField:
    return fields.TextareaField(label=label, hint=hint, rows=2, max_length=LONGEST, count=False, **QUIET)
