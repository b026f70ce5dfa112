"""The double of GOV.UK Notify is held to what is published: its fields, types, statuses, errors and receipts, spoken to
by Notify's own client."""

import base64
import http.client
import io
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from notifications_python_client.errors import HTTP503Error, HTTPError, InvalidResponse
from notifications_python_client.notifications import NotificationsAPIClient

from mash.performance.notify_double import Key, Notify, Receipts, Template, Trouble, listening

Client: Any = NotificationsAPIClient
MOBILE = "+447900900123"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
PDF = b"%PDF-1.7 a letter"


@pytest.fixture
def notify() -> Iterator[Notify]:
    with listening(Notify()) as double:
        yield double


@pytest.fixture
def client(notify: Notify) -> Any:
    return Client(notify.key, notify.url, timeout=1)


def errors(call: Callable[[], Any]) -> tuple[int, list[tuple[str, str]]]:
    """The status and the errors that the client was told."""
    with pytest.raises(HTTPError) as refused:
        call()
    assert refused.value.response is not None
    body = refused.value.response.json()
    assert set(body) == {"status_code", "errors"} and body["status_code"] == refused.value.status_code
    assert all(set(one) == {"error", "message"} for one in body["errors"])
    return refused.value.status_code, [(one["error"], one["message"]) for one in body["errors"]]


def raw(notify: Notify, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, Any]:
    """Without the client, for what no client sends."""
    line = http.client.HTTPConnection(notify.url.removeprefix("http://"), timeout=2)
    try:
        line.request(method, path, body, headers)
        answer = line.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        line.close()


def signed(notify: Notify, *, secret: str = "", algorithm: str = "HS256", **claims: Any) -> str:
    token = jwt.encode(
        {"iss": notify.service_id, "iat": int(time.time())} | claims, secret or notify.keys[0].secret, algorithm
    )
    return f"Bearer {token}"


def send_text(notify: Notify, body: dict[str, Any] | bytes, authorization: str | None = None) -> tuple[int, Any]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Authorization": authorization or signed(notify)} if authorization != "" else {}
    return raw(notify, "POST", "/v2/notifications/sms", content, **headers)


# What it answers when it takes a message


def test_an_email_is_answered_as_published(notify: Notify, client: Any) -> None:
    given = {"subject": "News", "body": "Sign in"}
    answer = client.send_email_notification("amala@example.com", notify.email.id, given, reference="ours")
    kept = notify.kept[0]
    assert answer == {
        "id": kept.id,
        "reference": "ours",
        "content": {
            "subject": "News",
            "body": "Sign in",
            "from_email": "lantern@notifications.service.gov.uk",
            "one_click_unsubscribe_url": None,
        },
        "uri": f"{notify.url}/v2/notifications/{kept.id}",
        "template": {
            "id": notify.email.id,
            "version": 1,
            "uri": f"{notify.url}/services/{notify.service_id}/templates/{notify.email.id}",
        },
        "scheduled_for": None,
    }
    assert UUID(answer["id"]).version == 4
    assert (kept.to, kept.status) == ("amala@example.com", "created")


def test_a_text_begins_with_the_name_of_the_service(notify: Notify, client: Any) -> None:
    answer = client.send_sms_notification(MOBILE, notify.text.id, {"body": "News"})
    assert answer["content"] == {"body": "Lantern: News", "from_number": "GOVUK"}
    assert answer["reference"] is None
    assert set(answer) == {"id", "reference", "content", "uri", "template", "scheduled_for"}


def test_a_precompiled_letter_is_answered_with_its_postage(notify: Notify, client: Any) -> None:
    first = client.send_precompiled_letter_notification("ours", io.BytesIO(PDF), postage="first")
    usual = client.send_precompiled_letter_notification("ours too", io.BytesIO(PDF))
    assert first == {"id": notify.kept[0].id, "reference": "ours", "postage": "first"}
    assert usual["postage"] == "second"
    assert notify.kept[0].status == "pending-virus-check"
    assert base64.b64decode(notify.kept[0].body) == PDF


