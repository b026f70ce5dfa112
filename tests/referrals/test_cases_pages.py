"""The pages of a service's cases."""

from dataclasses import replace

import pytest
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.policy import Role
from mash.audit.models import Event
from referrals import case_words
from referrals.choices import CaseStage, ClosureReason, Identity, Service
from referrals.models import Case, Closure, Party
from referrals.selectors import cases as listings
from referrals.selectors.cursors import instant, numbers, stamp
from referrals.selectors.file import worries_about
from referrals.services import cases, decisions, queue, restricting, submitting
from referrals.submission import Adult
from tests.cast import a_submission, person
from tests.referrals.a_case import JUDGEMENTS, offered

pytestmark = pytest.mark.django_db


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def to_gateway(tess, ben) -> Case:
    return offered(to=Service.GATEWAY, sender=tess, triage=ben, name="Bo")


@pytest.fixture
def to_cadt(tess, ben) -> Case:
    return offered(to=Service.CADT, sender=tess, triage=ben, name="Ada")


@pytest.fixture
def open_case(to_cadt, cleo) -> Case:
    cases.accept(by=cleo, case=to_cadt)
    return to_cadt


# The list


def test_it_shows_a_service_its_own_cases(to_gateway, to_cadt, gita, cleo, client_for):
    page = text(client_for(gita).get("/cases/"))
    assert "Bo Byrne" in page and "Ada Byrne" not in page
    page = text(client_for(cleo).get("/cases/"))
    assert "Ada Byrne" in page and "Bo Byrne" not in page


def test_it_shows_triage_all_cases_and_no_button(to_gateway, to_cadt, amira, client_for):
    client = client_for(amira)
    page = text(client.get("/cases/"))
    assert "Bo Byrne" in page and page.index("Ada Byrne") < page.index("Bo Byrne"), "the worst first"
    assert "Accept this case" not in text(client.get(f"/cases/{to_cadt.pk}/"))
    assert client.post(f"/cases/{to_cadt.pk}/accept/").status_code == 403


def test_it_tells_open_from_offered_and_mine_from_everybodys(to_cadt, cleo, carl, client_for):
    client = client_for(cleo)
    assert "Nothing waits" not in text(client.get("/cases/?show=offered"))
    assert "No open cases" in text(client.get("/cases/?show=open"))
    cases.accept(by=carl, case=to_cadt)
    assert "Nothing waits" in text(client.get("/cases/?show=offered"))
    assert "Carl Example" in text(client.get("/cases/?show=open"))
    assert "No open cases" in text(client.get("/cases/?show=open&whose=mine"))
    assert "Ada Byrne" in text(client_for(carl).get("/cases/?show=open&whose=mine"))


def test_it_shows_what_ended_lately_and_forgets_it_after_four_weeks(open_case, cleo, carl, client_for):
    cases.close(by=carl, case=open_case, reason=ClosureReason.NEEDS_MET, words="Safe.", note="Seen with their aunt.")
    client = client_for(cleo)
    assert "Ada Byrne" in text(client.get("/cases/?show=ended"))
    Case.objects.filter(pk=open_case.pk).update(ended_at=timezone.now() - listings.LATELY)
    assert "Nothing has ended" in text(client.get("/cases/?show=ended"))


def test_it_leaves_restricted_cases_out_of_the_list_and_its_counts(to_cadt, ben, cleo, carl, client_for):
    restricting.restrict(by=ben, referral=to_cadt.referral, restricted=True, reason="Staff.")
    page = client_for(cleo).get("/cases/")
    assert page.context["listing"].offered == 0 and "Ada" not in text(page)
    assert client_for(cleo).get(f"/cases/{to_cadt.pk}/").status_code == 404
    assert "Restricted" in text(client_for(carl).get(f"/cases/{to_cadt.pk}/"))


