"""Which provider carries which medium, what nobody carries, voice calls, and the words of each."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from pypdf import PdfReader

from mash.outbox import channels, words
from mash.outbox.channels import numbers, voice
from mash.outbox.models import CallTask, Message
from mash.outbox.selectors import reconcile
from mash.outbox.services import delivery
from mash.performance.notify_double import Notify
from tests.outbox.conftest import Later, Owe
from tests.outbox.notified import HOME, outcomes, owe_by

pytestmark = pytest.mark.django_db
KINDS = sorted(path.stem for path in (Path(__file__).parents[2] / "templates/outbox/kinds").glob("*.txt"))
SECRET = "of the two of us"


@dataclass
class Exchange:
    """Whoever places calls for the authority."""

    url: str = ""
    status: int = 202
    body: bytes = b'{"id": "call-7"}'
    seconds: float = 0
    asked: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def exchange(settings: LazySettings) -> Iterator[Exchange]:
    place, over = Exchange(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            place.asked.append(({name.lower(): value for name, value in self.headers.items()}, content))
            over.wait(place.seconds)
            self.send_response(place.status)
            self.send_header("Location", "http://127.0.0.1:9/")
            self.send_header("Content-Length", str(len(place.body)))
            self.end_headers()
            self.wfile.write(place.body)

        def log_message(self, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    place.url = f"http://127.0.0.1:{server.server_address[1]}/calls"
    settings.VOICE_WEBHOOK_URL, settings.VOICE_WEBHOOK_SECRET, settings.VOICE_TIMEOUT = place.url, SECRET, 0.3
    yield place
    over.set()
    server.shutdown()
    server.server_close()
    thread.join()


def carried(message: Message) -> Message:
    delivery.deliver(message.pk)
    message.refresh_from_db()
    return message


# Configuration


def test_settings_say_who_carries_what(settings: LazySettings) -> None:
    media = ("email", "sms", "voice", "letter")
    assert [channels.provider(medium) for medium in media] == ["smtp", "nobody", "nobody", "nobody"]
    settings.NOTIFY_API_KEY = "key"
    assert [channels.provider(medium) for medium in media] == ["smtp", "notify", "nobody", "notify"]
    settings.EMAIL_PROVIDER, settings.VOICE_WEBHOOK_URL = "notify", "https://calls.example/"
    assert [channels.provider(medium) for medium in media] == ["notify", "notify", "webhook", "notify"]
    settings.NOTIFY_API_KEY = settings.VOICE_WEBHOOK_URL = ""
    settings.OUTBOX_KEPT_IN = "somewhere"
    assert [channels.provider(medium) for medium in media] == ["smtp", "kept", "kept", "kept"]


@pytest.mark.parametrize("medium", ["sms", "voice", "letter"])
def test_a_medium_that_nobody_carries_asks_a_person_at_once(owe: Owe, medium: str) -> None:
    message = carried(owe_by(owe, medium))
    assert (message.state, outcomes(message)) == ("failed", ["permanent"])
    assert message.tries.get().detail.startswith("Nothing is set up here to send a ")
    assert CallTask.objects.get(message=message).why == "failed"
    assert reconcile().balances


@pytest.mark.parametrize("medium", ["sms", "voice"])
def test_on_one_machine_a_text_and_a_call_are_files(
    owe: Owe, settings: LazySettings, tmp_path: Path, medium: str
) -> None:
    settings.OUTBOX_KEPT_IN = str(tmp_path / "mail")
    message = carried(owe_by(owe, medium))
    found = list((tmp_path / "mail").iterdir())
    assert [path.name for path in found] == [message.provider_id.removeprefix("kept:") + ".json"]
    assert oct(found[0].stat().st_mode)[-3:] == "600"
    said = json.loads(found[0].read_text())
    assert said["to"] == "+447900900123" and "Lantern" in said["words"]


def test_on_one_machine_a_letter_is_a_pdf(owe: Owe, settings: LazySettings, tmp_path: Path) -> None:
    settings.OUTBOX_KEPT_IN = str(tmp_path)
    carried(owe_by(owe, "letter"))
    (path,) = tmp_path.glob("*.letter.pdf")
    assert "CH41 1AA" in PdfReader(path).pages[0].extract_text()


def test_a_folder_that_cannot_be_written_is_tried_again(owe: Owe, settings: LazySettings, tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file and no folder")
    settings.OUTBOX_KEPT_IN = str(tmp_path / "mail")
    assert carried(owe_by(owe, "sms")).state == "owed"


@pytest.mark.parametrize(
    ("medium", "known", "can"),
    [
        ("sms", {"phone": "07900 900123"}, True),
        ("sms", {"phone": "0151 496 0000"}, False),
        ("sms", {"phone": "", "email": "tess@partner.example"}, False),
        ("voice", {"phone": "0151 496 0000"}, True),
        ("voice", {"phone": "ask at the office"}, False),
        ("letter", {"address": HOME}, True),
        ("letter", {"address": "CH41 1AA"}, False),
        ("letter", {"address": "1\n2\n3\n4\n5\n6\nCH41 1AA"}, False),
        ("letter", {"address": "14 Mill Lane\nMerebrook"}, False),
        ("letter", {"address": "No fixed abode\nMerebrook\nZZ99 3VZ"}, False),
    ],
)
def test_an_address_is_one_by_the_form_of_its_medium(medium: str, known: dict[str, str], can: bool) -> None:
    assert channels.usable(medium, **{"email": "", "phone": ""} | known) is can


def test_without_an_address_of_that_medium_a_person_calls(owe: Owe) -> None:
    message = owe(channel="sms", phone="0151 496 0000")
    assert (message.state, message.attempts) == ("failed", 0)
    assert CallTask.objects.get().why == "no_address"


def test_a_letter_that_cannot_be_printed_asks_a_person(owe: Owe, notify: Notify) -> None:
    message = carried(owe_by(owe, "letter", name="漢字"))
    assert (message.state, outcomes(message)) == ("failed", ["permanent"])
    assert "characters" in message.tries.get().detail and "漢" not in message.tries.get().detail
    assert not notify.asked


def test_numbers_are_read_as_dialled_here() -> None:
    assert numbers.international("07900 900123") == "+447900900123"
    assert numbers.international("+33 6 12 34 56 78") == "+33612345678"
    assert numbers.international("extension 7") == ""


# Voice


def test_a_call_is_asked_for_once_and_signed(owe: Owe, exchange: Exchange) -> None:
    message = carried(owe_by(owe, "voice"))
    headers, body = exchange.asked[0]
    asked = json.loads(body)
    assert set(asked) == {"id", "to", "say", "language"}
    assert (asked["id"], asked["to"], asked["language"]) == (message.key, "+447900900123", "en-GB")
    assert "Tess" not in asked["say"] and ", ".join(message.about[:4]) in asked["say"]
    assert headers["idempotency-key"] == message.key
    assert headers["x-lantern-signature"] == voice.signature(headers["x-lantern-timestamp"], body)
    assert voice.signature("1", body) != voice.signature("2", body) != voice.signature("2", body + b" ")
    assert (message.state, message.provider_id) == ("sent", "voice:call-7")


def test_a_signature_is_worth_nothing_without_the_secret(settings: LazySettings) -> None:
    settings.VOICE_WEBHOOK_SECRET = "one"
    first = voice.signature("1", b"{}")
    settings.VOICE_WEBHOOK_SECRET = "two"
    assert voice.signature("1", b"{}") != first


def test_the_same_call_keeps_its_key(owe: Owe, exchange: Exchange, later: Later) -> None:
    message = owe_by(owe, "voice")
    exchange.status = 503
    carried(message)
    exchange.status, exchange.body = 200, b"thank you"
    with later(seconds=16):
        carried(message)
    assert [json.loads(body)["id"] for _, body in exchange.asked] == [message.key] * 2
    assert message.provider_id == f"voice:{message.key}"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (401, "barred"),
        (403, "barred"),
        (429, "unreachable"),
        (500, "abandoned"),
        (302, "temporary"),
        (409, "temporary"),
        (400, "permanent"),
        (422, "permanent"),
    ],
)
def test_what_it_answers_is_judged(owe: Owe, exchange: Exchange, status: int, outcome: str) -> None:
    exchange.status = status
    assert outcomes(carried(owe_by(owe, "voice"))) == [outcome]


def test_silence_is_uncertain_and_nobody_there_is_not(owe: Owe, exchange: Exchange, settings: LazySettings) -> None:
    exchange.seconds = 5
    assert outcomes(carried(owe_by(owe, "voice"))) == ["abandoned"]
    settings.VOICE_WEBHOOK_URL = "http://127.0.0.1:9/"
    assert outcomes(carried(owe_by(owe, "voice", key="again"))) == ["unreachable"]


# Words


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("path", ["/referrals/ABCDEFGHJKMNPQRSTVWX/", "/come-back/"])
def test_every_kind_fits_into_one_text(settings: LazySettings, kind: str, path: str) -> None:
    settings.BASE_URL = "https://front-door.a-borough-with-a-long-name.gov.uk"
    settings.AUTHORITY_NAME = "London Borough of Barking and Dagenham Council"
    said = words.short(Message(kind=kind, about="ABCDEFGHJKMNPQRSTVWX", path=path))
    assert 0 < len(said) <= words.LONGEST_TEXT
    assert "\n" not in said and "  " not in said


def test_a_text_leaves_the_link_out_before_it_grows(settings: LazySettings) -> None:
    message = Message(kind="decided", about="ABCD", path="/referrals/ABCD/")
    assert "http" in words.short(message)
    settings.BASE_URL = "https://" + "a" * 120 + ".example"
    assert "http" not in words.short(message) and "Sign in" in words.short(message)
    settings.AUTHORITY_NAME = "A" * 200
    with pytest.raises(words.NotForAnEmail, match="longer"):
        words.short(message)


def test_a_text_holds_letters_that_every_telephone_has(settings: LazySettings) -> None:
    settings.AUTHORITY_NAME = "Cyngor Tŷ’r Môr €"
    said = words.short(Message(kind="decided", about="ABCD", path="/"))
    assert said.startswith("Cyngor Ty'r Mor €: ")


@pytest.mark.parametrize("kind", KINDS)
def test_no_medium_says_who_or_where(owe: Owe, kind: str) -> None:
    message = Message(
        kind=kind,
        about="ABCD",
        path="/",
        recipient_name="Quillfeather",
        recipient_address="7 Quill Street",
        recipient_phone="07900 900123",
    )
    said = (words.short(message), words.spoken(message), words.on_paper(message).subject, words.on_paper(message).body)
    for each in said:
        assert each and not any(part in each for part in ("Quill", "07900", "{{", "{%"))


def test_a_call_spells_the_reference(owe: Owe) -> None:
    assert "A, B, C, D" in words.spoken(Message(kind="decided", about="ABCD", path="/"))


@pytest.mark.parametrize("kind", sorted(words.CANNOT_WAIT))
def test_whoever_is_woken_is_told_what_to_do(kind: str) -> None:
    message = Message(kind=kind, about="ABCDEFGHJKMNPQRSTVWX", path="/nights/alarms/1234567/")
    assert "say that you have it" in words.short(message) and "http" in words.short(message)
    assert words.spoken(message).count("sign in now") == 2
