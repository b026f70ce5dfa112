"""Each limit of the product tripped alone: what the one too many sees, and that a genuine caller at the same network
address still gets in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from allauth.account import app_settings
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from accounts import lockout, throttling
from accounts.models import Organisation, ResetRequest
from accounts.policy import Role
from accounts.services import invitations, sign_in
from accounts.views.invitations import ACCEPTING
from mash.access import limits
from mash.access.limit import Limit
from mash.access.management.commands.limits_page import page
from mash.access.models import Tally
from mash.local.home import ROOT
from mash.outbox.models import Message
from mash.outbox.views import WRONG_TOKENS
from referrals.choices import Service
from referrals.forms.public import SIGNER
from referrals.models import Receipt
from referrals.services import acknowledging
from referrals.services.notices import MOST_NOTICES
from referrals.services.public_sending import SEVERAL
from referrals.views.acknowledging import WRONG_LINKS
from referrals.views.public import PLACES, SENDS
from referrals.views.public_returning import MORE, WRONG
from tests.api.conftest import ASSESSMENTS, Caller
from tests.api.test_assessments import CONTRACT as QUESTION
from tests.attack.limits_scene import Scene, at_the_office, build
from tests.cast import PASSWORD, person
from tests.cast import sign_in as with_session
from tests.public.posts import filled, post, send
from tests.referrals.a_case import offered
from tests.signing_in.hands import CODE, LOGIN, code, password, signed_in

BATCH = "/api/v1/referrals/batch/"
RESET, COME_BACK = "/accounts/password/reset/", "/come-back/"
CHANGE, AGAIN = "/accounts/password/change/", "/accounts/reauthenticate/"
Told = Callable[[Any, Scene], bool]


@dataclass(frozen=True)
class Row:
    """`act` is done as often as the limit allows and once more; `told` is what the one too many sees. One act counts
    `at_once`."""

    limit: Limit
    act: Callable[[Scene, int], Any]
    told: Told
    genuine: Callable[[Scene], bool]
    at_once: int = 1


def too_many(answer: Any, _scene: Scene) -> bool:
    """429, in how many seconds again, and where to turn or what to do."""
    words = answer.content.decode()
    return answer.status_code == 429 and int(answer["Retry-After"]) > 0 and ("detail" in words or "999" in words)


def as_ever(answer: Any, _scene: Scene) -> bool:
    """The very page of a wrong password: nothing says that a limit was reached, or that there is an account."""
    stranger = at_the_office()
    usual = stranger.post(LOGIN, {"login": "nobody@nowhere.example", "password": "wrong"})
    return answer.status_code == usual.status_code == 200 and errors(answer) == errors(usual)


def errors(answer: Any) -> list[str]:
    return [str(error) for field in answer.context["form"].errors.values() for error in field]


def kept(scene: Scene, name: str, make: Callable[[], Any]) -> Any:
    """The same browser, or form, each time."""
    if name not in scene.kept:
        scene.kept[name] = make()
    return scene.kept[name]


def call(scene: Scene, _: int) -> Any:
    return scene.system.send(ASSESSMENTS, QUESTION)


def submit(scene: Scene, _: int) -> Any:
    return scene.system.refer({"children": []})


def hand_in(scene: Scene, number: int) -> Any:
    """Notices that are refused are counted like any other."""
    return scene.system.send(BATCH, {"notices": [7] * MOST_NOTICES}, **{"idempotency-key": f"night-{number}"})


def wrong_key(scene: Scene, number: int) -> Any:
    return Caller(f"mash_{number:08x}_wrong", scene.system.actor).send(ASSESSMENTS, QUESTION)


def works(scene: Scene) -> bool:
    return bool(scene.another.send(ASSESSMENTS, QUESTION).status_code == 200)


def guess_in_own_browser(scene: Scene, number: int) -> Any:
    own = kept(scene, "own", lambda: scene.own(scene.tess))
    return password(own, scene.tess, PASSWORD if number == lockout.OWN_BROWSER.most else "wrong")


def guess_one_account(scene: Scene, number: int) -> Any:
    kept(scene, "own", lambda: scene.own(scene.tess))
    return password(at_the_office(), scene.tess, PASSWORD if number == lockout.ACCOUNT.most else "wrong")


def guess_many_accounts(scene: Scene, number: int) -> Any:
    kept(scene, "own", lambda: scene.own(scene.tess))
    if number == lockout.ADDRESS.most:
        return password(at_the_office(), scene.leo)
    return scene.guess(at_the_office(), f"nobody{number}@mill.example")


def guess_codes(scene: Scene, number: int) -> Any:
    kept(scene, "own", lambda: scene.own(scene.amira))
    thief = kept(scene, "thief", at_the_office)
    password(thief, scene.amira)
    return thief.post(CODE, {"code": code() if number == lockout.CODES.most else "000000"})


def guess_codes_in_own_browser(scene: Scene, number: int) -> Any:
    own = kept(scene, "own", lambda: scene.own(scene.amira))
    password(own, scene.amira)
    return own.post(CODE, {"code": code() if number == lockout.CODES_OWN_BROWSER.most else "000000"})


def no_more_codes(answer: Any, _scene: Scene) -> bool:
    return answer.status_code == 200 and "too many wrong codes" in answer.content.decode().lower()


def own_browser_gets_in(scene: Scene) -> bool:
    return scene.gets_in(scene.kept["own"], scene.tess)


def own_browser_shows_a_code(scene: Scene) -> bool:
    own = scene.kept["own"]
    password(own, scene.amira)
    own.post(CODE, {"code": code()})
    return signed_in(own)


def colleague_gets_in(scene: Scene) -> bool:
    return scene.gets_in(at_the_office(), scene.leo)


def ask_for_a_link(scene: Scene, _: int) -> Any:
    answer = at_the_office().post(RESET, {"email": scene.tess.email})
    sign_in.answer_resets()
    return answer


def on_its_way(answer: Any, scene: Scene) -> bool:
    unknown = at_the_office().post(RESET, {"email": "nobody@nowhere.example"})
    return (answer.status_code, answer["Location"]) == (unknown.status_code, unknown["Location"]) and links(
        scene.tess.email
    ) == sign_in.RESETS.most


def links(email: str) -> int:
    return Message.objects.filter(kind="password_reset", recipient_email=email).count()


def colleague_is_sent_a_link(scene: Scene) -> bool:
    at_the_office().post(RESET, {"email": scene.leo.email})
    sign_in.answer_resets()
    return links(scene.leo.email) == 1


def ask_for_many_links(_scene: Scene, number: int) -> Any:
    return at_the_office().post(RESET, {"email": f"nobody{number}@mill.example"})


def written_down_no_more(answer: Any, _scene: Scene) -> bool:
    """The same answer as ever."""
    return answer.status_code == 302 and ResetRequest.objects.count() == sign_in.ASKED.most


def accept_nothing(_scene: Scene, number: int) -> Any:
    address = reverse("accept_invitation", args=[f"{number}-made-up"])
    return at_the_office().post(address, {"name": "X", "password": "x"})


def invited_person_joins(scene: Scene) -> bool:
    polly = person("Polly", scene.amira.organisation, Role.PARTNERSHIP_ADMINISTRATOR)
    school = Organisation.objects.get(pk=scene.tess.organisation_id)
    row = invitations.invite(
        by=polly, organisation=school, name="Nia New", email="nia@mill.example", roles=[Role.PRACTITIONER]
    )
    words = {"name": "Nia New", "password": PASSWORD, "password_again": PASSWORD}
    address = reverse("accept_invitation", args=[invitations.token(row.pk)])
    return bool(at_the_office().post(address, words).status_code == 302)


def tell_us(_scene: Scene, number: int) -> Any:
    client = at_the_office()
    return post(client, "anonymous", filled(client, "anonymous", story=f"Worry {number}"))


def accepted_and_marked(answer: Any, _scene: Scene) -> bool:
    return answer.status_code == 200 and list(Receipt.objects.filter(one_of_several=True)) == [
        Receipt.objects.latest("pk")
    ]


def is_told_too(_scene: Scene) -> bool:
    return send(at_the_office(), "open") is not None


def send_nothing(scene: Scene, _: int) -> Any:
    kept(scene, "opened", lambda: filled(at_the_office(), "anonymous"))
    return post(at_the_office(), "anonymous", {})


def tells_us_after_some_minutes(scene: Scene) -> bool:
    """Somebody who needed their time to write it."""
    with time_machine.travel(timezone.now() + timedelta(minutes=3), tick=False):
        answer: Any = post(at_the_office(), "anonymous", scene.kept["opened"])
    return bool(answer.status_code == 200 and Receipt.objects.exists())


def send_nothing_slowly(_scene: Scene, number: int) -> Any:
    """Each form was open for three minutes, and so counts by itself as well."""
    token = SIGNER.sign(f"form {number}")
    with time_machine.travel(timezone.now() + timedelta(minutes=3), tick=False):
        return post(at_the_office(), "anonymous", {"token": token})


def add_more(scene: Scene, number: int) -> Any:
    client = kept(scene, "back", lambda: came_back(scene))
    return client.post(f"{COME_BACK}news/", {"story": f"More {number}"})


def came_back(scene: Scene) -> Any:
    client = at_the_office()
    client.post(COME_BACK, {"code": kept(scene, "code", lambda: send(at_the_office(), "anonymous")[1])})
    return client


def another_adds_more(_scene: Scene) -> bool:
    client = at_the_office()
    client.post(COME_BACK, {"code": send(client, "anonymous", story="Another worry")[1]})
    return bool(client.post(f"{COME_BACK}news/", {"story": "More"}).status_code == 302)


def comes_back(scene: Scene) -> bool:
    shown = kept(scene, "code", lambda: send(at_the_office(), "anonymous")[1])
    return bool(at_the_office().post(COME_BACK, {"code": shown}).status_code == 302)


def wrong_link(_scene: Scene, number: int) -> Any:
    return at_the_office().post(f"/got-it/{number}-made-up/")


def inbox_has_got_it(scene: Scene) -> bool:
    Organisation.objects.filter(pk=scene.tess.organisation_id).update(shared_inbox="office@mill.example")
    offered(
        to=Service.CADT,
        sender=scene.tess,
        triage=person("Ben", scene.amira.organisation, Role.TRIAGE_MANAGER, registered=True),
    )
    message = Message.objects.get(kind=acknowledging.KIND)
    path = acknowledging.says(message)["got_it"].partition("/got-it/")[2]
    return bool(at_the_office().post(f"/got-it/{path}").status_code == 302)


def tell(token: str) -> Any:
    """A receipt about nothing of ours."""
    body = {"id": str(uuid4()), "status": "delivered"}
    with override_settings(NOTIFY_CALLBACK_TOKEN="the-right-one"):
        headers = {"Authorization": f"Bearer {token}"}
        return at_the_office().post("/notify/callback/", body, content_type="application/json", headers=headers)


def wrong_token(_scene: Scene, _: int) -> Any:
    return tell("wrong")


def notify_is_heard(_scene: Scene) -> bool:
    return bool(tell("the-right-one").status_code == 200)


def wrong_receipt(_scene: Scene, _: int) -> Any:
    return at_the_office().post(COME_BACK, {"code": "ABCD-EFGH-JKMN-PQRST"})


TABLE = (
    Row(throttling.CALLS, call, too_many, works),
    Row(throttling.SUBMISSIONS, submit, too_many, works),
    Row(throttling.NOTICES, hand_in, too_many, works, at_once=MOST_NOTICES),
    Row(throttling.WRONG_KEYS, wrong_key, too_many, works),
    Row(lockout.OWN_BROWSER, guess_in_own_browser, as_ever, colleague_gets_in),
    Row(lockout.ACCOUNT, guess_one_account, as_ever, own_browser_gets_in),
    Row(lockout.ADDRESS, guess_many_accounts, as_ever, own_browser_gets_in),
    Row(lockout.CODES, guess_codes, no_more_codes, own_browser_shows_a_code),
    Row(lockout.CODES_OWN_BROWSER, guess_codes_in_own_browser, no_more_codes, colleague_gets_in),
    Row(sign_in.RESETS, ask_for_a_link, on_its_way, colleague_is_sent_a_link),
    Row(sign_in.ASKED, ask_for_many_links, written_down_no_more, colleague_gets_in),
    Row(ACCEPTING, accept_nothing, too_many, invited_person_joins),
    Row(SEVERAL, tell_us, accepted_and_marked, is_told_too),
    Row(SENDS, send_nothing, too_many, tells_us_after_some_minutes),
    Row(PLACES, send_nothing_slowly, too_many, colleague_gets_in),
    Row(MORE, add_more, too_many, another_adds_more),
    Row(WRONG, wrong_receipt, too_many, comes_back),
    Row(WRONG_LINKS, wrong_link, too_many, inbox_has_got_it),
    Row(WRONG_TOKENS, wrong_token, too_many, notify_is_heard),
)


@pytest.fixture
def one_stretch() -> Iterator[None]:
    """All within one stretch of every limit."""
    cache.clear()
    with time_machine.travel(
        (timezone.now() + timedelta(hours=1)).replace(minute=1, second=0, microsecond=0), tick=False
    ):
        yield


def reached() -> set[str]:
    """The limits that somebody has used up."""
    most = {one.name: one.most for one in limits.known()}
    counted = Tally.objects.values_list("name", "spent")
    return {name for name, spent in counted if spent >= most[name]}


@pytest.mark.django_db
@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.limit.name)
def test_it_trips_one_limit_alone_and_lets_a_genuine_caller_in(
    row: Row, one_stretch: None, record_property: Callable[[str, object], None]
) -> None:
    scene = build()
    for number in range(0, row.limit.most, row.at_once):
        assert row.limit.name not in reached() or number == row.limit.most
        within = row.act(scene, number)
        assert within.status_code != 429, f"after {number + 1}"
    assert row.told(row.act(scene, row.limit.most), scene)
    assert reached() == {row.limit.name}
    assert row.genuine(scene)
    record_property("figure", f"limit {row.limit.name}: tripped alone after {row.limit.most}, a genuine caller gets in")


def test_it_has_a_row_for_every_limit() -> None:
    assert {row.limit.name for row in TABLE} == {one.name for one in limits.known()}
    names = [row.limit.name for row in TABLE]
    assert len(names) == len(set(names))


def test_it_says_of_every_limit_what_it_counts_and_what_to_do() -> None:
    for one in limits.known():
        assert one.says.endswith("."), one.name
        assert one.counts and one.most > 0, one.name


def test_docs_print_every_limit() -> None:
    assert (ROOT / "docs" / "limits.md").read_text() == page(), "run manage.py limits_page"


# What allauth counts by itself, in the cache: the acts of somebody who is signed in, each by their own name.
ITS_OWN = {"change_password": CHANGE, "reauthenticate": AGAIN}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ITS_OWN)
def test_it_limits_what_somebody_signed_in_tries_and_nobody_else_there(name: str, one_stretch: None) -> None:
    scene = build()
    client, colleague = (with_session(at_the_office(), user) for user in (scene.tess, scene.leo))
    most = int(app_settings.RATE_LIMITS[name].partition("/")[0])
    wrong = {"oldpassword": "wrong", "password": "wrong", "password1": "x", "password2": "x"}
    statuses = [client.post(ITS_OWN[name], wrong).status_code for _ in range(most + 1)]
    assert 429 not in statuses[:-1]
    refused = client.post(ITS_OWN[name], wrong)
    assert refused.status_code == 429 and "govuk-heading" in refused.content.decode()
    assert colleague.post(ITS_OWN[name], wrong).status_code != 429


def test_it_knows_every_limit_of_the_sign_in_library() -> None:
    counted = {name for name, rate in app_settings.RATE_LIMITS.items() if rate}
    unused = {"change_phone", "manage_email", "signup", "request_login_code", "confirm_email", "verify_phone"}
    assert counted - unused == set(ITS_OWN)
    assert django_settings.ACCOUNT_EMAIL_VERIFICATION == "none"
