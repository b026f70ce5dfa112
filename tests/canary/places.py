"""Where a name might come to light: tables, pages, files, messages and logs."""

import io
import re
import uuid
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, get_type_hints
from urllib.parse import unquote

from django.db import connection, transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pypdf import PdfReader

from referrals.models import Referral, SealedIdentity
from tests.architecture.routes import Route

# The canaries come last into the world.
NEWEST = 4
SEALED = SealedIdentity._meta.db_table
STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.S)


def found_in(content: bytes, canaries: Iterable[str]) -> list[str]:
    """Which of the canaries are there, plain, escaped, compressed or in a PDF's text and metadata."""
    text = "\n".join(_texts(content)).lower()
    return [canary for canary in canaries if canary in text]


def _texts(content: bytes) -> Iterator[str]:
    plain = content.decode("utf-8", "replace")
    yield plain
    yield unquote(plain)
    if content.startswith(b"%PDF"):
        reader = PdfReader(io.BytesIO(content))
        yield str(reader.metadata)
        yield from (page.extract_text() for page in reader.pages)
        for packed in STREAM.findall(content):
            yield _unpacked(packed)


def _unpacked(packed: bytes) -> str:
    try:
        return zlib.decompress(packed).decode("utf-8", "replace")
    except zlib.error:
        return packed.decode("utf-8", "replace")


def tables() -> list[str]:
    """Every table of the database but the sealed one."""
    return [name for name in sorted(connection.introspection.table_names()) if name != SEALED]


def in_tables(canaries: Iterable[str]) -> list[str]:
    """The tables with a row that holds a canary: whatever its columns are, in JSON and in arrays too."""
    pattern = "|".join(map(re.escape, canaries))
    leaks = []
    with connection.cursor() as cursor:
        for name in tables():
            row = connection.ops.quote_name(name)
            cursor.execute(f"SELECT count(*) FROM {row} AS one WHERE lower(one::text) ~ %s", [pattern])
            if cursor.fetchone()[0]:
                leaks.append(f"table {name}")
    return leaks


@dataclass(frozen=True)
class Visit:
    """One page asked for by one person."""

    route: str
    who: str
    method: str
    address: str
    status: int
    found: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.who} {self.method} {self.address} ({self.status}): {', '.join(self.found)}"


def visits(
    routes: Iterable[Route], clients: dict[str, Client], referrals: list[Referral], canaries: Iterable[str]
) -> Iterator[Visit]:
    """Every route for every record that exists, by everybody; what can be opened is posted to as well."""
    wanted = tuple(canaries)
    for route in routes:
        for address in addresses(route, referrals):
            for who, client in clients.items():
                first = _ask(route, who, client, "GET", address, wanted)
                yield first
                if first.status == 200:
                    yield _ask(route, who, client, "POST", address, wanted)


def _ask(route: Route, who: str, client: Client, method: str, address: str, canaries: tuple[str, ...]) -> Visit:
    with transaction.atomic():
        cookies = client.cookies.output()
        response = client.generic(method, address, "", content_type="application/x-www-form-urlencoded")
        transaction.set_rollback(True)
    if client.cookies.output() != cookies:
        client.cookies.clear()
        client.cookies.load(cookies.replace("Set-Cookie: ", ""))
    found = found_in(_everything(response), canaries)
    return Visit(route.name, who, method, address, response.status_code, tuple(found))


def _everything(response: Any) -> bytes:
    """Headers and body."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body.startswith(b"%PDF"):
        return bytes(body)
    return str(response.headers).encode() + bytes(body)


def addresses(route: Route, referrals: list[Referral]) -> list[str]:
    """The addresses of a route for every record that it could be about."""
    values: list[dict[str, Any]] = [{}]
    for variable in route.variables:
        values = [{**given, variable: one} for given in values for one in _values(route, variable, referrals)]
    return [found for given in values if (found := _reversed(route.name, given))]


def _reversed(name: str, values: dict[str, Any]) -> str:
    """The address; nothing when a value has not the form that the address asks for."""
    try:
        return reverse(name, kwargs=values)
    except NoReverseMatch:
        return ""


def _values(route: Route, variable: str, referrals: list[Referral]) -> list[Any]:
    if variable == "reference":
        return [referral.reference for referral in referrals]
    if variable == "identity":
        return ["open", "withheld", "anonymous"]
    door = route.rule.door if route.rule else None
    if door is not None and route.rule and variable == route.rule.kwarg:
        model = get_type_hints(door)["return"]
        attribute = "token" if hasattr(model, "token") else "pk"
        return list(model.objects.order_by("-pk").values_list(attribute, flat=True)[:NEWEST])
    # Of what is no record of a referral, one in each form that addresses have.
    return [1, "item1", uuid.uuid4()]
