"""A triage worker's hour: twenty contacts from the queue, each decided beside its file, with every click counted.

A line of the table goes from the queue to the screen of the next one. The first contact is taken from the queue; so
that the others do not seem cheaper, the same one press is added to each of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from referrals.choices import Way
from referrals.models import Decision, Referral
from referrals.services import submitting
from referrals.submission import Address, Adult, Consent
from tests.cast import a_child, a_concern, a_submission
from tests.e2e.triage.hour import HEAD, Hand, Line

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
MOST = {"Advice": 6, "No further action": 6, "Gateway": 8}
LABELS = {"Advice": "Advice and universal", "No further action": "No further action", "Gateway": "Send to Gateway"}
WAYS = {"Advice": Way.ADVICE, "No further action": Way.NO_FURTHER_ACTION, "Gateway": Way.GATEWAY, "CADT": Way.CADT}
ADULTS = (Adult(name="Jo", relationship="mother"), Adult(name="Mark", relationship="father"))
GIVEN = Consent(status="given", family_told="yes")
REFUSED = Consent(status="refused", family_told="yes")
NOT_ASKED = Consent(status="not_sought", family_told="no")
WHY = "The school nurse sees the child each week, and the mother has asked for help there."


@dataclass(frozen=True)
class Contact:
    """What was sent, and what the worker makes of it: a way, and what it takes beyond that."""

    way: str
    codes: tuple[str, ...] = ()
    consent: Consent = GIVEN
    adults: tuple[Adult, ...] = ADULTS
    level: int = 0
    reason: str = ""
    despite: str = ""
    asked_meanwhile: bool = False
    more: str = ""


CONTACTS = (
    Contact("Advice", level=1),
    Contact("Advice", ("D05",), reason=WHY),
    Contact("No further action", level=1, reason=WHY),
    Contact("No further action", ("D05",), reason=WHY),
    Contact("Gateway", ("D05",)),
    Contact("Gateway", ("D05",), REFUSED, despite="The father may agree when Gateway explains it."),
    Contact("Advice", level=1, adults=()),
    Contact("No further action", level=1, adults=(), reason=WHY),
    Contact("Gateway", level=2, adults=(), consent=NOT_ASKED, asked_meanwhile=True),
    Contact("Gateway", ("D05",), NOT_ASKED, (), despite="We could not reach the mother by telephone."),
    Contact("Advice", ("D05",), adults=(), reason=WHY),
    Contact("Advice", level=1, more=" Please ring us on Monday."),
    Contact("No further action", ("D05",), adults=(), reason=WHY),
    Contact("Gateway", level=3),
    Contact("Gateway", ("D05",), level=3, more=" We will ring you."),
    Contact("Advice", level=1),
    Contact("No further action", level=1, reason=WHY),
    Contact("Gateway", level=2, adults=(), consent=REFUSED, despite="She may agree once a worker has met her."),
    Contact("Advice", ("D05",), adults=(), reason=WHY),
    Contact("Gateway", ("D05",), adults=()),
)


def sent(by: User, number: int, one: Contact) -> Referral:
    child = a_child(
        given_name=f"Child{number:02}",
        family_name=f"Family{number:02}",
        address=Address(line1=f"{number} Elm Street", postcode="CH41 1AA"),
        school="Elm Primary",
    )
    concern = a_concern(*one.codes, category="education", narrative="He comes late each Monday, and hungry.")
    submission = a_submission(children=(child,), concerns=(concern,), adults=one.adults, consent=one.consent)
    return submitting.submit(by=by, submission=submission)


def decide(hand: Hand, one: Contact) -> None:
    """All that this contact takes, and the press that leads to the next one."""
    form = hand.page.locator("#decide")
    hand.click(form.get_by_label(LABELS[one.way]))
    if one.more:
        words = form.get_by_label("What the referrer will read").locator("visible=true")
        hand.fill(words, words.input_value() + one.more)
    if one.level:
        hand.click(form.get_by_label(f"Level {one.level}"))
    if one.reason:
        hand.fill(form.get_by_label("Why?", exact=True), one.reason)
    if one.asked_meanwhile:
        hand.click(form.get_by_label("The family agrees"))
    if one.despite:
        hand.fill(form.get_by_label("why does it go ahead?"), one.despite)
    if (seen := form.get_by_label("I have seen what is not known")).count():
        hand.click(seen)
    hand.click(form.get_by_role("button", name="Decide and take the next"))


def screen(page: Page, contacts: dict[str, Contact]) -> list[Line]:
    hand, lines = Hand(page), []
    page.goto("/queue/")
    hand.press("n")
    taking = hand.count()
    for number in range(1, len(contacts) + 1):
        heading = page.get_by_role("heading", level=1)
        expect(heading).to_contain_text("Family")
        child = (heading.text_content() or "").partition(",")[0].strip()
        one = contacts[child]
        decide(hand, one)
        if number < len(contacts):
            expect(heading).to_contain_text("Family")
            expect(heading).not_to_contain_text(child)
        else:
            expect(heading).to_have_text("Nothing is waiting")
        lines.append(Line(child, one.way, hand.count() + taking))
    return lines


def test_twenty_contacts_in_an_hour(
    at_work: Callable[..., Page], tess: User, amira: User, record_property: Callable[[str, object], None]
) -> None:
    contacts = {f"Child{n:02} Family{n:02}": one for n, one in enumerate(CONTACTS, start=1)}
    rows = {name: sent(tess, n, one) for n, (name, one) in enumerate(contacts.items(), start=1)}
    began = monotonic()
    lines = screen(at_work(amira), contacts)
    took = monotonic() - began
    for text in ("A triage worker's hour", HEAD, *map(str, sorted(lines, key=lambda line: line.child))):
        record_property("figure", text)
    for way, most in MOST.items():
        totals = [line.total for line in lines if line.decided == way]
        record_property("figure", f"{way}: {len(totals)} contacts, at most {max(totals)} of {most}")
    record_property("figure", f"{len(lines)} contacts, {sum(line.total for line in lines)} in all, {took:.0f} s")
    assert len(lines) == len({line.child for line in lines}) == 20
    assert [str(line) for line in lines if line.total > MOST[line.decided]] == []
    found = {str(one.subject): one.way for one in Decision.objects.select_related("subject")}
    assert found == {name: WAYS[contacts[name].way] for name in rows}
