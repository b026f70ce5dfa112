"""The double's own web server, on a real socket."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from mash.performance.notify_double import refusals
from mash.performance.notify_double.refusals import Refused
from mash.performance.notify_double.service import Kept, Key, Notify
from mash.performance.notify_double.troubles import Trouble

MEDIA = ("email", "sms", "letter")
MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"
# Longer than anybody waits.
SILENCE = 60


@contextmanager
def listening(notify: Notify) -> Iterator[Notify]:
    """Serve on a free port of the loopback address; `notify.url` says where."""

    class Handler(_Handler):
        double = notify

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    notify.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield notify
    finally:
        notify.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    double: Notify
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._answered(lambda: self._post(content))

    def do_GET(self) -> None:
        self._answered(self._get)

    def log_message(self, *args: Any) -> None:
        """It says nothing: whoever starts it counts."""

    def _answered(self, answer: Any) -> None:
        try:
            status, body = answer()
        except Refused as refused:
            status, body = refused.status, refused.body()
        if status:
            self._write(status, body if isinstance(body, bytes) else json.dumps(body).encode())

    def _post(self, content: bytes) -> tuple[int, Any]:
        parts = urlsplit(self.path).path.strip("/").split("/")
        if len(parts) != 3 or parts[:2] != ["v2", "notifications"] or parts[2] not in MEDIA:
            raise refusals.not_found()
        medium = parts[2]
        self.double.asked[f"POST {medium}"] += 1
        key = self.double.authorised(self.headers.get("Authorization"))
        self.double.count(key, medium)
        time.sleep(self.double.seconds)
        return self._befallen(self.double.trouble(), key, medium, content)

    def _befallen(self, trouble: Trouble, key: Key, medium: str, content: bytes) -> tuple[int, Any]:
        answer = self.double.take(key, medium, _parsed(content)) if trouble.keeps else None
        match trouble:
            case Trouble.NONE:
                return 201, answer
            case Trouble.NOT_JSON:
                return 201, b"<html><body>Done</body></html>"
            case Trouble.INTERNAL_ERROR:
                raise refusals.internal()
            case Trouble.BAD_GATEWAY:
                return 502, b"<html><body>Bad gateway</body></html>"
            case Trouble.RATE_LIMIT:
                raise refusals.rate_limit(key.kind, self.double.per_minute)
            case Trouble.DAILY_LIMIT:
                raise refusals.daily_limit(medium, self.double.per_day[medium])
        if trouble in (Trouble.SILENCE, Trouble.SILENCE_AFTER_KEEPING):
            self.double.over.wait(SILENCE)
        self.close_connection = True
        return 0, b""

    def _get(self) -> tuple[int, Any]:
        asked = urlsplit(self.path)
        self.double.authorised(self.headers.get("Authorization"))
        match asked.path.strip("/").split("/"):
            case ["v2", "notifications"]:
                return 200, self._page(asked.query)
            case ["v2", "notifications", notification_id]:
                return 200, described(self.double, self.double.one(notification_id))
            case ["v2", "template", template_id]:
                return 200, self._template(template_id)
        raise refusals.not_found()

    def _page(self, query: str) -> dict[str, Any]:
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        rows = self.double.many(reference=asked.get("reference"), older_than=asked.get("older_than"))
        current = f"{self.double.url}/v2/notifications"
        links = {"current": f"{current}?{query}" if query else current}
        if rows:
            links["next"] = f"{current}?older_than={rows[-1].id}"
        return {"notifications": [described(self.double, row) for row in rows], "links": links}

    def _template(self, template_id: str) -> dict[str, Any]:
        template = self.double.templates.get(template_id)
        if template is None:
            raise refusals.not_found()
        return {
            "id": template.id,
            "name": f"{template.medium} of {self.double.name}",
            "type": template.medium,
            "created_at": "2026-01-05T09:00:00.000000Z",
            "updated_at": None,
            "created_by": "notify@council.example",
            "version": template.version,
            "body": template.body,
            "subject": template.subject,
            "letter_contact_block": None,
        }

    def _write(self, status: int, body: bytes) -> None:
        kind = "text/html" if body.startswith(b"<") else "application/json"
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def described(notify: Notify, row: Kept) -> dict[str, Any]:
    """One message, as `GET /v2/notifications/{id}` tells it."""
    lines = {f"line_{n}": None for n in range(1, 8)}
    return {
        "id": row.id,
        "reference": row.reference,
        "email_address": row.to if row.medium == "email" else None,
        "phone_number": row.to if row.medium == "sms" else None,
        **lines,
        "postcode": None,
        "postage": row.postage,
        "type": row.medium,
        "status": row.status,
        "template": {
            "id": row.template_id,
            "version": row.template_version,
            "uri": f"{notify.url}/v2/template/{row.template_id}/version/{row.template_version}",
        },
        "body": "" if row.medium == "letter" else row.body,
        "subject": row.subject,
        "created_at": row.created_at.strftime(MOMENT),
        "created_by_name": None,
        "sent_at": row.sent_at.strftime(MOMENT) if row.sent_at else None,
        "completed_at": row.completed_at.strftime(MOMENT) if row.completed_at else None,
        "scheduled_for": None,
    }


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        given = json.loads(content)
    except ValueError as wrong:
        raise refusals.bad_request("Invalid JSON supplied in POST data") from wrong
    if not isinstance(given, dict):
        raise refusals.invalid(f"{given} is not of type object")
    return given
