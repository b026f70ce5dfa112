"""The words of a message: a plain sentence for its kind, the reference, and where to sign in. Nothing else goes in.

No message holds a name, an address or a detail of a case, so a template is given only what is put here. A text, a call
and a letter have words of their own: templates/outbox/<medium>/<kind>.txt, or any.txt and come_back.txt beside it.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.template import TemplateDoesNotExist
from django.template.loader import get_template, render_to_string, select_template

from mash.lib import references
from mash.outbox.models import Message

# Somebody is called in the night: the subject tells it from news, and holds no more than that.
CANNOT_WAIT = frozenset({"night_danger", "night_level_four", "night_unanswered", "sign_now", "offered_now"})
# Somebody without an account reads news with a receipt code.
COME_BACK = "/come-back/"
# The only thing a caller may add: where in the product the link leads. Its form leaves no room for words.
_PATH = re.compile(r"/[A-Za-z0-9/_-]{0,199}", re.ASCII)
_ABOUT = re.compile(r"[A-Za-z0-9-]{1,40}", re.ASCII)
_KIND = re.compile(r"[a-z][a-z_]{0,39}", re.ASCII)
# One text: GSM 03.38's basic alphabet, 160 characters. Those of its extension count twice.
LONGEST_TEXT = 160
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWICE = frozenset("^{}\\[~]|€")


class NotForAnEmail(ValueError):
    """The caller's mistake: something was to go into an email that has no place in one."""


@dataclass(frozen=True, slots=True)
class Words:
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class OfAccounts:
    """How mail about somebody's account differs from news: its own subject, a link made when it is sent, so that what
    the link opens is stored nowhere, and what it says of the account beside. It is never about a child."""

    subject: str
    link: Callable[[Message], str] | None = None
    says: Callable[[Message], Mapping[str, str]] | None = None


_OF_ACCOUNTS: dict[str, OfAccounts] = {}
Says = Callable[[Message], Mapping[str, str]]
_MORE: dict[str, Says] = {}


def name(kinds: Mapping[str, OfAccounts]) -> None:
    """Kinds of mail that are about accounts and not about a referral; an app names its own in `ready()`. The words of
    each are templates/outbox/accounts/<kind>.txt."""
    _OF_ACCOUNTS.update(kinds)


def say_more(kinds: Mapping[str, Says]) -> None:
    """Kinds of news whose email has a body of its own, templates/outbox/<kind>.txt, with links made when it is sent."""
    _MORE.update(kinds)


def of(message: Message) -> Words:
    """Subject and plain text of `message`."""
    if about_account := _OF_ACCOUNTS.get(message.kind):
        return _of_account(message, about_account)
    reference = _shown(message.about)
    context = {
        "sentence": render_to_string(_template(message.kind)).strip(),
        "reference": reference,
        "link": settings.BASE_URL.rstrip("/") + message.path,
        "own_account": message.recipient_user_id is not None,
        "product": settings.PRODUCT_NAME,
        "authority": settings.AUTHORITY_NAME,
    }
    about = "cannot wait, sign in now:" if message.kind in CANNOT_WAIT else "news about"
    subject = f"{settings.PRODUCT_NAME}: {about} {reference}"
    body = "outbox/come_back.txt" if message.path == COME_BACK else "outbox/email.txt"
    if more := _MORE.get(message.kind):
        body, context = f"outbox/{message.kind}.txt", context | dict(more(message))
    return Words(subject, render_to_string(body, context).strip() + "\n")


def _of_account(message: Message, how: OfAccounts) -> Words:
    path = how.link(message) if how.link else message.path
    context = {
        "link": settings.BASE_URL.rstrip("/") + path,
        "product": settings.PRODUCT_NAME,
        "authority": settings.AUTHORITY_NAME,
        **(how.says(message) if how.says else {}),
    }
    body = render_to_string(_template(message.kind), context).strip() + "\n"
    return Words(f"{settings.PRODUCT_NAME}: {how.subject}", body)


def short(message: Message) -> str:
    """The words of a text: one text long, in letters that every telephone has. A link that does not fit is left out."""
    said = _gsm(_said("sms", message))
    if _length(said) > LONGEST_TEXT:
        said = _gsm(_said("sms", message, link=""))
    if _length(said) > LONGEST_TEXT:
        raise NotForAnEmail(f"The text for {message.kind} is longer than {LONGEST_TEXT} characters.")
    return said


def spoken(message: Message) -> str:
    """The words of a call, with the reference letter by letter."""
    return _said("voice", message)


def on_paper(message: Message) -> Words:
    """The heading and the paragraphs of a letter, which stand below a name and an address."""
    return Words(
        f"{settings.PRODUCT_NAME}: news about {_shown(message.about)}", _said("letter", message, breaks="\n\n")
    )


def _said(medium: str, message: Message, *, breaks: str = " ", link: str | None = None) -> str:
    """One template, with its paragraphs joined by `breaks`."""
    usual = "come_back" if message.path == COME_BACK else "any"
    reference = _shown(message.about)
    context = {
        "reference": reference,
        "spelled": ", ".join(character for character in reference if character.isalnum()),
        "link": settings.BASE_URL.rstrip("/") + message.path if link is None else link,
        "product": settings.PRODUCT_NAME,
        "authority": settings.AUTHORITY_NAME,
    }
    template = select_template([f"outbox/{medium}/{message.kind}.txt", f"outbox/{medium}/{usual}.txt"])
    paragraphs = template.render(context).strip().split("\n\n")
    return breaks.join(" ".join(one.split()) for one in paragraphs)


def _gsm(text: str) -> str:
    """Without what a text cannot hold: a letter loses its accent, anything else goes."""
    plain = text.replace("\u2019", "'").replace("\u2013", "-")
    kept = (c if c in _BASIC | _TWICE else unicodedata.normalize("NFKD", c)[:1] for c in plain)
    return "".join(c for c in kept if c in _BASIC | _TWICE)


def _length(text: str) -> int:
    return len(text) + sum(c in _TWICE for c in text)


def check(*, kind: str, about: str, path: str) -> None:
    """Raise NotForAnEmail unless kind, reference and path are ones an email may be made of."""
    if not _KIND.fullmatch(kind) or not _has_sentence(kind):
        raise NotForAnEmail(f"There is no sentence for messages of the kind {kind!r}: add {_template(kind)}.")
    if not _ABOUT.fullmatch(about):
        raise NotForAnEmail("A message is about a public reference and nothing more.")
    if not _PATH.fullmatch(path):
        raise NotForAnEmail("A path has only letters, numbers, slashes, dashes and underscores.")


def _has_sentence(kind: str) -> bool:
    try:
        get_template(_template(kind))
    except TemplateDoesNotExist:
        return False
    return True


def _template(kind: str) -> str:
    return f"outbox/{'accounts' if kind in _OF_ACCOUNTS else 'kinds'}/{kind}.txt"


def _shown(about: str) -> str:
    try:
        return references.grouped(references.normalise(about))
    except references.InvalidReference:
        return about
