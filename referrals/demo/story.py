"""A few days at the front door of Merebrook, told through the same services that people use."""

from datetime import datetime
from functools import partial

from accounts.api_keys import AgencySystem
from accounts.models import User
from referrals.choices import ClosureReason, ReadHow, Way
from referrals.demo import after, children, nights
from referrals.demo.children import a_child, one_child, worry
from referrals.demo.clock import born, days_ago, minutes_ago, then
from referrals.demo.people import Cast
from referrals.duties import Agreed
from referrals.models import Case, Decision, Referral
from referrals.services import cases, decisions, queue, restricting, submitting, telling
from referrals.services.decisions import Judgement
from referrals.submission import Referrer, Submission


def tell(cast: Cast, system: AgencySystem) -> None:
    """Every stage and lane, oldest first; one transaction, so that a story is told whole or not at all.

    Everything that cannot wait has been signed and taken, but for the child in danger: whenever the demo is started,
    that is the one alarm of its first night.
    """
    for scene in (
        after.moved_away,
        closed_and_read,
        after.waits_for_a_worker,
        stepped_down,
        stepped_up,
        siblings_two_ways,
        no_further_action,
        told_again_while_open,
        advice,
        returned_to_the_queue,
        nights.tell,
        restricted,
        partial(offered_from_the_schools_system, system=system),
        offered_to_cadt,
        lowered_and_signed,
        waiting_for_a_second_person,
        unborn,
        on_a_desk,
        waiting_in_each_lane,
        baby_with_a_bruise,
        child_in_danger,
    ):
        scene(cast)


def closed_and_read(cast: Cast) -> None:
    child = a_child("Nell Fairweather", born(9), "F", "3 Orchard End")
    concern = worry("family_support", "Nell's gran died and Mum is struggling with mornings.", "P02")
    with then(days_ago(9, "10:05")):
        referral = submitting.submit(by=cast["tess"], submission=one_child(cast["tess"], "teacher", child, concern))
    case = _to_gateway(cast, referral, days_ago(9, "14:20"))
    with then(days_ago(8, "09:30")):
        cases.accept(by=cast["gita"], case=case)
    with then(days_ago(2, "16:10")):
        cases.close(
            by=cast["gita"],
            case=case,
            reason=ClosureReason.NEEDS_MET,
            words="Mornings are calmer, and Mum has a bereavement group. Keep an eye on Nell, and call if you worry.",
            note="Team around the family met twice. School is lead professional from now on.",
        )
    with then(days_ago(1, "08:40")):
        telling.read(by=cast["tess"], referral=referral, how=ReadHow.PRODUCT)


def stepped_up(cast: Cast) -> None:
    child = a_child("Robin Ashgrove", born(13), "M", "40 Dock Road")
    concern = worry("education", "Robin has stopped coming to lessons and has money that nobody can explain.", "D31")
    with then(days_ago(6, "11:15")):
        submission = one_child(cast["hana"], "safeguarding lead", child, concern)
        referral = submitting.submit(by=cast["hana"], submission=submission)
    case = _to_gateway(cast, referral, days_ago(6, "15:00"))
    with then(days_ago(5, "10:00")):
        cases.accept(by=cast["gita"], case=case)
    with then(days_ago(1, "11:45")):
        new = cases.step(
            by=cast["gita"],
            case=case,
            reason="Robin told his worker that older boys make him carry packages. He has a knife injury to the hand.",
            words="Robin may be being exploited, so CADT is taking over today. Please tell us at once if he is absent.",
        )
    with then(days_ago(1, "12:20")):
        cases.accept(by=cast["carl"], case=new)


