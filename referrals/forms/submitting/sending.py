"""The first question, who is asking, and the last tick before a referral goes."""

from typing import Any

from accounts.models import User
from mash.govuk.fields import ConfirmField, EmailField, HiddenField, TelephoneField, TextField, YesNoField
from mash.govuk.forms import GovukForm
from referrals.drafting import Item

OWN_NUMBER = (
    "Your mobile, for example. Not the number of your organisation: the officer must not reach somebody else there."
)


class DangerForm(GovukForm):
    """Asked before anything else: a form is no help in an emergency."""

    immediate_danger = YesNoField(
        label="Is a child in danger right now?",
        page_heading=True,
        hint="For example, somebody is hurting them now, or is about to; or they need a doctor at once.",
        yes="Yes, now",
        no="No",
        missing="Select yes if a child is in danger right now",
    )


class ReferrerForm(GovukForm):
    """Whom the hub telephones, and whom it tells what became of it."""

    name = TextField(label="Your name", autocomplete="name", missing="Enter your name")
    role = TextField(
        label="Your job",
        hint="For example, class teacher or health visitor",
        autocomplete="organization-title",
        missing="Enter your job",
    )
    phone = TelephoneField(
        label="Phone number",
        hint="One that we can reach you on today. We may need to ask you something before we decide.",
        missing="Enter a phone number that we can reach you on",
    )
    email = EmailField(
        label="Email address",
        hint="For the hub to write to you. News of this referral goes to the address that you sign in with.",
        missing="Enter your email address",
    )

    def __init__(self, posted: Any, *, user: User, saved: Item, about_a_worker: bool = False) -> None:
        """Where it is about somebody who works with children, the organisation's number is not offered: whoever picks
        it up there may be that person, or a colleague who must not hear of it."""
        known = {"name": user.name, "email": user.email, "phone": "" if about_a_worker else user.organisation.phone}
        super().__init__(posted, initial={**known, **saved})
        if about_a_worker:
            phone = self.fields["phone"]
            assert isinstance(phone, TelephoneField)
            phone.label, phone.hint = "Phone number that only you answer", OWN_NUMBER


class SendForm(GovukForm):
    """`seen` says which state of the draft was on the page, so that nobody sends what they have not read."""

    seen = HiddenField(required=False)
    declaration = ConfirmField(
        label="What I have written is true as far as I know, and I have said where I am not sure",
        missing="Tick the box if what you have written is true as far as you know",
    )
