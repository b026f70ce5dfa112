"""Match a child on a referral to a person the hub knows, or make one. A person does this, at triage."""

from django.db.models import Q, QuerySet

from accounts.models import User
from mash.audit import events
from referrals import keys
from referrals.errors import Refused, SomeoneElse
from referrals.models import Household, Person, Subject
from referrals.submission import Address


def candidates(subject: Subject) -> QuerySet[Person]:
    """People who may be this child: the same NHS number, or the same family name and birth date."""
    same = Q(pk__in=[])
    if subject.nhs_number:
        same |= Q(nhs_number=subject.nhs_number)
    if subject.family_name and subject.birth_date:
        same |= Q(family_name__iexact=subject.family_name, birth_date=subject.birth_date)
    return Person.objects.filter(same).order_by("pk")


def settle(*, by: User, subject: Subject, person: Person | None) -> Person:
    """Tie `subject` to `person`, or to a new one; once tied, it stays tied.

    Refuses to make a second person with an NHS number that somebody has: one of the two is wrong, and a human must look.
    """
    if subject.person is not None:
        return subject.person
    if person is None:
        person = _make(subject)
    if not Subject.objects.filter(pk=subject.pk, person=None).update(person=person):
        raise SomeoneElse(f"Somebody else has just said who {subject} is.")
    subject.person = person
    events.record(by=by, what="child_identified", about=person, detail={"subject": subject.pk})
    return person


def _make(subject: Subject) -> Person:
    if subject.nhs_number and Person.objects.filter(nhs_number=subject.nhs_number).exists():
        raise Refused(
            "Another child is recorded with this NHS number. Choose that child, or correct the number.", field="person"
        )
    return Person.objects.create(
        given_name=subject.given_name,
        family_name=subject.family_name,
        birth_date=subject.birth_date,
        sex=subject.sex,
        nhs_number=subject.nhs_number,
        household=_household(subject),
    )


def _household(subject: Subject) -> Household:
    address = Address(
        line1=subject.address_line1, line2=subject.address_line2, town=subject.town, postcode=subject.postcode
    )
    household, _ = Household.objects.get_or_create(
        key=subject.referral.household_key, defaults={"address": keys.address_text(address)}
    )
    return household
