"""A letter as a tagged PDF (PDF/UA-1), laid out as Notify's letter specification asks: A4, the address where a window
envelope shows it (24.6 to 120 mm from the left, 39.5 to 66.3 mm from the top), the words from 95 mm down, nothing in
the outer 15 mm at the sides."""

import json
from pathlib import Path

import typst
from django.conf import settings
from django.utils import timezone

from mash.lib import identifiers
from mash.lib.text import clean
from mash.outbox import words
from mash.outbox.channels.failures import Permanent
from mash.outbox.models import Message

HERE = Path(__file__).parent
# Notify's own rule: three to seven lines, the name among them, and the last one a postcode of the United Kingdom.
FEWEST, MOST = 3, 7


def usable(address: str) -> bool:
    """Whether it could be printed on an envelope below a name: two to six lines, the last one a postcode."""
    lines = _lines(address)
    if not FEWEST - 1 <= len(lines) <= MOST - 1:
        return False
    try:
        return identifiers.is_a_place(identifiers.postcode(lines[-1]))
    except ValueError:
        return False


def pdf(message: Message) -> bytes:
    """The letter. Permanent when it cannot be made as the standard asks, for instance of characters no font has."""
    text = words.on_paper(message)
    data = {
        "title": text.subject,
        "address": [message.recipient_name, *_lines(message.recipient_address)],
        "date": f"{timezone.localdate(message.owed_at):%-d %B %Y}",
        "authority": settings.AUTHORITY_NAME,
        "paragraphs": [" ".join(one.split()) for one in text.body.split("\n\n")],
    }
    fonts = Path(settings.BASE_DIR) / "static" / "build" / "fonts"
    try:
        made = typst.compile(
            str(HERE / "letter.typ"),
            root=str(HERE),
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": json.dumps(data)},
            pdf_standards="ua-1",
        )
    except typst.TypstError as failure:
        raise Permanent(
            "This letter cannot be printed: look at the characters of the name and the address."
        ) from failure
    assert isinstance(made, bytes)
    return made


def _lines(address: str) -> list[str]:
    return [line for line in (clean(one) for one in address.split("\n")) if line]
