"""A list of people in a file: every way a spreadsheet may write it, and nothing done before it is confirmed."""

import contextlib
import threading
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import csv_people
from accounts.errors import NotNow, Refused
from accounts.models import Invitation, PeopleLoad, User
from accounts.policy import Role
from accounts.services import invitations, loads
from mash.outbox.models import Message
from tests.cast import person

pytestmark = pytest.mark.django_db
HEAD = "name,email,role\n"
GOOD = HEAD + "Sam Long,sam@mill.example,Practitioner\nJo Short,jo@mill.example,Safeguarding lead; Practitioner\n"


def read(text: str, encoding: str = "utf-8") -> list[csv_people.Row]:
    return csv_people.read(text.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_it_reads_what_spreadsheets_write(encoding, ending, delimiter):
    lines = [("Name ", "EMAIL", "Roles"), ("Zoë Müller", " Zoe@Mill.example", "practitioner"), ("", "", "")]
    [row] = read(ending.join(delimiter.join(line) for line in lines), encoding)
    assert (row.line, row.name, row.email, row.roles) == (2, "Zoë Müller", "zoe@mill.example", ["practitioner"])
    assert row.problem == ""


def test_it_reads_its_own_template(leo, client_for):
    answer = client_for(leo).get("/people/people.csv")
    assert answer["Content-Type"].startswith("text/csv")
    [row] = csv_people.read(answer.content)
    assert (row.name, row.problem) == (
        "Sam Example",
        "This is the example that shows what a row looks like: take it out",
    )
    [row] = csv_people.read(answer.content.replace(b"Sam Example", b"Sam Real"))
    assert (row.name, row.roles, row.problem) == ("Sam Real", ["practitioner"], "")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "name the columns"),
        (b"hello", "name the columns"),
        (b"name,email\nA,a@b.example\n", "name the columns"),
        (HEAD.encode(), "no people"),
        (b"PK\x03\x04\x00\x00xlsx", "not a CSV"),
        (b"\xff\xfe\x00", "cannot be read"),
        (b"name,email,role\n\x81\x8d,a@b.example,Practitioner", "cannot be read"),
        (b"x" * (csv_people.MOST_BYTES + 1), "smaller than 2 MB"),
        ((HEAD + "A,a@b.example,Practitioner\n" * 501).encode(), "at most 500"),
        ((HEAD + '"' + "a" * 200_000 + '"').encode(), "not a CSV"),
    ],
)
def test_it_says_plainly_when_it_is_no_such_file(data, words):
    with pytest.raises(Refused, match=words) as refused:
        csv_people.read(data)
    assert refused.value.field == "file"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (",a@b.example,Practitioner", "name is missing"),
        ("A,,Practitioner", "email is missing"),
        ("A,a@b.example,", "role is missing"),
        ("A", "email is missing"),
        ("A,not an address,Practitioner", "correct format"),
        ("A,a@b.example,Captain", "“Captain” is not one of ours"),
        ("A,a@b.example,Practitioner; Captain", "not one of ours"),
        ('"=HYPERLINK(""http://x"")",a@b.example,Practitioner', "a spreadsheet would run"),
        ("+44,a@b.example,Practitioner", "a spreadsheet would run"),
        ("A,@b.example,Practitioner", "a spreadsheet would run"),
        ("A,-a@b.example,Practitioner", "a spreadsheet would run"),
        (f"{'A' * 201},a@b.example,Practitioner", "name is too long"),
    ],
)
def test_a_bad_row_costs_itself(line, words):
    bad, good = read(f"{HEAD}{line}\nSam,sam@mill.example,Practitioner\n")
    assert words in bad.problem and bad.roles == []
    assert good.problem == ""


@given(st.binary(max_size=400))
@settings(max_examples=200, suppress_health_check=list(HealthCheck))
def test_it_reads_anything_or_refuses_it(data):
    for prefix in (b"", HEAD.encode()):
        with contextlib.suppress(Refused):
            csv_people.read(prefix + data)


def upload(browser: Any, school: Any, text: str) -> Any:
    file = SimpleUploadedFile("people.csv", text.encode())
    return browser.post(f"/organisations/{school.pk}/load/", {"file": file})


def test_nobody_is_invited_before_it_is_confirmed_and_then_once(leo, school, client_for):
    browser = client_for(leo)
    preview = upload(browser, school, GOOD)["Location"]
    page = browser.get(preview).content.decode()
    assert page.count("Will be invited") == 2
    assert not Invitation.objects.exists() and not Message.objects.exists()
    for _ in range(2):
        assert browser.post(preview, {"csrfmiddlewaretoken": "x"})["Location"] == f"/organisations/{school.pk}/"
    assert Invitation.objects.count() == Message.objects.count() == 2
    assert Invitation.objects.get(email="jo@mill.example").roles == ["practitioner", "safeguarding_lead"]
    assert "This list was confirmed" in browser.get(preview).content.decode()


