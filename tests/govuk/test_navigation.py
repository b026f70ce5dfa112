"""Each person sees the links whose act is theirs."""

from dataclasses import dataclass, field

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import RequestFactory

from mash.govuk import navigation


@dataclass
class Worker:
    acts: set[str] = field(default_factory=set)
    desk: bool = False
    is_authenticated: bool = True

    def may(self, act: str) -> bool:
        return act in self.acts


def asked_for(path: str, user: object) -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = user  # type: ignore[assignment]
    return request


def labels(path: str, user: object) -> list[tuple[str, bool]]:
    return [(link.label, link.current) for link in navigation.links(asked_for(path, user))]


@pytest.mark.usefixtures("pages")
class TestNavigation:
    def test_it_shows_a_link_only_to_those_whose_act_it_is(self) -> None:
        assert labels("/", Worker({"see_queue"})) == [("Raise a concern", True), ("Queue", False)]
        assert labels("/", Worker()) == [("Raise a concern", True)]

    def test_it_shows_nothing_before_sign_in(self) -> None:
        assert labels("/", AnonymousUser()) == []

    def test_it_marks_the_link_that_a_page_belongs_to(self) -> None:
        worker = Worker({"see_queue"})
        assert labels("/queue/?lane=cadt", worker)[1] == ("Queue", True)
        assert labels("/record/ABCD/", worker) == [("Raise a concern", False), ("Queue", True)]
        assert labels("/elsewhere/", worker) == [("Raise a concern", False), ("Queue", False)]

    def test_it_shows_a_link_only_to_whom_it_is_for(self) -> None:
        navigation.register(label="Notices", url_name="record", act="refer", wanted_by=lambda user: user.desk, order=30)
        assert labels("/", Worker({"refer"})) == [("Raise a concern", True)]
        assert labels("/", Worker(desk=True)) == [("Raise a concern", True)]
        assert labels("/", Worker({"refer"}, desk=True)) == [("Raise a concern", True), ("Notices", False)]

    def test_it_counts_what_waits_there_for_whoever_sees_the_link(self) -> None:
        navigation.register(
            label="Notices", url_name="record", act="refer", number=lambda user: len(user.acts), order=30
        )
        links = navigation.links(asked_for("/", Worker({"refer", "read"})))
        assert [(link.label, link.number) for link in links] == [("Raise a concern", 0), ("Notices", 2)]

    def test_it_marks_a_page_s_own_link_before_one_that_only_holds_it_as_well(self) -> None:
        navigation.register(label="Referrals", url_name="home", order=1, under=("/queue/",))
        assert labels("/queue/", Worker({"see_queue"})) == [("Referrals", False), ("Queue", True)]
        assert labels("/queue/", Worker()) == [("Referrals", True)]

    def test_it_holds_one_link_for_one_page_however_often_it_is_registered(self) -> None:
        navigation.register(label="The queue", url_name="queue", order=0)
        assert [label for label, _here in labels("/", Worker())] == ["The queue", "Raise a concern"]
