"""Files of notices from every kind of program, and what is wrong with them."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation, User
from mash.celery import app
from referrals.choices import Agreement
from referrals.errors import Refused
from referrals.models import Batch, BatchRow, Referral, Subject, Upload
from referrals.notices import rows, table
from referrals.notices.columns import NAMES, template
from referrals.selectors import notices as selectors
from referrals.services import notices as services
from referrals.tasks import forget_uploads
from tests.cast import person
from tests.notices.files import ROW, a_file, families, row
from tests.notices.test_pages import choose

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User], Client]


def send(pat: User, *some: dict[str, Any]) -> Batch:
    """A file of these rows, sent."""
    upload = services.hold(by=pat, name="night.csv", text=table.decode(a_file(*some).encode()))
    plan = selectors.preview(pat, upload)
    return services.send(by=pat, upload=upload, notices=plan.notices, refused=plan.refused)


def errors_of(pat: User, **changes: Any) -> dict[str, list[str]]:
    """What is wrong with one row."""
    batch = send(pat, row(**changes))
    found: dict[str, list[str]] = BatchRow.objects.get(batch=batch).errors
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_it_reads_what_any_program_saves(encoding: str, delimiter: str) -> None:
    data = a_file(row(last_name="Čapek" if "utf" in encoding else "Peña"), delimiter=delimiter).encode(encoding)
    line = table.read(table.decode(data)).lines[0]
    assert line.cells["last_name"] in ("Čapek", "Peña")
    assert line.number == 2


def test_it_reads_heads_as_people_write_them() -> None:
    text = "Incident Number,First name,Category,What happened?,Shoe size\nMP-1,\0Ada,neglect,Alone,7\n,,,,\n"
    read = table.read(table.decode(text.encode()))
    assert read.lines[0].cells == {
        "incident_number": "MP-1",
        "first_name": "Ada",
        "category": "neglect",
        "what_happened": "Alone",
    }
    assert (len(read.lines), read.not_read) == (1, ("Shoe size",))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"PK\x03\x04xlsx", "not a CSV"),
        (b"a,b\n1,2\n", "Missing: incident_number"),
        (a_file().encode(), "only the head"),
        (a_file(row(), head=(*NAMES, "category")).encode(), "twice: category"),
        (a_file(*families(501)).encode(), "500 rows"),
        (b"x" * (5 * 1024 * 1024 + 1), "5 MB"),
        (b'incident_number,category,what_happened\n"' + b"y" * 200_000, "cannot be read"),
    ],
)
def test_it_refuses_what_is_no_file_of_notices(client_for: ClientFor, pat: User, data: bytes, says: str) -> None:
    answer = choose(client_for(pat), data)
    page = answer.content.decode()
    assert answer.status_code == 200
    if data:
        assert says in page
    else:
        assert "The file is empty" in page
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"incident_number": ""}, "incident_number"),
        ({"first_name": "", "last_name": ""}, "first_name"),
        ({"date_of_birth": "4 May"}, "date_of_birth"),
        ({"date_of_birth": "04/05/2099"}, "date_of_birth"),
        ({"due_date": "01/01/2027"}, "due_date"),
        ({"age": "seven", "date_of_birth": ""}, "age"),
        ({"sex": "?!"}, "sex"),
        ({"nhs_number": "123"}, "nhs_number"),
        ({"postcode": "nowhere"}, "postcode"),
        ({"adult_1_causes_harm": "perhaps"}, "adult_1_causes_harm"),
        ({"category": "noise"}, "category"),
        ({"category": "allegation_against_worker"}, "category"),
        ({"what_happened": ""}, "what_happened"),
        ({"signs": "ZZ9"}, "signs"),
        ({"dash_score": "99"}, "dash_score"),
        ({"dash_grade": "purple"}, "dash_grade"),
        ({"risk_grade": "purple"}, "risk_grade"),
        ({"agreement": "refused"}, "agreement_reason"),
        ({"immediate_danger": "maybe"}, "immediate_danger"),
    ],
)
def test_it_names_the_column_of_each_mistake(pat: User, changes: dict[str, str], column: str) -> None:
    assert column in errors_of(pat, **changes)
    assert not Referral.objects.exists()


def test_it_stores_what_a_row_says(pat: User) -> None:
    said = row(signs="f06; D05", dash_score="3", risk_grade="Standard risk", category="Domestic abuse", sex="Girl")
    send(
        pat, said | {"adult_2_name": "Mark Shaw", "adult_2_causes_harm": "YES", "date_of_birth": "2019-05-04 00:00:00"}
    )
    referral = Referral.objects.get()
    concern = referral.concerns.get()
    assert sorted(concern.indicators.values_list("code", flat=True)) == ["D05", "F06"]
    assert concern.narrative.endswith("Incident number MP-1.")
    assert (referral.agreement, referral.agreement_reason) == (Agreement.NOT_SOUGHT, rows.NOT_ASKED)
    assert referral.document["tools"]["dash"] == 3 and referral.document["tools"]["dara"] == "standard"
    assert [(one.name, one.causes_harm) for one in referral.adults.all()] == [("Jo Byrne", False), ("Mark Shaw", True)]
    assert (referral.subjects.get().sex, referral.referrer_name) == ("F", pat.name)


def test_it_makes_one_referral_of_one_family_in_one_incident(pat: User) -> None:
    twins = [row(first_name=name, risk_grade=one) for name, one in (("Bo", "standard"), ("Cy", "high"))]
    twins[0]["dash_grade"] = "Medium risk"
    neighbour = row(first_name="Dee", last_name="Shaw", address_line_1="2 Mill Lane")
    again = row(incident_number="MP-2", first_name="Eve")
    own_words = row(first_name="Flo", what_happened="Flo was hurt as well.")
    send(pat, *twins, neighbour, again, own_words)
    families = sorted(sorted(one.given_name for one in referral.subjects.all()) for referral in Referral.objects.all())
    assert families == [["Bo", "Cy", "Flo"], ["Dee"], ["Eve"]]
    referral = Referral.objects.get(subjects__given_name="Bo")
    assert (referral.document["tools"]["dara"], referral.document["tools"]["dash_grade"]) == ("high", "medium")
    assert [one["about"] for one in referral.document["concerns"]] == [[0, 1], [2]]


def test_it_lets_a_bad_twin_cost_itself_alone(pat: User) -> None:
    batch = send(pat, row(first_name="Bo"), row(first_name="Cy", date_of_birth="x"), row(first_name="Bo"))
    assert Subject.objects.get().given_name == "Bo"
    refused = BatchRow.objects.filter(batch=batch, referral=None)
    assert dict(refused.values_list("position", "errors"))[4] == {"first_name": ["This child is named twice."]}
    assert refused.count() == 2


def test_it_takes_unborn_twins_of_one_mother(pat: User) -> None:
    from datetime import timedelta

    from django.utils import timezone

    due = (timezone.localdate() + timedelta(days=30)).isoformat()
    send(pat, *[row(first_name="", date_of_birth="", due_date=due)] * 2)
    referral = Referral.objects.get()
    assert (referral.subjects.count(), referral.level) == (2, 3)


def test_it_makes_one_batch_of_a_file_that_is_sent_twice(client_for: ClientFor, pat: User) -> None:
    client = client_for(pat)
    where = choose(client, a_file(*families(2)))["Location"]
    upload = Upload.objects.get()
    plan = selectors.preview(pat, upload)
    services.send(by=pat, upload=upload, notices=plan.notices, refused=plan.refused)
    services.send(by=pat, upload=upload, notices=plan.notices, refused=plan.refused)
    batch = Batch.objects.get()
    assert client.post(where).status_code == 404
    answer = choose(client, a_file(*families(2)))
    assert answer["Location"] == f"/notices/{batch.pk}/"
    assert Referral.objects.count() == 2


def test_it_gives_back_refused_rows_that_no_spreadsheet_runs(client_for: ClientFor, pat: User, police: Any) -> None:
    bad = row(first_name="=cmd|' /C calc'!A0", what_happened="+1, @x", date_of_birth="x")
    batch = send(pat, bad)
    client = client_for(pat)
    text = client.get(f"/notices/{batch.pk}/refused.csv").content.decode("utf-8-sig")
    cells = next(csv.DictReader(io.StringIO(text)))
    assert cells["first_name"] == "'=cmd|' /C calc'!A0" and cells["what_happened"] == "'+1, @x"
    assert "date_of_birth: Write the date" in cells["what_is_wrong"]
    mended = text.replace(",x,", ",04/05/2019,")
    client.post(choose(client, mended)["Location"])
    assert Referral.objects.get().subjects.get().given_name == "=cmd|' /C calc'!A0"


def test_it_starts_from_a_template_that_can_be_sent(client_for: ClientFor, pat: User) -> None:
    text = client_for(pat).get("/notices/template.csv").content
    assert table.read(table.decode(text)).not_read == ()
    head, example = template()
    cells = dict(zip(head, example, strict=True))
    assert not errors_of(pat, **{**cells, "incident_number": "MP-1"})
    assert errors_of(pat, **cells) == {"": ["This is the example that shows what a row looks like. Take it out."]}


def test_it_shows_a_batch_to_its_sender_and_their_lead_alone(
    client_for: ClientFor, pat: User, police: Organisation, tess: User, amira: User
) -> None:
    from accounts.policy import Role

    batch = send(pat, ROW, row(date_of_birth="x"))
    lead, colleague = person("Lee", police, Role.SAFEGUARDING_LEAD), person("Col", police, Role.PRACTITIONER)
    assert "Ada Byrne" in client_for(lead).get(f"/notices/{batch.pk}/").content.decode()
    assert client_for(lead).get(f"/notices/{batch.pk}/refused.csv").status_code == 404
    for user in (colleague, tess, amira):
        assert client_for(user).get(f"/notices/{batch.pk}/").status_code == 404
    assert client_for(amira).get("/notices/").status_code == 403


def test_it_shows_a_refused_row_to_whoever_sent_it_and_to_no_lead(
    client_for: ClientFor, pat: User, police: Organisation
) -> None:
    from accounts.policy import Role

    worry = row(category="allegation_against_worker", first_name="Canary", incident_number="INC-7")
    batch = send(pat, ROW, worry)
    lead = client_for(person("Lee", police, Role.SAFEGUARDING_LEAD))
    page = lead.get(f"/notices/{batch.pk}/").content.decode()
    assert "1 row accepted" in page
    for words in ("Canary", "INC-7", "efused", "works with children"):
        assert words not in page
    assert ">1<" not in lead.get("/notices/").content.decode().split('data-label="Refused"')[1]
    mine = client_for(pat)
    assert "Canary" in mine.get(f"/notices/{batch.pk}/").content.decode()
    assert "1" in mine.get("/notices/").content.decode().split('data-label="Refused"')[1].split("</td>")[0]


def test_it_forgets_a_file_that_nobody_sent(pat: User, tess: User, client_for: ClientFor) -> None:
    import time_machine
    from django.utils import timezone

    upload = services.hold(by=pat, name="night.csv", text=a_file(row()))
    assert client_for(tess).get(f"/notices/check/{upload.token}/").status_code == 404
    with time_machine.travel(timezone.now() + services.KEPT_FOR * 2):
        assert forget_uploads() == 1
    assert forget_uploads.name in {entry["task"] for entry in app.conf.beat_schedule.values()}


def test_it_raises_what_it_cannot_read() -> None:
    with pytest.raises(Refused):
        table.decode(b"\0\0")
