"""What somebody asks the hub, what the hub answers, and how it ends."""

from typing import Any
from uuid import UUID, uuid4

from mash.govuk.fields import (
    ConfirmField,
    HiddenField,
    RadiosField,
    SelectField,
    TelephoneField,
    TextareaField,
    TextField,
)
from mash.govuk.forms import GovukForm
from mash.lib.references import InvalidReference, normalise
from referrals.choices import AgeGroup, Category, ConsultationOutcome
from referrals.services.consultations import Question

LONG = 5_000
REFER = "refer"


class AskForm(GovukForm):
    """A question that names nobody. `token` makes one question of a page that is sent twice."""

    token = HiddenField(required=False)
    question = TextareaField(
        label="What would you like advice about?",
        hint="Say what you have noticed, since when, and what you have tried. Do not write names, addresses or dates "
        "of birth: “a child in my class” is enough.",
        rows=8,
        max_length=LONG,
        missing="Write what you would like advice about",
    )
    category = SelectField(
        label="What is it mostly about?", choices=Category.choices, missing="Select what it is mostly about"
    )
    age_group = SelectField(
        label="About how old is the child?", choices=AgeGroup.choices, missing="Select about how old the child is"
    )
    call_back_phone = TelephoneField(
        label="Phone number, if you would like to talk",
        hint="We write our advice here in any case.",
        required=False,
    )
    private = ConfirmField(
        label="Keep this from my organisation’s safeguarding lead",
        hint="They can read your organisation’s questions unless you tick this.",
        required=False,
    )

    def __init__(self, posted: Any, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(posted, initial={"token": str(uuid4()), **(initial or {})})

    def clean_token(self) -> UUID:
        try:
            return UUID(self.cleaned_data["token"])
        except ValueError:
            return uuid4()

    def asked(self) -> Question:
        """The question, for the service."""
        return Question(**{name: value for name, value in self.cleaned_data.items() if name != "token"})


class MoreForm(GovukForm):
    """What the asker adds."""

    text = TextareaField(
        label="Ask more, or add something",
        hint="Please name nobody here either.",
        rows=4,
        max_length=LONG,
        count=False,
        missing="Write what you would like to add",
    )


class AnswerForm(GovukForm):
    """The hub's advice. `seen` says what was on the page, so that nobody answers what they have not read."""

    seen = HiddenField(required=False)
    text = TextareaField(
        label="Your advice",
        hint="In plain words: what they can do, who can help, and when to come back. Name nobody.",
        rows=8,
        max_length=LONG,
        missing="Write your advice",
    )
    then = RadiosField(
        label="What should they do?",
        choices=[
            ("advice", "Follow this advice: no referral is needed now"),
            (REFER, "Send a referral"),
        ],
        hints={REFER: "They are told so plainly, and it stays on our list until one has come."},
        missing="Select what they should do",
    )

    def clean_seen(self) -> int:
        seen = self.cleaned_data["seen"]
        return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 19 else 0

    def answers(self) -> dict[str, Any]:
        """The advice, for the service."""
        data = self.cleaned_data
        return {"text": data["text"], "should_refer": data["then"] == REFER, "seen": data["seen"]}


class EndForm(GovukForm):
    """How a consultation ended, and what came of it. While a referral that we advised is missing (`missing`), why not
    is asked whatever the answer; otherwise only where it should have been one."""

    outcome = RadiosField(label="How does it end?", choices=ConsultationOutcome.choices, missing="Select how it ends")
    reference = TextField(
        label="Reference of the referral that came of it",
        hint="16 letters and numbers, like ABCD-EFGH-JKMN-PQRS. Leave it empty if there is none.",
        width=20,
        spellcheck=False,
        max_length=40,
        required=False,
        mark_optional=False,
    )
    not_referred_because = TextareaField(
        label="If no referral has come of it: why is that all right?",
        hint="For example, another agency has sent one, or the advice changed when you spoke.",
        rows=3,
        max_length=LONG,
        count=False,
        required=False,
        mark_optional=False,
    )

    def __init__(self, posted: Any, *, missing: bool) -> None:
        super().__init__(posted)
        if not missing:
            inside = {ConsultationOutcome.REFERRAL.value: ("reference", "not_referred_because")}
            self.fields["outcome"].reveals = inside  # type: ignore[attr-defined]

    def clean_reference(self) -> str:
        typed = self.cleaned_data["reference"]
        try:
            return normalise(typed) if typed else ""
        except InvalidReference as error:
            self.add_error("reference", str(error))
            return ""
