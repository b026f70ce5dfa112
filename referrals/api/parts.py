"""What the API's description says of a referral that is sent, part by part.

These serializers describe and never read: reading is in `referrals.documents`, which names every mistake by its path.
A test holds their fields to those of `referrals.submission`.
"""

from typing import Any

from rest_framework import serializers

from referrals.choices import Agreement, Category, Disability, Ethnicity, FamilyTold, HowKnown, LawfulBasis, Sex
from referrals.documents import LONGEST_NARRATIVE, LONGEST_NOTE, MOST_CONCERNS
from referrals.documents.people import (
    ADDRESS_LENGTH,
    EMAIL_LENGTH,
    LANGUAGE_LENGTH,
    MOST_ADULTS,
    MOST_CHILDREN,
    MOST_EARLIER_ADDRESSES,
    NOTE_LENGTH,
    OLDEST_YEARS,
    PHONE_LENGTH,
    RESPONSIBILITY,
    TOWN_LENGTH,
)
from referrals.documents.words import ANSWERS
from referrals.documents.worker import LONGEST_ABOUT
from thresholds.api import describing
from thresholds.api.describing import NOT_NEEDED, Indicators

SHORT: dict[str, Any] = {**NOT_NEEDED, "allow_blank": True, "max_length": 200}


class Address(serializers.Serializer[Any]):
    line1 = serializers.CharField(**SHORT)
    line2 = serializers.CharField(**SHORT)
    town = serializers.CharField(**{**SHORT, "max_length": TOWN_LENGTH})
    postcode = serializers.CharField(**SHORT, help_text="In full, like CH41 1AA.")


class Child(serializers.Serializer[Any]):
    """A child needs a name (“Not known” will do) unless unborn, and has at most one of birth date, due date and age."""

    given_name = serializers.CharField(**SHORT)
    family_name = serializers.CharField(**SHORT)
    aliases = serializers.CharField(**SHORT, help_text="Other names that the child is, or was, known by.")
    birth_date = serializers.DateField(**NOT_NEEDED)
    due_date = serializers.DateField(**NOT_NEEDED, help_text="For an unborn child, instead of the birth date.")
    estimated_age = serializers.IntegerField(
        **NOT_NEEDED, min_value=0, max_value=OLDEST_YEARS, help_text="In years, when the birth date is not known."
    )
    sex = serializers.ChoiceField(Sex.choices, **NOT_NEEDED)
    nhs_number = serializers.CharField(**SHORT, help_text="Ten digits; the last one is checked.")
    upn = serializers.CharField(**SHORT, help_text="Unique pupil number, 13 characters.")
    school = serializers.CharField(**SHORT)
    ethnicity = serializers.ChoiceField(Ethnicity.choices, **NOT_NEEDED)
    language = serializers.CharField(**{**SHORT, "max_length": LANGUAGE_LENGTH}, help_text="Spoken at home.")
    interpreter = serializers.ChoiceField(ANSWERS, **NOT_NEEDED, help_text="Whether the family needs one.")
    disabilities = serializers.ListField(
        child=serializers.ChoiceField(Disability.choices),
        **NOT_NEEDED,
        max_length=2 * len(Disability.values),
        help_text="NONE goes with no other. Left out: not known.",
    )
    communication = serializers.CharField(
        **{**SHORT, "max_length": NOTE_LENGTH}, help_text="How the child makes themselves understood, and what helps."
    )
    address = Address(**NOT_NEEDED)
    earlier_addresses = serializers.ListField(
        child=serializers.CharField(allow_blank=True, allow_null=True, max_length=ADDRESS_LENGTH),
        **NOT_NEEDED,
        max_length=MOST_EARLIER_ADDRESSES,
    )


class Adult(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200)
    relationship = serializers.CharField(**SHORT)
    causes_harm = serializers.BooleanField(**NOT_NEEDED)
    parental_responsibility = serializers.ChoiceField(RESPONSIBILITY, **NOT_NEEDED)
    phone = serializers.CharField(**{**SHORT, "max_length": PHONE_LENGTH})
    email = serializers.EmailField(**{**SHORT, "max_length": EMAIL_LENGTH})
    address = serializers.CharField(**{**SHORT, "max_length": ADDRESS_LENGTH})
    safe_contact = serializers.CharField(
        **{**SHORT, "max_length": NOTE_LENGTH}, help_text="How they can be reached safely, and who may hear or read it."
    )
    whereabouts = serializers.CharField(**{**SHORT, "max_length": NOTE_LENGTH})


