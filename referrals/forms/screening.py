"""A page of notices: for each what happens, at which level, why, and what the referrer reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.forms.boundfield import BoundField

from mash.govuk import fields
from mash.govuk.forms import GovukForm
from referrals import drafted
from referrals.errors import Refused
from referrals.forms import screening_children as children
from referrals.forms.deciding import LATER, LEVELS, NEW, NUMBER_IS_WRONG, described
from referrals.forms.screening_children import LONGEST, ChildBlock
from referrals.models import Person, Subject
from referrals.selectors.screening import NoticeToScreen, ScreenPage
from referrals.services import decisions
from referrals.services.decisions import Judgement
from referrals.services.screening import Screened

LEAVE = "leave"
FULL_LOOK = (LEAVE, "Leave it for a full look")


@dataclass(frozen=True, slots=True)
class Block:
    """One notice and its questions; `children` where there are several, and one may go another way."""

    notice: NoticeToScreen
    way: BoundField
    level: BoundField
    reason: BoundField
    words: BoundField
    who: list[BoundField]
    children: list[ChildBlock]

    @property
    def differs(self) -> bool:
        """Whether something is said of one child alone."""
        return any(one.differs for one in self.children)


class ScreenForm(GovukForm):
    """Made for the notices of one page. What is wrong with one does not hold up the others: see `screened`."""

    def __init__(self, data: Any = None, *, page: ScreenPage) -> None:
        super().__init__(data)
        self.page = page
        self.again: list[NoticeToScreen] | None = None
        self.fields["notices"] = fields.HiddenField(required=False, max_length=1000)
        for notice in page.notices:
            self._ask(notice)

    @property
    def shown(self) -> list[NoticeToScreen]:
        """The notices on the page: all, or those that were not done."""
        return self.page.notices if self.again is None else self.again

    @property
    def keys(self) -> str:
        return ",".join(str(one.referral.pk) for one in self.shown)

    def blocks(self) -> Iterator[Block]:
        """The notices with their questions."""
        for notice in self.shown:
            key = notice.referral.pk
            way, level, reason, words = (self[f"{part}_{key}"] for part in ("way", "level", "reason", "words"))
            who = [self[name] for one in notice.subjects if (name := f"who_{one.pk}") in self.fields]
            yield Block(notice, way, level, reason, words, who, self._children(notice))

    def screened(self) -> list[Screened]:
        """What is said of each notice that something is said of, and with which nothing is wrong."""
        return [self._screened(one) for one in self._answered() if not self._wrong(one)]

    def keep_undone(self, failed: dict[int, Refused]) -> None:
        """Show again, with everything typed, the notices that were not done and why."""
        for one in self.page.notices:
            refusal = failed.get(one.referral.pk)
            if refusal is not None:
                name = f"{refusal.field}_{one.referral.pk}"
                self.add_error(name if name in self.fields else f"way_{one.referral.pk}", refusal.message)
        self.again = [one for one in self.page.notices if self._wrong(one)] or None

    def clean(self) -> dict[str, Any]:
        answered = self._answered()
        if not answered:
            self.add_error(None, "Choose what happens for one notice at least")
        for notice in answered:
            if self._way(notice) == LEAVE:
                self._refuse_both(notice)
            else:
                self._check(notice)
        return self.cleaned_data

    def _ask(self, notice: NoticeToScreen) -> None:
        key, about = notice.referral.pk, _about(notice)
        quiet: dict[str, Any] = {"required": False, "mark_optional": False}
        self.fields[f"way_{key}"] = fields.SelectField(
            label="What happens?",
            choices=[*children.ways(notice.open_to), FULL_LOOK],
            placeholder="Not now",
            **quiet,
        )
        self.fields[f"level_{key}"] = fields.SelectField(
            label="At which level?", choices=[(value, f"Level {value}") for value, _label in LEVELS], **quiet
        )
        self.fields[f"reason_{key}"] = fields.TextareaField(
            label="Why?", subject=f"Your reason for {about}", rows=2, max_length=LONGEST, count=False, **quiet
        )
        self.fields[f"words_{key}"] = fields.TextareaField(
            label="What the referrer will read",
            subject=f"What the referrer of {about} will read",
            hint="Leave this empty to send our words for what you decide.",
            rows=2,
            max_length=LONGEST,
            count=False,
            **quiet,
        )
        for subject in notice.subjects:
            self._ask_who(subject, notice.candidates[subject.pk])
            if len(notice.subjects) > 1:
                self.fields.update(children.ask(subject, open_to=notice.open_to))

    def _children(self, notice: NoticeToScreen) -> list[ChildBlock]:
        if len(notice.subjects) < 2:
            return []
        return [children.block(self, one.subject, one.words) for one in notice.advice]

    def _ask_who(self, subject: Subject, candidates: list[Person]) -> None:
        if not candidates:
            return
        clash = any(subject.nhs_number and person.nhs_number == subject.nhs_number for person in candidates)
        wrong = (NUMBER_IS_WRONG, "Another child: the NHS number here is wrong")
        other = wrong if clash else (NEW, "A child the hub does not know yet")
        self.fields[f"who_{subject.pk}"] = fields.RadiosField(
            label=f"The hub may know {subject} already. Who is this?",
            choices=[*((str(person.pk), described(person)) for person in candidates), other],
            required=False,
            mark_optional=False,
            small=True,
        )

    def _answered(self) -> list[NoticeToScreen]:
        return [one for one in self.page.notices if self._way(one) or self._said_of_one(one) or self._wrong(one)]

    def _said_of_one(self, notice: NoticeToScreen) -> list[Subject]:
        """The children of whom something is said alone."""
        return [one for one in notice.subjects if any(self.cleaned_data.get(name) for name in children.names(one))]

    def _way(self, notice: NoticeToScreen) -> str:
        return str(self.cleaned_data.get(f"way_{notice.referral.pk}", ""))

    def _own_way(self, subject: Subject) -> str:
        return str(self.cleaned_data.get(children.name("way", subject), ""))

    def _deciding(self, notice: NoticeToScreen) -> list[Subject]:
        """The children who are decided for now: the family's way, or their own."""
        family = self._way(notice)
        return [one for one in notice.subjects if (own := self._own_way(one)) != LATER and (own or family)]

    def _name(self, notice: NoticeToScreen, subject: Subject, part: str) -> str:
        """The box that holds this part of what is decided for a child: their own, or the family's."""
        return children.name(part, subject) if self._own_way(subject) else f"{part}_{notice.referral.pk}"

    def _wrong(self, notice: NoticeToScreen) -> bool:
        names = [f"{part}_{notice.referral.pk}" for part in children.PARTS]
        for subject in notice.subjects:
            names += [f"who_{subject.pk}", *children.names(subject)]
        return any(name in self.errors for name in names)

    def _refuse_both(self, notice: NoticeToScreen) -> None:
        """A notice that is left for a full look is left whole."""
        for subject in self._said_of_one(notice):
            name = children.name("way", subject)
            self.add_error(name, f"Leave the notice for a full look, or decide for {subject}: not both")

    def _check(self, notice: NoticeToScreen) -> None:
        """The rules of a decision, said beside the answer that would mend it."""
        way = f"way_{notice.referral.pk}"
        for subject in self._said_of_one(notice):
            self._need(children.name("way", subject), f"Select what happens for {subject}")
        if not notice.subjects:
            self.add_error(way, "Every child on this notice is decided already")
        elif not self._deciding(notice) and not self._wrong(notice):
            self.add_error(way, f"Decide for one child of {_about(notice)} at least")
        for subject in self._deciding(notice):
            self._check_answers(notice, subject)
        if not self._wrong(notice):
            self._check_rules(notice)

    def _check_answers(self, notice: NoticeToScreen, subject: Subject) -> None:
        whom = str(subject) if self._own_way(subject) else _about(notice)
        level, reason = (self._name(notice, subject, part) for part in ("level", "reason"))
        self._need(level, f"Select the level for {whom}")
        self._need(reason, f"Give a reason for {whom}")
        if notice.candidates[subject.pk]:
            self._need(f"who_{subject.pk}", f"Select who {subject} is")

    def _check_rules(self, notice: NoticeToScreen) -> None:
        for subject, judgement in self._screened(notice).judgements.items():
            try:
                decisions.check(subject, judgement)
            except Refused as refusal:
                name = self._name(notice, subject, refusal.field)
                name = name if name in self.fields else self._name(notice, subject, "way")
                if name not in self.errors:
                    self.add_error(name, refusal.message)

    def _need(self, name: str, message: str) -> None:
        if not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, message)

    def _screened(self, notice: NoticeToScreen) -> Screened:
        reason = str(self.cleaned_data[f"reason_{notice.referral.pk}"])
        if self._way(notice) == LEAVE:
            return Screened(notice.referral, leave=True, reason=reason)
        return Screened(notice.referral, {one: self._judgement(notice, one) for one in self._deciding(notice)})

    def _judgement(self, notice: NoticeToScreen, subject: Subject) -> Judgement:
        way, level, reason, words = (self.cleaned_data[self._name(notice, subject, part)] for part in children.PARTS)
        who = str(self.cleaned_data.get(f"who_{subject.pk}", ""))
        known = {str(person.pk): person for person in notice.candidates[subject.pk]}
        return Judgement(
            way=way,
            level=int(level),
            words=words or drafted.fitting(notice.referral, way, int(level), notice.referral.agreement),
            agreement=notice.referral.agreement,
            agreement_reason=notice.referral.agreement_reason,
            reason=reason,
            person=known.get(who),
            number_is_wrong=who == NUMBER_IS_WRONG,
        )


class RereadForm(GovukForm):
    """The second person's view."""

    answer = fields.RadiosField(
        label="Do you agree with this decision?",
        label_size="m",
        choices=[("yes", "Yes"), ("no", "No, triage should look again")],
        reveals={"no": ["note"]},
        missing="Select whether you agree",
    )
    note = fields.TextareaField(
        label="Why do you not agree?", missing="Say why you do not agree", rows=4, max_length=LONGEST, count=False
    )


def _about(notice: NoticeToScreen) -> str:
    """A notice inside a message: there are up to twenty on the page."""
    return f"the notice about {' and '.join(map(str, notice.subjects))}" if notice.subjects else "this notice"
