"""What somebody writes when a case goes back, goes on or ends."""

from typing import Any

from mash.govuk.fields import RadiosField, TextareaField, TextField
from mash.govuk.forms import GovukForm
from referrals import case_words
from referrals.choices import CaseAgreement, ClosureReason
from referrals.duties import AT_FIRST, Agreed
from referrals.models import Case
from referrals.services.ending import NOT_ASSESSED, NOTE_WANTED, unfinished

WORDS_HINT = (
    "The person who sent the referral reads this. It is a draft for you to change: say what will happen now and what "
    "they should do. Leave out what other agencies told you."
)


class ReturnForm(GovukForm):
    """Back to triage."""

    reason = TextareaField(
        label="Why should triage look again?",
        hint="Triage reads this first. The referrer is told only that the hub is looking again.",
        missing="Say why you are returning this to triage",
        rows=5,
        count=False,
    )


class StepForm(GovukForm):
    """To the other service."""

    reason = TextareaField(
        label="Why does this child need the other service?",
        hint="The other service reads this before it accepts. Say what has changed and what you saw.",
        missing="Say why this child needs the other service",
        rows=5,
        count=False,
    )
    words = TextareaField(
        label="What will the referrer be told?",
        hint=WORDS_HINT,
        missing="Write what the referrer will be told",
        rows=4,
        count=False,
    )

    def __init__(self, data: Any = None, *, case: Case) -> None:
        super().__init__(data, initial={"words": case_words.stepping(case)})

    def answers(self) -> dict[str, Any]:
        """As the service takes them."""
        return {"reason": self.cleaned_data["reason"], "words": self.cleaned_data["words"]}


class StepDownForm(StepForm):
    """To Gateway, which the family has to agree to."""

    status = RadiosField(
        label="Does the family agree to Gateway’s help?",
        hint="Early help at Level 3 needs their agreement. That they do not agree lowers no risk.",
        choices=[(one.value, one.label) for one in AT_FIRST],
        reveals={CaseAgreement.GIVEN: ["who"]},
        missing="Select whether the family agrees",
    )
    who = TextField(
        label="Who agreed?", hint="For example, Mum, by telephone", required=False, mark_optional=False, max_length=200
    )
    without = TextareaField(
        label="Why does Gateway go on without their agreement?",
        hint="Needed when they do not agree, or were not asked yet.",
        required=False,
        mark_optional=False,
        rows=3,
        count=False,
    )

    def clean(self) -> dict[str, Any]:
        """Somebody agreed, or there is a reason why nobody has."""
        data = super().clean() or self.cleaned_data
        given = data.get("status") == CaseAgreement.GIVEN
        if given and not data.get("who"):
            self.add_error("who", "Say who agreed")
        if data.get("status") and not given and not data.get("without"):
            self.add_error("without", "Say why Gateway goes on without their agreement")
        return data

    def answers(self) -> dict[str, Any]:
        """As the service takes them."""
        data = self.cleaned_data
        reason = "" if data["status"] == CaseAgreement.GIVEN else data["without"]
        return super().answers() | {"agreement": Agreed(status=data["status"], who=data["who"], reason=reason)}


class CloseForm(GovukForm):
    """The end."""

    reason = RadiosField(
        label="Why does the case end?", choices=ClosureReason.choices, missing="Choose why the case ends"
    )
    words = TextareaField(
        label="What will the referrer be told?",
        hint=WORDS_HINT,
        missing="Write what the referrer will be told",
        rows=4,
        count=False,
    )
    note = TextareaField(
        label="Note for the record",
        hint="Only the hub and the two services read this.",
        rows=4,
        required=False,
        count=False,
    )

    def __init__(self, data: Any = None, *, case: Case) -> None:
        super().__init__(data, initial={"words": case_words.closing(case)})
        note = self.fields["note"]
        assert isinstance(note, TextareaField)
        self._unfinished = unfinished(case)
        if self._unfinished:
            note.hint, note.mark_optional = f"{note.hint} {NOT_ASSESSED}.", False

    def clean(self) -> dict[str, Any]:
        """Another reason has to be named, why a child whose family wants no help is safe enough, and why a case ends
        before its assessment."""
        data = super().clean() or self.cleaned_data
        reason = data.get("reason")
        if reason in NOTE_WANTED and not data.get("note"):
            self.add_error("note", NOTE_WANTED[reason])
        elif self._unfinished and reason != ClosureReason.MOVED_AREA and not data.get("note"):
            self.add_error("note", NOT_ASSESSED)
        return data
