"""One page open in two tabs: neither loses what the other saved, and nobody overwrites an answer that they never saw.

The page carries a mark of each answer as it was when the page was opened. What this tab changed is saved, what the
other tab changed stays; where both changed the same answer, the page comes back with both of them.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from mash.govuk.fields import HiddenField
from mash.govuk.forms import GovukForm
from referrals.drafting import EMPTY

Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An answer that another tab saved, and that this tab would overwrite."""

    label: str
    value: str


def mark(value: Any) -> str:
    """A short mark by which two answers are told apart; everything that is empty has the same one."""
    held = None if value in EMPTY else value
    return hashlib.sha256(json.dumps(held, sort_keys=True).encode()).hexdigest()[:12]


def marks(answers: Answers) -> str:
    """The marks of several answers, as a page carries them."""
    return " ".join(f"{name}:{mark(value)}" for name, value in answers.items())


class TwoTabsForm(GovukForm):
    """A form over answers that another tab may change meanwhile. `saved` and `typed` give them by the name of a box."""

    opened = HiddenField(required=False, max_length=10_000)
    elsewhere: list[Elsewhere]
    uncompared: ClassVar[frozenset[str]] = frozenset({"key", "opened"})

    def saved(self) -> Answers | None:
        """The answers as they are stored now; None when this page adds something new."""
        raise NotImplementedError

    def typed(self) -> Answers:
        """The answers of this page."""
        raise NotImplementedError

    def called(self, name: str) -> str:
        """What an answer is called in a message."""
        return str(self.fields[name].label)

    def said(self, name: str, value: Any) -> str:
        """A stored answer in the words of the page."""
        words = {str(code): str(label) for code, label in getattr(self.fields[name], "choices", ())}
        return words.get(str(value), str(value)) if value not in EMPTY else ""

    def changed(self) -> set[str]:
        """The answers that this tab changed: all of them when it does not say what it was opened with."""
        then = self._then()
        return {name for name, value in self.typed().items() if then.get(name) != mark(value)}

    def _then(self) -> dict[str, str]:
        pairs = (pair.partition(":") for pair in self.cleaned_data.get("opened", "").split())
        return {name: seen for name, colon, seen in pairs if colon}

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        self.elsewhere = []
        now = self.saved()
        if now is not None and not self.errors:
            self._refuse_overwriting(now, self._then())

    def _refuse_overwriting(self, now: Answers, then: dict[str, str]) -> None:
        mine = {name: mark(value) for name, value in self.typed().items()}
        moved = (name for name in mine if _moved(then.get(name), mine[name], mark(now.get(name))))
        both = [name for name in moved if name in self.fields]
        for name in both:
            self.elsewhere.append(Elsewhere(self.called(name), self.said(name, now.get(name))))
            self.add_error(name, f"{_quoted(self.called(name))} was also changed in another tab. Keep what is right")
        if both:
            seen = then | {name: mark(now.get(name)) for name in both}
            data = self.data.copy()  # type: ignore[attr-defined]
            data["opened"] = " ".join(f"{name}:{one}" for name, one in seen.items())
            self.data = data


def _moved(then: str | None, mine: str, now: str) -> bool:
    return then is not None and then not in (mine, now) and mine != now


def _quoted(label: str) -> str:
    return f"“{label}”" if label.endswith("?") else label
