"""What somebody typed in the public form, to be read again before it is sent."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.forms.boundfield import BoundField

from referrals.forms.public import PublicForm

NOTHING = "You left this empty"


@dataclass(frozen=True, slots=True)
class Card:
    """One part of the form; `anchor` is where it stands on the page that changes it."""

    title: str
    anchor: str
    rows: list[tuple[str, str]]


def cards(form: PublicForm) -> list[Card]:
    """The parts that have boxes, in the order of the page."""
    children = list(form.child())
    for _number, boxes, used in form.others():
        children += boxes if used and any(box.value() for box in boxes) else []
    about = "You" if form.me else "The child"
    parts = [
        Card("About you", "you", _rows(form.you())),
        Card(about if form.me else "The child or children", "child", _rows(children)),
        Card("Where to find " + ("you" if form.me else "them"), "where", _rows(form.where())),
        Card("What has happened", "what", _rows(form.what())),
    ]
    return [card for card in parts if card.rows]


def _rows(boxes: Iterable[BoundField]) -> list[tuple[str, str]]:
    return list(_pairs(boxes))


def _pairs(boxes: Iterable[BoundField]) -> Iterator[tuple[str, str]]:
    for box in boxes:
        yield str(box.label), _said(box) or NOTHING


def _said(box: BoundField) -> str:
    """The words of the answer that was chosen, or what was typed."""
    typed = str(box.value() or "")
    choices = {str(value): str(label) for value, label in getattr(box.field, "choices", ())}
    return choices.get(typed, typed)