def stepped_down(cast: Cast) -> None:
    child = a_child("Elsie Marlowe", born(3), "F", "16 Chapel Steps")
    concern = worry("neglect", "Elsie was found alone in the flat; the home was dirty and there was no food.", "P11")
    with then(days_ago(7, "09:20")):
        submission = one_child(cast["pat"], "neighbourhood officer", child, concern, children.NOT_SOUGHT)
        referral = submitting.submit(by=cast["pat"], submission=submission)
    case = _to_cadt(cast, referral, days_ago(7, "11:00"), "A social worker will see Elsie today.")
    with then(days_ago(7, "11:40")):
        cases.accept(by=cast["cleo"], case=case)
    with then(days_ago(3, "15:30")):
        new = cases.step(
            by=cast["cleo"],
            case=case,
            reason="Aunt has moved in, the home is safe and clean, and Mum has started treatment.",
            words="Elsie is safe with her mum and aunt. Gateway will go on helping the family at home.",
            agreement=Agreed(status="given", who="Mum, when Cleo saw them at home"),
        )
    with then(days_ago(2, "10:30")):
        cases.accept(by=cast["gita"], case=new)


def siblings_two_ways(cast: Cast) -> None:
    with then(days_ago(4, "14:50")):
        referral = submitting.submit(by=cast["tess"], submission=children.two_siblings(cast["tess"]))
    with then(days_ago(4, "15:20")):
        queue.claim(by=cast["ben"], referral=referral)
        ada, bo = referral.subjects.all()
        decisions.decide(by=cast["ben"], subject=ada, judgement=_specialist("A social worker will see Ada now."))
        decisions.decide(by=cast["ben"], subject=bo, judgement=_targeted("Gateway will help with school.", level=2))
    with then(days_ago(4, "15:45")):
        cases.accept(by=cast["cleo"], case=_case_of(referral, "cadt"))
    with then(days_ago(3, "09:50")):
        cases.accept(by=cast["gita"], case=_case_of(referral, "gateway"))
        telling.read(by=cast["tess"], referral=referral, how=ReadHow.PRODUCT)


def told_again_while_open(cast: Cast) -> None:
    """The police tell of a child whom Gateway works with already: new for the case, not another referral to it."""
    bo = Case.objects.select_related("person").get(subject__given_name="Bo", service="gateway")
    with then(days_ago(2, "08:35")):
        referral = submitting.submit(by=cast["pat"], submission=children.seen_in_town(cast["pat"]))
    with then(days_ago(2, "09:15")):
        queue.claim(by=cast["amira"], referral=referral)
        words = "Bo’s worker at Gateway has what you told us, and will talk about it with the family this week."
        new = Judgement(way=Way.OPEN_CASE, level=2, words=words, agreement="given", person=bo.person)
        decisions.decide(by=cast["amira"], subject=referral.subjects.get(), judgement=new)


def no_further_action(cast: Cast) -> None:
    child = a_child("Tobias Greenaway", born(11), "M", "9 Weir View")
    concern = worry("physical_abuse", "Tobias came in with a black eye. He says he fell from his bike.", "P02")
    with then(days_ago(3, "10:40")):
        referral = submitting.submit(by=cast["tess"], submission=one_child(cast["tess"], "teacher", child, concern))
    with then(days_ago(3, "13:10")):
        queue.claim(by=cast["amira"], referral=referral)
        decision = decisions.decide(
            by=cast["amira"],
            subject=referral.subjects.get(),
            judgement=Judgement(
                way=Way.NO_FURTHER_ACTION,
                level=1,
                words="Two neighbours saw the fall, and the GP agrees. Thank you for asking: please do so again.",
                agreement="given",
                reason="Seen by the GP; the injury fits the account, and two people saw it happen.",
            ),
        )
    _signed(cast["ben"], decision, days_ago(3, "16:00"))


def advice(cast: Cast) -> None:
    child = a_child("Pip Sandbrook", born(1, 6), "U", "27 Gull Walk")
    concern = worry("family_support", "First-time parents ask about sleep and feeding.", "D01")
    with then(days_ago(2, "09:10")):
        referral = submitting.submit(by=cast["chi"], submission=one_child(cast["chi"], "family worker", child, concern))
    with then(days_ago(2, "11:35")):
        queue.claim(by=cast["amira"], referral=referral)
        words = "The health visitor will call them this week. The family hub has a sleep group on Tuesdays."
        judgement = Judgement(way=Way.ADVICE, level=1, words=words, agreement="given")
        decisions.decide(by=cast["amira"], subject=referral.subjects.get(), judgement=judgement)
        telling.read(by=cast["chi"], referral=referral, how=ReadHow.PRODUCT)


