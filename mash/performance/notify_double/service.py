"""One service at Notify: its keys, its templates, its limits, and every message that it has taken."""

import re
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from mash.performance.notify_double import checks, refusals
from mash.performance.notify_double.troubles import Trouble

PAGE = 250
MINUTE = 60
_HOLE = re.compile(r"\(\(([^()]+)\)\)")
# Taken, never kept, and no receipt comes: for whoever tries whether the line works at all.
SMOKE = frozenset({"+447700900000", "+447700900111", "+447700900222"}) | {
    f"simulate-delivered{n}@notifications.service.gov.uk" for n in ("", "-2", "-3")
}
# What a test key makes of these.
FATES = {
    "+447700900003": "temporary-failure",
    "+447700900002": "permanent-failure",
    "temp-fail@simulator.notify": "temporary-failure",
    "perm-fail@simulator.notify": "permanent-failure",
}


@dataclass
class Key:
    """A key of the service. `kind` is live, team or test."""

    kind: str = "live"
    secret: str = field(default_factory=lambda: str(uuid4()))
    revoked: bool = False


@dataclass
class Template:
    """A template with ((holes))."""

    medium: str
    body: str = "((body))"
    subject: str | None = None
    id: str = field(default_factory=lambda: str(uuid4()))
    version: int = 1
    archived: bool = False

    def filled(self, given: Mapping[str, Any]) -> tuple[str | None, str]:
        """(subject, body). Refused when a hole stays empty."""
        holes = dict.fromkeys(_HOLE.findall(f"{self.subject or ''} {self.body}"))
        missing = [hole for hole in holes if hole not in given]
        if missing:
            raise refusals.bad_request(f"Missing personalisation: {', '.join(missing)}")

        def fill(text: str) -> str:
            return _HOLE.sub(lambda hole: str(given[hole[1]]), text)

        return (fill(self.subject) if self.subject is not None else None), fill(self.body)


@dataclass
class Kept:
    """A message that it has taken."""

    medium: str
    to: str
    reference: str | None
    body: str
    subject: str | None
    template_id: str
    template_version: int
    key_kind: str
    id: str = field(default_factory=lambda: str(uuid4()))
    status: str = "created"
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    sent_at: datetime | None = None
    completed_at: datetime | None = None
    postage: str | None = None