def test_it_says_what_to_do_with_a_list_of_which_nobody_can_be_invited(leo, school, client_for):
    browser = client_for(leo)
    page = browser.get(upload(browser, school, HEAD + "Tess,tess@new.example,Captain\n")["Location"]).content.decode()
    assert "There is nobody to invite on this list" in page and f"/organisations/{school.pk}/load/" in page


def test_it_says_of_each_what_will_happen(leo, tess, pat, invite, school, hal, high, client_for):
    invite()
    invite(by=hal, organisation=high, email="taken@high.example")
    rows = [
        ("Nia", "nia@mill.example", "Practitioner"),
        ("Tess", tess.email, "Practitioner"),
        ("Pat", pat.email, "Practitioner"),
        ("Max", "taken@high.example", "Practitioner"),
        ("Amy", "amy@mill.example", "Triage worker"),
        ("Bob", "bob@mill.example", "Practitioner"),
        ("Bob Two", "BOB@mill.example", "Practitioner"),
    ]
    load = loads.prepare(by=leo, organisation=school, data=(HEAD + "\n".join(map(",".join, rows))).encode())
    found = loads.judged(leo, school, loads.rows_of(load))
    assert [row.becomes for row in found] == ["already_invited", "", "", "", "", "invite", ""]
    assert [row.problem.partition(":")[0] for row in found] == [
        "",
        "There is an account with this address already",
        invitations.NOT_HERE,
        invitations.NOT_HERE,
        "You cannot give or take away one of these roles",
        "",
        "This address is on the list twice",
    ]
    loads.confirm(by=leo, load=load)
    assert Invitation.objects.filter(organisation=school).count() == 2


def test_it_is_judged_again_when_it_is_confirmed(leo, school):
    load = loads.prepare(by=leo, organisation=school, data=GOOD.encode())
    User.objects.create_user("sam@mill.example", name="Sam", organisation=school, roles=["practitioner"])
    assert loads.confirm(by=leo, load=load).invited == 1
    other = loads.prepare(by=leo, organisation=school, data=GOOD.encode())
    with pytest.raises(NotNow, match="Nobody on this list"):
        loads.confirm(by=leo, load=other)


def test_a_list_is_its_senders_alone_and_is_forgotten_after_a_day(leo, polly, school, hal, client_for):
    load = loads.prepare(by=leo, organisation=school, data=GOOD.encode())
    for other in (polly, hal):
        assert client_for(other).get(f"/people/lists/{load.pk}/").status_code == 404
    assert loads.forget_old() == 0
    with time_machine.travel(timezone.now() + loads.KEPT, tick=False):
        loads.forget_old()
    with time_machine.travel(timezone.now() + loads.KEPT * 2):
        loads.forget_old()
    assert not PeopleLoad.objects.exists()


def test_a_refused_file_is_said_beside_the_box(leo, school, client_for):
    page = upload(client_for(leo), school, "hello").content.decode()
    assert "There is a problem" in page and "name the columns" in page
    assert "Choose" in client_for(leo).post(f"/organisations/{school.pk}/load/", {"x": "y"}).content.decode()


def test_only_the_administrator_reads_where_an_address_has_an_account(
    leo, polly, amira, invite, school, hal, high, client_for
):
    invite(by=hal, organisation=high, email="taken@high.example")
    rows = [("Amira", amira.email, "Practitioner"), ("Max", "taken@high.example", "Practitioner")]
    text = HEAD + "\n".join(map(",".join, rows))
    browser = client_for(leo)
    page = browser.get(upload(browser, school, text)["Location"]).content.decode()
    table = page.partition("<tbody>")[2].partition("</tbody>")[0]
    assert table.count(invitations.NOT_HERE) == 2 and "account" not in table
    found = loads.judged(polly, school, read(text))
    assert [row.problem for row in found] == [invitations.HAS_ACCOUNT, invitations.ELSEWHERE]


def test_a_lead_reads_nothing_of_the_hubs_people_in_their_own_organisation(polly, ben, hub, invite):
    lead = person("Lena", hub, Role.SAFEGUARDING_LEAD)
    invite(by=polly, organisation=hub, email="new@hub.example", roles=["triage_worker"])
    text = f"{HEAD}Ben,{ben.email},Practitioner\nNew,new@hub.example,Practitioner\n"
    assert {row.problem for row in loads.judged(lead, hub, read(text))} == {invitations.NOT_HERE}
    assert [row.becomes for row in loads.judged(polly, hub, read(text))] == ["", loads.AGAIN]


def test_it_judges_500_rows_with_as_many_queries_as_one(leo, school, django_assert_num_queries):
    def rows(number: int) -> list[csv_people.Row]:
        return read(HEAD + "".join(f"A{n},a{n}@mill.example,Practitioner\n" for n in range(number)))

    for number in (1, 500):
        with django_assert_num_queries(4):
            assert len(loads.judged(leo, school, rows(number))) == number


@pytest.mark.django_db(transaction=True)
def test_confirmed_twice_at_once_it_invites_once(leo, school):
    load = loads.prepare(by=leo, organisation=school, data=GOOD.encode())

    def confirm() -> None:
        loads.confirm(by=leo, load=load)
        connection.close()

    threads = [threading.Thread(target=confirm) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Message.objects.count() == 2
