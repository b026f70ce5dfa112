"""The form for members of the public: what becomes of it, and what does not."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from mash.audit.models import Event
from mash.outbox.models import CallTask, Message
from referrals.choices import HowKnown, Identity, Lane, Via
from referrals.models import Outcome, Party, Receipt, Referral, SealedIdentity, Telling
from referrals.publicly import RELATIONS
from tests.public.posts import ANONYMOUS, OPEN, WITHHELD, code_on, filled, path, post, send

pytestmark = pytest.mark.django_db


def test_it_takes_in_what_a_parent_tells_under_their_name(client: Client) -> None:
    referral, _ = send(client, "open")
    assert (referral.via, referral.referrer_identity) == (Via.PUBLIC, Identity.PUBLIC_OPEN)
    assert (referral.referrer_name, referral.referrer_email) == (OPEN["name"], OPEN["email"])
    assert referral.source_code == "1A"
    assert referral.organisation.name == "Members of the public"
    assert Message.objects.get().path == "/come-back/"
    child = referral.subjects.get()
    assert (child.given_name, child.estimated_age, child.postcode) == ("Ada", 7, "CH41 1AA")


def test_it_keeps_a_withheld_name_out_of_everything_but_its_own_table(client: Client) -> None:
    referral, _ = send(client, "withheld")
    sealed = SealedIdentity.objects.get(referral=referral)
    assert (sealed.name, sealed.email, sealed.relationship) == (WITHHELD["name"], WITHHELD["email"], "Neighbour")
    assert (referral.referrer_name, referral.referrer_role, referral.source_code) == ("Name withheld", "", "10")
    assert sealed.source_code == "1B"
    assert referral.document["referrer"] == {"name": "Name withheld", "role": "", "phone": "", "email": ""}
    party = Party.objects.get(referral=referral)
    assert (party.name, party.email, party.phone) == ("Name withheld", "", "")
    assert Telling.objects.get(party=party).untold_because == party.cannot_be_told != ""
    assert not Message.objects.exists()
    assert not CallTask.objects.exists()


def test_it_says_the_same_of_a_withheld_referral_whoever_they_are_to_the_child(client: Client) -> None:
    """A parent, a neighbour and the child themselves: what the hub reads must not tell one from the other."""
    same = {"name": WITHHELD["name"], "how_known": HowKnown.OTHER.value}
    sent = [send(client, "withheld", **same, relation=relation)[0] for relation in RELATIONS]
    sent.append(send(client, "withheld", me=True, phone=WITHHELD["phone"])[0])
    assert [_read_of(referral) for referral in sent] == [_read_of(sent[0])] * len(sent)
    codes = SealedIdentity.objects.order_by("pk").values_list("source_code", flat=True)
    assert list(codes) == ["1A", "1A", "1B", "1B", "1D", "1C"]


def _read_of(referral: Referral) -> list[Any]:
    said = ("referrer_name", "referrer_role", "source_code", "agreement", "agreement_reason", "document")
    party = Party.objects.filter(referral=referral).values("name", "email", "phone", "cannot_be_told")
    concerns = referral.concerns.values("category", "narrative", "how_known")
    return [*(getattr(referral, name) for name in said), list(party), list(concerns)]


def test_it_does_not_even_read_a_name_that_is_posted_to_the_anonymous_page(client: Client) -> None:
    extra = {"name": "Nan Canary", "phone": "0151 496 0333", "email": "nan@example.org", "safe_contact": "canary"}
    referral, _ = send(client, "anonymous", **extra)
    assert (referral.referrer_identity, referral.source_code) == (Identity.ANONYMOUS, "9")
    assert referral.referrer_name == "No name given"
    assert not SealedIdentity.objects.exists()
    assert not set(extra) & set(filled(client, "anonymous"))
    page = client.post(path("anonymous"), {**filled(client, "anonymous"), **extra}).content.decode()
    assert "canary" not in page.lower()


@pytest.mark.parametrize("name", ["name", "phone", "email", "safe_contact", "given_1"])
def test_it_has_no_box_for_who_a_child_is_who_wants_no_name(client: Client, name: str) -> None:
    assert f'name="{name}"' not in client.get(path("anonymous", me=True)).content.decode()


def test_it_lets_a_child_tell_about_themselves(client: Client) -> None:
    referral, _ = send(client, "open", me=True, phone="0151 496 0444", email="")
    assert (referral.source_code, referral.referrer_name) == ("1C", "Ada Byrne")
    assert referral.concerns.get().how_known == "child"
    anonymous, _ = send(client, "anonymous", me=True, given_1="")
    assert str(anonymous.subjects.get()) == "Child not named"


def test_it_raises_danger_now_to_level_4_and_puts_no_signs_in_undetermined(client: Client) -> None:
    calm, _ = send(client, "anonymous")
    assert (calm.lane, calm.level) == (Lane.UNDETERMINED, None)
    danger, _ = send(client, "anonymous", danger="yes")
    assert (danger.level, danger.immediate_danger, danger.lane) == (4, True, Lane.CADT)


def test_it_takes_i_do_not_know_for_an_answer(client: Client) -> None:
    referral, _ = send(client, "anonymous", kind="unknown", relation="unknown", how_known="")
    assert referral.concerns.get().category == "other"


def test_it_takes_four_children_and_leaves_out_empty_boxes(client: Client) -> None:
    referral, _ = send(client, "open", given_2="Bo", given_4="Cy", age_4="1")
    assert [str(child) for child in referral.subjects.all()] == ["Ada Byrne", "Bo", "Cy"]


def test_it_makes_one_of_what_is_sent_twice_and_shows_the_same_code(client: Client) -> None:
    typed = filled(client, "withheld")
    first, second = (code_on(post(client, "withheld", typed)) for _ in range(2))
    assert first == second
    assert Referral.objects.count() == SealedIdentity.objects.count() == Receipt.objects.count() == 1


def test_it_loses_nothing_when_somebody_goes_back_and_changes_what_they_sent(client: Client) -> None:
    typed = filled(client, "anonymous")
    first = code_on(post(client, "anonymous", typed))
    second = code_on(post(client, "anonymous", {**typed, "story": "And he hit her."}))
    assert first != second
    assert Referral.objects.count() == 2


def test_it_stores_nothing_before_it_is_sent_and_sets_no_cookie(client: Client) -> None:
    before = Event.objects.count()
    client.get("/tell-us/")
    typed = filled(client, "withheld")
    response = client.post(path("withheld"), typed)
    assert "Read it again" in response.content.decode()
    assert not Referral.objects.exists()
    assert Event.objects.count() == before
    post(client, "withheld", typed)
    assert not client.cookies


def test_it_comes_back_from_the_check_with_everything_kept(client: Client) -> None:
    typed = filled(client, "withheld")
    page = client.post(path("withheld"), {**typed, "change": "what"}).content.decode()
    for name in ("name", "safe_contact", "story", "home"):
        assert typed[name] in page
    assert "There is a problem" not in page


def test_it_says_beside_each_box_what_is_wrong_and_keeps_what_was_typed(client: Client) -> None:
    wrong = {**filled(client, "open"), "name": "", "email": "pam", "danger": ""}
    page = client.post(path("open"), wrong).content.decode()
    for words in ("Write your name", "Enter an email address", "Say if a child is in danger now"):
        assert words in page
    assert WHAT_STORY in page
    assert not Referral.objects.exists()


WHAT_STORY = str(OPEN["story"])


def test_it_says_which_child_an_answer_that_is_too_long_is_about(client: Client) -> None:
    long = {"given_1": "x" * 201, "given_2": "x" * 201, "age_3": "x" * 61}
    page = post(client, "open", filled(client, "open", **long)).content.decode()
    for words in ("First name must be 200", "First name of child 2 must be 200", "Age of child 3 must be 60"):
        assert page.count(f"{words} characters or fewer") == 2, words
    page = post(client, "anonymous", filled(client, "anonymous", me=True, **long), me=True).content.decode()
    assert page.count("First name of brother or sister 1 must be 200") == 2


def test_it_asks_for_something_by_which_a_child_can_be_found(client: Client) -> None:
    nothing = dict.fromkeys(("given_1", "family_1", "home", "postcode"), "")
    page = post(client, "anonymous", filled(client, "anonymous", **nothing)).content.decode()
    assert "Help us find the child" in page
    assert not Referral.objects.exists()
    send(client, "anonymous", **{**nothing, "given_1": "I do not know"})


def test_it_asks_to_look_again_at_a_page_that_was_open_for_more_than_a_day(client: Client) -> None:
    typed = filled(client, "anonymous")
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        page = post(client, "anonymous", typed).content.decode()
        assert "open for a long time" in page
        assert not Referral.objects.exists()
        assert ANONYMOUS["story"] in page


@pytest.mark.parametrize(
    ("typed", "age"),
    [("7", 7), ("0", 0), ("nearly 7", 7), ("7 and a half", 7), ("she is about 12 years old", 12), ("7½", 7)]
    + [(words, None) for words in ("6 months", "a toddler", "70", "7 or 8", "")],
)
def test_it_takes_an_age_however_it_is_said_and_guesses_at_none(client: Client, typed: str, age: int | None) -> None:
    referral, _ = send(client, "anonymous", age_1=typed, given_2="", age_2="a baby")
    first, baby = referral.subjects.order_by("pk")
    assert (first.estimated_age, baby.estimated_age) == (age, None)
    narrative = referral.concerns.get().narrative
    assert narrative.startswith(ANONYMOUS["story"])
    assert "Age of child 2, in their words: a baby" in narrative
    assert (f"Age of child 1, in their words: {typed}" in narrative) == (age is None and typed != "")


@pytest.mark.parametrize("home", ["Mill Lane", ""])
@pytest.mark.parametrize("typed", ["CH41", "ch41 1a", "by the park"])
def test_it_keeps_a_part_of_a_postcode_as_words(client: Client, typed: str, home: str) -> None:
    referral, _ = send(client, "anonymous", postcode=typed, home=home)
    child = referral.subjects.get()
    kept = f"Postcode, in their words: {typed}"
    assert (child.postcode, child.address_line1, child.address_line2) == ("", home or kept, kept if home else "")
    referral, _ = send(client, "anonymous", postcode="ch411aa")
    assert referral.subjects.get().postcode == "CH41 1AA"


@pytest.mark.parametrize("identity", ["open", "withheld", "anonymous"])
def test_it_speaks_to_a_child_as_to_a_child(client: Client, identity: str) -> None:
    page = client.get(path(identity, me=True)).content.decode()
    for words in ("Someone hits or hurts me", "I hurt myself, or want to die", "Childline now on 0800 1111"):
        assert words in page
    for words in ("hurts a child", "A child hurts themselves", "at work", "6 months", "saw or heard"):
        assert words not in page.partition("Add a brother")[0] + page.partition("</details>")[2], words
    checked = client.post(path(identity, me=True), filled(client, identity, me=True, kind="self_harm")).content.decode()
    assert "I hurt myself, or want to die" in checked


@pytest.mark.parametrize("identity", ["open", "withheld", "anonymous"])
def test_it_tells_the_hub_that_a_child_told_us_themselves_unless_that_is_withheld(
    client: Client, client_for: Any, amira: User, identity: str
) -> None:
    childs, _ = send(client, identity, me=True)
    others, _ = send(client, identity)
    hub = client_for(amira)
    for referral, said in ((childs, identity != "withheld"), (others, False)):
        page = hub.get(f"/queue/{referral.reference}/").content.decode()
        for words in ("From the child.", "What the child told us", "the child told us themselves"):
            assert (words in page) == said, words
        assert ("What a member of the public is worried about" in page) != said


def test_it_promises_a_child_only_what_can_be_kept(client: Client) -> None:
    start, form = (client.get(address).content.decode() for address in ("/tell-us/me/", path("withheld", me=True)))
    for page in (start, form):
        assert "must know your name" in page
        assert "lock" not in page
    assert "lock your name away" in client.get("/tell-us/").content.decode()


def test_it_knows_no_other_way_to_be_known(client: Client) -> None:
    assert client.get("/tell-us/secret/").status_code == 404


def test_it_refuses_a_form_that_another_site_sends(client: Client) -> None:
    headers: Any = {"Sec-Fetch-Site": "cross-site"}
    assert post(client, "anonymous", filled(client, "anonymous"), headers=headers).status_code == 403
    own: Any = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}
    assert post(client, "anonymous", filled(client, "anonymous"), headers=own).status_code == 200


def test_it_refuses_another_origin_where_the_browser_says_no_more(client: Client) -> None:
    typed = filled(client, "anonymous")
    for origin in ("https://elsewhere.example", "http://testserver.elsewhere.example", "nonsense", ""):
        assert post(client, "anonymous", typed, HTTP_ORIGIN=origin).status_code == 403, origin
    assert not Referral.objects.exists()
    for origin in ("null", "http://testserver", "https://TESTSERVER"):
        assert post(client, "anonymous", typed, HTTP_ORIGIN=origin).status_code == 200, origin


@pytest.mark.parametrize("address", ["/tell-us/", "/tell-us/me/", path("open"), path("anonymous"), "/come-back/"])
def test_it_lets_nobody_keep_a_page_or_learn_where_one_came_from(client: Client, address: str) -> None:
    response = client.get(address)
    assert (response["Cache-Control"], response["Referrer-Policy"]) == ("no-store", "no-referrer")
    page = response.content.decode()
    assert "Exit this page" in page
    assert 'rel="nofollow noreferrer"' in page


def test_it_leads_out_to_the_place_that_the_settings_name(client: Client, settings: Any) -> None:
    settings.EXIT_ADDRESS = "https://weather.example/"
    assert client.get("/tell-us/").content.decode().count('href="https://weather.example/"') == 2


def test_it_says_999_first_and_what_cannot_be_promised_before_any_box(client: Client) -> None:
    page = client.get("/tell-us/").content.decode()
    assert page.index("999") < page.index("We cannot keep it secret") < page.index("court") < page.index("my name")
    assert "<input" not in page.partition("<main")[2].partition("</main")[0]


def test_it_puts_a_parents_and_a_neighbours_words_in_the_referral_alone(client: Client) -> None:
    referral, _ = send(client, "open")
    assert [outcome.kind for outcome in Outcome.objects.filter(referral=referral)] == ["referral_received"]
    event = Event.objects.get(what="referral_submitted")
    assert (event.actor_kind, event.actor_label) == ("public", "A member of the public")
    assert OPEN["name"] not in str(event.detail)


def test_it_is_linked_from_the_sign_in_page(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert 'href="/tell-us/"' in page
    assert "I am not a professional: tell us about a child" in page
