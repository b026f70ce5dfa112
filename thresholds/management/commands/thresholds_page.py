"""Writes docs/thresholds.md: what ships as thresholds, and every rule that combines, from the presets themselves."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from thresholds import engine, presets
from thresholds.editing import describing
from thresholds.editing.names import DUTIES, rule_title, services, tag_title
from thresholds.engine import Facts, Sign, assess, framework_from_json
from thresholds.sentences import clause, spoken, step_sentence

Document = dict[str, Any]

HEAD = """# Thresholds

Written by `manage.py thresholds_page` from `thresholds/presets/`; a test fails when the two differ. An authority drafts
and publishes its own versions in the product; the page `/thresholds/` shows the one in force to everybody.

The framework advises and people decide. Signs and rules only raise: adding a worry never lowers a level, a band, the
service it goes to or the duty. A strength lowers nothing, nor does a low score, nor whether the family agrees.

A row whose source names a place and a level stands there at that level. Where places differ, how serious it is decides,
and the row says which level each gives; where nobody says how serious it is, the usual level counts, and the highest
where no usual one is published. "Our level" marks a row whose source is law or guidance that names the sign but gives
no level.
"""


def page() -> str:
    """The whole page as Markdown."""
    documents = [presets.read(key) for key in presets.KEYS]
    first = documents[0]
    parts = [
        HEAD,
        "## How many\n",
        *(_counts(document) for document in documents),
        *(_bands(document) for document in documents),
        _rules(first),
        _words(first),
        _notes(first),
        _duties(first),
        *(_placements(document) for document in documents if document["placements"]),
        _indicators(first),
    ]
    return "\n".join(parts)


def alone(framework: engine.Framework) -> Counter[int | None]:
    """How many indicators give each level by themselves, when nobody says how serious they are."""
    return Counter(
        assess(Facts(indicators=frozenset({Sign(one.code)})), framework).level for one in framework.indicators
    )


def _counts(document: Document) -> str:
    framework = framework_from_json(document, version=1)
    levels = ", ".join(f"Level {level}: {number}" for level, number in sorted(alone(framework).items(), key=str))
    steps = sum(len(rule.steps) for rule in framework.rules)
    return (
        f"`{document['key']}`: {len(framework.indicators)} indicators ({levels}, each alone); {len(framework.rules)} "
        f"rules that combine, in {steps} steps; {len(framework.notes)} notes.\n"
    )


def _bands(document: Document) -> str:
    named = services(document)
    rows = (
        (band["code"], band["title"], band["level"], named[band["route"]], DUTIES[band["duty"]])
        for band in document["bands"]
    )
    return f"## Bands of `{document['key']}`\n\n{_table(('band', 'what it means', 'level', 'goes to', 'duty'), rows)}"


def _rules(document: Document) -> str:
    return "\n".join(["## Rules that combine\n", *(_rule(document, n, rule) for n, rule in _numbered(document))])


def _numbered(document: Document) -> Iterator[tuple[int, Document]]:
    yield from enumerate(document["rules"], start=1)


def _rule(document: Document, number: int, rule: Document) -> str:
    """The first step that is met speaks for the rule."""
    steps = "\n".join(f"- {step_sentence(document, step)} “{spoken(step['because'])}”" for step in rule["steps"])
    return f"### {number}. {rule_title(rule)}\n\n{steps}\n\nSource or reason: {rule['source']}.\n"


def _words(document: Document) -> str:
    """The signs behind each thing that a rule looks for."""
    tags = sorted({tag for one in document["indicators"] for tag in one.get("tags", ())})
    rows = ((tag_title(document, tag), ", ".join(_tagged(document, tag))) for tag in tags)
    return f"## What rules look for\n\n{_table(('about', 'signs'), rows)}"


def _tagged(document: Document, tag: str) -> list[str]:
    return [one["code"] for one in document["indicators"] if tag in one.get("tags", ())]


def _notes(document: Document) -> str:
    rows = ((f"when {clause(one['when'], document)}", one["because"], one["source"]) for one in document["notes"])
    return f"## Notes\n\nSaid beside an answer, which they never change.\n\n{_table(('when', 'words', 'source'), rows)}"


def _duties(document: Document) -> str:
    """Signs that go to social care by law, whatever the band they stand in."""
    rows = ((one["code"], one["words"], one["duty_because"]) for one in document["indicators"] if "duty" in one)
    return f"## Duties of social care at Level 3\n\n{_table(('code', 'sign', 'why'), rows)}"


def _placements(document: Document) -> str:
    words = {one["code"]: one["words"] for one in document["indicators"]}
    placed = sorted(document["placements"].items(), key=lambda item: list(words).index(item[0]))
    rows = ((code, words[code], to["band"], to["because"].partition(": ")[2]) for code, to in placed)
    title = f"## Where `{document['key']}` puts what is Level 3"
    return f"{title}\n\n{_table(('code', 'sign', 'band', 'because'), rows)}"


def _indicators(document: Document) -> str:
    rows = ((one["code"], one["words"], describing.levels(one), one["source"]) for one in document["indicators"])
    return f"## Indicators\n\n{_table(('code', 'sign', 'level', 'source'), rows)}"


def _table(head: tuple[str, ...], rows: Iterable[Iterable[Any]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell).replace('|', '/') for cell in line)} |" for line in lines) + "\n"


class Command(BaseCommand):
    """Write the page."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "thresholds.md"
        path.write_text(page(), encoding="utf-8")
        self.stdout.write(f"Wrote {path.name}.")
