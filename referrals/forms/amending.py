"""What a referrer says after sending, and what the hub answers."""

from typing import Any

from mash.govuk.fields import ConfirmField, RadiosField, TextareaField
from mash.govuk.forms import GovukForm
from referrals.models import Subject

ALL = "all"


class MoreForm(GovukForm):
    """Something new, about one child or about all."""

    about = RadiosField(label="Which child is this about?", missing="Select which child this is about")
    words = TextareaField(
        label="What is new?",
        hint="What happened, when and where. Use the child’s own words if you can.",
        rows=8,
        missing="Say what is new",
    )
    danger = ConfirmField(
        label="A child may be in danger now, or badly hurt before the next working day",
        hint="When the office is shut, we then call whoever is on call.",
        required=False,
    )

    def __init__(self, data: Any = None, *, subjects: list[Subject]) -> None:
        super().__init__(data)
        self._subjects = {str(one.pk): one for one in subjects}
        if len(subjects) < 2:
            del self.fields["about"]
        else:
            named = [(key, str(one)) for key, one in self._subjects.items()]
            self.fields["about"].choices = [*named, (ALL, "All the children")]  # type: ignore[attr-defined]

    def subject(self) -> Subject | None:
        """The one child it is about; None for all of them."""
        return self._subjects.get(self.cleaned_data.get("about", ""))


class CorrectForm(GovukForm):
    """One answer, put right."""

    should_be = TextareaField(
        label="What should it say?",
        hint="If you no longer know, write “Not known”.",
        rows=3,
        missing="Say what it should say",
    )
    reason = TextareaField(
        label="How do you know?",
        hint="For example, the mother told me this morning, or I mistyped it.",
        rows=3,
        max_length=2000,
        count=False,
        missing="Say how you know",
    )


class WithdrawReferralForm(GovukForm):
    reason = TextareaField(
        label="Why do you want to withdraw it?",
        hint="For example, I sent it twice, or it was about another family.",
        rows=4,
        max_length=2000,
        count=False,
        missing="Say why you want to withdraw it",
    )


class AnswerForm(GovukForm):
    """Looked at; with words, the referrer is told. A wish to withdraw always gets words."""

    words = TextareaField(
        label="What shall we tell them?",
        hint="They read this under their referral. Say nothing of other people or other agencies.",
        rows=5,
        missing="Tell them what you will do, and why",
    )

    def __init__(self, data: Any = None, *, needed: bool = False) -> None:
        super().__init__(data)
        self.fields["words"].required = needed


class TakeOverForm(GovukForm):
    reason = TextareaField(
        label="Why are you taking it over?",
        hint="For example, they are ill, and this cannot wait.",
        rows=3,
        max_length=2000,
        count=False,
        missing="Say why you are taking this over",
    )
