"""The decision page and the second person's page."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from mash.audit.models import Event
from referrals.choices import Category, Service, Stage, SubjectState, Way
from referrals.drafted import draft
from referrals.models import Case, Countersignature, Decision, Outcome, Person, Referral, Subject
from referrals.selectors import deciding
from referrals.services import decisions, people, queue, submitting
from referrals.services.decisions import Judgement
from referrals.submission import Address, Adult, Consent
from tests.cast import a_child, a_concern, a_submission
from tests.referrals.a_case import offered

ClientFor = Callable[[User], Client]
JORY = a_child(given_name="Jory", address=Address(line1="9 Far Street", postcode="CH41 9ZZ"))
KNOWN = {
    "adults": (Adult(name="Jo", relationship="mother"), Adult(name="Mark", relationship="father", causes_harm=True)),
    "consent": Consent(status="given", family_told="yes"),
}


def address(referral: Referral) -> str:
    return f"/queue/{referral.reference}/decide/"


def answers(referral: Referral, **changes: Any) -> dict[str, Any]:
    """What a browser sends: every field of the page, our own words included."""
    subjects = list(referral.subjects.all())
    sent: dict[str, Any] = {
        "children": ",".join(str(one.pk) for one in subjects),
        "way": "cadt",
        "level": "4",
        "reason": "",
        "agreement": "not_sought",
        "agreement_reason": "asking would raise the risk",
        "seen": "yes",
        **{f"words_{way}": draft(way) for way in Way},
    }
    if len(subjects) > 1:
        sent |= {f"choice_{one.pk}": "same" for one in subjects}
    return {name: value for name, value in {**sent, **changes}.items() if value is not None}


@pytest.fixture
def mine(referral: Referral, ben: User) -> Referral:
    """Ada's Level 4 referral on the desk of Ben, who is a social worker."""
    queue.claim(by=ben, referral=referral)
    return referral


@pytest.fixture
def both(siblings: Referral, amira: User) -> Referral:
    """Ada (Level 4) and Bo (Level 2) on Amira's desk."""
    queue.claim(by=amira, referral=siblings)
    return siblings


def test_it_decides_and_says_what_happens_now(client_for: ClientFor, mine: Referral, ben: User) -> None:
    response = client_for(ben).post(address(mine), answers(mine), follow=True)
    assert response.redirect_chain == [(f"/queue/{mine.reference}/", 302)]
    assert "Ada Byrne: CADT has been asked to take the case." in response.content.decode()
    mine.refresh_from_db()
    assert (mine.stage, Case.objects.get().service) == (Stage.DECIDED, "cadt")
    assert Outcome.objects.get(kind="decided").words == draft(Way.CADT, 4)


def test_it_decides_two_ways_for_two_children(client_for: ClientFor, both: Referral, amira: User) -> None:
    ada, bo = both.subjects.all()
    other = {f"choice_{bo.pk}": "different", f"way_{bo.pk}": "gateway", f"level_{bo.pk}": "2", f"words_{bo.pk}": ""}
    html = client_for(amira).post(address(both), answers(both, **other), follow=True).content.decode()
    assert "Ada Byrne: Waits for a registered social worker to sign. Nothing is sent before." in html
    assert "Bo Byrne: Gateway has been asked to take the case." in html
    assert Decision.objects.get(subject=bo).words == draft(Way.GATEWAY, 2, "not_sought")
    both.refresh_from_db()
    assert both.stage == Stage.SECOND_PERSON and not Case.objects.filter(subject=ada).exists()


def test_it_names_the_child_where_two_have_the_same_thing_to_mend(
    client_for: ClientFor, both: Referral, amira: User
) -> None:
    other: dict[str, str] = {}
    for one in both.subjects.all():
        other |= {f"choice_{one.pk}": "different", f"way_{one.pk}": "no_further_action", f"level_{one.pk}": "1"}
    html = client_for(amira).post(address(both), answers(both, **other)).content.decode()
    summary = html.partition("There is a problem")[2].partition("</div>")[0]
    for one in both.subjects.all():
        assert f"{one}: The framework" in summary
    shared = answers(both, way="no_further_action", level="1")
    assert "Ada Byrne: The framework advises Level 4." in client_for(amira).post(address(both), shared).content.decode()


def test_it_has_a_place_for_our_words_for_one_child(client_for: ClientFor, both: Referral, amira: User) -> None:
    """They come with what happens for that child: see the browser's test."""
    html = client_for(amira).get(address(both)).content.decode()
    for one in both.subjects.all():
        assert f'data-drafts-for="{one.pk}"' in html
    assert "Left empty, our words for what you decide are sent." in html