def returned_to_the_queue(cast: Cast) -> None:
    child = a_child("Hazel Copeland", born(6), "F", "11 Net Loft")
    concern = worry("housing", "The family sleeps on friends' sofas; the tenancy ended last month.", "F07")
    with then(days_ago(2, "13:15")):
        referral = submitting.submit(by=cast["chi"], submission=one_child(cast["chi"], "family worker", child, concern))
    case = _to_gateway(cast, referral, days_ago(2, "15:05"))
    with then(days_ago(1, "09:25")):
        reason = "The housing team says there was an assault at the last address. Please look at this with the police."
        cases.hand_back(by=cast["gita"], case=case, reason=reason)


def restricted(cast: Cast) -> None:
    child = a_child("Linnet Oakhurst", born(4), "F", "6 Beacon Close")
    concern = worry("domestic_abuse", "Linnet's mother is known to people who work here. She fears her husband.", "F08")
    with then(days_ago(1, "10:20")):
        submission = one_child(cast["gil"], "GP", child, concern, children.NOT_SOUGHT)
        referral = submitting.submit(by=cast["gil"], submission=submission)
        restricting.restrict(by=cast["ben"], referral=referral, restricted=True, reason="A parent works here.")
    case = _to_cadt(cast, referral, days_ago(1, "10:50"), "A manager in CADT has this and will call you.")
    with then(days_ago(1, "11:15")):
        cases.accept(by=cast["carl"], case=case)


def lowered_and_signed(cast: Cast) -> None:
    with then(days_ago(1, "14:30")):
        referral = submitting.submit(by=cast["hana"], submission=children.often_missing(cast["hana"]))
    with then(days_ago(1, "15:40")):
        queue.claim(by=cast["amira"], referral=referral)
        reason = "Each time she was at her aunt's, who confirms it. The phone was a present from the aunt."
        judgement = _targeted("Gateway will meet June and her mum this week.", level=3, reason=reason)
        decision = decisions.decide(by=cast["amira"], subject=referral.subjects.get(), judgement=judgement)
    _signed(cast["ben"], decision, days_ago(1, "16:10"))


def waiting_for_a_second_person(cast: Cast) -> None:
    child = a_child("Finn Alderbrook", born(12), "M", "15 Sluice Road")
    concern = worry("neglect", "Finn has come without a coat all week, and says that it was sold.", "P22")
    with then(days_ago(1, "15:05")):
        submission = one_child(cast["hana"], "safeguarding lead", child, concern)
        referral = submitting.submit(by=cast["hana"], submission=submission)
    with then(days_ago(1, "16:25")):
        queue.claim(by=cast["amira"], referral=referral)
        judgement = Judgement(
            way=Way.NO_FURTHER_ACTION,
            level=1,
            words="Finn’s coat was lost, and he has a new one. Thank you for asking: please do so again.",
            agreement="given",
            reason="Mum showed us the new coat, and his form tutor has no other worry.",
        )
        decisions.decide(by=cast["amira"], subject=referral.subjects.get(), judgement=judgement)


def offered_to_cadt(cast: Cast) -> None:
    child = a_child("Rowan Hartwell", born(9), "M", "33 Ferry Lane")
    told = (
        "Rowan has seizures at night and somebody must sit with him. His mum has not slept for weeks and asks for help."
    )
    concern = worry("disability", told, "D48")
    with then(days_ago(1, "13:30")):
        referral = submitting.submit(by=cast["gil"], submission=one_child(cast["gil"], "GP", child, concern))
    with then(days_ago(1, "15:20")):
        queue.claim(by=cast["ben"], referral=referral)
        words = "A social worker will talk with Rowan’s mum about short breaks, and tell you what is agreed."
        judgement = Judgement(way=Way.CADT, level=3, words=words, agreement="given", reason="A child in need.")
        decisions.decide(by=cast["ben"], subject=referral.subjects.get(), judgement=judgement)


