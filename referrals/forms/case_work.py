"""What somebody writes about who has a case, whether the family agrees, and another authority."""

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from mash.govuk.fields import DateField, HiddenField, RadiosField, TextareaField, TextField
from mash.govuk.forms import GovukForm
from mash.lib.workingdays import LONDON
from referrals.choices import CaseAgreement, SentHow
from referrals.duties import AT_FIRST, Agreed
from referrals.forms.nights import TimeField
from referrals.models import Case
from referrals.selectors.caseloads import SPECIALIST_LEVEL, Candidate
from referrals.services.transferring import Asked, Receipt


class AllocateForm(GovukForm):
    """Who gets the case. `seen` is who had it when the page was made."""

    worker = RadiosField(label="Who will work with this child?", missing="Select a worker")
    reason = TextareaField(
        label="Why them?",
        hint="Needed when somebody else has the case now, or when it takes their load past what is thought safe.",
        required=False,
        mark_optional=False,
        rows=3,
        count=False,
    )
    seen = HiddenField(required=False)

    def __init__(self, data: Any = None, *, case: Case, candidates: list[Candidate]) -> None:
        super().__init__(data, initial={"seen": case.worker_id or ""})
        self.people = {str(one.user.pk): one.user for one in candidates}
        worker = self.fields["worker"]
        assert isinstance(worker, RadiosField)
        worker.choices = [(key, user.name) for key, user in self.people.items()]
        worker.hints = {str(one.user.pk): _load(one, case) for one in candidates}

    def answers(self) -> dict[str, Any]:
        """What the service is asked, but for whose place it takes."""
        return {"worker": self.people[self.cleaned_data["worker"]], "reason": self.cleaned_data["reason"]}


def _load(one: Candidate, case: Case) -> str:
    parts = [one.load.words]
    if one.past_with_it:
        parts.append("With this case, more than is thought safe: say why")
    if case.level == SPECIALIST_LEVEL and not one.user.is_registered_social_worker:
        parts.append("Not a registered social worker")
    return ". ".join(parts) + "."


class LookAgainForm(GovukForm):
    """A child who waits was looked at again."""

    note = TextareaField(
        label="What did you find, and can this child wait?",
        hint="Say whom you spoke to and whether the risk has changed. If it has, step up, or name a worker now.",
        missing="Write what you found, and why the child can wait or cannot",
        rows=4,
        count=False,
    )


class AgreementForm(GovukForm):
    """What the family says now."""

    status = RadiosField(
        label="Does the family agree to this service?",
        choices=CaseAgreement.choices,
        missing="Select whether the family agrees",
    )
    who = TextField(
        label="Who agreed?", hint="For example, Mum, by telephone", required=False, mark_optional=False, max_length=200
    )
    reason = TextareaField(
        label="Why is there no agreement, and what happens without it?",
        hint="Needed when they do not agree, no longer agree, or were not asked yet.",
        required=False,
        mark_optional=False,
        rows=3,
        count=False,
    )

    def __init__(self, data: Any = None, *, first: bool) -> None:
        super().__init__(data)
        status = self.fields["status"]
        assert isinstance(status, RadiosField)
        status.reveals = {CaseAgreement.GIVEN: ["who"]}
        if first:
            status.choices = [(one.value, one.label) for one in AT_FIRST]

    def agreed(self) -> Agreed:
        """As the service takes it."""
        given = self.cleaned_data["status"] == CaseAgreement.GIVEN
        reason = "" if given else self.cleaned_data["reason"]
        return Agreed(status=self.cleaned_data["status"], who=self.cleaned_data["who"], reason=reason)


class TransferForm(GovukForm):
    """Another authority was asked to take over."""

    authority = TextField(
        label="Which authority?", missing="Enter the name of the other authority", max_length=200, width=20
    )
    contact = TextField(
        label="Whom did you reach there?",
        hint="Their name and their job",
        missing="Enter whom you reached there",
        max_length=200,
        width=20,
    )
    contact_details = TextField(
        label="How can we reach them again?",
        hint="A telephone number or a secure email address",
        missing="Enter a telephone number or an email address of theirs",
        max_length=300,
        width=20,
    )
    sent_how = RadiosField(
        label="How did you reach them?", choices=SentHow.choices, missing="Select how you reached them"
    )
    sent_at = DateField(
        label="On which day?", past=True, recent=True, missing="Enter the day on which you reached them"
    )
    sent_time = TimeField(label="At what time?", hint="For example, 2:30pm", missing="Enter the time")
    sent_what = TextareaField(
        label="What did you tell or send them?",
        hint="Why the child needs them, what they have from us, and where the family lives now. The referrer never "
        "reads this.",
        missing="Say what you told or sent them",
        rows=5,
        count=False,
    )

    def asked(self) -> Asked:
        """As the service takes it."""
        data = self.cleaned_data
        names = ("authority", "contact", "contact_details", "sent_how", "sent_what")
        return Asked(**{name: data[name] for name in names}, sent_at=_moment(data["sent_at"], data["sent_time"]))


class ReceiptForm(GovukForm):
    """The other authority's receipt."""

    confirmed_by = TextField(
        label="Who confirmed it there?",
        hint="Their name and their job",
        missing="Enter who confirmed it there, and their job",
        max_length=200,
        width=20,
    )
    confirmed_how = RadiosField(
        label="How did they confirm it?", choices=SentHow.choices, missing="Select how they confirmed it"
    )
    confirmed_at = DateField(
        label="On which day?", past=True, recent=True, missing="Enter the day on which they confirmed it"
    )
    confirmed_time = TimeField(label="At what time?", hint="For example, 2:30pm", missing="Enter the time")
    their_reference = TextField(label="Their reference", required=False, max_length=100, width=10, mark_optional=False)
    answer_note = TextareaField(
        label="What did they say?",
        hint="Needed when they gave no reference.",
        required=False,
        rows=3,
        count=False,
        mark_optional=False,
    )

    def receipt(self) -> Receipt:
        """As the service takes it."""
        data = self.cleaned_data
        names = ("confirmed_by", "confirmed_how", "their_reference", "answer_note")
        moment = _moment(data["confirmed_at"], data["confirmed_time"])
        return Receipt(**{name: data[name] for name in names}, confirmed_at=moment)


class StopTransferForm(GovukForm):
    """It does not go ahead."""

    note = TextareaField(
        label="Why does the transfer not go ahead?",
        hint="For example, they refused and why, or the family came back.",
        missing="Say why the transfer does not go ahead",
        rows=4,
        count=False,
    )


def today() -> dict[str, date]:
    """The days to begin with."""
    day = timezone.localdate()
    return {"sent_at": day, "confirmed_at": day}


def _moment(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, LONDON)
