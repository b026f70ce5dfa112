"""One page for a referral by telephone or letter, in the order in which people tell it."""

import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils import timezone

from accounts.models import Organisation
from mash.govuk import fields
from mash.govuk.forms import GovukForm
from referrals.choices import Agreement, Category, FamilyTold, Identity, Via
from referrals.documents.people import MOST_CHILDREN
from referrals.forms.calls_taken_answers import ADULTS, Answers, call
from referrals.forms.calls_taken_rows import QUIET, TYPED, ChildRow, DayField, adult, child, more
from referrals.publicly import RELATIONS
from referrals.selectors.calls_taken import signs
from referrals.services.calls_taken import Call

PROFESSIONAL, PUBLIC = "professional", "public"
FIRST_ROWS = 4
WISHES = [
    (Identity.PUBLIC_OPEN.value, "The hub may use their name"),
    (Identity.PUBLIC_WITHHELD.value, "Withhold it from the family"),
    (Identity.ANONYMOUS.value, "They will not give a name"),
]
# The end of the page, after the rows of the children and the adults.
LAST = ("category", "narrative", "signs", "status", "family_told", "reason")


class TakeCallForm(GovukForm):
    """What a caller says. `rows` children have a row; a row in which nothing was typed is no child."""

    token = fields.HiddenField(required=False)
    rows = fields.HiddenField(required=False)
    via = fields.RadiosField(
        label="How does it come?",
        choices=[(Via.PHONE.value, "By telephone"), (Via.LETTER.value, "By letter")],
        initial=Via.PHONE.value,
        missing="Select how it comes",
        reveals={Via.LETTER.value: ["received_on"]},
    )
    received_on = DayField(
        label="When did the letter come?",
        hint="For example, 20/11/2026",
        width=10,
        missing="Enter when the letter came",
    )
    danger = fields.YesNoField(
        label="Is a child in danger now?",
        hint="If so, one of you calls 999 now.",
        missing="Select whether a child is in danger now",
    )
    kind = fields.RadiosField(
        label="Who is it?",
        choices=[(PROFESSIONAL, "A professional"), (PUBLIC, "A member of the public")],
        missing="Select who it is",
        reveals={PROFESSIONAL: ["organisation", "job"], PUBLIC: ["relation", "wish"]},
    )
    organisation = fields.TextField(
        label="Organisation",
        hint="Type a part of its name and choose. Leave it empty if it is not in the list.",
        attributes={"list": "organisations"},
        **TYPED,
    )
    job = fields.TextField(label="Job", **TYPED)
    relation = fields.SelectField(
        label="Who are they to the child?",
        choices=[(key, one.role) for key, one in RELATIONS.items()] + [("self", "The child or young person")],
        placeholder="They do not say",
        **QUIET,
    )
    wish = fields.RadiosField(
        label="Their name", choices=WISHES, initial=Identity.PUBLIC_OPEN.value, missing="Select what they wish"
    )
    name = fields.TextField(label="Name", **TYPED)
    phone = fields.TelephoneField(label="Phone number", **TYPED)
    email = fields.EmailField(label="Email address", **TYPED)
    line1 = fields.TextField(label="Address", **TYPED)
    town = fields.TextField(label="Town or city", max_length=100, **TYPED)
    postcode = fields.PostcodeField(**QUIET)
    category = fields.SelectField(
        label="What is it mostly about?", choices=Category.choices, missing="Select what it is mostly about"
    )
    narrative = fields.TextareaField(
        label="What do they say?",
        hint="In their words: what happened, when and where, who was there.",
        rows=8,
        count=False,
        missing="Write what they say",
    )
    status = fields.RadiosField(
        label="Does the family agree to being offered help?",
        choices=[
            (Agreement.GIVEN.value, "Yes"),
            (Agreement.REFUSED.value, "No, they were asked"),
            (Agreement.NOT_SOUGHT.value, "Nobody has asked them"),
        ],
        initial=Agreement.NOT_SOUGHT.value,
        missing="Select whether the family agrees",
    )
    reason = fields.TextField(label="If not, or not asked: why?", max_length=1000, **TYPED)
    family_told = fields.RadiosField(
        label="Does the family know of this call or letter?",
        choices=[
            (FamilyTold.YES.value, "Yes"),
            (FamilyTold.PARTLY.value, "Some of them"),
            (FamilyTold.NO.value, "No"),
            (FamilyTold.NOT_STATED.value, "Not known"),
        ],
        initial=FamilyTold.NOT_STATED.value,
        missing="Select whether the family knows",
    )
    signs = fields.CheckboxesField(label="Which of these fit?", small=True, **QUIET)

    def __init__(self, data: QueryDict | None = None, *, organisations: dict[str, Organisation]) -> None:
        super().__init__(data, initial={"token": str(uuid.uuid4())})
        self.organisations = organisations
        self.count = _rows(data)
        self.made: Call | None = None
        self.fields["signs"].choices = signs()  # type: ignore[attr-defined]
        for n in range(1, self.count + 1):
            self.fields.update(child(n) | more(n))
        for n in range(1, ADULTS + 1):
            self.fields.update(adult(n))
        self.order_fields(self._as_on_the_page())

    def _as_on_the_page(self) -> list[str]:
        """So that what is wrong is listed from the top of the page to its end."""
        names = list(self.base_fields)
        rows = [name for n in range(1, self.count + 1) for name in child(n) | more(n)]
        adults = [name for n in range(1, ADULTS + 1) for name in adult(n)]
        return [*names[: names.index("line1")], *rows, "line1", "town", "postcode", *adults, *LAST]

    def children(self) -> Iterator[ChildRow]:
        """Each row of a child with its boxes, and what may be said beside."""
        for n in range(1, self.count + 1):
            yield ChildRow(n, [self[name] for name in child(n)], [self[name] for name in more(n)])

    def adults(self) -> Iterator[tuple[int, list[BoundField]]]:
        """Each row of an adult with its boxes."""
        for n in range(1, ADULTS + 1):
            yield n, [self[name] for name in adult(n)]

    @property
    def may_add(self) -> bool:
        return self.count < MOST_CHILDREN

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("kind"):
            self._check_caller(given)
        typed = " ".join(str(given.get("organisation", "")).casefold().split())
        if typed and typed not in self.organisations:
            self.add_error("organisation", "There is no organisation with this name. Choose one from the list")
        if not self.errors:
            self.made, errors = call(Answers(given, self.count, self.organisations.get(typed)))
            for name, message in errors.items():
                self.add_error(name if name in self.fields else None, message.rstrip("."))
        return given

    def call(self) -> Call:
        """What a form without mistakes comes to."""
        assert self.made is not None
        return self.made

    def clean_received_on(self) -> date | None:
        came: date | None = self.cleaned_data.get("received_on")
        if came is not None and came > timezone.localdate():
            raise ValidationError("This date is in the future. Enter when the letter came")
        return came

    def _check_caller(self, given: dict[str, Any]) -> None:
        """A name is needed unless they give none; then nothing may stay in the boxes that says who they are."""
        if given["kind"] == PUBLIC and given.get("wish") == Identity.ANONYMOUS:
            for part in ("name", "phone", "email"):
                if given.get(part):
                    self.add_error(part, "They will not give a name: leave this empty, or choose to withhold it")
        elif not given.get("name") and "name" not in self.errors:
            self.add_error("name", "Enter their name")


def _rows(data: QueryDict | None) -> int:
    """How many rows of children the page has, with one more when that was asked for."""
    typed = data.get("rows", "") if data is not None else ""
    now = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 3 else FIRST_ROWS
    wanted = now + (data is not None and "add" in data)
    return max(FIRST_ROWS, min(wanted, MOST_CHILDREN))
