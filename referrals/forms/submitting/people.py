"""One child, born or not."""

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from mash.govuk import moments
from mash.govuk.fields import (
    ConfirmField,
    DateField,
    IntegerField,
    NHSNumberField,
    PostcodeField,
    RadiosField,
    TextField,
    UPNField,
)
from referrals import drafting, keys
from referrals.choices import Sex
from referrals.drafting import Data, Item
from referrals.forms.submitting.base import ItemForm
from referrals.forms.submitting.tabs import Answers

ADDRESS = ("line1", "line2", "town", "postcode")
OLDEST = 25
NAME = ("given_name", "family_name")
KNOWN_AGE = ("birth_date", "estimated_age")
AGE = ("birth_date", "due_date", "estimated_age")
HOME = ("lives_with", "address")
AGE_KINDS = [
    ("born", "I know the date of birth"),
    ("estimated", "I know roughly how old they are"),
    ("unborn", "The child is not born yet"),
    ("unknown", "I do not know"),
]


def oldest_birth() -> date:
    """Duties to a young person with special needs, or leaving care, end at 25."""
    today = timezone.localdate()
    return today.replace(year=today.year - OLDEST, day=min(today.day, 28))


def earliest_due() -> date:
    """A baby more than four weeks past the due date has been born."""
    return timezone.localdate() - timedelta(weeks=4)


def latest_due() -> date:
    """No pregnancy that is known of ends later than this."""
    return timezone.localdate() + timedelta(days=300)