@pytest.mark.parametrize("show", ["offered", "open", "ended"])
def test_it_turns_its_pages_by_key_and_loses_nobody(show, tess, ben, gita, monkeypatch):
    monkeypatch.setattr(listings, "SIZE", 2)
    made = [offered(to=Service.GATEWAY, sender=tess, triage=ben, name=name) for name in ("Al", "Bo", "Cy", "Di", "Ed")]
    for case in made if show != "offered" else []:
        cases.accept(by=gita, case=case)
    for case in made if show == "ended" else []:
        cases.close(by=gita, case=case, reason=ClosureReason.NEEDS_MET, words="Safe.")
    seen, after = [], ""
    for _ in range(3):
        listing = listings.listing(gita, show=show, after=after)
        seen += listings.ids(listing.rows)
        after = listing.later
    assert sorted(seen) == [case.pk for case in made] and after == ""


@pytest.mark.parametrize("after", ["x", "1", "1.x", "-1.2", "9" * 40 + ".1", "999999999999999999.1", "1.2.3", "²..1"])
@pytest.mark.parametrize("show", ["offered", "ended", "nonsense"])
def test_it_takes_any_address(after, show, cleo, client_for):
    assert client_for(cleo).get("/cases/", {"show": show, "after": after}).status_code == 200


def test_its_cursors_keep_the_microsecond():
    now = timezone.now()
    assert instant(stamp(now)) == now
    assert numbers("4.12", 2) == (4, 12) and numbers("4", 2) == ()


