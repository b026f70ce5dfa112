"""What the forms of one child, adult or concern share."""

from typing import Any

from mash.govuk.fields import HiddenField
from mash.govuk.forms import GovukForm
from referrals import drafting
from referrals.drafting import Data, Item


class ItemForm(GovukForm):
    """A form for one item of a list. `draft` is all that was typed so far; `item` the one to change, if it is there.

    A page that adds carries the new item's id, so that sent twice it adds once. Sent again with other answers (the
    back button) it adds another item: an earlier one is never overwritten by a page that was opened to add.
    """

    key = HiddenField(required=False)
    kind = ""

    def __init__(self, posted: Any, *, draft: Data, item: Item | None) -> None:
        self.draft = draft
        self.item = item
        initial = self.start(item) if item else {}
        super().__init__(posted, initial={"key": drafting.new_id(), **initial})

    def start(self, item: Item) -> dict[str, Any]:
        """The boxes filled in from what was saved."""
        return item

    def answers(self) -> Item:
        """What was typed, in the draft's shape, without the id."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}

    def result(self) -> Item:
        """The answers under the id that they belong to."""
        if self.item:
            return {"id": self.item["id"], **self.answers()}
        key = self.cleaned_data.get("key", "")
        taken = drafting.find(self.draft, self.kind, key)
        usable = drafting.ID.fullmatch(key) and (taken is None or self.repeats(taken))
        return {"id": key if usable else drafting.new_id(), **self.answers()}

    def repeats(self, other: Item) -> bool:
        """Whether `other` is this very page, already saved a moment ago."""
        return other["id"] == self.cleaned_data.get("key") and {**other, **self.answers()} == other

    def others(self) -> list[Item]:
        """The items of the list other than this one."""
        held = drafting.items(self.draft, self.kind)
        return [other for other in held if self.item is None or other["id"] != self.item["id"]]
