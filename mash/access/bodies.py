"""Reading the body of an API request: JSON of a decent size, and exactly one meaning."""

import codecs
import json
import math
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.conf import settings
from django.http import UnreadablePostError
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from mash.access.problems import TooLarge

DEEPEST = 32
CHUNK = 64 * 1024
# A sender that is still writing does not read our answer, so a body somewhat too large is swallowed first.
SWALLOWED = 32 * 1024 * 1024


class StrictJson(BaseParser):
    """JSON in UTF-8 (RFC 8259). Refused: a name given twice in one object, numbers that are none, very deep nesting."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The document; ParseError (400) when it is no JSON, TooLarge (413) when it is too long."""
        try:
            return loads(_read(stream))
        except UnreadablePostError:
            raise ParseError("The request ended before its body did.") from None


def loads(body: bytes) -> Any:
    """What `body` says; ParseError in plain words."""
    try:
        document = json.loads(
            body.removeprefix(codecs.BOM_UTF8).decode(),
            object_pairs_hook=_object,
            parse_float=_number,
            parse_constant=_no_number,
        )
    except UnicodeDecodeError:
        raise ParseError("The body is not UTF-8.") from None
    except json.JSONDecodeError as mistake:
        raise ParseError(f"The body is not JSON: line {mistake.lineno}, column {mistake.colno}.") from None
    except ValueError:
        raise ParseError("The body holds a number that is too long.") from None
    except RecursionError:
        raise _too_deep() from None
    _check_depth(document)
    return document


def _read(stream: IO[Any]) -> bytes:
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
    body: bytes = stream.read(most + 1)
    if len(body) <= most:
        return body
    left = SWALLOWED
    while left > 0 and (chunk := stream.read(CHUNK)):
        left -= len(chunk)
    raise TooLarge(f"The body may have {most:,} bytes.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ParseError("An object in the body has the same name twice.")
    return found


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ParseError("The body holds a number that is too large.")
    return number


def _no_number(text: str) -> NoReturn:
    raise ParseError(f"The body is not JSON: {text} is not a number.")


def _check_depth(document: Any) -> None:
    level = [document]
    for _ in range(DEEPEST):
        level = [inner for value in level for inner in _inside(value)]
        if not level:
            return
    raise _too_deep()


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _too_deep() -> ParseError:
    return ParseError(f"The body is nested more than {DEEPEST} deep.")