def count(client, django_connection, address: str) -> int:
    with CaptureQueriesContext(django_connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_it_costs_the_same_for_one_case_and_for_eight(tess, ben, gita, client_for):
    from django.db import connection

    client = client_for(gita)
    offered(to=Service.GATEWAY, sender=tess, triage=ben, name="Al")
    client.get("/cases/")
    one = count(client, connection, "/cases/")
    for name in ("Bo", "Cy", "Di", "Ed", "Flo", "Gil", "Hal"):
        offered(to=Service.GATEWAY, sender=tess, triage=ben, name=name)
    assert count(client, connection, "/cases/") == one <= 12


def test_it_writes_down_which_cases_were_listed(to_cadt, cleo, client_for):
    client_for(cleo).get("/cases/")
    event = Event.objects.latest("pk")
    assert (event.what, event.ids, event.actor_id) == ("list:cases", [to_cadt.pk], cleo.pk)


# One case


def test_it_shows_why_the_child_came_and_writes_down_the_reading(to_cadt, cleo, client_for):
    page = text(client_for(cleo).get(f"/cases/{to_cadt.pk}/"))
    for words in ("Ada Byrne, 7", "CADT will see Ada today.", "Level 4: Send to CADT", "Ben Example", "not read yet"):
        assert words in page
    assert f"/queue/{to_cadt.referral.reference}/" in page
    assert Event.objects.filter(what="read:case", about_id=to_cadt.pk, actor_id=cleo.pk).count() == 1


def test_it_shows_the_worry_itself_so_that_accepting_needs_no_second_page(tess, ben, cleo, client_for):
    adults = (Adult(name="Mark", relationship="father", causes_harm=True),)
    case = offered(to=Service.CADT, sender=tess, triage=ben, name="Ada", adults=adults)
    page = text(client_for(cleo).get(f"/cases/{case.pk}/"))
    for words in ("Physical abuse", "in the shape of a hand", "What they ticked", "4 May 2019", "CH41 1AA", "Mark"):
        assert words in page, words
    assert "Thought to cause the harm" in page and "Ticked in error?" not in page


def test_it_shows_the_worries_about_this_child_alone(siblings, ben):
    ada, bo = siblings.subjects.order_by("position")
    categories = [[worry.concern.category for worry in worries_about(siblings, child)] for child in (ada, bo)]
    assert categories == [["physical_abuse"], ["education"]]


def test_it_hides_the_other_services_case(to_cadt, gita, tess, client_for):
    for user in (gita, tess):
        assert client_for(user).get(f"/cases/{to_cadt.pk}/").status_code == 404
        assert client_for(user).post(f"/cases/{to_cadt.pk}/accept/").status_code == 404


def test_it_accepts_with_one_button_and_tells_the_loser_who_won(to_cadt, cleo, carl, client_for):
    page = text(client_for(cleo).post(f"/cases/{to_cadt.pk}/accept/", follow=True))
    assert "You have accepted Ada Byrne" in page and "Step down to Gateway" in page
    page = text(client_for(carl).post(f"/cases/{to_cadt.pk}/accept/", follow=True))
    assert "Cleo Example has just dealt with this" in page


@pytest.mark.parametrize("act", ["return", "step", "close"])
def test_it_keeps_what_was_typed_when_an_answer_is_missing(act, to_cadt, cleo, client_for):
    if act != "return":
        cases.accept(by=cleo, case=to_cadt)
    typed = {"reason": "" if act == "return" else "Typed <b>reason</b>", "words": "", "note": "A long note"}
    page = text(client_for(cleo).post(f"/cases/{to_cadt.pk}/{act}/", typed))
    assert "Error: " in page and "There is a problem" in page
    if act == "step":
        assert "Typed &lt;b&gt;reason&lt;/b&gt;" in page
    if act == "close":
        assert "A long note" in page


def test_it_returns_with_a_reason(to_cadt, cleo, client_for):
    page = text(client_for(cleo).post(f"/cases/{to_cadt.pk}/return/", {"reason": "Not ours"}, follow=True))
    assert "is back with triage" in page and "Returned to triage" in page and "Not ours" in page


def test_it_keeps_what_was_typed_when_somebody_was_quicker(to_cadt, cleo, carl, client_for):
    cases.accept(by=carl, case=to_cadt)
    page = text(client_for(cleo).post(f"/cases/{to_cadt.pk}/return/", {"reason": "Typed at length"}))
    assert "Carl Example has just dealt with this" in page and "Typed at length" in page


def test_it_steps_down_and_offers_the_child_to_gateway(open_case, cleo, client_for):
    typed = {"reason": "Safe now", "words": "Gateway goes on.", "status": "given", "who": "Mum"}
    page = text(client_for(cleo).post(f"/cases/{open_case.pk}/step/", typed, follow=True))
    assert "has been offered to Gateway" in page and "Gateway is taking over" in page
    assert Case.objects.get(service="gateway").stage == CaseStage.OFFERED


def close(client, case: Case, **typed: str):
    return client.post(
        f"/cases/{case.pk}/close/",
        {"reason": "needs_met", "words": "Ada is safe.", "note": "The plan is done.", **typed},
    )


def test_it_says_who_will_be_told_and_how_before_it_closes(open_case, carl, client_for):
    client = client_for(carl)
    page = text(close(client, open_case))
    assert "Tess Example at Mill Lane Primary will be told by email" in page and "Ada is safe." in page
    assert not Closure.objects.exists()
    assert "The case of Ada Byrne is closed" in text(client.get(close(client, open_case, step="confirm")["Location"]))
    assert Closure.objects.get().by == carl


@pytest.mark.parametrize(
    ("party", "words"),
    [
        ({"name": "A neighbour", "phone": "0151 496 0999"}, "will have to telephone 0151 496 0999"),
        ({"name": "A neighbour"}, "You will have to write to them"),
        ({"name": "Anonymous", "cannot_be_told": "No name was left."}, "cannot be told: No name was left."),
    ],
)
def test_it_says_what_happens_to_whoever_has_no_email(open_case, carl, client_for, party, words):
    Party.objects.create(referral=open_case.referral, **party)
    assert words in text(close(client_for(carl), open_case))


def test_it_goes_back_to_change_the_words_and_keeps_them(open_case, carl, client_for):
    page = text(close(client_for(carl), open_case, step="change", note="Kept note"))
    assert "<textarea" in page and "Kept note" in page and "There is a problem" not in page
    assert not Closure.objects.exists()


def test_it_closes_nothing_twice(open_case, cleo, carl, client_for):
    close(client_for(carl), open_case, step="confirm")
    page = text(close(client_for(cleo), open_case, step="confirm", words="Mine"))
    assert "Carl Example has just dealt with this" in page and "Mine" in page
    assert Closure.objects.count() == 1


def test_it_refuses_moved_away_before_the_last_page_and_leads_to_the_transfer(open_case, carl, client_for):
    page = text(close(client_for(carl), open_case, reason="moved_area"))
    assert "First ask the other authority to take over" in page and "Close the case and tell them" not in page
    assert f"/cases/{open_case.pk}/transfer/" in page and "Ada is safe." in page


@pytest.mark.parametrize("act", ["step", "close"])
def test_it_begins_with_words_that_can_be_sent_as_they_are(act, open_case, carl, to_gateway, gus, client_for):
    cases.accept(by=gus, case=to_gateway)
    words = {"step": "has asked it to take over", "close": "CADT has ended its work with Ada Byrne"}[act]
    assert words in text(client_for(carl).get(f"/cases/{open_case.pk}/{act}/"))
    words = {"step": "has asked CADT to take over", "close": "Gateway has ended its work with Bo Byrne"}[act]
    assert words in text(client_for(gus).get(f"/cases/{to_gateway.pk}/{act}/"))


@pytest.mark.parametrize("draft", [case_words.stepping, case_words.closing])
def test_it_drafts_for_a_member_of_the_public_no_name_and_no_service(draft, to_cadt, to_gateway):
    for case in (to_cadt, to_gateway):
        case.referral.referrer_identity = Identity.PUBLIC_OPEN
        words = draft(case)
        assert "tell us at once" in words and not [one for one in ("Ada", "Bo", "CADT", "Gateway") if one in words]


@pytest.mark.parametrize("act", ["return", "step", "close"])
def test_it_asks_nothing_that_can_no_longer_be_done(act, to_cadt, cleo, client_for):
    if act == "return":
        cases.accept(by=cleo, case=to_cadt)
    assert client_for(cleo).get(f"/cases/{to_cadt.pk}/{act}/")["Location"] == f"/cases/{to_cadt.pk}/"


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_it_accepts_by_post_alone(method, to_cadt, cleo, client_for):
    assert getattr(client_for(cleo), method)(f"/cases/{to_cadt.pk}/accept/").status_code == 405


# Who lowers a Level 4 case


@pytest.fixture
def una(hub):
    """Works in CADT and is no registered social worker."""
    return person("Una", hub, Role.CADT_WORKER)


def test_it_says_before_any_form_who_must_lower_or_close_level_4(open_case, una, carl, client_for):
    client = client_for(una)
    page = text(client.get(f"/cases/{open_case.pk}/"))
    assert "A registered social worker must step this down" in page and "Ask Carl Example." in page
    for act in ("step", "close"):
        assert f"/cases/{open_case.pk}/{act}/" not in page
        assert client.get(f"/cases/{open_case.pk}/{act}/")["Location"] == f"/cases/{open_case.pk}/"
    typed = {"reason": "Safe now", "words": "Gateway goes on.", "status": "given", "who": "Mum"}
    assert "A registered social worker must" in text(client.post(f"/cases/{open_case.pk}/step/", typed))
    for step in ("", "confirm"):
        assert "Ask Carl Example" in text(close(client, open_case, step=step)), "before the last page too"
    open_case.refresh_from_db()
    assert open_case.stage == CaseStage.OPEN and not Closure.objects.exists()


def test_it_lets_the_manager_close_what_a_worker_may_not(open_case, cleo, carl, client_for):
    address = f"/cases/{open_case.pk}/close/"
    worker, manager = (text(client_for(user).get(f"/cases/{open_case.pk}/")) for user in (cleo, carl))
    assert address not in worker and f"/cases/{open_case.pk}/step/" in worker and address in manager
    page = text(client_for(carl).get(address))
    assert "Say why the case ends before it is" in page and "(optional)" not in page
    missing = text(client_for(carl).post(address, {"words": "Our work has ended."}))
    assert "Choose why the case ends" in missing and ">The assessment is not finished. Say why the case" in missing


@pytest.mark.parametrize("level", [2, 3])
def test_it_asks_for_no_social_worker_below_level_4(tess, ben, una, client_for, level):
    judgement = replace(JUDGEMENTS[Service.CADT], level=level, agreement="given", reason="We know more now.")
    sent = submitting.submit(by=tess, submission=a_submission("D05"))
    queue.claim(by=ben, referral=sent)
    decisions.decide(by=ben, subject=sent.subjects.get(), judgement=judgement)
    case = Case.objects.get()
    cases.accept(by=una, case=case)
    cases.finish_assessment(by=una, case=case)
    assert "A registered social worker must" not in text(client_for(una).get(f"/cases/{case.pk}/"))
    cases.close(by=una, case=case, reason=ClosureReason.NEEDS_MET, words="Safe.")
    assert Closure.objects.count() == 1
