"""A colleague takes over what somebody began and has not sent."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts.models import User
from accounts.policy import Role
from mash.audit.models import Event
from mash.outbox.models import Message
from referrals import visible
from referrals.errors import NotNow, Refused, SomeoneElse, TakenOver
from referrals.models import Draft
from referrals.services import drafts
from tests.cast import a_submission, person

ClientFor = Callable[[User], Client]
SECRET = "Zebediah"


def begun(by: User, category: str = "neglect") -> Draft:
    draft = drafts.start(by=by)
    drafts.put(draft=draft, kind="children", item={"id": "item1", "given_name": SECRET, "family_name": "Byrne"})
    concern = {"id": "item1", "category": category, "narrative": f"{SECRET} is hungry", "indicators": []}
    return drafts.put(draft=draft, kind="concerns", item=concern)


def test_it_shows_that_a_colleagues_draft_exists_and_nothing_of_it(tess: User, leo: User, client_for: ClientFor):
    draft = begun(tess)
    for page in ("/referrals/", f"/drafts/{draft.token}/take-over/"):
        html = client_for(leo).get(page).content.decode()
        assert "Tess Example" in html
        assert "1 child" in html
        assert SECRET not in html
        assert "Byrne" not in html
    assert client_for(leo).get(f"/drafts/{draft.token}/").status_code == 404


@pytest.mark.parametrize("roles", [[Role.PRACTITIONER], [Role.SAFEGUARDING_LEAD]])
def test_it_hands_it_over_with_a_reason_and_tells_the_former_owner(tess: User, client_for: ClientFor, roles):
    draft, olga = begun(tess), person("Olga", tess.organisation, *roles)
    page = f"/drafts/{draft.token}/take-over/"
    refused = client_for(olga).post(page, {"reason": " "})
    assert "Say why you are taking this over" in refused.content.decode()
    answer = client_for(olga).post(page, {"reason": "Tess is ill"})
    assert answer.url == f"/drafts/{draft.token}/"
    assert SECRET in client_for(olga).get(f"/drafts/{draft.token}/").content.decode()
    assert client_for(tess).get(f"/drafts/{draft.token}/").status_code == 404
    event = Event.objects.get(what="draft_taken_over")
    assert (event.actor_id, event.detail["from"], event.detail["reason"]) == (olga.pk, tess.pk, "Tess is ill")
    assert SECRET not in str(event.detail)
    told = Message.objects.get(kind="draft_taken_over")
    assert (told.recipient_user, told.path) == (tess, "/referrals/")
    assert str(draft.token) not in f"{told.about}{told.path}"


def test_it_is_closed_to_other_organisations_and_to_the_hub(tess: User, pat: User, amira: User, client_for: ClientFor):
    draft = begun(tess)
    for user in (pat, amira):
        assert client_for(user).get(f"/drafts/{draft.token}/take-over/").status_code == 404
    with pytest.raises(NotNow):
        drafts.take_over(by=pat, draft=draft, reason="Mine")
    with pytest.raises(PermissionDenied):
        drafts.take_over(by=amira, draft=draft, reason="Mine")


def test_it_leaves_a_draft_about_a_worker_with_its_owner(tess: User, leo: User, client_for: ClientFor):
    draft = begun(tess, "allegation_against_worker")
    assert "Tess" not in client_for(leo).get("/referrals/").content.decode()
    assert client_for(leo).get(f"/drafts/{draft.token}/take-over/").status_code == 404
    with pytest.raises(NotNow):
        drafts.take_over(by=leo, draft=draft, reason="To help")


def test_it_goes_by_what_the_draft_holds_when_it_is_taken(tess: User, leo: User):
    seen = begun(tess)
    begun_about_worker = {"id": "item1", "category": "allegation_against_worker"}
    drafts.put(draft=seen, kind="concerns", item=begun_about_worker)
    with pytest.raises(NotNow):
        drafts.take_over(by=leo, draft=seen, reason="To help")
    drafts.save(draft=seen, changes={"worker": {"name": "Mr Grey"}})
    drafts.drop(draft=seen, kind="concerns", key="item1")
    assert not visible.colleagues_drafts(leo).exists(), "the name is still in it"


def test_it_stays_with_its_owner_once_it_was_about_a_worker_whatever_it_says_now(tess, leo, client_for):
    draft = begun(tess, "allegation_against_worker")
    [concern] = draft.data["concerns"]
    drafts.put(draft=draft, kind="concerns", item={**concern, "category": "other"})
    drafts.save(draft=draft, changes={"concerns": []})
    assert not visible.colleagues_drafts(leo).exists()
    assert client_for(leo).get(f"/drafts/{draft.token}/take-over/").status_code == 404
    with pytest.raises(NotNow):
        drafts.take_over(by=leo, draft=draft, reason="To help")


def test_the_database_keeps_one_about_a_worker_apart(tess):
    for data in ({"worker": {}}, {"concerns": [{"category": "neglect"}, {"category": "allegation_against_worker"}]}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Draft.objects.create(owner=tess, organisation=tess.organisation, data=data)


def test_it_saves_nothing_more_for_the_former_owner(tess: User, leo: User, client_for: ClientFor):
    opened = begun(tess)
    drafts.take_over(by=leo, draft=Draft.objects.get(pk=opened.pk), reason="Tess is ill")
    with pytest.raises(TakenOver):
        drafts.save(draft=opened, changes={"worker": {"name": "Mr Grey"}})
    with pytest.raises(TakenOver):
        drafts.send(by=tess, draft=opened, submission=a_submission())
    drafts.discard(draft=opened)
    assert Draft.objects.get(pk=opened.pk).owner == leo


def test_it_is_gone_when_it_was_sent_or_discarded(tess: User, leo: User):
    one, other = begun(tess), begun(tess)
    drafts.send(by=tess, draft=one, submission=a_submission())
    drafts.discard(draft=other)
    for draft in (one, other):
        with pytest.raises(NotNow):
            drafts.take_over(by=leo, draft=draft, reason="To help")


def test_it_needs_a_reason(tess: User, leo: User):
    with pytest.raises(Refused, match="Say why"):
        drafts.take_over(by=leo, draft=begun(tess), reason="")


@pytest.mark.django_db(transaction=True)
def test_it_has_one_winner(tess: User):
    draft = begun(tess)
    rivals = [person(f"Rival{n}", tess.organisation, Role.PRACTITIONER) for n in range(4)]

    def grab(user: User) -> str:
        try:
            drafts.take_over(by=user, draft=draft, reason="To help")
        except SomeoneElse as late:
            return late.message
        finally:
            connection.close()
        return user.name

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(grab, rivals))
    winner = Draft.objects.get(pk=draft.pk).owner.name
    assert sorted(said) == sorted([winner, *[f"{winner} has just taken this over."] * 3])
    assert Message.objects.filter(kind="draft_taken_over").count() == 1
