"""The attack in small: nothing breaks under it, and it notices what does."""

import json
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mash.access import GET_POST, anyone
from mash.performance.attack import alone, odd, pages, play, tables, targets, wire, world
from mash.performance.attack.routes import all_routes
from mash.performance.attack.strike import Score, Shot, fire

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)
PAGE = """
<a href="../list/?page=2">Next</a><a href="https://elsewhere.example/">Out</a>
<form method="post" enctype="multipart/form-data" action="send/">
  <input type="hidden" name="csrfmiddlewaretoken" value="t"><input name="who" value="Ada">
  <textarea name="words"></textarea>
  <input type="radio" name="way" value="a"><input type="radio" name="way" value="b"><input type="file" name="list">
  <select name="level"><option value="3">3</option><option value="4">4</option></select><button name="go" value="on">
</form><form method="get"><input type="search" name="q"></form>
"""


@pytest.fixture
def by_itself() -> Iterator[None]:
    with alone.alone():
        yield


@pytest.mark.slow
@pytest.mark.django_db
def test_nothing_breaks_under_six_hundred_inputs(
    by_itself: None, record_property: Callable[[str, object], None]
) -> None:
    scout = targets.Scout(world.build())
    found = play.play(scout, scout.find(roles_each=1), play.Part(600, 1), say=lambda _: None)
    told = play.evidence(found)
    assert not told["broken"], json.dumps(told["broken"], indent=1)
    assert not told["unreached"], "leave a record in mash/performance/attack/records.py"
    assert not told["schemathesis"], told["schemathesis"]
    assert found.score.inputs == 600
    assert all(row.held for row in play.rows(found)), play.rows(found)
    record_property(
        "figure",
        f"attack in small: {found.score.inputs:,} inputs to {found.routes} routes, {found.bodies.inputs:,} broken "
        f"bodies, {found.checked.cases} calls by schemathesis: {found.score.errors} server errors",
    )


def urls(view: Callable[[HttpRequest], HttpResponse]) -> ModuleType:
    """The product's addresses and one more."""
    module = ModuleType("urls_with_a_fault")
    guarded = anyone("a test's own", methods=GET_POST)(view)
    module.urlpatterns = [path("fragile/", guarded, name="fragile"), path("", include("mash.urls"))]  # type: ignore[attr-defined]
    return module


def fragile(request: HttpRequest) -> HttpResponse:
    """Breaks at a number that is none."""
    if request.method == "POST":
        int(request.POST.get("age", "0"))
    return HttpResponse('<form method="post"><input name="age" value="7"></form>')


def broken_at_the_end(request: HttpRequest) -> HttpResponse:
    """Stores what the database refuses only when the transaction ends."""
    if request.method == "POST":
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO access_heldpost (token, user_id, path, body, held_at)"
                " VALUES (gen_random_uuid(), 0, '', '', now())"
            )
    return HttpResponse('<form method="post"><input name="age" value="7"></form>')


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("view", "why"),
    [(fragile, ValueError), (broken_at_the_end, IntegrityError)],
    ids=["at once", "at the end"],
)
def test_it_notices_a_page_that_breaks(view: Any, why: type[Exception], by_itself: None, settings: Any) -> None:
    settings.ROOT_URLCONF = urls(view)
    people = world.World({}, {world.STRANGER: Client(raise_request_exception=False)}, "", [], {})
    scout = targets.Scout(people)
    scout.routes = [route for route in scout.routes if route.name == "fragile"]
    (target,) = scout.find(roles_each=1).targets
    score = Score()
    play._send(scout, [lambda: play._posts(target)], 40, 1, score)
    assert score.inputs == 40 and score.errors
    assert any(why.__name__ in one.trace for one in score.broken.values())
    found = play.Found(asked=40, score=score, bodies=score)
    assert not all(row.held for row in play.rows(found))
    assert play.evidence(found)["broken"][0]["route"] == "fragile"


def mended_before_the_end(request: HttpRequest) -> HttpResponse:
    """Stores what the database refuses only when the transaction ends, and takes it back before."""
    broken_at_the_end(request)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM access_heldpost WHERE user_id = 0")
    return HttpResponse("Done")


@pytest.mark.django_db
def test_each_input_may_put_off_what_the_database_looks_at_until_its_own_end(by_itself: None, settings: Any) -> None:
    settings.ROOT_URLCONF = urls(mended_before_the_end)
    score = Score()
    for _ in range(2):
        fire(Client(raise_request_exception=False), Shot(world.STRANGER, "POST", "/fragile/"), score)
    assert score.statuses == {200: 2}, score.broken


@pytest.mark.django_db
def test_it_undoes_what_it_does_and_keeps_its_browsers_signed_in(by_itself: None, tess: Any) -> None:
    client = world.signed_in(tess)
    score = Score()
    for address in ("/accounts/logout/", "/referrals/new/"):
        fire(client, Shot("practitioner", "POST", address), score)
    assert client.get("/referrals/").status_code == 200
    assert tess.drafts.count() == 0
    assert score.statuses == {302: 2}


def test_every_route_has_a_rule_that_says_how_it_is_attacked() -> None:
    assert len(all_routes()) > 100
    assert {"tell_us_send", "account_login", "decide", "api_referrals"} <= {route.name for route in all_routes()}


def test_it_reads_a_page_as_a_browser_does() -> None:
    page = pages.read(PAGE, address="/people/load/?a=b")
    sent, asked = page.forms
    assert (sent.action, sent.method, sent.has_file) == ("/people/load/send/", "post", True)
    assert sent.fields["way"].values == ["a", "b"] and sent.fields["level"].values == ["3", "4"]
    assert sent.fields["who"].values == ["Ada"] and sent.fields["go"].kind == "submit"
    assert (asked.action, list(asked.fields)) == ("/people/load/", ["q"])
    assert page.links == ["/people/list/?page=2"]


@QUICK
@given(data=st.data())
def test_it_sends_nearly_right_and_wrong_answers_as_bytes(data: st.DataObject) -> None:
    form = pages.read(PAGE, address="/x/").forms[0]
    pairs = data.draw(odd.answers(form))
    assert isinstance(odd.urlencoded(pairs), bytes)
    file = data.draw(tables.files("/x/"))
    assert odd.multipart(pairs, {"list": file}).endswith(b"--attack-boundary--\r\n")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/accounts/login/", "/tell-us/open/", "/referrals/new/"])
def test_it_refuses_bodies_that_are_too_large_or_broken_in_plain_words(
    address: str, by_itself: None, tess: Any
) -> None:
    for content_type, body in wire.bodies():
        client = world.signed_in(tess)
        answer = client.generic("POST", address, body, content_type=content_type)
        assert answer.status_code < 500, (content_type, body[:80])
        assert "Traceback" not in answer.content.decode("utf-8", "replace")


def test_it_adds_up_what_several_processes_found() -> None:
    one, other = play.Found(asked=2, routes=5), play.Found(asked=3, routes=5)
    one.score.note(Shot("r", "GET", "/", route="a"), 200, 0.1, "")
    other.score.note(Shot("r", "GET", "/", route="b"), 500, 0.3, "ValueError")
    found = play.together([one, other])
    assert (found.asked, found.routes, found.score.inputs, found.score.errors) == (5, 5, 2, 1)
    assert found.score.slowest[0] == 0.3 and [broken.route for broken in found.score.broken.values()] == ["b"]


def test_it_refuses_an_absurd_number_of_inputs() -> None:
    with pytest.raises(CommandError, match="between 1 and"):
        call_command("attack", inputs=0)
