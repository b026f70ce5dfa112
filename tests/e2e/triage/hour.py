"""A hand that counts what it does: every click, every key and every field filled in is one."""

from collections import Counter
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page

HEAD = f"{'contact':<22}{'decided':<20}{'clicks':>7}{'keys':>6}{'fields':>8}{'in all':>8}"


@dataclass
class Hand:
    """What a worker does at the screen; nothing is done but through it."""

    page: Page
    done: Counter[str] = field(default_factory=Counter)

    def click(self, target: Locator) -> None:
        self.done["clicks"] += 1
        target.click()

    def press(self, key: str) -> None:
        self.done["keys"] += 1
        self.page.keyboard.press(key)

    def fill(self, target: Locator, text: str) -> None:
        """Going into a field and typing in it."""
        self.done["fields"] += 1
        target.fill(text)

    def count(self) -> Counter[str]:
        """What was done since the last count."""
        done, self.done = self.done, Counter()
        return done


@dataclass(frozen=True)
class Line:
    """One contact, from the queue to the screen of the next one."""

    child: str
    decided: str
    done: Counter[str]

    @property
    def total(self) -> int:
        return self.done.total()

    def __str__(self) -> str:
        parts = "".join(f"{self.done[kind]:>{width}}" for kind, width in (("clicks", 7), ("keys", 6), ("fields", 8)))
        return f"{self.child:<22}{self.decided:<20}{parts}{self.total:>8}"
