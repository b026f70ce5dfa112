"""What somebody decides for the children of one referral: one decision for all, and others where a child differs."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.forms.boundfield import BoundField

from mash.govuk import fields
from mash.govuk.forms import GovukForm
from mash.govuk.moments import day_words
from referrals import drafted
from referrals.choices import Agreement, Way
from referrals.errors import Refused
from referrals.models import Case, Person, Subject
from referrals.selectors.deciding import Table
from referrals.services import decisions, open_cases
from referrals.services.decisions import Judgement

LEVELS = [
    ("1", "Level 1: needs met by services open to everyone"),
    ("2", "Level 2: extra help from one agency"),
    ("3", "Level 3: extra help from several agencies together"),
    ("4", "Level 4: risk of significant harm"),
]
SAME, DIFFERENT, LATER = "same", "different", "later"
NEW, NUMBER_IS_WRONG = "new", "number_is_wrong"
# What a page sends when Enter was pressed on an answer, and no button: that decides nothing.
ENTER = "enter"
SHORT_WORDS = 4_000
CLOSED_MORE = (
    ", closed to others who read this referral: this answer would tell them of it. Send the child to the service, and "
    "the people of that case are told as well"
)


@dataclass(frozen=True, slots=True)
class Block:
    """The questions about one child: who they are, and whether they differ."""

    subject: Subject
    words: str
    who: BoundField | None
    choice: BoundField | None


class DecideForm(GovukForm):
    """Made for the children of one table; with one child there is nothing to differ.

    What is known already is filled in: the level that the framework advises, when it advises one for all; the
    family's agreement; our words for the referrer. Which way it goes is never filled in: somebody has to say so.
    """

    def __init__(self, data: Any = None, *, table: Table) -> None:
        super().__init__(data)
        self.table = table
        self.several = len(table.subjects) > 1
        self.fields["children"] = fields.HiddenField(initial=",".join(str(one.pk) for one in table.subjects))
        self._ask_decision()
        self._ask_agreement()
        for subject in table.subjects:
            self._ask_who(subject)
            if self.several:
                self._ask_whether_different(subject)
        if table.missing:
            self.fields["seen"] = fields.ConfirmField(
                label="I have seen what is not known, and can decide without it",
                missing="Tick the box if you can decide without what is not known",
            )

    def blocks(self) -> Iterator[Block]:
        """The children, with the questions about each."""
        for advice in self.table.advice:
            who, choice = f"who_{advice.subject.pk}", f"choice_{advice.subject.pk}"
            yield Block(
                advice.subject,
                advice.words,
                self[who] if who in self.fields else None,
                self[choice] if choice in self.fields else None,
            )

    @property
    def asks_about_children(self) -> bool:
        """Whether any child has questions of their own."""
        return self.several or any(self.table.candidates.values())

    def judgements(self) -> dict[Subject, Judgement]:
        """What is decided, child by child; those who wait are left out."""
        return {subject: self._judgement(subject) for subject in self._deciding()}

    def clean(self) -> dict[str, Any]:
        if self.data.get("then") == ENTER:
            self.add_error(None, "Nothing is decided yet. Press “Decide” when you are sure")
        unsaid = any(f"choice_{one.pk}" in self.errors for one in self.table.subjects)
        if not self._deciding() and not unsaid:
            self.add_error(f"choice_{self.table.subjects[0].pk}", "Decide for one child at least")
        if any(self._choice(subject) == SAME for subject in self._deciding()):
            self._need("way", "Select what happens for the children" if self.several else "Select what happens")
            self._need("level", "Select the level")
        for subject in self._deciding():
            if self.table.candidates[subject.pk]:
                self._need(f"who_{subject.pk}", f"Select who {subject} is")
            self._check(subject)
        return self.cleaned_data

    def _ask_decision(self) -> None:
        self.fields["way"] = fields.RadiosField(
            label="What happens for the children?" if self.several else f"What happens for {self.table.subjects[0]}?",
            hint=self.table.advised,
            label_size="m",
            choices=_ways(list(self.table.cases.values())),
            hints=self._open_now(),
            required=False,
            mark_optional=False,
            small=True,
            reveals={way: [f"words_{way}"] for way in Way.values},
        )
        referral, level = self.table.referral, self.table.level
        for way in Way:
            self.fields[f"words_{way}"] = fields.TextareaField(
                label="What the referrer will read",
                hint="Change our words as you like. Until you do, they follow the level and the agreement.",
                initial=drafted.fitting(referral, way, level, referral.agreement),
                missing="Write what the referrer will be told",
                rows=7,
                max_length=SHORT_WORDS,
                count=False,
                attributes={"data-drafts": json.dumps(drafted.table(referral, way))},
            )
        self.fields["level"] = _level_field(initial=level)
        self.fields["reason"] = _reason_field()

    def _open_now(self) -> dict[str, str]:
        """Which case it would go to, child by child."""
        cases = [(one, self.table.cases[one.pk]) for one in self.table.subjects if one.pk in self.table.cases]
        words = [
            f"{one}: {case.get_service_display()}, {case.worker or 'no worker yet'}"
            + (CLOSED_MORE if open_cases.closed_more(case, self.table.referral) else "")
            for one, case in cases
        ]
        return {Way.OPEN_CASE: ". ".join(words)} if words else {}

    def _ask_agreement(self) -> None:
        self.fields["agreement"] = fields.RadiosField(
            label="Does the family agree to a service?",
            label_size="m",
            choices=Agreement.choices,
            small=True,
            initial=self.table.referral.agreement,
            missing="Select whether the family agrees",
        )
        self.fields["agreement_reason"] = fields.TextareaField(
            label="If not, or not asked: why does it go ahead?",
            hint="A service at Levels 2 and 3 needs the family’s agreement, or a reason.",
            initial=self.table.referral.agreement_reason,
            required=False,
            mark_optional=False,
            rows=2,
            max_length=SHORT_WORDS,
            count=False,
        )

    def _ask_who(self, subject: Subject) -> None:
        candidates = self.table.candidates[subject.pk]
        if not candidates:
            return
        clash = any(subject.nhs_number and person.nhs_number == subject.nhs_number for person in candidates)
        other = (
            (NUMBER_IS_WRONG, "Another child: the NHS number on this referral is wrong")
            if clash
            else (NEW, "A child the hub does not know yet")
        )
        self.fields[f"who_{subject.pk}"] = fields.RadiosField(
            label=f"The hub may know {subject} already. Who is this?",
            choices=[*((str(person.pk), described(person)) for person in candidates), other],
            required=False,
            mark_optional=False,
            small=True,
        )

    def _ask_whether_different(self, subject: Subject) -> None:
        key = subject.pk
        self.fields[f"choice_{key}"] = fields.RadiosField(
            label=f"Is it the same for {subject}?",
            choices=[
                (SAME, "Yes, as above"),
                (DIFFERENT, f"No, something else for {subject}"),
                (LATER, f"Not yet: decide for {subject} later"),
            ],
            initial=SAME,
            small=True,
            missing=f"Select what to do for {subject}",
            reveals={DIFFERENT: [f"way_{key}", f"level_{key}", f"reason_{key}", f"words_{key}"]},
        )
        self.fields[f"way_{key}"] = fields.RadiosField(
            label=f"What happens for {subject}?",
            choices=_ways([self.table.cases[key]] if key in self.table.cases else []),
            missing=f"Select what happens for {subject}",
            small=True,
        )
        level = subject.hub_assessment.level
        self.fields[f"level_{key}"] = _level_field(
            missing=f"Select the level for {subject}", required=True, initial=level
        )
        self.fields[f"reason_{key}"] = _reason_field()
        self.fields[f"words_{key}"] = fields.TextareaField(
            label="What the referrer will read",
            hint="Change our words as you like. Left empty, our words for what you decide are sent.",
            required=False,
            mark_optional=False,
            rows=7,
            max_length=SHORT_WORDS,
            count=False,
            attributes={"data-drafts-for": str(key)},
        )

    def _deciding(self) -> list[Subject]:
        return [one for one in self.table.subjects if self._choice(one) in (SAME, DIFFERENT)]

    def _choice(self, subject: Subject) -> str:
        return str(self.cleaned_data.get(f"choice_{subject.pk}", "")) if self.several else SAME

    def _need(self, name: str, message: str) -> None:
        if not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, message)

    def _check(self, subject: Subject) -> None:
        """The rules of a decision, said beside the answer that would mend it."""
        if any(name in self.errors for name in (self._name(subject, "way"), self._name(subject, "level"))):
            return
        try:
            decisions.check(subject, self._judgement(subject))
        except Refused as refusal:
            name = self._name(subject, refusal.field)
            if name in self.fields and name not in self.errors:
                self.add_error(name, self._of(subject, name, refusal.message))

    def _of(self, subject: Subject, name: str, message: str) -> str:
        """What is wrong for one of several children names them: the list at the top holds the errors of all."""
        theirs = name == "reason" or name.endswith(f"_{subject.pk}")
        return f"{subject}: {message}" if self.several and theirs else message

    def _name(self, subject: Subject, part: str) -> str:
        """Which field holds one part of the decision for one child."""
        if part in ("agreement", "agreement_reason"):
            return part
        if part == "person":
            return f"who_{subject.pk}"
        if self._choice(subject) == DIFFERENT:
            return f"{part}_{subject.pk}"
        return f"words_{self.cleaned_data.get('way')}" if part == "words" else part

    def _judgement(self, subject: Subject) -> Judgement:
        way = self._answer(subject, "way")
        who = str(self.cleaned_data.get(f"who_{subject.pk}", ""))
        known = {str(person.pk): person for person in self.table.candidates[subject.pk]}
        return Judgement(
            way=way,
            level=int(self._answer(subject, "level")),
            words=self._words(subject, way),
            agreement=str(self.cleaned_data.get("agreement", "")),
            reason=self._answer(subject, "reason"),
            agreement_reason=str(self.cleaned_data.get("agreement_reason", "")),
            person=known.get(who),
            number_is_wrong=who == NUMBER_IS_WRONG,
        )

    def _words(self, subject: Subject, way: str) -> str:
        """What was written; our own, for what was decided, when they were not changed or a child who differs has
        none. A box that was emptied is empty: the referrer must be told something."""
        written = self._answer(subject, "words")
        ours = not drafted.edited(written, way) if written else self._choice(subject) == DIFFERENT
        if not ours:
            return written
        level, agreement = int(self._answer(subject, "level")), str(self.cleaned_data.get("agreement", ""))
        return drafted.fitting(self.table.referral, way, level, agreement)

    def _answer(self, subject: Subject, part: str) -> str:
        return str(self.cleaned_data.get(self._name(subject, part)) or "")


class SignForm(GovukForm):
    """The second person's answer."""

    answer = fields.RadiosField(
        label="Do you agree with this decision?",
        label_size="m",
        choices=[("yes", "Yes, I agree and sign"), ("no", "No, triage should decide again")],
        reveals={"no": ["reason"]},
        missing="Select whether you agree",
    )
    reason = fields.TextareaField(
        label="Why do you not agree?", missing="Say why you do not agree", rows=4, max_length=SHORT_WORDS, count=False
    )


def _level_field(*, initial: int | None, missing: str = "", required: bool = False) -> fields.RadiosField:
    return fields.RadiosField(
        label="At which level?",
        hint="What the framework advises is filled in. Change it if you judge otherwise." if initial else "",
        choices=LEVELS,
        initial=str(initial or ""),
        required=required,
        mark_optional=False,
        missing=missing,
        small=True,
    )


def _ways(cases: Sequence[Case]) -> list[tuple[str, str]]:
    """New information is an answer where a child has, or may have, a case that is open."""
    return [(value, str(label)) for value, label in Way.choices if cases or value != Way.OPEN_CASE]


def _reason_field() -> fields.TextareaField:
    return fields.TextareaField(
        label="Why?",
        hint="Needed when you decide on less than the framework advises, and for no further action.",
        required=False,
        mark_optional=False,
        rows=3,
        max_length=SHORT_WORDS,
        count=False,
    )


def described(person: Person) -> str:
    born = f", born {day_words(person.birth_date)}" if person.birth_date else ""
    number = f", NHS number ending {person.nhs_number[-4:]}" if person.nhs_number else ""
    return f"{person}{born}{number}"
