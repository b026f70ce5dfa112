"""The form for everybody who is not a professional: one page, in words for a reader of ten."""

import json
import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core import signing
from django.forms.boundfield import BoundField
from django.http import QueryDict

from mash.govuk import fields
from mash.govuk.forms import GovukForm
from referrals import codes, publicly
from referrals.choices import Category, HowKnown, Identity
from referrals.publicly import MOST_CHILDREN, NOT_SAID, RELATIONS, UNKNOWN, Told

SIGNER = signing.TimestampSigner(salt="referrals.forms.public")
OPEN_FOR = timedelta(days=1)
IN_NO_TIME = timedelta(minutes=2)
KINDS = [
    (Category.PHYSICAL_ABUSE.value, "Someone hits or hurts a child"),
    (Category.SEXUAL_ABUSE.value, "Someone does sexual things to a child"),
    (Category.EMOTIONAL_ABUSE.value, "Someone is cruel to a child, or scares them"),
    (Category.NEGLECT.value, "A child is not looked after: food, clothes, a clean home, a doctor"),
    (Category.DOMESTIC_ABUSE.value, "Adults hurt or scare each other at home"),
    (Category.EXPLOITATION.value, "Someone uses a child for crime, drugs or sex"),
    (Category.SUBSTANCE_MISUSE.value, "An adult drinks too much, or takes drugs"),
    (Category.SELF_HARM.value, "A child hurts themselves, or wants to die"),
    (Category.MISSING.value, "A child runs away, or is missing"),
    (Category.FAMILY_SUPPORT.value, "The family needs help"),
    (Category.ALLEGATION.value, "Someone whose job is with children has done harm"),
    (Category.OTHER.value, "Something else"),
    (UNKNOWN, "I do not know"),
]
# How a child says the same of themselves; the others read alike for everybody.
CHILDS_KINDS = {
    Category.PHYSICAL_ABUSE.value: "Someone hits or hurts me",
    Category.SEXUAL_ABUSE.value: "Someone does sexual things to me, or makes me do them",
    Category.EMOTIONAL_ABUSE.value: "Someone is cruel to me, or scares me",
    Category.NEGLECT.value: "I am not looked after: food, clothes, a clean home, a doctor",
    Category.EXPLOITATION.value: "Someone uses me for crime, drugs or sex",
    Category.SELF_HARM.value: "I hurt myself, or want to die",
    Category.MISSING.value: "I have run away, or want to",
    Category.FAMILY_SUPPORT.value: "My family needs help",
    Category.ALLEGATION.value: "Someone whose job is with children has hurt me, or done harm",
}
CHILDLINE = {
    Category.SELF_HARM.value: "You can call Childline now on 0800 1111, which is free at any time of the day or night."
}
HOW = [
    (HowKnown.SEEN.value, "I saw it"),
    (HowKnown.HEARD.value, "I heard it"),
    (HowKnown.CHILD.value, "The child told me"),
    (HowKnown.OTHER.value, "Someone else told me"),
]
YOU = ("relation", "name", "phone", "email", "safe_contact")
WHERE = ("home", "postcode", "school")
WHAT = ("kind", "story", "how_known", "danger")
# What is not asked: nobody's own name or contact in an anonymous form; of a child, not who they are to themselves.
LEFT_OUT: dict[Identity, tuple[str, ...]] = {
    Identity.PUBLIC_OPEN: ("safe_contact",),
    Identity.PUBLIC_WITHHELD: (),
    Identity.ANONYMOUS: ("name", "phone", "email", "safe_contact"),
}
OF_A_CHILD = ("relation", "name", "how_known")
CHILDS_OWN_NAME = ("given_1", "family_1")
WORDS_FOR_A_CHILD = {
    "given_1": "Your first name",
    "family_1": "Your last name",
    "age_1": "How old are you?",
    "home": "Where do you live?",
    "school": "Your school or college",
    "kind": "What is it about?",
    "story": "What has happened?",
    "danger": "Are you in danger now?",
    "postcode": "Your postcode, or a part of it, if you know it",
}
HINTS_FOR_A_CHILD = {
    "age_1": "",
    "safe_contact": "For example, you could ask us to send you a text first, or to talk to you at school.",
    "story": "Use your own words, and do not worry about how to spell them or if you have forgotten something.",
}


