"""`.local/demo.json`: where the demo is served and who can sign in. It holds passwords, so only its owner reads it."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from referrals.demo.people import ACCOUNTS, OTHERS, Character

MAIL = ".local/mail"
WORDS = """
amber anchor apple barley beacon birch bramble bridge candle cedar clover cobble copper coral
cotton crane dapple daisy ember fennel fern ferry finch garnet ginger gravel harbour hazel heather
heron holly island ivory jasper juniper kettle lagoon lantern lark linen maple marble meadow mellow
mint mussel nettle oak orchard otter pebble pepper pine plum poplar quarry raven reed ribbon river
robin saffron sage sand sparrow thistle timber tulip valley velvet walnut willow winter wren
"""


@dataclass(frozen=True, slots=True)
class Note:
    """What an earlier telling wrote; empty the first time, or when it cannot be read."""

    passphrase: str = ""
    token: str = ""
    # The keys of second factors, by email address.
    secrets: Mapping[str, str] = field(default_factory=dict)


def read(path: Path) -> Note:
    """The passphrase and the key that people already use here."""
    try:
        kept = json.loads(path.read_text())
        return Note(passphrase=str(kept["accounts"][0]["password"]), token=str(kept["api_token"]))
    except (OSError, ValueError, LookupError, TypeError):
        return Note()


def write(path: Path, note: Note) -> None:
    """Replace the file in one step, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}")
    part.touch(mode=0o600)
    part.write_text(json.dumps(_contents(note), indent=2))
    part.replace(path)


def new_passphrase() -> str:
    """Four words and forty bits, of this installation alone."""
    return "-".join([*(secrets.choice(WORDS.split()) for _ in range(4)), secrets.token_hex(5)])


def _contents(note: Note) -> dict[str, object]:
    return {
        "base_url": _base_url(),
        "api_token": note.token,
        "mail_dir": MAIL,
        "accounts": [_account(one, note) for one in ACCOUNTS],
        "other_accounts": [_account(one, note) for one in OTHERS],
    }


def _account(one: Character, note: Note) -> dict[str, str | None]:
    return {
        "role": one.role.value,
        "name": one.name,
        "email": one.email,
        "password": note.passphrase,
        "totp_secret": note.secrets.get(one.email),
    }


def _base_url() -> str:
    """The address that is configured; with `PORT` alone, this machine at that port."""
    port = os.environ.get("PORT")
    return f"http://127.0.0.1:{port}" if port and "BASE_URL" not in os.environ else str(settings.BASE_URL)
