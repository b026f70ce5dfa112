"""The scene: a database, a broker and a provider of their own, the real processes, and the killer."""

import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from urllib.parse import quote

from django.conf import settings
from django.db import connections
from django.utils import timezone

from accounts import api_keys
from accounts.models import Organisation, OrganisationKind
from accounts.policy import API_SCOPES
from mash.local.alarm import STOPS
from mash.local.home import MAIN, Home, free_port, redis_url
from mash.local.locks import locked_if_free
from mash.local.run import programs
from mash.outbox import selectors, windows
from mash.performance.bench import databases
from mash.performance.chaos import evidence, plan
from mash.performance.chaos.agency import Agency
from mash.performance.chaos.evidence import Evidence, Kill
from mash.performance.chaos.parts import Broker, Part, Program
from mash.performance.chaos.provider import Provider, listening

DATABASE = "mash_chaos"
HOME = Home(folder=MAIN.folder / "chaos", durable=True)
LOGS = HOME.folder / "log"
LOCK = MAIN.folder / "chaos.lock"
VICTIMS = ("web", "worker", "broker")
SECONDS_TO_BE_READY = 120.0
# Two carriers in a row may die with the same message; more than that in so short a time is not awaited.
SECONDS_TO_SETTLE = 2 * windows.RECOVERED.total_seconds()
SECONDS_TO_ACKNOWLEDGE = 60.0
# So many that none of them comes near what one key may send in a minute.
SCHOOLS = 10
# Between two looks: often enough to start again at once, or only to see how things stand.
AT_ONCE = 0.05
SELDOM = 0.5
MOST_OWN_ENDS = 50
Say = Callable[[str], object]


class NotReady(RuntimeError):
    """The product did not come up, so there was nothing to kill."""


class Stopped(SystemExit):
    """Somebody asked for the end; everything that was started has been ended."""


@dataclass
class Scene:
    """What runs, and what happened to it."""

    parts: dict[str, Part]
    provider: Provider
    port: int
    stop: threading.Event
    kills: list[Kill] = field(default_factory=list)
    ended_by_themselves: int = 0

    def tend(self, until: Callable[[], bool], *, within: float, every: float = SELDOM) -> bool:
        """Start again whatever has ended, until that is so or the seconds are over; says whether it is so."""
        deadline = time.monotonic() + within
        while not until():
            if time.monotonic() > deadline:
                return False
            if self.stop.wait(every):
                raise Stopped(1)
            self._start_what_ended()
        return True

    def tend_until(self, moment: float) -> None:
        """The same up to a moment of the monotonic clock."""
        self.tend(lambda: time.monotonic() >= moment, within=float("inf"), every=AT_ONCE)

    def strike(self, part: str) -> None:
        """Kill it, and start it again at once."""
        self.kills.append(Kill(part, timezone.now()))
        self.parts[part].kill()
        self.parts[part].start()

    def _start_what_ended(self) -> None:
        for part in self.parts.values():
            if not part.runs():
                self.ended_by_themselves += 1
                part.start()
        if self.ended_by_themselves > MOST_OWN_ENDS:
            raise NotReady(f"Something ends again and again without being killed. Logs: {LOGS}")


def play(*, messages: int, kills: int, seed: int, say: Say) -> Evidence:
    """Send this many referrals and kill this often; everything that was found, for `judge`. Raises NotReady."""
    with ExitStack() as stack:
        if not stack.enter_context(locked_if_free(LOCK)):
            raise NotReady("It is already running from this folder.")
        say("Making a database ...")
        stack.enter_context(databases.made(DATABASE))
        scene = stack.enter_context(_on_stage(seed))
        agency = _agency(scene.port, messages, kills)
        say("Starting web, worker, beat and broker ...")
        if not scene.tend(lambda: _ready(scene.port), within=SECONDS_TO_BE_READY):
            raise NotReady(
                f"Web and worker were not ready within {SECONDS_TO_BE_READY:g} s. Logs: {HOME.folder / 'log'}"
            )
        _act(scene, agency, kills, seed, say)
        return _found(scene, agency, kills)