def _child(n: int, *, me: bool = False) -> dict[str, Any]:
    """The boxes of one child; what is wrong in them says which child it is about."""
    quiet: dict[str, Any] = {"required": False, "mark_optional": False, "autocomplete": "off"}
    whose = "" if n == 1 else f" of brother or sister {n - 1}" if me else f" of child {n}"
    return {
        f"given_{n}": fields.TextField(label="First name", subject=f"First name{whose}", width="two-thirds", **quiet),
        f"family_{n}": fields.TextField(label="Last name", subject=f"Last name{whose}", width="two-thirds", **quiet),
        f"age_{n}": fields.TextField(
            label="Age, as near as you can",
            subject=f"Age{whose}",
            hint="For example: 7, or 6 months",
            width=10,
            max_length=60,
            **quiet,
        ),
    }


class PublicForm(GovukForm):
    """What a member of the public tells us. Which boxes there are depends on how they want to be known."""

    token = fields.HiddenField(required=False)
    relation = fields.RadiosField(
        label="Who are you to the child?",
        choices=[(key, one.label) for key, one in RELATIONS.items()],
        small=True,
        missing="Say who you are to the child",
    )
    name = fields.TextField(label="Your name", autocomplete="name", width="two-thirds", missing="Write your name")
    phone = fields.TelephoneField(label="Your phone number", required=False)
    email = fields.EmailField(label="Your email", width="two-thirds", required=False)
    safe_contact = fields.TextareaField(
        label="How can we reach you safely?",
        hint="For example, you could ask us to send you a text first, or to call you only at work.",
        rows=2,
        max_length=500,
        count=False,
        required=False,
    )
    home = fields.TextField(
        label="Where do they live?",
        hint="The name of the street is a good start, or something that helps us to find the house.",
        required=False,
        autocomplete="off",
    )
    postcode = fields.TextField(
        label="Postcode, or a part of it, if you know it",
        width=10,
        max_length=60,
        required=False,
        mark_optional=False,
        spellcheck=False,
        autocomplete="off",
    )
    school = fields.TextField(label="Their school or nursery", width="two-thirds", required=False, autocomplete="off")
    kind = fields.RadiosField(
        label="What is it about, most of all?", choices=KINDS, small=True, missing="Choose what it is about"
    )
    story = fields.TextareaField(
        label="What has happened?",
        hint="Use your own words, and tell us what you saw or heard and when it was.",
        rows=8,
        count=False,
        missing="Tell us what has happened",
    )
    how_known = fields.RadiosField(
        label="How do you know?", choices=HOW, small=True, required=False, mark_optional=False
    )
    danger = fields.YesNoField(
        label="Is a child in danger now?",
        hint="If the answer is yes, please call 999 as well, and do that before you finish this form if you can.",
        small=True,
        missing="Say if a child is in danger now",
    )

    def __init__(self, posted: QueryDict | None, *, identity: Identity, me: bool = False) -> None:
        super().__init__(posted, initial={"token": SIGNER.sign(secrets.token_urlsafe(16))})
        self.identity, self.me = identity, me
        for n in range(1, MOST_CHILDREN + 1):
            self.fields.update(_child(n, me=me))
        children = [name for n in range(1, MOST_CHILDREN + 1) for name in _child(n)]
        self.order_fields(["token", *YOU, *children, *WHERE, *WHAT])
        for name in (*LEFT_OUT[identity], *(OF_A_CHILD if me else ())):
            self.fields.pop(name, None)
        if identity == Identity.ANONYMOUS:
            self._leave_unsaid()
        if me:
            self._speak_to_the_child()

    def _leave_unsaid(self) -> None:
        if self.me:
            for name in CHILDS_OWN_NAME:
                del self.fields[name]
            return
        field: Any = self.fields["relation"]
        field.choices = [*field.choices, (UNKNOWN, NOT_SAID.label)]

    def _speak_to_the_child(self) -> None:
        for name, words in WORDS_FOR_A_CHILD.items():
            if name in self.fields:
                self.fields[name].label = words
        for name, words in HINTS_FOR_A_CHILD.items():
            if name in self.fields:
                self._boxed(name).hint = words
        kind = self._boxed("kind")
        kind.choices = [(value, CHILDS_KINDS.get(value, words)) for value, words in KINDS]
        kind.hints = CHILDLINE
        if "given_1" in self.fields:
            given = self.fields["given_1"]
            given.required = True
            given.error_messages["required"] = "Write your first name"

    def _boxed(self, name: str) -> Any:
        """A box as our own kind of field, which Django's type does not know of."""
        return self.fields[name]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        findable = ("given_1", "family_1", *WHERE)
        if not self.me and not any(given.get(name) for name in findable) and not set(findable) & set(self.errors):
            self.add_error(
                "given_1", "Help us find the child: write a name, a street or a school, or write “I do not know”"
            )
        return given

    def you(self) -> Iterator[BoundField]:
        return self._boxes(YOU)

    def child(self) -> Iterator[BoundField]:
        return self._boxes(tuple(_child(1)))

    def others(self) -> list[tuple[int, list[BoundField], bool]]:
        """The other children: which one, their boxes, and whether anything was typed there or further down."""
        found: list[tuple[int, list[BoundField], bool]] = []
        used = False
        for n in range(MOST_CHILDREN, 1, -1):
            boxes = list(self._boxes(tuple(_child(n))))
            used = used or any(box.value() or box.errors for box in boxes)
            found.insert(0, (n, boxes, used))
        return found

    def where(self) -> Iterator[BoundField]:
        return self._boxes(WHERE)

    def what(self) -> Iterator[BoundField]:
        return self._boxes(WHAT)

    def _boxes(self, names: tuple[str, ...]) -> Iterator[BoundField]:
        return (self[name] for name in names if name in self.fields)

    def kept(self) -> list[tuple[str, str]]:
        """Everything that was typed in the boxes that this page has, to be carried along unseen."""
        return [(name, value) for name in self.fields for value in self.data.getlist(name)]  # type: ignore[attr-defined]

    def told(self) -> Told:
        """The answers of a form without mistakes."""
        return publicly.told(self.cleaned_data, identity=self.identity, me=self.me)

    def fresh(self) -> bool:
        """Whether the page was opened here, and not longer ago than a day. If not, it is given a new mark."""
        if self._opened_within(OPEN_FOR):
            return True
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["token"] = SIGNER.sign(secrets.token_urlsafe(16))
        self.data = data
        return False

    def took_time(self) -> bool:
        """Whether the page was opened here two minutes ago or more: a person fills it in, a machine seldom waits."""
        return self._opened_within(OPEN_FOR) and not self._opened_within(IN_NO_TIME)

    def _opened_within(self, age: timedelta) -> bool:
        try:
            SIGNER.unsign(self.data.get("token", ""), max_age=age)
        except signing.BadSignature:
            return False
        return True

    def mark(self) -> str:
        """What names this filled in form: the page that was opened, and all that was typed in it."""
        return json.dumps([self.identity.value, self.me, self.kept()])


class CodeForm(GovukForm):
    """The code that somebody was given."""

    code = fields.TextField(
        label="Your code",
        hint="17 letters and numbers, like ABCD-EFGH-JKMN-PQRST",
        width=20,
        spellcheck=False,
        autocomplete="off",
        max_length=60,
        missing="Write your code",
    )

    def clean_code(self) -> str:
        try:
            return codes.normalise(self.cleaned_data["code"])
        except codes.InvalidCode as error:
            self.add_error("code", str(error))
            return ""


class MoreForm(GovukForm):
    """What somebody adds who came back."""

    story = fields.TextareaField(
        label="What do you want to add?",
        hint="Tell us what is new, when it was, and how you know about it.",
        rows=6,
        count=False,
        missing="Write what you want to add",
    )
    danger = fields.ConfirmField(
        label="A child may be in danger now, or badly hurt before the next working day",
        hint="Call 999 first. When our office is shut, we then call whoever is on call.",
        required=False,
    )
