"""What the forms of a draft share: the revision they were shown, and where the engine's refusals belong."""

from typing import Any

from mash.govuk import fields
from mash.govuk.forms import GovukForm
from thresholds.editing.faults import Fault
from thresholds.editing.names import DUTIES, services
from thresholds.models import FrameworkDraft

Document = dict[str, Any]
LEVELS = [(str(level), f"Level {level}") for level in (1, 2, 3, 4)]
LONGEST = 600


class DraftForm(GovukForm):
    """A form over one part of a draft; `seen` is the revision of the page that was filled in."""

    seen = fields.HiddenField(required=False)

    def __init__(self, data: Any = None, *, draft: FrameworkDraft, initial: dict[str, Any] | None = None) -> None:
        self.draft = draft
        self.document: Document = draft.document
        super().__init__(data, initial={"seen": str(draft.revision), **(initial or {})})

    def revision(self) -> int:
        """The revision that the page showed; 0, which none is, for what is not a number."""
        seen = self.cleaned_data["seen"]
        return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0

    def place_of(self, fault: Fault) -> str | None:
        """The field that a fault belongs beside, or nothing: it is said at the top."""
        return None


def duties() -> list[tuple[str, str]]:
    """The duties to choose from."""
    return list(DUTIES.items())


def routes(document: Document) -> list[tuple[str, str]]:
    """The routes to choose from, by what the services are called in this draft."""
    return list(services(document).items())


def choices(form: GovukForm, name: str, options: list[tuple[str, str]]) -> None:
    """Give a field its answers."""
    field: Any = form.fields[name]
    field.choices = options


def posted_rows(data: Any, most: int, mark: str = "was") -> list[str]:
    """What stood in each row of the page that was filled in: not what stands there now, if somebody saved meanwhile."""
    names = [f"{mark}-{number}" for number in range(most + 1)]
    return [str(data[name]) for name in names if name in data] if data else []
