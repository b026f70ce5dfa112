"""What the forms of one child, adult or concern share, and those of a section that is one page."""

from typing import Any

from mash.govuk.fields import HiddenField
from referrals import drafting
from referrals.drafting import EMPTY, Data, Item
from referrals.forms.submitting.tabs import Answers, TwoTabsForm, marks


class PartsForm(TwoTabsForm):
    """A form whose boxes together give answers of the draft."""

    def answers(self) -> Item:
        """What was typed, in the draft's shape, without the id."""
        return {name: value for name, value in self.cleaned_data.items() if name not in self.uncompared}

    def parts(self) -> dict[str, tuple[str, ...]]:
        """Which answers of the draft are one answer to a person, by the box that stands for them."""
        return {name: (name,) for name in self.base_fields if name not in self.uncompared}

    def boxes(self, item: Item) -> Answers:
        """The answers of an item, by the box that stands for them."""
        held = {box: [item.get(name) for name in names] for box, names in self.parts().items()}
        return {box: _plain(values) for box, values in held.items()}

    def typed(self) -> Answers:
        return self.boxes(self.answers())

    def changes(self) -> Item:
        """The answers that this page changed."""
        answers = self.answers()
        names = (name for box in self.changed() for name in self.parts()[box])
        return {name: answers[name] for name in names if name in answers}


class SectionForm(PartsForm):
    """A section that is one page; `held` is what was saved of it."""

    def __init__(self, posted: Any, *, held: Item) -> None:
        self.held = held
        super().__init__(posted, initial={**self.start(held), "opened": marks(self.boxes(held))})

    def start(self, held: Item) -> dict[str, Any]:
        """The boxes filled in from what was saved."""
        return held

    def saved(self) -> Answers:
        return self.boxes(self.held)


class ItemForm(PartsForm):
    """A form for one item of a list. `draft` is all that was typed so far; `item` the one to change, if it is there.

    A page that adds carries the new item's id, so that sent twice it adds once. Sent again with other answers (the
    back button) it adds another item: an earlier one is never overwritten by a page that was opened to add.
    A page that changes gives only what it changed, so that what another tab saved meanwhile stays.
    """

    key = HiddenField(required=False)
    kind = ""

    def __init__(self, posted: Any, *, draft: Data, item: Item | None) -> None:
        self.draft = draft
        self.item = item
        initial = {**self.start(item), "opened": marks(self.boxes(item))} if item else {}
        super().__init__(posted, initial={"key": drafting.new_id(), **initial})

    def start(self, item: Item) -> dict[str, Any]:
        """The boxes filled in from what was saved."""
        return item

    def saved(self) -> Answers | None:
        return self.boxes(self.item) if self.item else None

    def result(self) -> Item:
        """The answers under the id that they belong to; of an item that is there, those that this page changed."""
        answers = self.answers()
        if self.item:
            return {"id": self.item["id"], **self.changes()}
        key = self.cleaned_data.get("key", "")
        taken = drafting.find(self.draft, self.kind, key)
        usable = drafting.ID.fullmatch(key) and (taken is None or self.repeats(taken))
        return {"id": key if usable else drafting.new_id(), **answers}

    def repeats(self, other: Item) -> bool:
        """Whether `other` is this very page, already saved a moment ago."""
        return other["id"] == self.cleaned_data.get("key") and {**other, **self.answers()} == other

    def others(self) -> list[Item]:
        """The items of the list other than this one."""
        held = drafting.items(self.draft, self.kind)
        return [other for other in held if self.item is None or other["id"] != self.item["id"]]


def _plain(values: list[Any]) -> Any:
    """One answer as it is; several as a list, or nothing when all of them are empty."""
    if len(values) == 1:
        return values[0]
    return [None if value in EMPTY else value for value in values] if any(v not in EMPTY for v in values) else None