def unborn(cast: Cast) -> None:
    with then(minutes_ago(190)):
        referral = submitting.submit(by=cast["gil"], submission=children.unborn(cast["gil"]))
    words = "CADT will see Ria alone today and plan for the baby's safety."
    case = _to_cadt(cast, referral, minutes_ago(95), words)
    with then(minutes_ago(70)):
        cases.accept(by=cast["carl"], case=case)


def baby_with_a_bruise(cast: Cast) -> None:
    with then(minutes_ago(45)):
        referral = submitting.submit(by=cast["gil"], submission=children.baby_with_a_bruise(cast["gil"]))
    words = "A social worker and a children’s doctor will see Wren today."
    case = _to_cadt(cast, referral, minutes_ago(34), words)
    with then(minutes_ago(26)):
        cases.accept(by=cast["cleo"], case=case)


def on_a_desk(cast: Cast) -> None:
    with then(minutes_ago(170)):
        referral = submitting.submit(by=cast["pat"], submission=children.shouting_in_the_night(cast["pat"]))
    with then(minutes_ago(25)):
        queue.claim(by=cast["amira"], referral=referral)


def waiting_in_each_lane(cast: Cast) -> None:
    for minutes, who, sent in (
        (160, "tess", children.young_carer),
        (140, "chi", children.new_in_town),
        (110, "hana", children.the_coach),
        (75, "hana", children.something_not_right),
        (50, "tess", children.hungry_and_tired),
    ):
        with then(minutes_ago(minutes)):
            submitting.submit(by=cast[who], submission=sent(cast[who]))


def child_in_danger(cast: Cast) -> None:
    with then(minutes_ago(4)):
        submitting.submit(by=cast["pat"], submission=children.child_in_danger(cast["pat"]))


def offered_from_the_schools_system(cast: Cast, system: AgencySystem) -> None:
    """Sent by the school's own system without an address for email: somebody has to telephone."""
    child = a_child("Otis Brambley", born(10, 4), "M", "18 Tide Street")
    concern = worry("mental_health", "Otis says he feels worthless and has begun to hurt himself.", "D10", "P03")
    referrer = Referrer(name="Sam Copley", role="school nurse", phone="0151 496 0112")
    submission = Submission(children=(child,), concerns=(concern,), consent=children.GIVEN, referrer=referrer)
    with then(days_ago(1, "13:00")):
        referral = submitting.submit(by=system, submission=submission)
    _to_gateway(cast, referral, days_ago(1, "16:30"))


def _to_gateway(cast: Cast, referral: Referral, at: datetime) -> Case:
    with then(at):
        queue.claim(by=cast["ben"], referral=referral)
        judgement = _targeted("Gateway will call the family and tell you who works with them.", level=referral.level)
        decisions.decide(by=cast["ben"], subject=referral.subjects.get(), judgement=judgement)
    return _case_of(referral, "gateway")


def _to_cadt(cast: Cast, referral: Referral, at: datetime, words: str) -> Case:
    with then(at):
        queue.claim(by=cast["ben"], referral=referral)
        decisions.decide(by=cast["ben"], subject=referral.subjects.get(), judgement=_specialist(words))
    return _case_of(referral, "cadt")


def _signed(by: User, decision: Decision, at: datetime) -> None:
    with then(at):
        decisions.countersign(by=by, decision=decision, agrees=True)


def _specialist(words: str) -> Judgement:
    return Judgement(way=Way.CADT, level=4, words=words, agreement="not_sought")


def _targeted(words: str, *, level: int | None, reason: str = "") -> Judgement:
    return Judgement(way=Way.GATEWAY, level=level or 2, words=words, agreement="given", reason=reason)


def _case_of(referral: Referral, service: str) -> Case:
    return Case.objects.select_related("referral", "subject", "person", "decision").get(
        referral=referral, service=service
    )
