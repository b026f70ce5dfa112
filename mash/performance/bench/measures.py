"""What is measured, and what was promised of it."""

import json
import time
import uuid
from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import api_keys
from accounts.models import Organisation, User
from accounts.policy import API_SCOPES
from mash.performance.bench import databases
from mash.performance.bench.twice import remember
from mash.performance.report import Row, count, interleaved, row
from referrals.models import Referral
from thresholds.engine import Facts, Sign, assess
from thresholds.selectors.frameworks import framework_in_force, parsed

ROUNDS = 21
MILLISECONDS = 1000.0
MICROSECONDS = 1_000_000.0
PAYLOAD = {
    "children": [
        {"given_name": "Ada", "family_name": "Byrne", "birth_date": "2019-05-04", "sex": "F"},
        {"given_name": "Bo", "family_name": "Byrne", "birth_date": "2021-02-03", "sex": "M"},
    ],
    "concerns": [
        {"category": "physical_abuse", "narrative": "A bruise on the upper arm.", "indicators": ["D19", "P02"]},
        {"category": "education", "narrative": "Often late, and tired.", "indicators": ["D05"], "about": [1]},
    ],
    "consent": {"status": "not_sought", "reason": "asking would raise the risk"},
    "referrer": {
        "name": "R Teacher",
        "role": "class teacher",
        "phone": "0151 496 0000",
        "email": "r.teacher@school.example",
    },
    "immediate_danger": False,
}


def engine(names: dict[int, str]) -> list[Row]:
    """One assessment costs at most a fifth of a bare view."""
    databases.use(min(names.values(), key=len))
    framework = parsed(framework_in_force("wirral"))
    facts = Facts(
        indicators=frozenset(Sign(code=code) for code in ("D05", "P02", "F06", "D31")),
        child_age_months=14,
        referrals_last_12_months=2,
        consent="refused",
    )
    client = Client()
    ours, bare = interleaved(
        [lambda: assess(facts, framework), lambda: client.get("/bench/bare/")], rounds=ROUNDS, inner=20
    )
    return [
        row(
            "one assessment",
            ours * MICROSECONDS,
            bare * MICROSECONDS,
            against="a bare Django view",
            unit="us",
            n=ROUNDS,
            goal=0.2,
        )
    ]


def queue(names: dict[int, str]) -> list[Row]:
    """The queue page: its statements, and the admin's and DRF's lists of the same rows beside it."""
    rows: list[Row] = []
    times: dict[int, float] = {}
    for size, name in names.items():
        databases.use(name)
        client = signed_in("triage")
        pages = [getting(client, path) for path in ("/queue/", "/bench/admin-list/", "/bench/drf-list/")]
        times[size], admin, drf = (one * MILLISECONDS for one in interleaved(pages, rounds=ROUNDS))
        rows += [
            count(f"queue page, SQL statements, {size:,}", _statements(client), goal=10, n=1),
            row(f"queue page, {size:,}", times[size], admin, against="the admin's list", unit="ms", n=ROUNDS),
            row(f"queue page, {size:,}", times[size], drf, against="DRF's list, 50 rows", unit="ms", n=ROUNDS),
        ]
    return rows


def submission(names: dict[int, str]) -> list[Row]:
    """A whole referral through the API beside a bare view that saves the same rows one by one."""
    databases.use(names[min(names)])
    client = Client()
    school = Organisation.objects.get(name="Synthetic School 1")
    _, key = api_keys.issue(organisation=school, name="bench", scopes=API_SCOPES)
    body = json.dumps(PAYLOAD)

    def send() -> str:
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": uuid.uuid4().hex}
        answer = client.post("/api/v1/referrals/", body, content_type="application/json", headers=headers)
        return str(answer.json()["reference"])

    written = remember(Referral.objects.get(reference=send()))
    ours, bare = interleaved([send, lambda: client.post("/bench/save/")], rounds=ROUNDS)
    against = f"a bare view saving the same {written} rows"
    return [row("submission", ours * MILLISECONDS, bare * MILLISECONDS, against=against, unit="ms", n=ROUNDS)]


def signed_in(who: str) -> Client:
    """A worker of the synthetic hub, with a second factor shown."""
    client = Client()
    user = worker(who)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    # As allauth leaves a session that has shown a second factor.
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def worker(who: str) -> User:
    """The worker themselves."""
    return User.objects.get(email=f"{who}@synthetic.example")


def getting(client: Client, path: str) -> Callable[[], None]:
    """Asks for a page; anything but 200 is an error."""

    def get() -> None:
        answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")

    return get


def _statements(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get("/queue/")
    return len(captured)
