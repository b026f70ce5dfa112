"""What a person says of several referrals: the same event or not, who takes them, and the same decision for a child."""

from typing import Any

from django.forms.boundfield import BoundField

from mash.govuk import fields
from mash.govuk.forms import GovukForm
from referrals import drafted
from referrals.choices import Agreement
from referrals.errors import Refused
from referrals.forms.deciding import SHORT_WORDS
from referrals.forms.queue import LONG
from referrals.models import Subject
from referrals.selectors.carrying import Carried, CarryPage
from referrals.services import decisions
from referrals.services.decisions import Judgement

SAME, NOT_SAME = "same", "not_same"


class SameForm(GovukForm):
    """Whether two referrals tell of one event, and why. What the two have in common is filled in as the reason."""

    answer = fields.RadiosField(
        label="Do they tell us of the same event?",
        label_size="m",
        choices=[(SAME, "Yes, the same event"), (NOT_SAME, "No, not the same")],
        hints={
            SAME: "They are shown together from now on. Each keeps its own words, decision and news.",
            NOT_SAME: "You will not be asked about these two again.",
        },
        missing="Select whether they tell us of the same event",
    )
    reason = fields.TextareaField(
        label="How do you know?", missing="Say how you know", rows=3, max_length=LONG, count=False
    )


class LeaveForm(GovukForm):
    reason = fields.TextareaField(
        label="Why is it not the same event?",
        missing="Say why it is not the same",
        rows=4,
        max_length=LONG,
        count=False,
    )


class CarryForm(GovukForm):
    """The same decision for the same child on another referral: the level and the way are those of the decision; the
    reason and the words are this referral's own."""

    def __init__(self, data: Any = None, *, page: CarryPage) -> None:
        super().__init__(data)
        self.page = page
        self.carried = {str(one.subject.pk): one for one in page.children}
        if len(page.children) > 1:
            self.fields["children"] = fields.CheckboxesField(
                label="For whom?",
                choices=[(key, str(one.subject)) for key, one in self.carried.items()],
                initial=list(self.carried),
                missing="Select for whom",
            )
        for key, one in self.carried.items():
            self.fields[f"words_{key}"] = _text(
                f"What they will read about {one.subject}",
                "Write what the referrer will be told",
                initial=one.words(page.referral),
                hint=f"For {page.referral.organisation} alone. Say nothing here that somebody else told us.",
                rows=7,
            )
            self.fields[f"reason_{key}"] = _text(
                f"Why, for {one.subject}?", "", initial=one.reason, hint="Read by the hub alone.", rows=3
            )
        self._ask_agreement(page.children[0])
        if page.missing:
            self.fields["seen"] = fields.ConfirmField(
                label="I have seen what is not known, and can decide without it",
                missing="Tick the box if you can decide without what is not known",
            )

    def clean(self) -> dict[str, Any]:
        """The rules of a decision hold for this referral as well, said beside the answer that would mend them."""
        answered = not self.errors
        for subject, judgement in (self.judgements() if answered else {}).items():
            try:
                decisions.check(subject, judgement)
            except Refused as refusal:
                own = f"{refusal.field}_{subject.pk}"
                shared = refusal.field if refusal.field in self.fields else None
                self.add_error(own if own in self.fields else shared, refusal.message)
        return self.cleaned_data

    def blocks(self) -> list[tuple[Carried, BoundField, BoundField]]:
        """Each child with the questions about them."""
        return [(one, self[f"words_{key}"], self[f"reason_{key}"]) for key, one in self.carried.items()]

    def judgements(self) -> dict[Subject, Judgement]:
        """The same decision, child by child."""
        chosen = self.cleaned_data["children"] if "children" in self.fields else list(self.carried)
        return {self.carried[key].subject: self._judgement(key, self.carried[key]) for key in chosen}

    def _judgement(self, key: str, one: Carried) -> Judgement:
        agreement = str(self.cleaned_data["agreement"])
        written = str(self.cleaned_data[f"words_{key}"])
        ours = not drafted.edited(written, one.decision.way)
        fitting = drafted.fitting(self.page.referral, one.decision.way, one.level, agreement)
        return Judgement(
            way=one.way,
            level=one.level,
            words=fitting if ours else written,
            agreement=agreement,
            reason=str(self.cleaned_data[f"reason_{key}"]),
            agreement_reason=str(self.cleaned_data["agreement_reason"]),
            person=one.person,
        )

    def _ask_agreement(self, first: Carried) -> None:
        self.fields["agreement"] = fields.RadiosField(
            label="Does the family agree to a service?",
            choices=Agreement.choices,
            small=True,
            initial=first.decision.agreement,
            missing="Select whether the family agrees",
        )
        self.fields["agreement_reason"] = _text(
            "If not, or not asked: why does it go ahead?", "", initial=first.agreement_reason, rows=2
        )


def _text(label: str, missing: str, *, initial: str, rows: int, hint: str = "") -> fields.TextareaField:
    return fields.TextareaField(
        label=label,
        hint=hint,
        missing=missing,
        required=bool(missing),
        mark_optional=False,
        initial=initial,
        rows=rows,
        max_length=SHORT_WORDS,
        count=False,
    )
