"""All troubles, one after the other, in a database of their own."""

from collections.abc import Callable

from mash.local.locks import locked_if_free
from mash.outbox.models import CallRound, Message
from mash.performance.bench import databases
from mash.performance.chaos import scene
from mash.performance.report import Row, count
from mash.performance.troubles import dead, mail_down, many, notify_ill, receipts_wrong, templates_wrong, world

DATABASE = "mash_troubles"
LOCK = scene.LOCK.with_name("troubles.lock")
SIMULATED: tuple[tuple[str, Callable[[world.World], list[Row]]], ...] = (
    ("Mail is down for 24 simulated hours", mail_down.play),
    ("Notify answers 429, 500 and 502, with silence, cut lines and nonsense", notify_ill.play),
    ("Callbacks that nobody should believe", receipts_wrong.play),
    ("A template is deleted, another is broken", templates_wrong.play),
    ("A thousand dead addresses", dead.play),
)


def play(*, messages: int, say: scene.Say) -> list[Row]:
    """Every trouble; `messages` are owed at once to eight workers. Raises NotReady."""
    rows: list[Row] = []
    with locked_if_free(LOCK) as first, databases.made(DATABASE):
        if not first:
            raise scene.NotReady("It is already running from this folder.")
        with world.made() as one:
            for words, trouble in SIMULATED:
                say(f"{words} ...")
                rows += trouble(one)
        rows += many.play(messages_owed=messages, say=say)
        rows += _last_look()
    return rows


def _last_look() -> list[Row]:
    """After all of it: nothing waits, and nobody is to be called twice."""
    waiting = Message.objects.open().count()
    rounds = CallRound.objects.filter(state=CallRound.State.OPEN)
    twice = rounds.count() - rounds.values("whom").distinct().count()
    return [
        count("after all troubles: still waiting", waiting, goal=0, n=Message.objects.count()),
        count("after all troubles: organisations with two calls", twice, goal=0, n=rounds.count()),
    ]
