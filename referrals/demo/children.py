"""What was sent to the front door: invented children, in the words of those who worried."""

from dataclasses import replace
from datetime import date, timedelta

from django.utils import timezone

from accounts.models import User
from referrals.demo.clock import born
from referrals.submission import Address, Adult, Child, Concern, Consent, Indicator, Referrer, Submission, Tools

GIVEN = Consent(status="given", lawful_basis="public_task", family_told="yes")
NOT_SOUGHT = Consent(
    status="not_sought",
    reason="Asking could put the child at more risk.",
    lawful_basis="legal_obligation",
    family_told="no",
)
REFUSED = Consent(status="refused", reason="Mum says they will manage.", lawful_basis="public_task", family_told="yes")


def from_(user: User, role: str) -> Referrer:
    """The referrer that somebody with an account is."""
    return Referrer(name=user.name, role=role, phone=user.organisation.phone, email=user.email)


def worry(category: str, narrative: str, *codes: str, about: tuple[int, ...] = (), harm: str = "") -> Concern:
    signs = tuple(Indicator(code=code) for code in codes)
    return Concern(category=category, narrative=narrative, indicators=signs, about=about, who_causes_harm=harm)


def home(line1: str) -> Address:
    return Address(line1=line1, town="Merebrook", postcode="MB1 2AB")


def a_child(name: str, birth_date: date, sex: str, line1: str) -> Child:
    given, _, family = name.partition(" ")
    return Child(given_name=given, family_name=family, birth_date=birth_date, sex=sex, address=home(line1))


def baby_with_a_bruise(gil: User) -> Submission:
    wren = a_child("Wren Thistlewood", born(0, 5), "F", "4 Quay Row")
    seen = "Bruise on the left cheek, about 2 cm, seen at the 5-month check. Mum could not say how."
    return Submission(
        children=(wren,),
        adults=(Adult(name="Marnie Thistlewood", relationship="mother", parental_responsibility="yes"),),
        concerns=(worry("physical_abuse", seen, "D19", harm="Not known"),),
        consent=NOT_SOUGHT,
        referrer=from_(gil, "GP"),
    )


def child_in_danger(pat: User) -> Submission:
    jory = a_child("Jory Pennyfeather", born(7), "M", "19 Ropewalk")
    said = "Officers are at the home now. Jory says he was hit with a belt and is afraid to stay. Ambulance called."
    return Submission(
        children=(jory,),
        adults=(Adult(name="Dale Pennyfeather", relationship="step-father", causes_harm=True),),
        concerns=(worry("physical_abuse", said, "D20", harm="Dale Pennyfeather, step-father"),),
        consent=NOT_SOUGHT,
        referrer=from_(pat, "response officer"),
        immediate_danger=True,
    )


def hungry_and_tired(tess: User) -> Submission:
    milo = a_child("Milo Larkspur", born(8), "M", "2 Lamp Court")
    noticed = "Most days Milo comes without breakfast, in yesterday's clothes. Mum is tearful at the gate."
    return Submission(
        children=(milo,),
        concerns=(worry("neglect", noticed, "P06"),),
        consent=GIVEN,
        referrer=from_(tess, "class teacher"),
    )


def young_carer(tess: User) -> Submission:
    ivy = a_child("Ivy Saltmarsh", born(10), "F", "7 Heron Street")
    told = "Ivy looks after her father, who has MS, before and after school. She would like to meet other young carers."
    return Submission(
        children=(ivy,),
        concerns=(worry("family_support", told, "F02", "D05"),),
        consent=GIVEN,
        referrer=from_(tess, "class teacher"),
    )


def new_in_town(chi: User) -> Submission:
    arlo = a_child("Arlo Meadowes", born(2), "M", "31 Ferry Lane")
    asked = "They have just moved here and ask for a playgroup and a health visitor. No worries about Arlo."
    return Submission(
        children=(arlo,),
        concerns=(worry("family_support", asked, "D03", "F01"),),
        consent=GIVEN,
        referrer=from_(chi, "family worker"),
    )


def something_not_right(hana: User) -> Submission:
    sky = Child(given_name="Sky", family_name="Underhill", estimated_age=14, sex="F")
    felt = "Sky has gone quiet and sits alone. A friend says something happened at the weekend but not what."
    return Submission(
        children=(sky,),
        concerns=(worry("other", felt),),
        consent=Consent(status="not_sought", reason="We do not know enough yet."),
        referrer=from_(hana, "safeguarding lead"),
    )


def the_coach(hana: User) -> Submission:
    reed = a_child("Reed Hollowell", born(12), "M", "5 Mill Rise")
    said = "Reed says a volunteer coach sends him messages late at night and asked him to keep them secret."
    return Submission(
        children=(reed,),
        concerns=(worry("allegation_against_worker", said, "D36", harm="A volunteer coach at a local club"),),
        consent=NOT_SOUGHT,
        referrer=from_(hana, "safeguarding lead"),
    )