def test_smoke_test_recipients_are_answered_and_never_kept(notify: Notify, client: Any) -> None:
    for number in ("07700900000", "07700900111", "07700900222"):
        client.send_sms_notification(f"+44{number[1:]}", notify.text.id, {"body": "News"})
    answer = client.send_email_notification(
        "simulate-delivered-2@notifications.service.gov.uk", notify.email.id, {"subject": "a", "body": "b"}
    )
    assert notify.kept == []
    assert errors(lambda: client.get_notification_by_id(answer["id"]))[0] == 404


# Who may ask


def test_without_a_token_it_answers_401(notify: Notify) -> None:
    status, body = send_text(notify, {}, authorization="")
    assert (status, body["errors"][0]["error"]) == (401, "AuthError")
    assert body["errors"][0]["message"] == "Unauthorized: authentication token must be provided"
    assert send_text(notify, {}, authorization="Basic abc")[0] == 401


@pytest.mark.parametrize(
    ("token", "words"),
    [
        (lambda n: signed(n, secret=str(uuid4())), "Invalid token: API key not found"),
        (
            lambda n: signed(n, iat=int(time.time()) - 90),
            "Error: Your system clock must be accurate to within 30 seconds",
        ),
        (
            lambda n: signed(n, iat=int(time.time()) + 90),
            "Error: Your system clock must be accurate to within 30 seconds",
        ),
        (lambda n: signed(n, iss=str(uuid4())), "Invalid token: service not found"),
        (lambda n: signed(n, iss="nobody"), "Invalid token: service id is not the right data type"),
        (lambda n: signed(n, secret="x" * 64, algorithm="HS512"), "Invalid token: algorithm used is not HS256"),
        (lambda n: "Bearer not-a-token", "Invalid token: make sure your API token matches the example"),
    ],
    ids=["another secret", "old", "of tomorrow", "another service", "no uuid", "another algorithm", "no token"],
)
def test_a_wrong_token_is_403(notify: Notify, token: Callable[[Notify], str], words: str) -> None:
    status, body = send_text(notify, {}, authorization=token(notify))
    assert (status, body["errors"][0]["error"]) == (403, "AuthError")
    assert body["errors"][0]["message"].startswith(words)
    assert notify.kept == []


def test_a_revoked_key_is_403(notify: Notify, client: Any) -> None:
    notify.keys[0].revoked = True
    told = errors(lambda: client.send_sms_notification(MOBILE, notify.text.id, {"body": "News"}))
    assert told == (403, [("AuthError", "Invalid token: API key revoked")])


def test_a_team_key_writes_to_the_team_alone(notify: Notify) -> None:
    notify.keys = [Key("team")]
    notify.team = {"+447900900456"}
    client = Client(notify.key, notify.url)
    client.send_sms_notification("+447900900456", notify.text.id, {"body": "News"})
    told = errors(lambda: client.send_sms_notification(MOBILE, notify.text.id, {"body": "News"}))
    assert told == (400, [("BadRequestError", "Can’t send to this recipient using a team-only API key")])
    letter = errors(lambda: client.send_precompiled_letter_notification("ours", io.BytesIO(PDF)))
    assert letter == (403, [("BadRequestError", "Cannot send letters with a team api key")])


def test_a_service_on_trial_writes_to_its_team_alone(notify: Notify, client: Any) -> None:
    notify.trial = True
    status, told = errors(lambda: client.send_sms_notification(MOBILE, notify.text.id, {"body": "News"}))
    assert (status, told[0][0]) == (400, "BadRequestError") and "trial mode" in told[0][1]
    letter = errors(lambda: client.send_precompiled_letter_notification("ours", io.BytesIO(PDF)))
    assert letter == (403, [("BadRequestError", "Cannot send letters when service is in trial mode")])