def test_it_decides_for_one_and_leaves_the_other_for_later(client_for: ClientFor, both: Referral, amira: User) -> None:
    ada, bo = both.subjects.all()
    client_for(amira).post(address(both), answers(both, **{f"choice_{bo.pk}": "later"}))
    ada.refresh_from_db(), bo.refresh_from_db()
    assert (ada.state, bo.state) == (SubjectState.PROPOSED, SubjectState.WAITING)
    html = client_for(amira).get(address(both)).content.decode()
    assert "Decide for Bo Byrne" in html and f"who_{ada.pk}" not in html
    nobody = {f"choice_{one.pk}": "later" for one in (ada, bo)}
    assert (
        "Decide for one child at least"
        in client_for(amira).post(address(both), answers(both, **nobody)).content.decode()
    )
    unsaid = {f"choice_{one.pk}": "" for one in (ada, bo)}
    html = client_for(amira).post(address(both), answers(both, **unsaid)).content.decode()
    assert "Select what to do for Bo Byrne" in html and "Decide for one child at least" not in html


@pytest.mark.parametrize(
    ("changes", "message", "anchor"),
    [
        ({"way": None}, "Select what happens", "way"),
        ({"level": None}, "Select the level", "level"),
        ({"level": "9"}, "Select one of the answers in the list", "level"),
        ({"way": "gateway", "level": "3"}, "The framework advises Level 4. Say why", "reason"),
        ({"way": "gateway", "level": "4"}, "A Level 4 decision goes to CADT", "way"),
        ({"way": "no_further_action", "level": "1"}, "Say why", "reason"),
        ({"words_cadt": " "}, "Write what the referrer will be told", "words_cadt"),
        ({"words_cadt": "x" * 4001}, "must be 4,000 characters or fewer", "words_cadt"),
        ({"agreement": None}, "Select whether the family agrees", "agreement"),
        (
            {"way": "gateway", "level": "3", "reason": "Seen", "agreement_reason": ""},
            "This service needs the family&#x27;s agreement",
            "agreement_reason",
        ),
        ({"seen": None}, "Tick the box if you can decide without", "seen"),
    ],
)
def test_it_says_what_to_mend_and_keeps_what_was_typed(
    client_for: ClientFor, mine: Referral, ben: User, changes: dict[str, Any], message: str, anchor: str
) -> None:
    sent = answers(mine, **{"agreement_reason": "She <i>said</i> so", **changes})
    html = client_for(ben).post(address(mine), sent).content.decode().replace("&#39;", "&#x27;")
    assert "There is a problem" in html and message in html and f'href="#id_{anchor}' in html
    assert "<title>Error: Decide for Ada Byrne" in html
    if "agreement_reason" not in changes:
        assert "She &lt;i&gt;said&lt;/i&gt; so" in html
    assert not Decision.objects.exists() and not Person.objects.exists()


def test_it_wants_a_reason_to_send_a_child_where_the_framework_does_not(
    client_for: ClientFor, tess: User, ben: User
) -> None:
    sent = submitting.submit(by=tess, submission=a_submission("D05"))
    queue.claim(by=ben, referral=sent)
    html = client_for(ben).post(address(sent), answers(sent, way="advice", level="2")).content.decode()
    assert "The framework advises Gateway. Say why you decide on less" in html


def test_it_shows_what_is_not_known_before_it_lets_one_decide(
    client_for: ClientFor, tess: User, ben: User, mine: Referral
) -> None:
    html = client_for(ben).get(address(mine)).content.decode()
    for gap in (
        "no parent or carer is named",
        "Who causes the harm",
        "nobody has asked them",
        "knows about this referral",
    ):
        assert gap in html
    child = a_child(family_name="", birth_date=None)
    mother = Adult(name="Jo", relationship="Mother")
    bare = submitting.submit(
        by=tess, submission=a_submission(children=(replace(child, address=type(child.address)()),), adults=(mother,))
    )
    queue.claim(by=ben, referral=bare)
    html = client_for(ben).get(address(bare)).content.decode()
    for gap in ("The whole name of Ada", "The date of birth of Ada", "Where Ada lives", "Who the father is"):
        assert gap in html
    told = {"children": (a_child(school="Mill Lane"),), "concerns": (a_concern("D19", happened="On Monday"),)}
    whole = submitting.submit(by=tess, submission=a_submission(**told, **KNOWN))
    queue.claim(by=ben, referral=whole)
    assert "What is not known" not in client_for(ben).get(address(whole)).content.decode()