def shouting_in_the_night(pat: User) -> Submission:
    names = (("Fern", 6, "F"), ("Ash", 4, "M"))
    children = tuple(
        Child(
            given_name=name, family_name="Coppergate", birth_date=born(years), sex=sex, address=home("12 Anchor Yard")
        )
        for name, years, sex in names
    )
    found = "Called by neighbours at 11pm. Both children awake and frightened. Third call to this address since spring."
    return Submission(
        children=children,
        adults=(Adult(name="Kit Coppergate", relationship="father", causes_harm=True, whereabouts="With a friend"),),
        concerns=(worry("domestic_abuse", found, "F06", harm="Kit Coppergate, father"),),
        consent=REFUSED,
        referrer=from_(pat, "response officer"),
        tools=Tools(dash=9, domestic_abuse_by="The officer who attended"),
    )


def often_missing(hana: User) -> Submission:
    june = a_child("June Barleycroft", born(15), "F", "8 Tanner Hill")
    counted = "Missing from home four times this month, once overnight. She has a new phone that she will not explain."
    return Submission(
        children=(june,),
        concerns=(worry("missing", counted, "D24"),),
        consent=GIVEN,
        referrer=from_(hana, "safeguarding lead"),
    )


def unborn(gil: User) -> Submission:
    child = Child(
        family_name="Winterbourne", due_date=timezone.localdate() + timedelta(days=70), address=home("22 Sail Loft")
    )
    told = "Ria is 30 weeks pregnant. She told the midwife that her partner pushed her down the stairs last week."
    return Submission(
        children=(child,),
        adults=(
            Adult(name="Ria Winterbourne", relationship="mother"),
            Adult(name="Cal Stonely", relationship="mother's partner", causes_harm=True),
        ),
        concerns=(worry("domestic_abuse", told, "F08", "P14", harm="Cal Stonely, mother's partner"),),
        consent=NOT_SOUGHT,
        referrer=from_(gil, "GP"),
    )


UNCLE = Adult(
    name="Tam Byrnewood",
    relationship="uncle",
    causes_harm=True,
    parental_responsibility="no",
    whereabouts="Stays with the family most weekends",
)
MOTHER = Adult(
    name="Sal Byrnewood",
    relationship="mother",
    parental_responsibility="yes",
    phone="07700 900461",
    safe_contact="On weekdays before three, when she is alone. No messages: others read her telephone.",
)


def seen_in_town(pat: User) -> Submission:
    bo = a_child("Bo Byrnewood", born(5, 3), "M", "1 Mill Lane")
    seen = "Bo was by himself outside the arcade at 11 on a school morning. We took him home; his mother had slept in."
    return Submission(
        children=(bo,),
        adults=(MOTHER,),
        concerns=(worry("education", seen, "D05"),),
        consent=GIVEN,
        referrer=from_(pat, "police officer"),
    )


def two_siblings(tess: User) -> Submission:
    ada = replace(
        a_child("Ada Byrnewood", born(7, 6), "F", "1 Mill Lane"),
        aliases="Addy",
        ethnicity="MWBC",
        language="English",
        interpreter="no",
        disabilities=("HEAR",),
        communication="Wears two hearing aids. Sit in front of her, and leave her time.",
        earlier_addresses=("9 Dock Street, until last spring",),
    )
    bo = a_child("Bo Byrnewood", born(5, 3), "M", "1 Mill Lane")
    bruise = "A bruise on Ada's upper arm in the shape of a hand. She says Uncle Tam did it and not to tell."
    late = "Bo is often late or away, and falls asleep in the afternoon."
    hurt = replace(
        worry("physical_abuse", bruise, "D20", about=(0,), harm="Tam Byrnewood, uncle"),
        happened="On Sunday evening; she showed it on Monday before lunch",
        how_known="child",
        childs_words="“Uncle Tam did it. He said not to tell.” I had asked only what had happened to her arm.",
    )
    return Submission(
        children=(ada, bo),
        adults=(UNCLE, MOTHER),
        concerns=(hurt, worry("education", late, "D05", about=(1,))),
        consent=NOT_SOUGHT,
        referrer=from_(tess, "class teacher"),
        strengths="Their grandmother, two streets away, collects them on Fridays. Both children love her.",
        hopes="That both are seen today, and that somebody speaks with their mother alone.",
        done_already="We gave Bo a place at the breakfast club, and met their mother in September.",
    )


def one_child(user: User, role: str, child: Child, concern: Concern, consent: Consent = GIVEN) -> Submission:
    """The shortest kind of referral."""
    return Submission(children=(child,), concerns=(concern,), consent=consent, referrer=from_(user, role))
