"""What every test stands on: a database of its own that is used with the application's rights, and no network."""

import os
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import TransactionTestCase
from playwright.sync_api import Browser

from mash import local
from mash.local.browser import system_browser
from mash.local.services import leave
from tests.cast import *  # noqa: F403
from tests.support import databases, mail, network
from tests.support.browser import ARGUMENTS, Browsers, assert_accessible

# Playwright keeps an event loop in the tests' own thread; the tests themselves are not asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_configure(config: pytest.Config) -> None:
    network.close()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the figures that tests recorded (`record_property("figure", ...)`), whichever process ran them."""
    for report in (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")):
        for name, value in report.user_properties:
            if name == "figure":
                terminalreporter.write_line(value)


@pytest.fixture(scope="session")
def services() -> Iterator[None]:
    """PostgreSQL and Redis; the last process of the last run to end stops them."""
    local.ensure_services(home=local.TEST)
    yield
    leave(local.TEST)


@pytest.fixture(scope="session")
def database(services: None, django_test_environment: None, django_db_blocker: Any) -> Iterator[databases.Clone]:
    """This process's own database."""
    with django_db_blocker.unblock():
        made = databases.clone()
        made.use()
    yield made
    with django_db_blocker.unblock():
        made.drop()


@pytest.fixture(scope="session")
def django_db_setup(database: databases.Clone) -> Iterator[None]:
    """In place of pytest-django's: a test that really commits gets a new clone afterwards, not emptied tables."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: database.renew())
        yield


@pytest.fixture
def redis_url(services: None, settings: LazySettings) -> str:
    """A real Redis, emptied for this test; each process of a parallel run has a database of its own."""
    import redis

    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    url = f"{settings.REDIS_URL.rsplit('/', 1)[0]}/{worker + 1}"
    with redis.Redis.from_url(url) as client:
        client.flushdb()
    return url


@pytest.fixture
def child_environment(transactional_db: None, database: databases.Clone, redis_url: str) -> dict[str, str]:
    """For processes that a test starts: the same database and broker, with the application's rights."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "mash.settings.local",
        "DATABASE_URL": database.url(),
        "DATABASE_OWNER_URL": database.owner_url(),
        "REDIS_URL": redis_url,
    }


@pytest.fixture
def smtp_sink(settings: LazySettings) -> Iterator[mail.Sink]:
    """A real mail server; Django's mail goes there for this test."""
    with mail.sink() as heard:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = heard.port
        yield heard


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium, or else Playwright's; a missing one is a failure, never a skip."""
    found = system_browser()
    return {**browser_type_launch_args, "args": ARGUMENTS, **({"executable_path": found} if found else {})}


@pytest.fixture(scope="session")
def browsers(launch_browser: Callable[[], Browser]) -> Iterator[Browsers]:
    made = Browsers(launch_browser)
    yield made
    made.close()


@pytest.fixture
def browser(browsers: Browsers) -> Browser:
    """In place of pytest-playwright's: another one when the last was lost."""
    return browsers.one()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """Windows are closed by whoever opened them; a browser that does not let them go holds nobody up."""
    browsers: Browsers | None = getattr(item, "funcargs", {}).get("browsers")
    with browsers.closing() if browsers else nullcontext():
        yield


@pytest.fixture
def axe() -> Callable[[Any], None]:
    """`axe(page)` fails with every violation it finds."""
    return assert_accessible


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return local.MAIN.folder.parent


@pytest.fixture(autouse=True)
def in_office_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests run at any hour, also on a Sunday: to all but those about nights it is working time, so that no alarm is
    raised and nobody is called. A folder whose tests are about nights overrides this."""
    monkeypatch.setattr("referrals.services.nights.is_out", lambda _moment, _hours: False)
