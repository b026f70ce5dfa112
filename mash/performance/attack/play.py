"""The whole attack: how many inputs go where, and what came of them as rows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import count as count_up
from itertools import cycle
from statistics import median
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

from mash.performance.attack import checked, described, inputs, wire
from mash.performance.attack.checked import Checked
from mash.performance.attack.strike import Score, Shot, fire
from mash.performance.attack.targets import Found as Scouted
from mash.performance.attack.targets import Scout, Target
from mash.performance.attack.world import STRANGER, World
from mash.performance.report import Row, count, row

# Of all inputs, in hundredths; what is left over goes to forms.
TO_QUERIES, TO_ADDRESSES, TO_THE_API = 8, 4, 15
MOST_IN_ONE_VOLLEY = 10
MILLISECONDS = 1_000.0
# With so many inputs or more, broken bodies are sent to every address that takes posts; with fewer, to some.
EVERYWHERE = 5_000
Say = Callable[[str], object]


@dataclass
class Found:
    """Everything that came of one attack."""

    asked: int
    routes: int = 0
    unreached: list[str] = field(default_factory=list)
    score: Score = field(default_factory=Score)
    bodies: Score = field(default_factory=Score)
    checked: Checked = field(default_factory=Checked)


@dataclass(frozen=True)
class Part:
    """One of several processes: its share of the inputs, with chances of its own; only the first runs schemathesis."""

    number: int
    seed: int
    place: int = 0
    of: int = 1


def play(scout: Scout, scouted: Scouted, part: Part, *, say: Say) -> Found:
    """The part's inputs over everything that takes input, then broken bodies, then schemathesis."""
    world, number = scout.world, part.number
    posts = [target for target in scouted.targets if target.route.takes_posts]
    gets = [target for target in scouted.targets if "GET" in target.route.rule.methods]
    found = Found(number, len({target.route.name for target in posts}), scouted.unreached)
    for sources, share in _aims(world, posts, gets, number):
        _send(scout, sources, share, part.seed, found.score)
        say(f"{found.score.inputs:,} inputs, {found.score.errors} server errors ...")
    _send_bodies(world, posts, part, found.bodies)
    if part.place == 0:
        each = max(number // 200, 5)
        found.checked = checked.check(key=world.key, references=world.references, number=each, seed_=part.seed)
    return found


def _send_bodies(world: World, posts: list[Target], part: Part, score: Score) -> None:
    every = max(EVERYWHERE // (part.number * part.of), 1) * part.of
    for target in list({target.route.name: target for target in posts}.values())[part.place :: every]:
        for shot in wire.shots(target):
            fire(world.clients[target.role], shot, score)


def together(parts: list[Found]) -> Found:
    """What came of all the parts."""
    first, *others = parts
    for one in others:
        first.asked += one.asked
        first.score.add(one.score)
        first.bodies.add(one.bodies)
    return first


# Made anew for each volley: an answer may have led to another form meanwhile.
Source = Callable[[], SearchStrategy[Shot]]
Aim = tuple[list[Source], int]


def _aims(world: World, posts: list[Target], gets: list[Target], number: int) -> list[Aim]:
    """What is aimed at what, and how many inputs each gets; the forms, which take the rest, last."""
    api: list[Source] = [partial(described.shots, call, world.key, world.references) for call in described.calls()]
    queries: list[Source] = [partial(inputs.queries, one) for one in gets]
    addresses: list[Source] = [partial(inputs.addresses, one) for one in [*gets, *posts]]
    by_route = {one.route.name: [each for each in posts if each.route.name == one.route.name] for one in posts}
    forms: list[Source] = [_in_turn(targets) for targets in by_route.values()]
    shares = [number * part // 100 for part in (TO_THE_API, TO_QUERIES, TO_ADDRESSES)]
    return [*zip((api, queries, addresses), shares, strict=True), (forms, number - sum(shares))]


def _in_turn(targets: list[Target]) -> Source:
    """Each route gets as many inputs as any other, however many may use it: as one of them after the other."""
    turns = cycle(targets)
    return lambda: _posts(next(turns))


def _posts(target: Target) -> SearchStrategy[Shot]:
    return inputs.posts(target, tuple(target.forms))


def _send(scout: Scout, sources: list[Source], number: int, seed_: int, score: Score) -> None:
    """So many in all, in turns. A page with one button runs out of different inputs: the others make up for it."""
    goal = score.inputs + number
    for turn in count_up():
        for source in sources:
            each = min(-(-number // len(sources)), MOST_IN_ONE_VOLLEY, goal - score.inputs)
            _volley(scout, source(), each, seed_ + turn, score)
        if score.inputs >= goal:
            return


def _volley(scout: Scout, strategy: SearchStrategy[Shot], number: int, seed_: int, score: Score) -> None:
    if number < 1:
        return

    @seed(seed_)
    @settings(
        max_examples=number,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def one(shot: Shot) -> None:
        clients = scout.world.clients
        response = fire(clients.get(shot.role, clients[STRANGER]), shot, score)
        if shot.method == "POST" and response.status_code == 200 and "html" in response["Content-Type"]:
            scout.learn(shot.role, shot.path, response.content.decode("utf-8", "replace"))

    one()


def rows(found: Found) -> list[Row]:
    """The table of the contract."""
    score, bodies, told = found.score, found.bodies, found.checked
    return [
        row("inputs asked for, of those sent", found.asked, score.inputs, against="inputs sent", unit="inputs",
            n=score.inputs, goal=1.0),
        count("server errors", score.errors, goal=0, n=score.inputs),
        count("routes that take input and were not reached", len(found.unreached), goal=0, n=found.routes),
        count("answered 429 instead", score.statuses[429], goal=0, n=score.inputs),
        count("server errors at broken bodies", bodies.errors, goal=0, n=bodies.inputs),
        row("broken bodies answered 4xx", _kind(bodies, 4), bodies.inputs, against="all broken bodies", unit="count",
            n=bodies.inputs),
        count("schemathesis failures", len(told.failures), goal=0, n=told.cases),
        *_answers(score),
        row("slowest answer", max(score.seconds) * MILLISECONDS, median(score.seconds) * MILLISECONDS,
            against="the median answer", unit="ms", n=score.inputs),
    ]  # fmt: skip


def _answers(score: Score) -> list[Row]:
    return [
        row(f"answered {kind}xx", _kind(score, kind), score.inputs, against="all inputs", unit="count", n=score.inputs)
        for kind in (2, 3, 4)
    ]


def _kind(score: Score, hundred: int) -> int:
    return sum(number for status, number in score.statuses.items() if status // 100 == hundred)


def evidence(found: Found) -> dict[str, Any]:
    """For whoever repairs it: each way it broke with its first input, and what was not reached."""
    broken = [*found.score.broken.values(), *found.bodies.broken.values()]
    return {
        "broken": [{"route": one.route, "trace": one.trace, "input": one.shot} for one in broken],
        "unreached": found.unreached,
        "schemathesis": found.checked.failures,
        "statuses": {str(status): number for status, number in sorted(found.score.statuses.items())},
        "slowest": found.score.slowest,
        "inputs_by_route": dict(found.score.by_route.most_common()),
    }