def _act(scene: Scene, agency: Agency, kills: int, seed: int, say: Say) -> None:
    say(f"Sending {len(agency.keys):,} referrals, killing {kills} times within {plan.duration(kills):g} s ...")
    begun = time.monotonic()
    with agency.sending():
        for blow in plan.blows(VICTIMS, kills=kills, seed=seed):
            scene.tend_until(begun + blow.after)
            scene.strike(blow.part)
        scene.tend(lambda: agency.done, within=SECONDS_TO_ACKNOWLEDGE)
    say(f"{len(agency.acknowledged):,} acknowledged after {agency.tries:,} tries; waiting for the last mail ...")
    for text in agency.refused[:5]:
        say(f"Refused: {text}")
    scene.tend(lambda: selectors.oldest_owed() is None, within=SECONDS_TO_SETTLE)


def _found(scene: Scene, agency: Agency, kills: int) -> Evidence:
    return Evidence(
        keys=agency.keys,
        acknowledged=agency.acknowledged,
        referrals=evidence.stored(),
        owed=evidence.owed(),
        arrivals={mail: list(moments) for mail, moments in scene.provider.arrivals.items()},
        kills=scene.kills,
        kills_planned=kills,
        balances=evidence.balances(),
        ended_by_themselves=scene.ended_by_themselves,
    )


def _agency(port: int, messages: int, kills: int) -> Agency:
    tokens = [_token(number) for number in range(SCHOOLS)]
    keys = [f"chaos-{number}" for number in range(messages)]
    return Agency(port, tokens, keys, due=lambda number: plan.due(number, messages=messages, kills=kills))


def _token(number: int) -> str:
    name = f"Chaos School {number + 1}"
    school = Organisation.objects.create(name=name, kind=OrganisationKind.SCHOOL, phone="0151 496 0001")
    return api_keys.issue(organisation=school, name="chaos", scopes=API_SCOPES)[1]


@contextmanager
def _on_stage(seed: int) -> Iterator[Scene]:
    """Everything started; everything ended afterwards, however the block ends."""
    shutil.rmtree(HOME.folder, ignore_errors=True)
    LOGS.mkdir(parents=True)
    with ExitStack() as stack:
        stop = stack.enter_context(_signals_noted())
        provider = stack.enter_context(listening(seed=seed))
        broker = Broker(HOME)
        stack.callback(broker.end)
        broker.start()
        port = free_port()
        own = _programs(environment(HOME, mail=provider.port, port=port))
        stack.callback(_end, own)
        for program in own:
            program.start()
        parts: list[Part] = [*own, broker]
        yield Scene({part.name: part for part in parts}, provider, port, stop)


def _end(own: list[Program]) -> None:
    for program in own:
        program.ask_to_end()
    for program in own:
        program.end()


def _programs(environment: dict[str, str]) -> list[Program]:
    return [Program(name, command, environment, LOGS / f"{name}.log") for name, command in programs().items()]


def environment(home: Home, *, mail: int, port: int = 8000) -> dict[str, str]:
    """For the product's processes: this home's broker, this mail server, the database in use, the application's
    rights."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "mash.settings.local",
        "DATABASE_URL": _database_url("default"),
        "DATABASE_OWNER_URL": _database_url("owner"),
        "REDIS_URL": redis_url(home=home),
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(mail),
        "PORT": str(port),
        "BIND": f"127.0.0.1:{port}",
        "BASE_URL": f"http://127.0.0.1:{port}",
        "WEB_WORKERS": "2",
    }


def _database_url(alias: str) -> str:
    one = settings.DATABASES[alias]
    user, password = (quote(one[part], safe="") for part in ("USER", "PASSWORD"))
    name = connections[alias].settings_dict["NAME"]
    return f"postgres://{user}:{password}@{one['HOST']}:{one['PORT'] or 5432}/{name}"


def _ready(port: int) -> bool:
    """Database, broker and worker answer."""
    talk = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        talk.request("GET", "/readyz")
        return talk.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        talk.close()


@contextmanager
def _signals_noted() -> Iterator[threading.Event]:
    """Signals to stop are noted, not obeyed at once: nothing is left half-started."""
    told = threading.Event()
    before = {number: signal.signal(number, lambda *_: told.set()) for number in STOPS}
    try:
        yield told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