def test_it_shows_every_reason_of_the_framework_beside_the_questions(
    client_for: ClientFor, both: Referral, amira: User
) -> None:
    html = client_for(amira).get(address(both)).content.decode()
    for subject in both.subjects.select_related("hub_assessment"):
        for reason in subject.hub_assessment.reasons:
            assert reason["because"] in html


def test_it_says_in_a_sentence_that_the_framework_gives_no_level(
    client_for: ClientFor, tess: User, amira: User
) -> None:
    made = submitting.submit(by=tess, submission=a_submission(concerns=(a_concern(),)))
    queue.claim(by=amira, referral=made)
    html = client_for(amira).get(address(made)).content.decode()
    assert "The framework gives no level" in html
    assert "advises <span" not in html
    assert ", and advises" not in html


def judged(**changes: Any) -> Judgement:
    return Judgement(**{"way": Way.CADT, "level": 4, "words": "CADT acts.", "agreement": "not_sought", **changes})


def test_it_says_who_decided_and_when_if_somebody_was_quicker_and_keeps_what_was_typed(
    client_for: ClientFor, mine: Referral, ben: User, amira: User
) -> None:
    sent = answers(mine, words_cadt="Dear Tess, we are on our way.")
    mine.refresh_from_db()
    queue.hand_over(by=ben, referral=mine, to=amira, reason="Busy")
    decisions.decide(by=amira, subject=mine.subjects.get(), judgement=judged())
    html = client_for(ben).post(address(mine), sent).content.decode()
    assert "Amira Example has already decided for Ada Byrne, today at" in html
    assert "Level 4, Send to CADT" in html
    assert "Dear Tess, we are on our way." in html
    assert "Amira Example decided for Ada Byrne today at" in client_for(ben).get(address(mine)).content.decode()


def test_it_says_so_when_a_page_is_sent_that_names_no_child_and_every_child_is_decided(
    client_for: ClientFor, mine: Referral, ben: User
) -> None:
    client = client_for(ben)
    assert client.post(address(mine), answers(mine)).status_code == 302
    page = client.post(address(mine), {"children": "", "way": "cadt"})
    assert page.status_code == 200
    assert "There is nothing for you to decide here now" in page.content.decode()


def test_it_is_not_for_somebody_without_the_referral(
    client_for: ClientFor, mine: Referral, amira: User, cleo: User, gita: User
) -> None:
    assert "Ben Example has this referral" in client_for(amira).get(address(mine)).content.decode()
    html = client_for(amira).post(address(mine), answers(mine)).content.decode()
    assert "Ben Example has this referral" in html and not Decision.objects.exists()
    assert [client_for(user).get(address(mine)).status_code for user in (cleo, gita)] == [403, 404]


NUMBER = "4857773456"


def earlier(by: User, person: Person, *, restricted: bool = False, category: str = "physical_abuse") -> Referral:
    """A referral of long ago, on which the hub knows the child to be `person`."""
    home = Address(line1=f"{person.pk} Old Road", postcode="CH41 1AA")
    sent = submitting.submit(
        by=by,
        submission=a_submission(
            children=(a_child(given_name="Zoe", family_name="Then", address=home),),
            concerns=(a_concern("D19", category=category),),
        ),
    )
    sent.subjects.update(person=person)
    Referral.objects.filter(pk=sent.pk).update(restricted=restricted)
    return sent


def test_it_asks_whether_the_hub_knows_the_child(client_for: ClientFor, mine: Referral, tess: User, ben: User) -> None:
    ada = mine.subjects.get()
    known = Person.objects.create(given_name="Ada", family_name="BYRNE", birth_date=ada.birth_date)
    older = Person.objects.create(given_name="Ada", family_name="Byrne", birth_date=date(2001, 1, 1))
    earlier(tess, known), earlier(tess, older)
    client = client_for(ben)
    assert "The hub may know Ada Byrne already" in client.get(address(mine)).content.decode()
    assert "Select who Ada Byrne is" in client.post(address(mine), answers(mine)).content.decode()
    client.post(address(mine), answers(mine, **{f"who_{ada.pk}": str(known.pk)}))
    ada.refresh_from_db()
    assert ada.person == known and Person.objects.count() == 2


