"""The killer keeps everything running, stops when it is told, and waits for nothing for ever."""

import json
import signal
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from mash.local.locks import locked
from mash.performance import report
from mash.performance.chaos import judge, scene
from mash.performance.chaos.provider import Provider
from mash.performance.chaos.scene import NotReady, Scene, Stopped
from mash.performance.management.commands import chaos
from mash.performance.troubles import programme
from tests.performance.runs import a_run, twice


@dataclass
class Fake:
    """A part that is only counted; `frail` ones end as soon as they are started."""

    name: str
    frail: bool = False
    running: bool = True
    told: list[str] = field(default_factory=list)

    def start(self) -> None:
        self.told.append("start")
        self.running = not self.frail

    def kill(self) -> None:
        self.told.append("kill")
        self.running = False

    def runs(self) -> bool:
        return self.running

    def end(self) -> None:
        self.running = False


def a_scene(*parts: Fake) -> Scene:
    return Scene({part.name: part for part in parts}, Provider(seed=1), port=0, stop=threading.Event())


def test_it_starts_again_what_it_killed_at_once() -> None:
    web, worker = Fake("web"), Fake("worker")
    played = a_scene(web, worker)
    played.strike("web")
    assert (web.told, worker.told) == (["kill", "start"], [])
    assert [kill.part for kill in played.kills] == ["web"]
    assert played.ended_by_themselves == 0


def test_it_starts_again_what_ended_without_being_killed() -> None:
    beat = Fake("beat", running=False)
    played = a_scene(beat)
    assert played.tend(beat.runs, within=5, every=0.01)
    assert played.ended_by_themselves == 1


def test_it_waits_no_longer_than_it_may() -> None:
    begun = time.monotonic()
    assert not a_scene().tend(lambda: False, within=0.1, every=0.01)
    assert time.monotonic() - begun < 5


def test_it_stops_when_told() -> None:
    played = a_scene()
    played.stop.set()
    with pytest.raises(Stopped):
        played.tend(lambda: False, within=5)


def test_it_gives_up_on_a_part_that_never_stays_up() -> None:
    with pytest.raises(NotReady, match="again and again"):
        a_scene(Fake("web", frail=True, running=False)).tend(lambda: False, within=5, every=0.001)


def test_it_notes_a_signal_and_then_leaves_signals_as_they_were() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with scene._signals_noted() as told:
        signal.raise_signal(signal.SIGTERM)
        assert told.wait(1)
    assert signal.getsignal(signal.SIGTERM) == before


def test_it_does_not_start_twice_from_one_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene, "LOCK", tmp_path / "lock")
    with locked(scene.LOCK), pytest.raises(NotReady, match="already running"):
        scene.play(messages=1, kills=1, seed=1, say=str)


@pytest.mark.parametrize(
    "options", [{"messages": 0}, {"kills": 0}, {"messages": 10_001}, {"kills": 101}, {"backlog": 99}]
)
def test_the_command_wants_something_to_send_and_to_kill(options: dict[str, int]) -> None:
    with pytest.raises(CommandError, match="Choose"):
        call_command("chaos", **options)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command writes, and signals as they were afterwards."""
    monkeypatch.setattr(chaos, "EVIDENCE", tmp_path / "evidence.json")
    monkeypatch.setattr(chaos.signal, "signal", lambda *_: None)
    return tmp_path


def test_the_command_writes_the_rows_of_the_contract(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene, "play", lambda **_: a_run())
    monkeypatch.setattr(programme, "play", lambda **_: [report.count("lost", 0, goal=0, n=1)])
    with override_settings(BASE_DIR=folder):
        call_command("chaos")
    rows = json.loads((folder / ".local" / "chaos.json").read_text())["rows"]
    assert [row["name"] for row in rows] == [*(row.name for row in judge.rows(a_run())), "lost"]
    assert set(rows[0]) == {"name", "ours", "reference", "reference_name", "ratio", "unit", "n", "goal", "held"}
    assert json.loads((folder / "evidence.json").read_text())["kills"][0]["part"] == "web"


def test_the_command_fails_when_one_promise_is_broken(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene, "play", lambda **_: twice(1))
    with override_settings(BASE_DIR=folder), pytest.raises(SystemExit, match="1"):
        call_command("chaos", only="kills")
    assert (folder / ".local" / "chaos.json").exists()


def test_the_command_fails_when_a_trouble_lost_something(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programme, "play", lambda **_: [report.count("lost", 1, goal=0, n=1)])
    with override_settings(BASE_DIR=folder), pytest.raises(SystemExit, match="1"):
        call_command("chaos", only="troubles")
    assert not (folder / "evidence.json").exists()
