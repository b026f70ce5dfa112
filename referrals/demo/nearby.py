"""What Merebrook's families can turn to without the hub, and what its agencies asked lately. All of it is invented."""

from typing import Any
from uuid import uuid4

from accounts.models import User
from referrals.choices import Access, AgeGroup, Category
from referrals.demo.clock import days_ago, minutes_ago, then
from referrals.demo.people import Cast
from referrals.models import Consultation
from referrals.services import consultations, directory
from referrals.services.consultations import Question

EVERYTHING_AT_HOME = [Category.FAMILY_SUPPORT, Category.NEGLECT, Category.HOUSING, Category.OTHER]
SERVICES: tuple[tuple[str, str, list[Category], int, int, str, list[str], str, Access, str], ...] = (
    (
        "Harbour Family Hub",
        "Groups for babies and toddlers, help with sleep, food and routines, and somebody to talk to. Drop in.",
        [Category.FAMILY_SUPPORT, Category.NEGLECT, Category.EDUCATION, Category.DISABILITY],
        *(0, 11, "Harbour and Quayside", ["MB1", "MB2"], "0151 496 0170", Access.SELF, "Weekdays 9am to 5pm"),
    ),
    (
        "Hill Top Family Hub",
        "Help for families with children of any age: behaviour, money, school, and meeting other parents.",
        [Category.FAMILY_SUPPORT, Category.NEGLECT, Category.EDUCATION, Category.DISABILITY],
        *(0, 19, "Hill Top and Weir", ["MB3", "MB4"], "0151 496 0171", Access.SELF, "Weekdays 9am to 6pm"),
    ),
    (
        "Merebrook Health Visitors",
        "Advice on feeding, sleep, growth and feeling low after a birth. A visit at home if that is easier.",
        [Category.FAMILY_SUPPORT, Category.NEGLECT, Category.DISABILITY, Category.MENTAL_HEALTH],
        *(0, 4, "", [], "0151 496 0172", Access.EITHER, "Weekdays 9am to 4:30pm"),
    ),
    (
        "School Nurse Line",
        "Advice for parents, children and schools on sleep, food, wetting, worries and growing up.",
        [Category.NEGLECT, Category.MENTAL_HEALTH, Category.EDUCATION, Category.DISABILITY, Category.OTHER],
        *(5, 18, "", [], "0151 496 0173", Access.EITHER, "Term time, weekdays 8:30am to 4pm"),
    ),
    (
        "Steady Minds",
        "Somebody to talk to for children and young people who feel low, anxious or angry. No waiting for a GP.",
        [Category.MENTAL_HEALTH, Category.OTHER],
        *(8, 18, "", [], "0151 496 0174", Access.SELF, "Monday to Saturday 11am to 8pm"),
    ),
    (
        "Ferry Lane Young Carers",
        "A break, friends and a listener for children who look after somebody at home.",
        [Category.FAMILY_SUPPORT, Category.EDUCATION, Category.MENTAL_HEALTH, Category.OTHER],
        *(6, 17, "", [], "0151 496 0175", Access.EITHER, "Weekdays 10am to 6pm"),
    ),
    (
        "Clear Water",
        "Help for young people who drink or use drugs, and for those whose parents do. Private and free.",
        [Category.SUBSTANCE_MISUSE],
        *(11, 25, "", [], "0151 496 0176", Access.SELF, "Weekdays 10am to 7pm"),
    ),
    (
        "Roof and Hearth",
        "Advice before a home is lost: rent, landlords, repairs, heating. Emergency food and beds.",
        [Category.HOUSING, Category.FAMILY_SUPPORT],
        *(0, 25, "", [], "0151 496 0177", Access.SELF, "Weekdays 9am to 5pm; emergencies at any hour"),
    ),
    (
        "Merebrook Short Breaks",
        "Clubs, holidays and time off for families of disabled children, and help with what they are owed.",
        [Category.DISABILITY, Category.FAMILY_SUPPORT],
        *(0, 25, "", [], "0151 496 0178", Access.AGENCY, "Weekdays 9am to 5pm"),
    ),
    (
        "Lighthouse Families",
        "A volunteer who visits once a week, and small grants for a bed, a cooker or a school coat.",
        EVERYTHING_AT_HOME,
        *(0, 16, "", [], "0151 496 0155", Access.EITHER, "Weekdays 9am to 5pm"),
    ),
)


def tell(cast: Cast) -> None:
    """The directory, one entry of which nobody has checked for long; one question that waits, one that is answered,
    and one where we said that it should be a referral."""
    for number, row in enumerate(SERVICES):
        with then(days_ago(190 if number == 8 else 20 + number, "10:00")):
            directory.add(by=cast["polly"], answers=_answers(row))
    _asked_and_answered(cast)
    _told_to_refer(cast)
    with then(minutes_ago(85)):
        _ask(
            cast["tess"],
            "A boy in my class has started to come in hungry and falls asleep after lunch. His mum is friendly but "
            "seems worn out. I have offered breakfast club. Is there more that I should do?",
            Category.NEGLECT,
            AgeGroup.PRIMARY,
        )


def _asked_and_answered(cast: Cast) -> None:
    with then(days_ago(3, "11:20")):
        row = _ask(
            cast["tess"],
            "A girl has told me that she looks after her dad before school. She is late twice a week but cheerful. "
            "Does this need a referral?",
            Category.FAMILY_SUPPORT,
            AgeGroup.PRIMARY,
        )
    with then(days_ago(3, "14:45")):
        consultations.answer(
            by=cast["ben"],
            consultation=row,
            text="Not as it stands. Talk with her and with dad about young carers: Ferry Lane takes children from "
            "six, and dad can ask his GP for help at home.\n\nAgree a later start on hard days and look again in a "
            "fortnight. Come back to us if she misses more school, or if dad gets worse.",
            should_refer=False,
            seen=0,
        )
    consultations.read(by=cast["tess"], consultation=row)


def _told_to_refer(cast: Cast) -> None:
    with then(days_ago(4, "09:50")):
        row = _ask(
            cast["chi"],
            "A mum at our group says that she and her baby have slept in the car since last week. She does not want "
            "anybody told. What can we do?",
            Category.HOUSING,
            AgeGroup.BABY,
        )
    with then(days_ago(4, "10:35")):
        consultations.answer(
            by=cast["ben"],
            consultation=row,
            text="Thank you for asking. A baby in a car in this weather cannot wait. Tell mum kindly that you have to "
            "tell us, and why. Then send a referral today, or ring us with her beside you.",
            should_refer=True,
            seen=0,
        )
    consultations.read(by=cast["chi"], consultation=row)


def _ask(by: User, words: str, category: Category, age_group: AgeGroup) -> Consultation:
    question = Question(question=words, category=category, age_group=age_group)
    return consultations.ask(by=by, question=question, token=uuid4())


def _answers(row: tuple[Any, ...]) -> dict[str, Any]:
    name, does, categories, first, last, area, districts, phone, access, hours = row
    return {
        "name": name,
        "does": does,
        "categories": [str(one) for one in categories],
        "age_from": first,
        "age_to": last,
        "area": area,
        "districts": districts,
        "phone": phone,
        "web": "",
        "email": "",
        "access": str(access),
        "hours": hours,
    }