class ChildForm(ItemForm):
    """A child, born or not. Every answer but a name may be left out."""

    kind = "children"

    given_name = TextField(label="First name", required=False, mark_optional=False, autocomplete="off")
    family_name = TextField(label="Last name", required=False, mark_optional=False, autocomplete="off")
    another = ConfirmField(label="This is another child who has the same name", required=False)
    age_kind = RadiosField(
        label="How old is the child?",
        choices=AGE_KINDS,
        missing="Select what you know about the child’s age",
        reveals={"born": ["birth_date"], "estimated": ["estimated_age"], "unborn": ["due_date"]},
    )
    birth_date = DateField(
        label="Date of birth",
        past=True,
        earliest=oldest_birth,
        too_early=f"this service is for children and young people up to {OLDEST}",
    )
    estimated_age = IntegerField(
        label="Age in years, as near as you can",
        hint="0 for a baby under one",
        min_value=0,
        max_value=OLDEST,
        suffix="years",
        width=3,
    )
    due_date = DateField(
        label="Date the baby is due",
        hint="As near as you know. Add the mother under “Adults in the children’s lives”.",
        earliest=earliest_due,
        latest=latest_due,
    )
    sex = RadiosField(label="Sex", choices=Sex.choices, initial=Sex.U, inline=True, required=False, mark_optional=False)
    same_address = ConfirmField(label="", required=False)
    line1 = TextField(label="Address line 1", required=False, autocomplete="off")
    line2 = TextField(label="Address line 2", required=False, autocomplete="off")
    town = TextField(label="Town or city", required=False, autocomplete="off", width="two-thirds", max_length=100)
    postcode = PostcodeField(required=False)
    school = TextField(label="Nursery, school or college", required=False, autocomplete="off")
    nhs_number = NHSNumberField(required=False, hint="10 digits, on any letter from the NHS")
    upn = UPNField(required=False, hint="Schools have this. It starts with a letter.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first = self._first_at_home()
        self.first_address = drafting.address(self.draft, self.first) if self.first else {}
        if self.first:
            words = _in_one_line(self.first_address)
            self.fields["same_address"].label = f"Lives with {drafting.child_name(self.first)}: {words}"
        else:
            del self.fields["same_address"]
        if not self.is_bound or not any(self._same_name(other, self.data) for other in self.others()):
            del self.fields["another"]

    def start(self, item: Item) -> dict[str, Any]:
        kinds = {"born": "birth_date", "unborn": "due_date", "estimated": "estimated_age"}
        known = (kind for kind, name in kinds.items() if item.get(name) is not None)
        together = drafting.host(self.draft, item) is not None
        home = {"same_address": True} if together else item.get("address", {})
        return {**item, **home, "age_kind": next(known, "unknown")}

    def parts(self) -> dict[str, tuple[str, ...]]:
        plain = ("given_name", "family_name", "sex", "school", "nhs_number", "upn")
        return {**{name: (name,) for name in plain}, "age_kind": AGE, "line1": HOME}

    def boxes(self, item: Item) -> Answers:
        """With whom a child lives is the answer; the address that comes of it is the other child's."""
        return super().boxes({**item, "address": {}} if item.get("lives_with") else item)

    def called(self, name: str) -> str:
        return "Where the child lives" if name == "line1" else super().called(name)

    def said(self, name: str, value: Any) -> str:
        if self.item and name == "line1":
            return _in_one_line(drafting.address(self.draft, self.item))
        return _age_in_words(self.item) if self.item and name == "age_kind" else super().said(name, value)

    def answers(self) -> Item:
        given = self.cleaned_data
        plain = ("given_name", "family_name", "estimated_age", "school", "nhs_number", "upn")
        return {
            **{name: given[name] for name in plain},
            **{name: given[name].isoformat() if given[name] else None for name in ("birth_date", "due_date")},
            "sex": given["sex"] or Sex.U,
            "lives_with": self.first["id"] if self.first and given.get("same_address") else "",
            "address": self._address(),
        }

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        unborn = given.get("age_kind") == "unborn"
        if not unborn and not any(part in self.errors or _visible(given[part]) for part in NAME):
            self.add_error("given_name", "Enter a first name or a last name, or what the child is called")
        if given.get("same_address") and self._typed_another_address():
            self.add_error("line1", "Either tick that they live together, or enter another address")
        if not self.errors:
            self._refuse_twins()
        return given

    def _first_at_home(self) -> Item | None:
        """The child whose home this one may share: the one they live with already, or the first with a home."""
        host = drafting.host(self.draft, self.item) if self.item else None
        return host or next((one for one in self.others() if _has_own_home(self.draft, one)), None)

    def _address(self) -> dict[str, str]:
        if self.cleaned_data.get("same_address"):
            return dict(self.first_address)
        return {part: self.cleaned_data[part] for part in ADDRESS if self.cleaned_data[part]}

    def _typed_another_address(self) -> bool:
        typed = {part: self.cleaned_data.get(part) for part in ADDRESS if self.cleaned_data.get(part)}
        return bool(typed) and typed != self.first_address

    def _refuse_twins(self) -> None:
        """The same child twice is one referral about a child who does not exist: say so, and keep what was typed."""
        for field, message in self._twins():
            self.add_error(field, message)
            return

    def _twins(self) -> Iterator[tuple[str, str]]:
        given = self.cleaned_data
        for other in (other for other in self.others() if not self.repeats(other)):
            name = drafting.child_name(other)
            if given["nhs_number"] and given["nhs_number"] == other.get("nhs_number"):
                yield "nhs_number", f"You have already added {name} with this NHS number"
            elif self._same_name(other, given):
                yield from self._namesake(other, name)

    def _namesake(self, other: Item, name: str) -> Iterator[tuple[str, str]]:
        """The same name and age is the same child; the same name alone may be another one, if they say so."""
        mine = self.answers()
        if mine["due_date"] is None and all(mine[part] == other.get(part) for part in KNOWN_AGE):
            born = mine["birth_date"]
            yield "given_name", f"You have already added {name}{_born(born)}" if born else _tell_apart(name)
        elif not self.cleaned_data.get("another"):
            yield "given_name", f"You have already added {name}. If this is another child, tick the box and continue"

    @staticmethod
    def _same_name(other: Item, given: Any) -> bool:
        """Whatever the spaces, accents and capitals."""
        mine = [keys.letters(str(given.get(part, ""))) for part in NAME]
        return any(mine) and mine == [keys.letters(str(other.get(part, ""))) for part in NAME]


def _has_own_home(draft: Data, child: Item) -> bool:
    return drafting.host(draft, child) is None and bool(child.get("address", {}).get("line1"))


def _in_one_line(address: Mapping[str, str]) -> str:
    return ", ".join(address[part] for part in ADDRESS if address.get(part))


def _age_in_words(child: Item) -> str:
    for name, before in (("birth_date", "Born"), ("due_date", "Due")):
        if child.get(name):
            return f"{before} {moments.day_words(date.fromisoformat(child[name]))}"
    age = child.get("estimated_age")
    return "I do not know" if age is None else f"About {age}"


def _visible(text: str) -> bool:
    """A zero-width space is not a name."""
    return any(not one.isspace() and unicodedata.category(one) != "Cf" for one in text)


def _born(iso: str) -> str:
    return f", born {moments.day_words(date.fromisoformat(iso))}"


def _tell_apart(name: str) -> str:
    return f"You have already added {name}. If this is another child, say roughly how old each of them is"
