"""A step is done again when, and only when, what it is made from has changed."""

from pathlib import Path

from mash.local.stamps import hash_of, once


def test_it_does_a_step_once_for_equal_inputs(tmp_path: Path) -> None:
    done: list[str] = []
    for inputs in ("a", "a", "b", "b", "a"):
        once("step", stamps=tmp_path / "stamps.json", inputs=inputs, step=lambda made=inputs: done.append(made))
    assert done == ["a", "b", "a"]


def test_it_does_a_failed_step_again(tmp_path: Path) -> None:
    stamps = tmp_path / "stamps.json"
    attempts: list[int] = []

    def fail() -> None:
        attempts.append(1)
        raise ValueError("not this time")

    for _ in range(2):
        try:
            once("step", stamps=stamps, inputs="a", step=fail)
        except ValueError:
            continue
    assert len(attempts) == 2


def test_it_does_a_step_again_when_told_that_its_work_is_gone(tmp_path: Path) -> None:
    done: list[int] = []
    for again in (False, False, True):
        once("step", stamps=tmp_path / "stamps.json", inputs="a", step=lambda: done.append(1), again=again)
    assert len(done) == 2


def test_it_sees_a_change_in_any_file_but_not_in_what_is_built(tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "file").write_text("1")
    before = hash_of([tmp_path])
    (tmp_path / "build" / "file").write_text("2")
    assert hash_of([tmp_path]) == before
    (tmp_path / "inside" / "file").write_text("2")
    assert hash_of([tmp_path]) != before
