"""Match a child on a referral to a person the hub knows, or make one. A person does this, at triage."""

from collections.abc import Sequence
from functools import reduce
from operator import or_

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from accounts.models import User
from mash.audit import events
from referrals import keys, visible
from referrals.errors import Refused, SomeoneElse
from referrals.models import Household, Person, Subject
from referrals.submission import Address


def candidates(*, by: User, subject: Subject) -> list[Person]:
    """People who may be this child: the same NHS number, or the same family name and birth date.

    Only those on a referral or a case that `by` may see: what is closed to somebody names nobody to them.
    """
    return candidates_for(by=by, subjects=[subject])[subject.pk]


def candidates_for(*, by: User, subjects: Sequence[Subject]) -> dict[int, list[Person]]:
    """The same for several children in one query, by the child's key; nobody for a child who is known already."""
    unknown = [subject for subject in subjects if subject.person_id is None]
    people = list(_alike(unknown).filter(_seen(by)).order_by("pk")) if unknown else []
    found: dict[int, list[Person]] = {subject.pk: [] for subject in subjects}
    for subject in unknown:
        found[subject.pk] = [person for person in people if _may_be(subject, person)]
    return found


def _alike(subjects: Sequence[Subject]) -> QuerySet[Person]:
    same = reduce(or_, map(_same, subjects), Q(pk__in=[]))
    return Person.objects.alias(name=Lower("family_name")).filter(same)


def _seen(by: User) -> Q:
    """Asked person by person: there are few who are alike, and many referrals."""
    subjects = Subject.objects.filter(person=OuterRef("pk"), referral__in=visible.referrals(by))
    return Q(Exists(subjects)) | Q(Exists(visible.cases(by).filter(person=OuterRef("pk"))))


def _same(subject: Subject) -> Q:
    """In the terms of the index on the lower-case name and the birth date."""
    same = Q(pk__in=[])
    if subject.nhs_number:
        same |= Q(nhs_number=subject.nhs_number)
    if subject.family_name and subject.birth_date:
        same |= Q(name=subject.family_name.lower(), birth_date=subject.birth_date)
    return same


def _may_be(subject: Subject, person: Person) -> bool:
    if subject.nhs_number and subject.nhs_number == person.nhs_number:
        return True
    named = bool(subject.family_name) and subject.family_name.lower() == person.family_name.lower()
    return named and subject.birth_date is not None and subject.birth_date == person.birth_date


def settle(*, by: User, subject: Subject, person: Person | None, number_is_wrong: bool = False) -> Person:
    """Tie `subject` to `person`, or to a new one; once tied, it stays tied.

    Refuses to make a second person with an NHS number that somebody has: one of the two is wrong, and a human must
    look. When they say that it is this child's number that is wrong, the new person has none; nor when the number is
    of somebody whom `by` may not see, for a refusal would name them. The audit trail keeps who may be the same.
    """
    if subject.person is not None:
        return subject.person
    if person is None:
        person = _make(by, subject, nhs_number="" if number_is_wrong else subject.nhs_number)
    elif person not in candidates(by=by, subject=subject):
        raise Refused(f"{person} does not look like {subject}: look again", field="person")
    _note_unseen(by, subject, person)
    if not Subject.objects.filter(pk=subject.pk, person=None).update(person=person):
        raise SomeoneElse(f"Somebody else has just said who {subject} is.")
    subject.person = person
    events.record(by=by, what="child_identified", about=person, detail={"subject": subject.pk})
    return person


def _make(by: User, subject: Subject, *, nhs_number: str) -> Person:
    try:
        with transaction.atomic():
            return _create(subject, nhs_number)
    except IntegrityError as clash:
        if not Person.objects.filter(_seen(by), nhs_number=nhs_number).exists():
            return _create(subject, "")
        raise Refused(
            "Another child is recorded with this NHS number. Choose that child, or say that the number is wrong.",
            field="person",
        ) from clash


def _create(subject: Subject, nhs_number: str) -> Person:
    return Person.objects.create(
        given_name=subject.given_name,
        family_name=subject.family_name,
        birth_date=subject.birth_date,
        sex=subject.sex,
        nhs_number=nhs_number,
        household=_household(subject),
    )


def _note_unseen(by: User, subject: Subject, person: Person) -> None:
    """Write down whom `by` could not choose because they may not see them, so that a manager can join the two."""
    unseen = list(_alike([subject]).exclude(_seen(by)).exclude(pk=person.pk).values_list("pk", flat=True))
    if unseen:
        events.record(by=by, what="possible_same_child", about=person, detail={"people": unseen})


def _household(subject: Subject) -> Household:
    address = Address(
        line1=subject.address_line1, line2=subject.address_line2, town=subject.town, postcode=subject.postcode
    )
    household, _ = Household.objects.get_or_create(
        key=subject.referral.household_key, defaults={"address": keys.address_text(address)}
    )
    return household
