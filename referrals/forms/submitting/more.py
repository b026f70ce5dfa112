"""The second page of a child, an adult and a worry. Nothing on it has to be answered."""

from typing import Any

from django.core.exceptions import ValidationError

from mash.govuk.fields import CheckboxesField, EmailField, RadiosField, SelectField, TelephoneField, TextField
from mash.govuk.fields import TextareaField as Textarea
from referrals.choices import Disability, Ethnicity, HowKnown
from referrals.drafting import Item
from referrals.forms.submitting.base import ItemForm

ANSWERS = [("yes", "Yes"), ("no", "No"), ("not_known", "I do not know")]
DISABILITIES = [*(one for one in Disability.choices if one[0] != Disability.NONE), (Disability.NONE, "No disability")]
MOST_ADDRESSES, LONGEST_ADDRESS = 20, 500


class LinesField(Textarea):
    """A few short texts, one on each line; gives a list."""

    def __init__(self, *, most: int, longest: int, **kwargs: Any) -> None:
        super().__init__(max_length=most * (longest + 1), count=False, required=False, **kwargs)
        self.most = most
        self.longest = longest

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        lines = [line for line in map(str.strip, super().clean(value).split("\n")) if line]
        if len(lines) > self.most:
            raise ValidationError(f"Enter {self.most} or fewer, one on each line. You have {len(lines):,}")
        if any(len(line) > self.longest for line in lines):
            raise ValidationError(f"Each line must be {self.longest:,} characters or fewer")
        return lines


class ChildMoreForm(ItemForm):
    """What helps the hub to find a child in its records and to speak with the family."""

    kind = "children"

    aliases = TextField(
        label="Other names that they are known by",
        hint="For example, a nickname, an earlier family name or another spelling",
        required=False,
        autocomplete="off",
    )
    ethnicity = SelectField(
        label="Ethnic background",
        hint="As the family describes it",
        choices=[("", "Choose one"), *Ethnicity.choices],
        required=False,
    )
    language = TextField(
        label="Language spoken at home", required=False, autocomplete="off", max_length=100, width="two-thirds"
    )
    interpreter = RadiosField(label="Does the family need an interpreter?", choices=ANSWERS, required=False, small=True)
    disabilities = CheckboxesField(
        label="Does the child have a disability?",
        hint="Tick everything that is hard for them because of one",
        choices=DISABILITIES,
        none=Disability.NONE.value,
        required=False,
        small=True,
    )
    communication = Textarea(
        label="What helps this child to understand and be understood?",
        hint="For example, signing, pictures, or having somebody they trust with them",
        required=False,
        rows=2,
        max_length=1000,
        count=False,
    )
    earlier_addresses = LinesField(
        label="Where did they live before?",
        hint="One address on each line, as much of it as you know",
        most=MOST_ADDRESSES,
        longest=LONGEST_ADDRESS,
        rows=3,
    )

    def said(self, name: str, value: Any) -> str:
        if name == "disabilities" and value:
            return ", ".join(str(dict(DISABILITIES).get(code, code)) for code in value)
        return "\n".join(value) if name == "earlier_addresses" and value else super().said(name, value)


class AdultMoreForm(ItemForm):
    """How to reach a grown-up without putting anybody in danger."""

    kind = "adults"

    phone = TelephoneField(label="Phone number", required=False, autocomplete="off")
    email = EmailField(label="Email address", required=False, autocomplete="off")
    address = Textarea(
        label="Address",
        hint="Leave this empty if they live with the children",
        required=False,
        rows=3,
        max_length=500,
        count=False,
    )
    safe_contact = Textarea(
        label="How can we reach them safely?",
        hint="Is it safe to phone or to write? Who else may hear, or read it? When is a good time?",
        required=False,
        rows=3,
        max_length=1000,
        count=False,
    )


class ConcernMoreForm(ItemForm):
    """When it happened, how it is known, and the child's own words."""

    kind = "concerns"

    happened = Textarea(
        label="When did it happen?",
        hint="The day and time if you know them. Or in words, like “most mornings since September”.",
        required=False,
        rows=2,
        max_length=1000,
        count=False,
    )
    how_known = RadiosField(
        label="How do you know?",
        hint="Choose what fits best",
        choices=HowKnown.choices,
        required=False,
        small=True,
    )
    childs_words = Textarea(
        label="What did the child say?",
        hint="Their own words, exactly as they said them. If you asked something first, write what you asked.",
        required=False,
        rows=5,
        max_length=5000,
        count=False,
    )


def known(form: type[ItemForm], item: Item) -> int:
    """How many answers of a second page have been given."""
    return sum(1 for name in form.base_fields if name not in form.uncompared and item.get(name))