# What it refuses


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, {"phone_number is a required property", "template_id is a required property"}),
        ({"phone_number": MOBILE, "template_id": "seven"}, {"template_id is not a valid UUID"}),
        ({"phone_number": 7, "template_id": str(uuid4())}, {"phone_number 7 is not of type string"}),
        (
            {"phone_number": MOBILE, "template_id": str(uuid4()), "personalisation": "all"},
            {"personalisation all is not of type object"},
        ),
        (
            {"phone_number": MOBILE, "template_id": str(uuid4()), "colour": "red"},
            {"Additional properties are not allowed (colour was unexpected)"},
        ),
        (
            {"phone_number": MOBILE, "template_id": str(uuid4()), "reference": "r" * 1001},
            {f"reference {'r' * 1001} is too long"},
        ),
        ({"phone_number": "0790", "template_id": str(uuid4())}, {"phone_number Not enough digits"}),
        ({"phone_number": "079009001234567", "template_id": str(uuid4())}, {"phone_number Too many digits"}),
        (
            {"phone_number": "07900 9OO123", "template_id": str(uuid4())},
            {"phone_number Must not contain letters or symbols"},
        ),
        ({"phone_number": "+999900900123", "template_id": str(uuid4())}, {"phone_number Not a valid country prefix"}),
    ],
)
def test_a_wrong_form_is_a_validation_error_that_names_the_field(
    notify: Notify, body: dict[str, Any], told: set[str]
) -> None:
    status, answer = send_text(notify, body)
    assert status == 400
    assert {one["error"] for one in answer["errors"]} == {"ValidationError"}
    assert {one["message"] for one in answer["errors"]} == told


def test_what_is_no_json_is_a_bad_request(notify: Notify) -> None:
    status, answer = send_text(notify, b"{")
    assert (status, answer["errors"]) == (
        400,
        [{"error": "BadRequestError", "message": "Invalid JSON supplied in POST data"}],
    )


def test_an_address_that_is_none_is_a_validation_error(notify: Notify, client: Any) -> None:
    told = errors(lambda: client.send_email_notification("amala@", notify.email.id, {"subject": "a", "body": "b"}))
    assert told == (400, [("ValidationError", "email_address Not a valid email address")])


def test_a_landline_and_a_number_abroad_take_no_text(notify: Notify, client: Any) -> None:
    landline = errors(lambda: client.send_sms_notification("0151 496 0000", notify.text.id, {"body": "News"}))
    assert landline == (400, [("InvalidPhoneError", "Not a UK mobile number")])
    abroad = errors(lambda: client.send_sms_notification("+33612345678", notify.text.id, {"body": "News"}))
    assert abroad == (400, [("BadRequestError", "Cannot send to international mobile numbers")])


def test_a_template_that_does_not_fit_is_a_bad_request(notify: Notify, client: Any) -> None:
    gone = notify.add(Template("sms", archived=True))
    for template_id, given, words in (
        (str(uuid4()), {"body": "News"}, "Template not found"),
        (notify.email.id, {"body": "News"}, "email template is not suitable for sms notification"),
        (gone.id, {"body": "News"}, "Template has been deleted"),
        (notify.text.id, {}, "Missing personalisation: body"),
    ):
        told = errors(lambda i=template_id, g=given: client.send_sms_notification(MOBILE, i, g))
        assert told == (400, [("BadRequestError", words)])


def test_a_text_of_more_than_918_characters_is_a_bad_request(notify: Notify, client: Any) -> None:
    status, told = errors(lambda: client.send_sms_notification(MOBILE, notify.text.id, {"body": "n" * 919}))
    assert (status, told[0][0]) == (400, "BadRequestError") and "918" in told[0][1]


def test_a_letter_needs_base64_a_reference_and_a_postage_it_knows(notify: Notify) -> None:
    def post(body: dict[str, Any]) -> Any:
        content = json.dumps(body).encode()
        return raw(notify, "POST", "/v2/notifications/letter", content, Authorization=signed(notify))[1]["errors"]

    good = {"reference": "ours", "content": base64.b64encode(PDF).decode()}
    assert post({"content": good["content"]})[0]["message"] == "reference is a required property"
    assert post(good | {"postage": "third"})[0]["message"].startswith("postage invalid. It must be either first")
    assert post(good | {"content": "%%%"})[0]["message"] == "Cannot decode letter content (invalid base64 encoding)"