def test_it_writes_down_who_was_shown_as_perhaps_the_same_child(
    client_for: ClientFor, mine: Referral, tess: User, ben: User
) -> None:
    known = Person.objects.create(given_name="Ada", family_name="Byrne", birth_date=mine.subjects.get().birth_date)
    client = client_for(ben)
    client.get(f"/queue/{mine.reference}/"), client.get(address(mine))
    assert not Event.objects.filter(what="list:candidates").exists(), "nobody was shown"
    earlier(tess, known)
    assert "Perhaps: Ada Byrne" in client.get(f"/queue/{mine.reference}/").content.decode()
    client.get(address(mine)), client.post(address(mine), answers(mine))
    assert list(Event.objects.filter(what="list:candidates").values_list("ids", flat=True)) == [[known.pk]] * 3


@pytest.mark.parametrize("hidden", [{"restricted": True}, {"category": Category.ALLEGATION}])
@pytest.mark.parametrize("number", ["", NUMBER])
def test_it_does_not_name_a_child_from_a_referral_that_one_may_not_see(
    client_for: ClientFor, tess: User, amira: User, hidden: dict[str, Any], number: str
) -> None:
    """The hidden child has the same name and birth date, or the same NHS number; neither shows, nor blocks the way."""
    sent = submitting.submit(by=tess, submission=a_submission(children=(a_child(nhs_number=number),)))
    ada = sent.subjects.get()
    unseen = (
        Person.objects.create(given_name="Vera", family_name="Hidden", nhs_number=number)
        if number
        else Person.objects.create(given_name="Vera", family_name="Byrne", birth_date=ada.birth_date)
    )
    earlier(tess, unseen, **hidden)
    queue.claim(by=amira, referral=sent)
    client = client_for(amira)
    for page in (f"/queue/{sent.reference}/", address(sent)):
        html = client.get(page).content.decode()
        assert "Vera" not in html and "may know Ada" not in html and "Perhaps" not in html
    html = client.post(address(sent), answers(sent), follow=True).content.decode()
    assert "Waits for a registered social worker" in html and "Vera" not in html
    ada.refresh_from_db()
    assert ada.person is not None and ada.person != unseen
    assert ada.person.nhs_number == ""
    event = Event.objects.get(what="possible_same_child")
    assert (event.about_id, event.detail) == (ada.person.pk, {"people": [unseen.pk]})


def test_it_says_nothing_of_a_same_child_when_there_is_none_unseen(mine: Referral, tess: User, ben: User) -> None:
    """Ben manages: he sees the restricted referral and chooses for himself."""
    ada = mine.subjects.get()
    earlier(tess, Person.objects.create(family_name="Byrne", birth_date=ada.birth_date), restricted=True)
    decisions.decide(by=ben, subject=ada, judgement=judged())
    assert not Event.objects.filter(what="possible_same_child").exists()


@pytest.fixture
def to_cadt(tess: User, ben: User) -> Case:
    return offered(to=Service.CADT, sender=tess, triage=ben)


def test_it_knows_a_child_from_a_case_alone(tess: User, cleo: User, to_cadt: Case) -> None:
    """A service sees its cases, even of referrals that came in for another lane."""
    person = to_cadt.person
    Subject.objects.filter(person=person).update(person=None)
    sent = submitting.submit(by=tess, submission=a_submission())
    Person.objects.filter(pk=person.pk).update(birth_date=sent.subjects.get().birth_date)
    assert people.candidates(by=cleo, subject=sent.subjects.get()) == [person]


def test_it_makes_a_new_child_when_the_nhs_number_is_somebody_elses(
    client_for: ClientFor, tess: User, ben: User
) -> None:
    earlier(tess, Person.objects.create(given_name="Zoe", family_name="Other", nhs_number=NUMBER))
    sent = submitting.submit(by=tess, submission=a_submission(children=(a_child(nhs_number=NUMBER),)))
    queue.claim(by=ben, referral=sent)
    ada = sent.subjects.get()
    html = client_for(ben).get(address(sent)).content.decode()
    assert "the NHS number on this referral is wrong" in html and "A child the hub does not know yet" not in html
    client_for(ben).post(address(sent), answers(sent, **{f"who_{ada.pk}": "number_is_wrong"}))
    ada.refresh_from_db()
    assert ada.person is not None and (ada.person.given_name, ada.person.nhs_number) == ("Ada", "")


def test_it_refuses_a_person_who_is_not_a_candidate(mine: Referral, ben: User) -> None:
    stranger = Person.objects.create(given_name="Zoe", family_name="Other")
    with pytest.raises(people.Refused, match="does not look like"):
        decisions.decide(by=ben, subject=mine.subjects.get(), judgement=judged(person=stranger))


