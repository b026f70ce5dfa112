"""The file as the hub sees it, and striking out what was ticked in error."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from mash.audit.models import Event
from referrals.choices import Lane, Stage, Way
from referrals.errors import NotNow, SomeoneElse
from referrals.models import Referral, RelevantIndicator
from referrals.services import cases, decisions, indicators, queue, submitting
from referrals.services.decisions import Judgement
from referrals.submission import Adult, Indicator
from tests.cast import a_child, a_concern, a_submission
from thresholds.models import Assessment

ClientFor = Callable[[User], Client]


def judged(**changes: object) -> Judgement:
    return Judgement(**{"way": Way.CADT, "level": 4, "words": "CADT acts.", "agreement": "not_sought", **changes})


def read(client: Client, referral: Referral) -> str:
    response = client.get(f"/queue/{referral.reference}/")
    assert response.status_code == 200
    return response.content.decode()


def test_it_shows_the_whole_file(client_for: ClientFor, tess: User, amira: User) -> None:
    adults = (Adult(name="Mark", relationship="father", causes_harm=True), Adult(name="Jo", relationship="mother"))
    concern = a_concern("D19", narrative="A bruise like a hand. <script>", who_causes_harm="Her father")
    severe = a_concern(category="missing", about=(1,))
    severe = type(severe)(
        **{
            **{n: getattr(severe, n) for n in severe.__slots__},
            "indicators": (Indicator(code="D34", severity="severe", duration="weeks"),),
        }
    )
    children = (a_child(nhs_number="4857773456"), a_child(given_name="Bo", birth_date=date(2012, 2, 3)))
    sent = submitting.submit(
        by=tess, submission=a_submission(children=children, concerns=(concern, severe), adults=adults)
    )
    html = read(client_for(amira), sent)
    for words in (
        "Ada Byrne, 7",
        "485 777 3456",
        "A bruise like a hand. &lt;script&gt;",
        "Going missing: about Bo Byrne",
        "nobody knows who they are with",
        "For weeks",
        "Why Level 4",
        "The referrer’s own facts give the same level.",
        "Thought to cause the harm",
        "Her father",
        "asking would raise the risk",
        "The referral came in",
        "Take this referral",
    ):
        assert words in html, words
    for subject in sent.subjects.select_related("hub_assessment"):
        assert all(reason["because"] in html for reason in subject.hub_assessment.reasons)


def test_it_says_that_neither_gives_a_level_rather_than_the_same(
    client_for: ClientFor, tess: User, amira: User
) -> None:
    made = submitting.submit(by=tess, submission=a_submission(concerns=(a_concern(),)))
    page = read(client_for(amira), made)
    assert "The referrer’s own facts give no level either." in page
    assert "the same level" not in page


def test_it_costs_the_same_for_one_child_and_for_eight(client_for: ClientFor, tess: User, amira: User) -> None:
    client = client_for(amira)
    prices = []
    for number in (1, 8):
        children = tuple(
            a_child(given_name=f"Child{number}{n}", birth_date=date(2015, 1, n + 1)) for n in range(number)
        )
        concerns = tuple(a_concern("D19", "D05") for _ in range(number))
        sent = submitting.submit(by=tess, submission=a_submission(children=children, concerns=concerns))
        read(client, sent)
        with CaptureQueriesContext(connection) as caught:
            read(client, sent)
        prices.append(len(caught))
    assert prices[0] == prices[1] <= 36


def test_it_shows_history_household_and_who_has_it_but_nothing_closed_to_the_reader(
    client_for: ClientFor, tess: User, pat: User, amira: User, ben: User
) -> None:
    first, second, hidden = (submitting.submit(by=by, submission=a_submission()) for by in (tess, pat, pat))
    Referral.objects.filter(pk=hidden.pk).update(restricted=True)
    Referral.objects.filter(pk=second.pk).update(stage=Stage.IN_TRIAGE, owner=ben, owned_since=timezone.now())
    html = read(client_for(amira), first)
    assert "Also open about this household" in html and "with Ben Example" in html
    assert second.reference in html and hidden.reference not in html
    assert hidden.reference in read(client_for(ben), first)


def test_it_tells_the_story_of_each_child_in_both_services(
    client_for: ClientFor, siblings: Referral, ben: User, gita: User, cleo: User, carl: User
) -> None:
    queue.claim(by=ben, referral=siblings)
    ada, bo = siblings.subjects.all()
    decisions.decide(by=ben, subject=ada, judgement=judged())
    decisions.decide(by=ben, subject=bo, judgement=judged(way=Way.GATEWAY, level=2, agreement="given"))
    case = bo.cases.get()
    cases.accept(by=gita, case=case)
    stepped = cases.step(by=gita, case=case, reason="He told us more.", words="CADT takes over.")
    cases.accept(by=cleo, case=stepped)
    cases.close(by=carl, case=stepped, reason="needs_met", words="Done.", note="All is well")
    html = read(client_for(ben), siblings)
    for words in (
        "Decided for Ada Byrne: Level 4",
        "Gateway accepted: Bo Byrne",
        "Step up to CADT: Bo Byrne",
        "He told us more.",
        "CADT closed: Bo Byrne",
        "Every child is decided",
        "Done in time",
    ):
        assert words in html, words


def test_it_offers_each_reader_what_they_may_do_now(
    client_for: ClientFor, referral: Referral, amira: User, ben: User, cleo: User
) -> None:
    assert "Take this referral" in read(client_for(amira), referral)
    assert "Restrict who may see it" not in read(client_for(amira), referral)
    service = read(client_for(cleo), referral)
    assert "Take this referral" not in service and "I know this family" in service
    queue.claim(by=amira, referral=referral)
    own, managers = read(client_for(amira), referral), read(client_for(ben), referral)
    assert ">Decide<" in " ".join(own.split()).replace("> Decide <", ">Decide<") and "Hand it over" in own
    assert "Hand it over" in managers and f"/queue/{referral.reference}/decide/" not in managers
    decision = decisions.decide(by=amira, subject=referral.subjects.get(), judgement=judged())
    assert f"/to-sign/{decision.pk}/" in read(client_for(ben), referral)
    assert f"/to-sign/{decision.pk}/" in read(client_for(cleo), referral)
    assert f"/to-sign/{decision.pk}/" not in read(client_for(amira), referral)


def test_it_writes_down_who_read_it(client_for: ClientFor, referral: Referral, gita: User, amira: User) -> None:
    read(client_for(amira), referral)
    event = Event.objects.get(what="read:hub_referral")
    assert (event.actor_id, event.about_id) == (amira.pk, referral.pk)
    assert client_for(gita).get(f"/queue/{referral.reference}/").status_code == 404
    assert Event.objects.filter(what="read:hub_referral").count() == 1


@pytest.fixture
def mine(siblings: Referral, amira: User) -> Referral:
    queue.claim(by=amira, referral=siblings)
    siblings.refresh_from_db()
    return siblings


def sign(referral: Referral, code: str) -> RelevantIndicator:
    return RelevantIndicator.objects.select_related("concern__referral").get(concern__referral=referral, code=code)


def test_it_strikes_out_a_sign_and_the_engine_runs_again(client_for: ClientFor, mine: Referral, amira: User) -> None:
    before = {subject.given_name: subject.hub_assessment_id for subject in mine.subjects.all()}
    client, row = client_for(amira), sign(mine, "D19")
    address = f"/queue/{mine.reference}/withdraw/"
    assert f'value="{row.pk}" checked' in client.get(address, {"indicator": row.pk}).content.decode()
    assert "Say why this was ticked in error" in client.post(address, {"indicator": row.pk}).content.decode()
    html = client.post(
        address, {"indicator": row.pk, "reason": "It was a birthmark, says the GP"}, follow=True
    ).content.decode()
    assert "<s>" in html and "It was a birthmark, says the GP" in html
    mine.refresh_from_db()
    assert (mine.lane, mine.level, mine.risk, mine.band) == (Lane.GATEWAY, 2, 30, "2")
    ada, bo = mine.subjects.select_related("hub_assessment")
    assert (ada.hub_assessment.level, bo.hub_assessment.level) == (None, 2)
    assert ada.hub_assessment_id != before["Ada"] and bo.hub_assessment_id == before["Bo"], "only Ada's was about her"
    assert Assessment.objects.filter(pk=before["Ada"]).exists(), "nothing is erased"
    assert Event.objects.filter(what="indicator_withdrawn", about_id=mine.pk).count() == 1


def test_it_keeps_what_else_was_known_when_it_assesses_again(tess: User, amira: User) -> None:
    concerns = (a_concern("D19", "D05"),)
    for _ in range(3):
        sent = submitting.submit(by=tess, submission=a_submission(concerns=concerns))
    queue.claim(by=amira, referral=sent)
    sent.refresh_from_db()
    old = sent.subjects.select_related("hub_assessment").get().hub_assessment.facts
    indicators.withdraw(by=amira, indicator=sign(sent, "D19"), reason="A slip")
    new = sent.subjects.select_related("hub_assessment").get().hub_assessment.facts
    assert [one["code"] for one in new["indicators"]] == ["D05"] and new["referrals_last_12_months"] == 2
    assert {**old, "indicators": []} == {**new, "indicators": []}


def test_it_leaves_the_lane_alone_while_a_second_person_is_waited_for(mine: Referral, amira: User, ben: User) -> None:
    ada = mine.subjects.first()
    assert ada is not None
    lower = judged(way=Way.GATEWAY, level=3, agreement="given", reason="Seen by the GP")
    decision = decisions.decide(by=amira, subject=ada, judgement=lower)
    indicators.withdraw(by=amira, indicator=sign(mine, "D19"), reason="A slip")
    mine.refresh_from_db()
    assert (mine.lane, mine.level) == (Lane.CADT, 4)
    decisions.countersign(by=ben, decision=decision, agrees=False, reason="Decide again without it")
    mine.refresh_from_db()
    assert (mine.lane, mine.level) == (Lane.GATEWAY, 2)


def test_it_strikes_out_once_and_only_for_whoever_has_it(
    mine: Referral, amira: User, ben: User, tess: User, cleo: User
) -> None:
    row = sign(mine, "D19")
    outsider = type(amira).objects.create_user(
        "zed@merebrook.example", name="Zed", organisation=amira.organisation, roles=["triage_worker"]
    )
    with pytest.raises(NotNow, match="Only the person who has this referral"):
        indicators.withdraw(by=outsider, indicator=row, reason="x")
    indicators.withdraw(by=ben, indicator=row, reason="A slip")
    with pytest.raises(SomeoneElse, match="Ben Example has withdrawn this already"):
        indicators.withdraw(by=amira, indicator=sign(mine, "D19"), reason="A slip")


def test_it_touches_nothing_once_every_child_is_decided(referral: Referral, ben: User) -> None:
    queue.claim(by=ben, referral=referral)
    decisions.decide(by=ben, subject=referral.subjects.get(), judgement=judged())
    with pytest.raises(NotNow, match="Every child on this referral is decided"):
        indicators.withdraw(by=ben, indicator=sign(referral, "D19"), reason="A slip")


def test_it_strikes_out_only_signs_of_this_referral(
    client_for: ClientFor, mine: Referral, tess: User, amira: User
) -> None:
    elsewhere = submitting.submit(by=tess, submission=a_submission())
    sent = {"indicator": sign(elsewhere, "D19").pk, "reason": "A slip"}
    html = client_for(amira).post(f"/queue/{mine.reference}/withdraw/", sent).content.decode()
    assert "Select one of the answers in the list" in html
    assert not RelevantIndicator.objects.exclude(withdrawn_at=None).exists()


def test_it_runs_red_past_the_hour(client_for: ClientFor, referral: Referral, amira: User) -> None:
    import time_machine

    with time_machine.travel(timezone.now() + timedelta(days=9)):
        assert "Overdue by" in read(client_for(amira), referral)


@pytest.mark.parametrize("how", ["restricted", "barred"])
def test_it_lists_and_offers_for_signing_only_referrals_that_the_reader_may_see(
    client_for: ClientFor, siblings: Referral, tess: User, amira: User, cleo: User, how: str
) -> None:
    """Cleo may sign, and sees nothing restricted."""
    other = submitting.submit(by=tess, submission=a_submission())
    queue.claim(by=amira, referral=other)
    decisions.decide(by=amira, subject=other.subjects.get(), judgement=judged())
    client, pages = client_for(cleo), (f"/queue/{siblings.reference}/", "/to-sign/")
    file, to_sign = (client.get(page).content.decode() for page in pages)
    assert f"/queue/{other.reference}/" in file and "Ada Byrne" in to_sign
    Referral.objects.filter(pk=other.pk).update(**{how: True if how == "restricted" else [cleo.pk]})
    file, to_sign = (client.get(page).content.decode() for page in pages)
    assert other.reference not in file and "None that you may see" in file and "Ada Byrne" not in to_sign
