"""What follows a decision: a child who waits for a worker, one who is given to another, one who has moved away."""

from datetime import datetime

from accounts.models import User
from referrals.choices import SentHow, Way
from referrals.demo import children
from referrals.demo.children import a_child, one_child, worry
from referrals.demo.clock import born, days_ago, then
from referrals.demo.people import Cast
from referrals.models import Case
from referrals.services import allocating, decisions, queue, submitting, transferring
from referrals.services.decisions import Judgement
from referrals.services.transferring import Asked
from referrals.submission import Child, Concern, Consent


def waits_for_a_worker(cast: Cast) -> None:
    child = a_child("Posy Larkfield", born(6), "F", "27 Mill Rise")
    concern = worry(
        "family_support", "Posy's mum has been ill since May and asks for help with her three children.", "P02"
    )
    judgement = Judgement(way=Way.GATEWAY, level=2, words="Gateway will call the family.", agreement="given")
    case = _decided(cast, cast["tess"], child, concern, judgement, days_ago(8, "11:10"), children.GIVEN)
    with then(days_ago(8, "15:00")):
        allocating.take_in(by=cast["gus"], case=case)
    with then(days_ago(3, "09:15")):
        note = "Spoke to Mum: her sister is with them until the 20th. No new risk. She can wait until then, not longer."
        allocating.look_again(by=cast["gita"], case=case, note=note)


def moved_away(cast: Cast) -> None:
    child = a_child("Idris Callow", born(8), "M", "5 Quarry Bank")
    concern = worry("physical_abuse", "Idris flinched when a coach raised his arm, and has finger marks on it.", "D19")
    judgement = Judgement(way=Way.CADT, level=4, words="A social worker will see Idris today.", agreement="not_sought")
    case = _decided(cast, cast["pat"], child, concern, judgement, days_ago(10, "09:30"), children.NOT_SOUGHT)
    with then(days_ago(10, "10:20")):
        allocating.allocate(by=cast["carl"], case=case, worker=cast["carl"])
    with then(days_ago(6, "13:40")):
        allocating.allocate(
            by=cast["carl"], case=case, worker=cast["cleo"], instead_of=cast["carl"], reason="Cleo knows his school."
        )
    with then(days_ago(2, "16:05")):
        asked = Asked(
            authority="Eastmoor Council",
            contact="Duty team: Neela Crane, team manager",
            contact_details="0151 496 0177",
            sent_how=SentHow.TELEPHONE,
            sent_at=days_ago(2, "15:50"),
            sent_what="Idris and his mother moved to his aunt. Told them of the marks, and sent the chronology.",
        )
        transferring.ask(by=cast["cleo"], case=case, asked=asked)


def _decided(
    cast: Cast, sender: User, child: Child, concern: Concern, judgement: Judgement, at: datetime, consent: Consent
) -> Case:
    with then(at):
        submission = one_child(sender, "who works with the child", child, concern, consent)
        referral = submitting.submit(by=sender, submission=submission)
        queue.claim(by=cast["ben"], referral=referral)
        decisions.decide(by=cast["ben"], subject=referral.subjects.get(), judgement=judgement)
    return Case.objects.select_related("referral", "subject", "person", "decision").get(referral=referral)
