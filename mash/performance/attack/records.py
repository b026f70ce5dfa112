"""Records that the demonstration does not leave lying about, so that every page has something to open."""

from contextlib import suppress
from dataclasses import fields
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation, SourceCode, User
from accounts.policy import Act, Role
from accounts.services import invitations, loads, reviews
from mash.access import held
from mash.access.models import HeldPost
from mash.lib import boxes
from mash.outbox.models import Message
from mash.performance.attack import passkeys
from referrals import visible
from referrals.choices import Category, ClockKey, Identity, Via
from referrals.demo import people
from referrals.errors import Refused
from referrals.models import Decision, Handover, Referral
from referrals.publicly import Sealed
from referrals.selectors.wanted import Wanted
from referrals.services import (
    acknowledging,
    amending,
    calls_taken,
    drafts,
    notices,
    rereading,
    saved_filters,
    sealing,
    withdrawing,
)
from referrals.submission import Child, Concern, Consent, Referrer, Submission
from thresholds.selectors.frameworks import framework_here
from thresholds.services import drafts as framework_drafts
from thresholds.services import trying

DRAFTS = 5

Users = dict[str, User]


def leave(users: Users, clients: dict[str, Client]) -> dict[str, list[Any]]:
    """Make them; answers what may stand in an address that no door explains, by the name of its place."""
    _drafts(users)
    _additions(users)
    _withheld_name(users)
    _notices(users[Role.PRACTITIONER], clients[Role.PRACTITIONER])
    rereading.draw(list(Decision.objects.all()))
    _call_taken(users[Role.TRIAGE_WORKER])
    saved_filters.save(by=users[Role.TRIAGE_WORKER], name="Worst", wanted=Wanted(level="4"))
    _review()
    _thresholds(users[Role.PARTNERSHIP_ADMINISTRATOR])
    key = Authenticator.objects.create(
        user=users[Role.PRACTITIONER],
        type=Authenticator.Type.WEBAUTHN,
        data={"name": "Key", "credential": passkeys.credential()},
    )
    return {
        "pk": [key.pk],
        "token": [_invitation(users, clients), _held_page(users[Role.PRACTITIONER]), _inbox_link()],
        "identity": list(Identity.values),
        "item": ["item1"],
        "indicator": ["D05"],
        "combining": ["baby"],
        "night": [str(row.night) for row in Handover.objects.all()],
        "key": [ClockKey.DECISION, ClockKey.CASE_ACCEPTANCE, ClockKey.CASE_ALLOCATION],
    }


def _drafts(users: Users) -> None:
    """For each who may refer: one that can be sent, one about somebody who works with children, and one begun. Each
    item is called `item1`."""
    for user in (one for one in users.values() if one.may(Act.REFER)):
        for category in (Category.NEGLECT, Category.ALLEGATION):
            drafts.save(draft=drafts.start(by=user), changes=_answers(user, category))
        drafts.start(by=user)


def _answers(user: User, category: Category) -> dict[str, Any]:
    worry = {"id": "item1", "category": category, "narrative": "She was hungry.", "indicators": [{"code": "D05"}]}
    return {
        "immediate_danger": False,
        "children": [{"id": "item1", "given_name": "Ada", "family_name": "Byrne", "estimated_age": 7}],
        "adults": [{"id": "item1", "name": "Jo Byrne", "relationship": "mother"}],
        "concerns": [worry],
        "consent": {"status": "given", "lawful_basis": "public_task", "family_told": "yes"},
        "referrer": {"name": user.name, "role": "class teacher", "phone": "0151 496 0000"},
    }


def _additions(users: Users) -> None:
    """More words on each of a teacher's referrals, and a wish on each that is being worked on."""
    teacher = users[Role.PRACTITIONER]
    for referral in visible.submissions(teacher):
        amending.add(by=teacher, referral=referral, words="She told me more today.")
        if not withdrawing.ends(referral):
            with suppress(Refused):
                withdrawing.withdraw(by=teacher, referral=referral, reason="It has been explained.", ending=False)


def _withheld_name(users: Users) -> None:
    manager, worker = users[Role.TRIAGE_MANAGER], users[Role.TRIAGE_WORKER]
    both = visible.referrals(worker).filter(pk__in=visible.referrals(manager).values("pk"))
    referral: Referral = both.order_by("-pk")[0]
    gran = {"name": "Gran Byrne", "relationship": "grandmother", "source_code": SourceCode.RELATIVE}
    sealed = Sealed(**{one.name: gran.get(one.name, "") for one in fields(Sealed)})
    sealing.seal(referral=referral, sealed=sealed)
    sealing.let(by=manager, referral=referral, user=worker, reason="To ring her back.")


def _held_page(user: User) -> UUID:
    body = boxes.shut("question=Is+this+normal", purpose=held.PURPOSE)
    return HeldPost.objects.create(user=user, path=reverse("ask_advice"), body=body).token


def _inbox_link() -> str:
    """In the last message to a shared inbox."""
    message = Message.objects.filter(kind=acknowledging.KIND).latest("pk")
    return acknowledging.says(message)["got_it"].rstrip("/").rpartition("/")[2]


def _notices(user: User, client: Client) -> None:
    """The page's own example, with another child in it: sent once, and held once until it is looked through."""
    example = client.get(reverse("notices_template")).content.decode("utf-8-sig").replace("Ada", "Eve")
    sent = notices.hold(by=user, name="night.csv", text=example)
    client.post(reverse("check_notices", args=[sent.token]))
    notices.hold(by=user, name="day.csv", text=example)


def a_worry() -> Submission:
    """What somebody tells who has no account."""
    return Submission(
        children=(Child(given_name="Ada"),),
        concerns=(Concern(category="neglect", narrative="They are alone at night."),),
        consent=Consent(status="not_sought", reason="A neighbour told us."),
        referrer=Referrer(name="A neighbour"),
    )


def _call_taken(worker: User) -> None:
    caller = calls_taken.Caller(identity=Identity.ANONYMOUS)
    call = calls_taken.Call(token=uuid4(), via=Via.PHONE, caller=caller, submission=a_worry())
    calls_taken.take(by=worker, call=call)


def _thresholds(admin: User) -> None:
    """Drafts of the next version of what is in force here: some to change, and one that has been tried."""
    here = framework_here()
    for _ in range(DRAFTS):
        draft = framework_drafts.start(by=admin, key=here.key, title=here.title, based_on=here)
    trying.preview(by=admin, draft=draft)


def _review() -> None:
    """This quarter's, of people who were there when it began."""
    User.objects.update(date_joined=timezone.now() - timedelta(days=100))
    reviews.open_due(today=timezone.localdate())


def _invitation(users: Users, clients: dict[str, Client]) -> str:
    admin = users[Role.PARTNERSHIP_ADMINISTRATOR]
    charity = Organisation.objects.get(name=people.CHARITY)
    row = invitations.invite(
        by=admin, organisation=charity, name="New Person", email="new@lighthouse.example", roles=[Role.PRACTITIONER]
    )
    example = clients[Role.PARTNERSHIP_ADMINISTRATOR].get(reverse("people_template")).content
    example = example.replace(b"Sam Example", b"Sam Brook")
    loads.prepare(by=admin, organisation=charity, data=example)
    return invitations.token(row.pk)
