"""What beat asks for exists, and does not pile up while no worker is there to do it."""

from celery import current_app

from mash.celery import app


def test_it_is_the_application_of_every_process_that_loads_the_settings() -> None:
    assert current_app.main == app.main == "mash"


def test_it_asks_only_for_tasks_that_exist() -> None:
    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)


def test_it_drops_a_run_that_waited_longer_than_its_turn() -> None:
    for entry in app.conf.beat_schedule.values():
        assert entry["options"]["expires"] <= entry["schedule"]