@pytest.fixture
def lowered(referral: Referral, amira: User) -> Decision:
    """Amira's decision for Ada, below the framework's Level 4."""
    queue.claim(by=amira, referral=referral)
    judgement = judged(way=Way.GATEWAY, level=3, agreement="given", reason="The GP saw the child.")
    return decisions.decide(by=amira, subject=referral.subjects.get(), judgement=judgement)


def test_it_lists_what_waits_for_this_very_person(
    client_for: ClientFor, lowered: Decision, amira: User, ben: User, carl: User, gus: User
) -> None:
    for user in (ben, carl):
        assert "Ada Byrne" in client_for(user).get("/to-sign/").content.decode()
    assert "Nothing waits for your signature" in client_for(gus).get("/to-sign/").content.decode()
    assert client_for(amira).get("/to-sign/").status_code == 403


def test_it_says_in_the_menu_how_many_wait_for_this_very_person(
    client_for: ClientFor, lowered: Decision, ben: User, gus: User, amira: User
) -> None:
    for user, link in ((ben, "To sign (1)"), (gus, "To sign")):
        words = " ".join(client_for(user).get("/cases/").content.decode().split())
        assert f"{link} </a>" in words.replace("</strong>", ""), user.name
    assert "To sign" not in client_for(amira).get("/cases/").content.decode()


def test_it_puts_danger_now_first_and_shows_the_red_clock(
    client_for: ClientFor, lowered: Decision, tess: User, amira: User, ben: User
) -> None:
    worse = submitting.submit(by=tess, submission=a_submission(immediate_danger=True, children=(JORY,)))
    queue.claim(by=amira, referral=worse)
    judgement = judged(way=Way.GATEWAY, level=3, agreement="given", reason="The GP saw the child.")
    decisions.decide(by=amira, subject=worse.subjects.get(), judgement=judgement)
    html = client_for(ben).get("/to-sign/").content.decode()
    assert html.index("Jory") < html.index("Ada Byrne")
    assert html.count("Danger now: look at once") == 1 and html.count("app-rag--red") == 2
    with CaptureQueriesContext(connection) as asked:
        assert len(deciding.to_sign(ben)) == 2 == deciding.number_to_sign(ben)
    assert len(asked) == 2


def test_it_never_asks_for_ones_own_signature(client_for: ClientFor, mine: Referral, ben: User, carl: User) -> None:
    decision = decisions.decide(
        by=ben,
        subject=mine.subjects.get(),
        judgement=judged(way=Way.GATEWAY, level=3, agreement="given", reason="Seen"),
    )
    assert "Nothing waits" in client_for(ben).get("/to-sign/").content.decode()
    html = client_for(ben).get(f"/to-sign/{decision.pk}/").content.decode()
    assert "it cannot be the one who decided" in html and "Send your answer" not in html
    html = client_for(ben).post(f"/to-sign/{decision.pk}/", {"answer": "yes"}).content.decode()
    assert "it cannot be the one who decided" in html and not Countersignature.objects.exists()
    assert "Ada Byrne" in client_for(carl).get("/to-sign/").content.decode()


def test_it_signs(client_for: ClientFor, lowered: Decision, ben: User) -> None:
    client = client_for(ben)
    html = client.get(f"/to-sign/{lowered.pk}/").content.decode()
    assert "The GP saw the child." in html and "This is lower than the framework advises" in html
    html = client.post(f"/to-sign/{lowered.pk}/", {"answer": "yes"}, follow=True).content.decode()
    assert "Signed. Ada Byrne: Gateway has been asked to take the case." in html and "Nothing waits" in html
    assert "Ben Example agreed to this today" in client.get(f"/to-sign/{lowered.pk}/").content.decode()


def test_it_sends_it_back_with_a_reason(
    client_for: ClientFor, lowered: Decision, ben: User, referral: Referral
) -> None:
    client = client_for(ben)
    html = client.post(f"/to-sign/{lowered.pk}/", {"answer": "no", "reason": ""}).content.decode()
    assert "Say why you do not agree" in html
    html = client.post(
        f"/to-sign/{lowered.pk}/", {"answer": "no", "reason": "See the back"}, follow=True
    ).content.decode()
    assert "Triage will decide again for Ada Byrne" in html
    referral.refresh_from_db()
    assert referral.stage == Stage.IN_TRIAGE and not Case.objects.exists()