# Its limits and its troubles


def test_the_minute_and_the_day_have_limits(notify: Notify, client: Any) -> None:
    def text() -> Any:
        return client.send_sms_notification(MOBILE, notify.text.id, {"body": "News"})

    notify.per_minute = 2
    text(), text()
    assert errors(text) == (
        429,
        [("RateLimitError", "Exceeded rate limit for key type LIVE of 2 requests per 60 seconds")],
    )
    notify.per_minute, notify.per_day["sms"] = 3000, 2
    assert errors(text) == (429, [("TooManyRequestsError", "Exceeded send limits (sms: 2) for today")])
    client.send_email_notification("amala@example.com", notify.email.id, {"subject": "a", "body": "b"})


def test_each_trouble_is_what_it_says_and_keeps_what_it_says(notify: Notify, client: Any) -> None:
    def text() -> Any:
        return client.send_sms_notification(MOBILE, notify.text.id, {"body": "News"})

    notify.soon.extend([Trouble.INTERNAL_ERROR, Trouble.RATE_LIMIT, Trouble.DAILY_LIMIT])
    assert errors(text) == (500, [("Exception", "Internal server error")])
    assert errors(text)[1][0][0] == "RateLimitError"
    assert errors(text)[1][0][0] == "TooManyRequestsError"
    notify.soon.append(Trouble.BAD_GATEWAY)
    with pytest.raises(HTTPError) as bad_gateway:
        text()
    assert bad_gateway.value.status_code == 502
    for trouble, kept in (
        (Trouble.SILENCE, 0),
        (Trouble.CUT, 0),
        (Trouble.SILENCE_AFTER_KEEPING, 1),
        (Trouble.CUT_AFTER_KEEPING, 2),
    ):
        notify.soon.append(trouble)
        with pytest.raises(HTTP503Error) as unanswered:
            text()
        assert unanswered.value.response is None
        assert len(notify.kept) == kept
    notify.soon.append(Trouble.NOT_JSON)
    with pytest.raises(InvalidResponse):
        text()
    assert len(notify.kept) == 3 and text()["id"] == notify.kept[3].id


# What it tells of what it has


def test_one_message_is_described_as_published(notify: Notify, client: Any) -> None:
    sent = client.send_email_notification("amala@example.com", notify.email.id, {"subject": "a", "body": "b"}, "ours")
    told = client.get_notification_by_id(sent["id"])
    assert {"line_1", "line_7", "postcode", "postage", "phone_number", "sent_at", "completed_at"} < set(told)
    assert (told["type"], told["status"], told["reference"]) == ("email", "created", "ours")
    assert (told["email_address"], told["phone_number"], told["body"]) == ("amala@example.com", None, "b")
    assert MOMENT.fullmatch(told["created_at"]) and told["completed_at"] is None
    assert isinstance(told["template"]["version"], int)
    assert errors(lambda: client.get_notification_by_id(str(uuid4()))) == (404, [("NoResultFound", "No result found")])


def test_messages_are_found_by_our_reference_page_by_page(notify: Notify, client: Any) -> None:
    for n in range(252):
        client.send_sms_notification(MOBILE, notify.text.id, {"body": str(n)}, reference="many")
    client.send_sms_notification(MOBILE, notify.text.id, {"body": "one"}, reference="ours")
    assert [one["body"] for one in client.get_all_notifications(reference="ours")["notifications"]] == ["Lantern: one"]
    assert client.get_all_notifications(reference="nobody's")["notifications"] == []
    first = client.get_all_notifications(reference="many")
    assert len(first["notifications"]) == 250 and set(first["links"]) == {"current", "next"}
    assert len(list(client.get_all_notifications_iterator())) == 253


