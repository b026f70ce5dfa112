"""The hub takes a referral for anybody by telephone or letter, in one page."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from accounts.models import Organisation, User
from mash.audit.models import Event
from mash.outbox.models import CallTask, Message
from referrals.choices import Identity, Stage, Via
from referrals.models import Party, Receipt, Referral, SealedIdentity, WrittenDown
from referrals.services import calls_taken
from tests.cast import sign_in

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User], Client]
TAKE = "/take-a-call/"
TOKEN = "6f9619ff-8b86-4011-b42d-00c04fc964ff"


def typed(**changes: Any) -> dict[str, Any]:
    """A neighbour telephones about one child; changed."""
    return {
        "token": TOKEN,
        "rows": "4",
        "via": "phone",
        "danger": "no",
        "kind": "public",
        "relation": "neighbour",
        "wish": "public_open",
        "name": "Nora Next",
        "phone": "0151 496 0777",
        "given_1": "Ada",
        "family_1": "Byrne",
        "born_1": "4/5/2019",
        "sex_1": "F",
        "line1": "1 Mill Lane",
        "postcode": "ch411aa",
        "adult_1": "Mark",
        "tie_1": "father",
        "harm_1": "yes",
        "category": "neglect",
        "narrative": "He is out all night and she is alone.",
        "status": "not_sought",
        "family_told": "no",
        **changes,
    }


def text(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def test_it_stores_what_a_neighbour_says_and_whom_it_is_from(client_for: ClientFor, amira: User) -> None:
    due = (timezone.localdate() + timedelta(days=60)).strftime("%d/%m/%Y")
    answer = client_for(amira).post(TAKE, typed(due_2=due, given_4="Bo", age_4="0"))
    referral = Referral.objects.get()
    assert answer["Location"] == f"/take-a-call/{referral.reference}/"
    assert (referral.via, referral.recorded_by, referral.submitted_by) == (Via.PHONE, amira, None)
    assert (referral.referrer_name, referral.referrer_role, referral.source_code) == ("Nora Next", "Neighbour", "1B")
    assert (referral.stage, referral.owner) == (Stage.RECEIVED, None)
    children = [(one.given_name, one.unborn, one.estimated_age, one.postcode) for one in referral.subjects.all()]
    at = "CH41 1AA"
    assert children == [("Ada", False, None, at), ("", True, None, at), ("Bo", False, 0, at)]
    assert referral.adults.get().causes_harm
    page = text(client_for(amira).get(answer["Location"]))
    assert "We call you on 0151 496 0777" in page and f"/queue/{referral.reference}/" in page
    call = CallTask.objects.get()
    assert call.message and call.message.recipient_phone == "0151 496 0777"
    assert client_for(amira).post(answer["Location"]).status_code == 302
    call.refresh_from_db()
    assert (call.state, call.done_by, call.how) == (CallTask.State.DONE, amira, CallTask.How.TELEPHONE)
    assert "They have heard" not in text(client_for(amira).get(answer["Location"]))


def test_it_lets_a_professional_follow_it_as_themselves(client_for: ClientFor, amira: User, tess: User) -> None:
    said = typed(kind="professional", organisation="mill lane  PRIMARY", job="Teacher", name="Tess", email=tess.email)
    page = text(client_for(amira).post(TAKE, said, follow=True))
    referral = Referral.objects.get()
    assert (referral.submitted_by, referral.organisation, referral.recorded_by) == (tess, tess.organisation, amira)
    assert referral.source_code == "2A"
    assert "You can follow it when you sign in" in page
    assert client_for(tess).get(f"/referrals/{referral.reference}/").status_code == 200
    assert Message.objects.get().recipient_user == tess


def test_it_ties_nobody_to_an_address_of_another_organisation(
    client_for: ClientFor, amira: User, tess: User, police: Organisation
) -> None:
    said = typed(kind="professional", organisation=police.name, name="Tess", email=tess.email)
    client_for(amira).post(TAKE, said)
    assert Referral.objects.get().submitted_by is None


def test_it_takes_a_professional_of_an_organisation_that_is_not_ours(client_for: ClientFor, amira: User) -> None:
    client_for(amira).post(TAKE, typed(kind="professional", organisation="", job="Vet", phone=""))
    referral = Referral.objects.get()
    assert (referral.organisation.kind, referral.source_code) == ("unlisted", "10")
    assert CallTask.objects.count() == 1, "with neither number nor address somebody at the hub must find a way"


def test_it_keeps_a_withheld_name_apart(client_for: ClientFor, amira: User) -> None:
    page = text(client_for(amira).post(TAKE, typed(wish="public_withheld", name="Winifred Whisper")))
    referral = Referral.objects.get()
    assert (referral.referrer_identity, referral.referrer_name) == (Identity.PUBLIC_WITHHELD, "Name withheld")
    assert (referral.referrer_phone, referral.referrer_role) == ("", "")
    assert "Winifred" not in page and "Their receipt code" in page
    sealed = SealedIdentity.objects.get(referral=referral)
    assert (sealed.name, sealed.source_code, referral.source_code) == ("Winifred Whisper", "1B", "10")
    assert Receipt.objects.filter(referral=referral).exists()
    assert "withheld" in Party.objects.get().cannot_be_told and not Message.objects.exists()
    everything = str([*Referral.objects.values(), *Party.objects.values(), *Event.objects.values()])
    assert "Winifred" not in everything and "496 0777" not in everything


def test_it_asks_an_anonymous_caller_for_nothing(client_for: ClientFor, amira: User) -> None:
    client = client_for(amira)
    page = text(client.post(TAKE, typed(wish="anonymous")))
    assert "They will not give a name" in page and "Nora Next" in page
    page = text(client.post(TAKE, typed(wish="anonymous", name="", phone="")))
    assert "Their receipt code" in page
    referral = Referral.objects.get()
    assert (referral.referrer_identity, referral.source_code) == (Identity.ANONYMOUS, "9")


def test_it_says_which_child_and_which_adult_is_wrong_in_the_order_of_the_page(
    client_for: ClientFor, amira: User
) -> None:
    wrong = {"born_1": "yesterday", "born_2": "31/2/2019", "age_2": "99", "nhs_2": "1", "tie_2": "x" * 201}
    form = client_for(amira).post(TAKE, typed(**wrong, postcode="x", narrative="")).context["form"]
    assert list(form.error_links()) == [
        ("id_born_1", "Date of birth of child 1: write the date as day, month and year, like 4/5/2019"),
        ("id_born_2", "Date of birth of child 2: there is no such date. Check the day and the month"),
        ("id_age_2", "Age of child 2 must be between 0 and 25"),
        ("id_nhs_2", "NHS number of child 2: an NHS number has 10 digits, like 943 476 5919"),
        ("id_postcode", "Enter a full UK postcode, like CH41 1AA"),
        ("id_tie_2", "Who adult 2 is to the children must be 200 characters or fewer. You have 201"),
        ("id_narrative", form.fields["narrative"].error_messages["required"]),
    ]


def test_it_makes_one_of_a_page_that_is_sent_twice(client_for: ClientFor, amira: User, ben: User) -> None:
    said = typed(wish="anonymous", name="", phone="")
    first, second = (text(client_for(amira).post(TAKE, said)) for _ in range(2))
    code = first.split('app-reference">')[2].split("<")[0]
    assert code in second
    assert Referral.objects.count() == 1
    assert "This page was used before" in text(client_for(ben).post(TAKE, said))


def test_it_writes_down_when_a_letter_came(client_for: ClientFor, amira: User) -> None:
    client = client_for(amira)
    assert "Enter when the letter came" in text(client.post(TAKE, typed(via="letter")))
    assert "There is no such date" in text(client.post(TAKE, typed(via="letter", received_on="31/2/2026")))
    assert "in the future" in text(client.post(TAKE, typed(via="letter", received_on="1/1/2099")))
    client.post(TAKE, typed(via="letter", received_on="20/11/2026"))
    file = text(client.get(f"/queue/{Referral.objects.get().reference}/"))
    assert "written down by Amira Example. The letter came on 20 November 2026" in file
    assert (Referral.objects.get().via, WrittenDown.objects.get().received_on) == ("letter", date(2026, 11, 20))


def test_it_adds_a_row_and_keeps_everything(client_for: ClientFor, amira: User) -> None:
    page = text(client_for(amira).post(TAKE, {**typed(narrative="", given_4="Bo"), "add": "child"}))
    assert "Child 5" in page and "There is a problem" not in page
    for kept in ("Nora Next", "1 Mill Lane", 'value="Bo"', TOKEN, 'name="rows" value="5"'):
        assert kept in page, kept
    assert not Referral.objects.exists()


def test_it_stores_what_only_some_callers_know(client_for: ClientFor, amira: User) -> None:
    said = typed(nhs_1="943 476 5919", school_1="Mill Lane Nursery", interpreter_1="yes", language_1="Polish")
    client_for(amira).post(TAKE, said)
    child = Referral.objects.get().subjects.get()
    assert (child.nhs_number, child.school) == ("9434765919", "Mill Lane Nursery")
    assert (child.interpreter, child.language) == ("yes", "Polish")


def test_it_folds_away_what_few_callers_know_unless_something_was_typed_there(
    client_for: ClientFor, amira: User
) -> None:
    client = client_for(amira)
    folded = '<details class="govuk-details govuk-!-margin-bottom-2">'
    assert text(client.get(TAKE)).count(folded) == 4
    page = text(client.post(TAKE, {**typed(school_2="Mill Lane Nursery"), "add": "child"}))
    assert page.count(folded) == 4 and page.count(folded.replace(">", " open>")) == 1
    assert 'value="Mill Lane Nursery"' in page
    page = text(client.post(TAKE, typed(nhs_1="943 476 5918")))
    assert page.count(folded.replace(">", " open>")) == 1 and 'href="#id_nhs_1"' in page
    assert "NHS number of child 1: that NHS number is not right: check each digit<" in page


def test_it_drops_no_row_in_which_anything_was_typed(client_for: ClientFor, amira: User) -> None:
    page = text(client_for(amira).post(TAKE, typed(language_3="Polish")))
    assert 'href="#id_given_3"' in page and not Referral.objects.exists()
    page = text(client_for(amira).post(TAKE, typed(nhs_1="9434765919", given_2="Bo", nhs_2="9434765919")))
    assert 'href="#id_nhs_2"' in page and "the same NHS number" in page


def test_it_says_each_mistake_beside_its_box(client_for: ClientFor, amira: User) -> None:
    page = text(client_for(amira).post(TAKE, {}))
    for sentence in ("Select whether a child is in danger now", "Select who it is", "Write what they say"):
        assert sentence in page
    said = typed(given_2="Ada", family_2="Byrne", born_2="4/5/2019", due_1="1/1/2099")
    page = text(client_for(amira).post(TAKE, said))
    assert 'href="#id_due_1"' in page
    page = text(client_for(amira).post(TAKE, typed(given_3="Ada", family_3="Byrne", born_3="4/5/2019")))
    assert 'href="#id_given_3"' in page and "named twice" in page
    page = text(client_for(amira).post(TAKE, typed(given_1="", family_1="", born_1="")))
    assert "Add the child" in page and 'href="#id_given_1"' in page
    page = text(client_for(amira).post(TAKE, typed(kind="professional", organisation="Nowhere")))
    assert "There is no organisation with this name" in page
    assert not Referral.objects.exists()


def test_it_keeps_what_was_typed_when_the_session_has_ended(client_for: ClientFor, amira: User) -> None:
    client = client_for(amira)
    client.get(TAKE)
    del client.cookies["sessionid"]
    held = client.post(TAKE, typed())["Location"].split("next=")[1]
    sign_in(client, amira)
    assert "He is out all night" in text(client.get(held))


def test_it_is_for_the_hub_alone(client_for: ClientFor, amira: User, ben: User, tess: User, gita: User) -> None:
    client_for(amira).post(TAKE, typed())
    reference = Referral.objects.get().reference
    for user in (tess, gita):
        assert client_for(user).get(TAKE).status_code == 403
        assert client_for(user).post(TAKE, typed()).status_code == 403
        assert client_for(user).get(f"/take-a-call/{reference}/").status_code == 404
    assert client_for(ben).get(f"/take-a-call/{reference}/").status_code == 404
    with pytest.raises(PermissionDenied):
        calls_taken.take(by=tess, call=None)  # type: ignore[arg-type]


def test_it_hands_an_allegation_over_unread(client_for: ClientFor, amira: User) -> None:
    page = text(client_for(amira).post(TAKE, typed(category="allegation_against_worker"), follow=True))
    assert "Only the officer for allegations" in page
    assert client_for(amira).get(f"/queue/{Referral.objects.get().reference}/").status_code == 404
