"""The words of a message: a plain sentence for its kind, the reference, and where to sign in. Nothing else goes in.

No email holds a name, an address or a detail of a case, so a template is given only what `of` puts here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.template import TemplateDoesNotExist
from django.template.loader import get_template, render_to_string

from mash.lib import references
from mash.outbox.models import Message

# The only thing a caller may add: where in the product the link leads. Its form leaves no room for words.
CONTEXT_KEYS = frozenset({"path"})
_PATH = re.compile(r"/[A-Za-z0-9/_-]{0,199}", re.ASCII)
_ABOUT = re.compile(r"[A-Za-z0-9-]{1,40}", re.ASCII)
_KIND = re.compile(r"[a-z][a-z_]{0,39}", re.ASCII)


class NotForAnEmail(ValueError):
    """The caller's mistake: something was to go into an email that has no place in one."""


@dataclass(frozen=True, slots=True)
class Words:
    subject: str
    body: str


def of(message: Message) -> Words:
    """Subject and plain text of `message`."""
    reference = _shown(message.about)
    context = {
        "sentence": render_to_string(_template(message.kind)).strip(),
        "reference": reference,
        "link": settings.BASE_URL.rstrip("/") + message.path,
        "product": settings.PRODUCT_NAME,
        "authority": settings.AUTHORITY_NAME,
    }
    subject = f"{settings.PRODUCT_NAME}: news about {reference}"
    return Words(subject, render_to_string("outbox/email.txt", context).strip() + "\n")


def check(*, kind: str, about: str, context: Mapping[str, str]) -> None:
    """Raise NotForAnEmail unless kind, reference and context are ones an email may be made of."""
    if not _KIND.fullmatch(kind) or not _has_sentence(kind):
        raise NotForAnEmail(f"There is no sentence for messages of the kind {kind!r}: add {_template(kind)}.")
    if not _ABOUT.fullmatch(about):
        raise NotForAnEmail("A message is about a public reference and nothing more.")
    if extra := set(context) - CONTEXT_KEYS:
        raise NotForAnEmail(f"An email may not be given {', '.join(sorted(extra))}.")
    if not _PATH.fullmatch(context.get("path", "/")):
        raise NotForAnEmail("A path has only letters, numbers, slashes, dashes and underscores.")


def _has_sentence(kind: str) -> bool:
    try:
        get_template(_template(kind))
    except TemplateDoesNotExist:
        return False
    return True


def _template(kind: str) -> str:
    return f"outbox/kinds/{kind}.txt"


def _shown(about: str) -> str:
    try:
        return references.grouped(references.normalise(about))
    except references.InvalidReference:
        return about