class Concern(serializers.Serializer[Any]):
    category = serializers.ChoiceField(Category.choices)
    narrative = serializers.CharField(max_length=LONGEST_NARRATIVE, help_text="What was seen or heard, in own words.")
    indicators = Indicators()
    happened = serializers.CharField(**{**SHORT, "max_length": LONGEST_NOTE}, help_text="When it happened, in words.")
    how_known = serializers.ChoiceField(HowKnown.choices, **NOT_NEEDED)
    childs_words = serializers.CharField(
        **{**SHORT, "max_length": LONGEST_NARRATIVE}, help_text="Exactly what the child said."
    )
    who_causes_harm = serializers.CharField(**{**SHORT, "max_length": LONGEST_NOTE})
    about = serializers.ListField(
        child=serializers.IntegerField(min_value=0),
        **NOT_NEEDED,
        max_length=MOST_CHILDREN,
        help_text="Positions in children, from 0. Left out: the concern is about all of them.",
    )


class Consent(serializers.Serializer[Any]):
    """The family’s agreement to a service. It is not the lawful basis for sharing."""

    status = serializers.ChoiceField(Agreement.choices)
    reason = serializers.CharField(
        **{**SHORT, "max_length": LONGEST_NOTE}, help_text="Needed when agreement is refused or was not sought."
    )
    lawful_basis = serializers.ChoiceField(LawfulBasis.choices, **NOT_NEEDED)
    family_told = serializers.ChoiceField(FamilyTold.choices, **NOT_NEEDED)


class Referrer(serializers.Serializer[Any]):
    """Whoever is worried, with a telephone number or an email address: they are owed the outcome."""

    name = serializers.CharField(max_length=200)
    role = serializers.CharField(**SHORT)
    phone = serializers.CharField(**{**SHORT, "max_length": PHONE_LENGTH})
    email = serializers.EmailField(**{**SHORT, "max_length": EMAIL_LENGTH})


class ScreeningTools(describing.Tools):
    """Scores of screening tools that were used, and who gave each. Left out is not the same as a score of 0."""

    domestic_abuse_by = serializers.CharField(**SHORT, help_text="Who filled in DASH or DARA, and when.")
    neglect_by = serializers.CharField(**SHORT)
    exploitation_by = serializers.CharField(**SHORT)


class Worker(serializers.Serializer[Any]):
    """Somebody who works with children, in a referral with a concern of the category allegation_against_worker."""

    name = serializers.CharField(max_length=200)
    job = serializers.CharField(**SHORT)
    employer = serializers.CharField(**SHORT)
    known_on = serializers.DateField(**NOT_NEEDED, help_text="The day on which your organisation learnt of it.")
    still_working = serializers.ChoiceField(ANSWERS, **NOT_NEEDED, help_text="With children, now.")
    own_children = serializers.ChoiceField(ANSWERS, **NOT_NEEDED, help_text="Whether they have children of their own.")
    own_children_about = serializers.CharField(**{**SHORT, "max_length": LONGEST_ABOUT})


class Submission(serializers.Serializer[Any]):
    children = serializers.ListField(child=Child(), min_length=1, max_length=MOST_CHILDREN)
    adults = serializers.ListField(child=Adult(), **NOT_NEEDED, max_length=MOST_ADULTS)
    concerns = serializers.ListField(child=Concern(), min_length=1, max_length=MOST_CONCERNS)
    consent = Consent()
    referrer = Referrer()
    tools = ScreeningTools(**NOT_NEEDED)
    strengths = serializers.CharField(**{**SHORT, "max_length": LONGEST_NARRATIVE}, help_text="What works well.")
    hopes = serializers.CharField(**{**SHORT, "max_length": LONGEST_NARRATIVE}, help_text="What should happen.")
    done_already = serializers.CharField(
        **{**SHORT, "max_length": LONGEST_NARRATIVE},
        help_text="What your organisation has done already; something is expected below Level 4.",
    )
    worker = Worker(**NOT_NEEDED)
    immediate_danger = serializers.BooleanField(
        **NOT_NEEDED, help_text="A child is in danger now. Call 999 first: this is no emergency line."
    )
    framework = serializers.CharField(
        **NOT_NEEDED, help_text="If given, it must be the framework of this authority: no other is used for referrals."
    )