def test_a_template_is_described_as_published(notify: Notify, client: Any) -> None:
    told = client.get_template(notify.email.id)
    assert (told["type"], told["subject"], told["body"], told["version"]) == ("email", "((subject))", "((body))", 1)
    assert errors(lambda: client.get_template(str(uuid4())))[0] == 404


# Receipts


@pytest.fixture
def desk() -> Iterator[Any]:
    """A service that receives; `answers` are the statuses it gives, and then 200."""

    class Desk(BaseHTTPRequestHandler):
        got: list[tuple[dict[str, str], Any]] = []
        answers: list[int] = []

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.got.append(({name.lower(): value for name, value in self.headers.items()}, json.loads(body)))
            self.send_response(self.answers.pop(0) if self.answers else 200)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Desk)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    Desk.url = f"http://127.0.0.1:{server.server_address[1]}/"  # type: ignore[attr-defined]
    yield Desk
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_receipt_has_the_ten_published_fields_and_the_token(notify: Notify, client: Any, desk: Any) -> None:
    began = datetime.now(UTC)
    sent = client.send_email_notification("amala@example.com", notify.email.id, {"subject": "a", "body": "b"}, "ours")
    assert len(Receipts(notify, desk.url, "a-long-token").settle()) == 1
    headers, receipt = desk.got[0]
    assert headers["authorization"] == "Bearer a-long-token"
    assert headers["content-type"] == "application/json"
    moments = {name: receipt.pop(name) for name in ("created_at", "completed_at", "sent_at")}
    assert all(MOMENT.fullmatch(moment) for moment in moments.values())
    assert datetime.fromisoformat(moments["created_at"]) >= began.replace(microsecond=0)
    assert receipt == {
        "id": sent["id"],
        "reference": "ours",
        "to": "amala@example.com",
        "status": "delivered",
        "notification_type": "email",
        "template_id": notify.email.id,
        "template_version": 1,
    }
    assert client.get_notification_by_id(sent["id"])["status"] == "delivered"


def test_its_simulated_failures_end_as_published(notify: Notify, client: Any, desk: Any) -> None:
    for to in ("temp-fail@simulator.notify", "perm-fail@simulator.notify"):
        client.send_email_notification(to, notify.email.id, {"subject": "a", "body": "b"})
    for to in ("+447700900003", "+447700900002"):
        client.send_sms_notification(to, notify.text.id, {"body": "News"})
    client.send_precompiled_letter_notification("ours", io.BytesIO(PDF))
    Receipts(notify, desk.url, "token").settle()
    failures = ["temporary-failure", "permanent-failure"]
    assert [receipt["status"] for _, receipt in desk.got] == failures * 2, "a letter has no receipt"
    assert notify.kept[4].status == "received"


def test_a_receipt_is_tried_six_times_and_a_refusal_once(notify: Notify, client: Any, desk: Any) -> None:
    client.send_sms_notification(MOBILE, notify.text.id, {"body": "News"})
    waits: list[float] = []
    receipts = Receipts(notify, desk.url, "token", wait=waits.append)
    receipt = receipts.receipt(notify.kept[0], "delivered")
    desk.answers.extend([503, 429])
    assert receipts.tell(receipt) == 200 and waits == [300, 300]
    desk.answers.extend([500] * 9)
    assert receipts.tell(receipt) == 500 and len(waits) == 2 + 5
    desk.answers[:] = [403]
    assert receipts.tell(receipt) == 403 and len(desk.got) == 3 + 6 + 1
    assert Receipts(notify, "http://127.0.0.1:9/", "token").post(receipt) == 0, "and nobody there is no answer"


def test_a_returned_letter_is_told_in_its_own_words(notify: Notify, client: Any) -> None:
    client.send_precompiled_letter_notification("ours", io.BytesIO(PDF))
    told = Receipts(notify, "http://127.0.0.1:9/", "token").returned(notify.kept[0])
    assert told["notification_id"] == notify.kept[0].id and told["reference"] == "ours"
    assert {"date_sent", "sent_by", "template_name", "upload_letter_file_name"} < set(told)
