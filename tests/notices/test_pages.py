"""A police desk sends a file: through the pages, without JavaScript."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.policy import Role
from referrals.choices import Via
from referrals.models import Batch, BatchRow, Referral, Upload
from tests.notices.files import a_file, families, row

pytestmark = pytest.mark.django_db
# The marks that keep a name from turning its sentence round.
BARE = {0x2068: None, 0x2069: None}
ClientFor = Callable[[User], Client]


def choose(client: Client, content: str | bytes, name: str = "night.csv") -> Any:
    data = content.encode() if isinstance(content, str) else content
    return client.post("/notices/new/", {"file": SimpleUploadedFile(name, data, "text/csv")})


def links(client: Client, address: str) -> dict[str, bool]:
    return {link.label: link.current for link in client.get(address).context["navigation"]}


def test_it_gives_the_police_desk_a_link_of_its_own(client_for: ClientFor, pat: User, tess: User) -> None:
    desk, school = client_for(pat), client_for(tess)
    for address in ("/notices/", "/notices/new/"):
        assert links(desk, address)["Notices"] and not links(desk, address)["Referrals"]
        assert links(school, address)["Referrals"] and "Notices" not in links(school, address)
    assert links(desk, "/referrals/")["Referrals"]


def test_it_gives_no_such_link_to_police_who_may_not_refer(client_for: ClientFor, pat: User) -> None:
    pat.roles = [Role.TRIAGE_WORKER]
    pat.save()
    assert "Notices" not in links(client_for(pat), "/queue/")


def test_it_sends_the_good_rows_and_names_the_bad_one(client_for: ClientFor, pat: User) -> None:
    client = client_for(pat)
    two = [row(incident_number="MP-9", first_name=name) for name in ("Bo", "Cy")]
    bad = row(incident_number="MP-10", date_of_birth="31/02/2020", first_name="Dee", address_line_1="9 Mill Lane")
    answer = choose(client, a_file(*families(2), *two, bad))
    page = client.get(answer["Location"]).content.decode()
    assert "There is no such date" in page and "Row 6" in page
    assert Referral.objects.count() == 0
    answer = client.post(answer["Location"])
    batch = Batch.objects.get()
    page = client.get(answer["Location"]).content.decode()
    assert answer["Location"] == f"/notices/{batch.pk}/" and "4 rows accepted, as 3 referrals" in page
    assert set(Referral.objects.values_list("via", "submitted_by")) == {(Via.BULK, pat.pk)}
    twins = BatchRow.objects.get(position=4).referral
    assert twins and sorted(str(one) for one in twins.subjects.all()) == ["Bo Byrne", "Cy Byrne"]
    assert BatchRow.objects.get(position=6).errors == {
        "date_of_birth": ["There is no such date. Check the day and the month."]
    }
    assert Upload.objects.count() == 0


def test_it_says_what_to_do_with_a_file_of_which_no_row_is_good(client_for: ClientFor, pat: User) -> None:
    client = client_for(pat)
    page = client.get(choose(client, a_file(row(date_of_birth="x")))["Location"]).content.decode()
    assert "No row of this file can be sent" in page and "Send the others now" not in page


def test_it_says_of_a_child_with_a_name_already_that_it_is_not_born_yet(client_for: ClientFor, pat: User) -> None:
    client = client_for(pat)
    due = (timezone.localdate() + timedelta(days=60)).strftime("%d/%m/%Y")
    unborn = row(first_name="", last_name="Shaw", date_of_birth="", due_date=due)
    address = choose(client, a_file(unborn))["Location"]
    assert "Shaw, not born yet" in client.get(address).content.decode()
    assert "Shaw, not born yet" in client.get(client.post(address)["Location"]).content.decode().translate(BARE)
