"""One local service, as whoever keeps the directory describes it; and what somebody looks for."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from mash.govuk.fields import (
    CheckboxesField,
    EmailField,
    HiddenField,
    IntegerField,
    RadiosField,
    SelectField,
    TelephoneField,
    TextareaField,
    TextField,
)
from mash.govuk.forms import GovukForm
from referrals.choices import Access
from referrals.districts import district
from referrals.models import LocalService
from referrals.models.directory import OLDEST
from referrals.selectors.directory import WORRIES
from referrals.services.directory import stamp

ANSWERS = (
    *("name", "does", "categories", "age_from", "age_to", "area", "districts", "phone", "web", "email"),
    *("access", "hours"),
)
MOST_DISTRICTS = 40


class ServiceForm(GovukForm):
    """Everything that is kept of a service. `seen` is the last change that the page knew of."""

    seen = HiddenField(required=False)
    name = TextField(label="Name", missing="Enter the name of the service")
    does = TextareaField(
        label="What does it do?",
        hint="Two or three plain sentences, as you would say it to a parent.",
        rows=4,
        max_length=600,
        missing="Say what the service does",
    )
    categories = CheckboxesField(
        label="For which worries?", choices=WORRIES, small=True, missing="Select at least one worry"
    )
    age_from = IntegerField(label="From what age?", hint="In years; 0 from birth, or before", max_value=OLDEST, width=2)
    age_to = IntegerField(label="To what age?", max_value=OLDEST, width=2)
    area = TextField(label="Where?", hint="For example, Harbour ward, or the whole borough", required=False)
    districts = TextField(
        label="Only for some postcodes?",
        hint="The first halves, like MB1, MB3. Leave this empty if it is for everywhere.",
        required=False,
        mark_optional=False,
    )
    phone = TelephoneField(label="Phone number", required=False, autocomplete="off")
    web = TextField(label="Website", hint="Starting with https://", required=False, max_length=300, spellcheck=False)
    email = EmailField(label="Email address", required=False, autocomplete="off")
    access = RadiosField(label="How does somebody get it?", choices=Access.choices, missing="Select how to get it")
    hours = TextField(label="When is it open?", hint="For example, weekdays 9am to 5pm", required=False)

    def __init__(self, posted: Any, *, service: LocalService | None = None) -> None:
        start = {name: getattr(service, name) for name in ANSWERS} if service else {"age_from": 0, "age_to": 18}
        if service:
            start |= {"districts": ", ".join(service.districts), "seen": stamp(service.changed_at)}
        super().__init__(posted, initial=start)

    def clean_districts(self) -> list[str]:
        typed = [word for piece in re.split("[,;]", self.cleaned_data["districts"]) for word in _codes(piece)]
        wrong = [word for word in typed if not district(word)]
        if wrong:
            raise ValidationError(f"“{wrong[0][:20]}” is not the first half of a postcode, like MB1")
        if len(typed) > MOST_DISTRICTS:
            raise ValidationError("That is a lot of postcodes. Leave this empty if it is for everywhere")
        return sorted({district(word) for word in typed})

    def clean_web(self) -> str:
        typed: str = self.cleaned_data["web"]
        if not typed:
            return ""
        try:
            URLValidator(schemes=["http", "https"])(typed)
        except ValidationError:
            raise ValidationError("Enter a web address, like https://www.example.org") from None
        return typed

    def clean(self) -> dict[str, Any]:
        """Ages in order, and one way at least to reach it."""
        data = super().clean() or self.cleaned_data
        first, last = data.get("age_from"), data.get("age_to")
        if first is not None and last is not None and first > last:
            self.add_error("age_to", "This age must be the same as the first one, or older")
        if not {"phone", "web", "email"} & self.errors.keys() and not any(
            data.get(k) for k in ("phone", "web", "email")
        ):
            self.add_error("phone", "Enter a phone number, a website or an email address")
        return data

    def answers(self) -> dict[str, Any]:
        """The answers, for the service."""
        return {name: self.cleaned_data[name] for name in ANSWERS}


def _codes(piece: str) -> list[str]:
    """One whole postcode, or the words between two commas."""
    return [piece] if district(piece) else piece.split()


class FindHelpForm(GovukForm):
    """The filters of the directory, as they stand in the address."""

    worry = SelectField(
        label="What is the worry?", choices=WORRIES, placeholder="Any", required=False, mark_optional=False
    )
    age = TextField(
        label="Age of the child", inputmode="numeric", width=2, required=False, mark_optional=False, max_length=3
    )
    postcode = TextField(
        label="Postcode",
        hint="The first half is enough, like MB1",
        width=10,
        required=False,
        mark_optional=False,
        max_length=10,
    )