@dataclass
class Notify:
    """The whole double. `weather` gives the trouble of each request that would send; what is in `soon` comes first."""

    service_id: str = field(default_factory=lambda: str(uuid4()))
    name: str = "Lantern"
    keys: list[Key] = field(default_factory=lambda: [Key()])
    trial: bool = False
    team: set[str] = field(default_factory=set)
    abroad: bool = False
    per_minute: int = 3000
    per_day: dict[str, int] = field(default_factory=lambda: {"email": 250_000, "sms": 250_000, "letter": 20_000})
    seconds: float = 0.0
    soon: deque[Trouble] = field(default_factory=deque)
    weather: Callable[[], Trouble] = lambda: Trouble.NONE
    url: str = ""
    templates: dict[str, Template] = field(default_factory=dict)
    kept: list[Kept] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        # Set when whoever started it ends it: nobody waits any longer.
        self.over = threading.Event()
        self.email = self.add(Template("email", subject="((subject))"))
        self.text = self.add(Template("sms"))
        self.precompiled = Template("letter", body="", subject="Pre-compiled PDF")
        self._lately: dict[str, deque[float]] = {}
        self._today: Counter[str] = Counter()

    @property
    def key(self) -> str:
        """The first key, as somebody would paste it."""
        return self.key_of(self.keys[0])

    def key_of(self, key: Key) -> str:
        """A key's name, the service and the secret, joined as it does."""
        return f"{key.kind}_key-{self.service_id}-{key.secret}"

    def add(self, template: Template) -> Template:
        """Have another template."""
        self.templates[template.id] = template
        return template

    def trouble(self) -> Trouble:
        """What befalls the next request that would send."""
        with self.lock:
            return self.soon.popleft() if self.soon else self.weather()

    def authorised(self, header: str | None) -> Key:
        """Whose request it is, from its token."""
        given = checks.token(header)
        if checks.issuer(given) != self.service_id:
            raise refusals.auth(403, "Invalid token: service not found")
        for key in self.keys:
            if checks.signed_with(given, key.secret):
                if key.revoked:
                    raise refusals.auth(403, "Invalid token: API key revoked")
                return key
        raise refusals.auth(403, "Invalid token: API key not found")

    def count(self, key: Key, medium: str) -> None:
        """Refuse what comes too fast or too often, before anything else is looked at."""
        with self.lock:
            lately, now = self._lately.setdefault(key.kind, deque()), time.monotonic()
            while lately and lately[0] <= now - MINUTE:
                lately.popleft()
            if len(lately) >= self.per_minute:
                raise refusals.rate_limit(key.kind, self.per_minute)
            if self._today[medium] >= self.per_day[medium]:
                raise refusals.daily_limit(medium, self.per_day[medium])
            lately.append(now)

    def take(self, key: Key, medium: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Check one message and keep it; the body of the answer."""
        checks.form(medium, asked)
        row = self._letter(key, asked) if medium == "letter" else self._message(key, medium, asked)
        if row.to not in SMOKE:
            with self.lock:
                self.kept.append(row)
                self._today[medium] += 1
        return self.answer(row)

    def answer(self, row: Kept) -> dict[str, Any]:
        """The body of 201."""
        if row.medium == "letter":
            return {"id": row.id, "reference": row.reference, "postage": row.postage}
        content: dict[str, Any] = {"body": row.body}
        if row.medium == "sms":
            content["from_number"] = "GOVUK"
        else:
            content |= {
                "subject": row.subject,
                "from_email": f"{self.name.lower()}@notifications.service.gov.uk",
                "one_click_unsubscribe_url": None,
            }
        return {
            "id": row.id,
            "reference": row.reference,
            "content": content,
            "uri": f"{self.url}/v2/notifications/{row.id}",
            "template": {
                "id": row.template_id,
                "version": row.template_version,
                "uri": f"{self.url}/services/{self.service_id}/templates/{row.template_id}",
            },
            "scheduled_for": None,
        }

    def one(self, notification_id: str) -> Kept:
        """One message that it has, or 404."""
        found = next((row for row in self.kept if row.id == notification_id), None)
        if found is None:
            raise refusals.not_found()
        return found

    def many(self, *, reference: str | None, older_than: str | None) -> list[Kept]:
        """A page of messages, the newest first."""
        rows = [row for row in reversed(self.kept) if reference is None or row.reference == reference]
        if older_than is not None:
            at = next((n for n, row in enumerate(rows) if row.id == older_than), len(rows))
            rows = rows[at + 1 :]
        return rows[:PAGE]

    def _message(self, key: Key, medium: str, asked: Mapping[str, Any]) -> Kept:
        template = self._template(medium, asked["template_id"])
        subject, body = template.filled(asked.get("personalisation") or {})
        to = str(asked["email_address"] if medium == "email" else asked["phone_number"])
        self._may_send_to(key, to)
        if medium == "sms":
            body = f"{self.name}: {body}"
            self._can_text(to, body)
        return Kept(
            medium=medium,
            to=to,
            reference=asked.get("reference"),
            body=body,
            subject=subject,
            template_id=template.id,
            template_version=template.version,
            key_kind=key.kind,
        )

    def _letter(self, key: Key, asked: Mapping[str, Any]) -> Kept:
        if key.kind == "team":
            raise refusals.bad_request("Cannot send letters with a team api key", status=403)
        if self.trial and key.kind != "test":
            raise refusals.bad_request("Cannot send letters when service is in trial mode", status=403)
        checks.pdf(asked["content"])
        return Kept(
            medium="letter",
            to="Provided as PDF",
            reference=asked["reference"],
            body=asked["content"],
            subject="Pre-compiled PDF",
            template_id=self.precompiled.id,
            template_version=1,
            key_kind=key.kind,
            status="pending-virus-check",
            postage=asked.get("postage", "second"),
        )

    def _template(self, medium: str, template_id: str) -> Template:
        template = self.templates.get(template_id)
        if template is None:
            raise refusals.bad_request("Template not found")
        if template.medium != medium:
            raise refusals.bad_request(f"{template.medium} template is not suitable for {medium} notification")
        if template.archived:
            raise refusals.bad_request("Template has been deleted")
        return template

    def _may_send_to(self, key: Key, to: str) -> None:
        if to in SMOKE or to in self.team:
            return
        if key.kind == "team":
            raise refusals.bad_request("Can’t send to this recipient using a team-only API key")
        if self.trial and key.kind != "test":
            raise refusals.bad_request(
                "Can’t send to this recipient when service is in trial mode – "
                "see https://www.notifications.service.gov.uk/trial-mode"
            )

    def _can_text(self, to: str, body: str) -> None:
        if checks.is_abroad(to) and not self.abroad:
            raise refusals.bad_request("Cannot send to international mobile numbers")
        if checks.is_landline(to):
            raise refusals.Refused(400, [("InvalidPhoneError", "Not a UK mobile number")])
        if len(body) > checks.LONGEST_TEXT:
            raise refusals.bad_request(
                f"Your message is too long. Text messages cannot be longer than {checks.LONGEST_TEXT} characters. "
                f"Your message is {len(body)} characters long."
            )
