"""How a child comes to a service, in one line of a test."""

from accounts.models import User
from referrals.choices import Service, Way
from referrals.models import Case, Referral
from referrals.services import decisions, queue, submitting
from referrals.services.decisions import Judgement
from referrals.submission import Address, Submission
from tests.cast import a_child, a_submission

JUDGEMENTS = {
    Service.CADT: Judgement(way=Way.CADT, level=4, words="CADT will see Ada today.", agreement="not_sought"),
    Service.GATEWAY: Judgement(
        way=Way.GATEWAY, level=2, words="Gateway will call the family.", agreement="given", reason="We know more now."
    ),
}
CODES = {Service.CADT: "D19", Service.GATEWAY: "D05"}


def offered(*, to: Service, sender: User, triage: User, name: str = "Ada", **changes: object) -> Case:
    """A case that waits to be accepted; `triage` is a registered social worker. Another name is another household."""
    child = a_child(given_name=name, address=Address(line1=f"{name} house", postcode="CH41 1AA"))
    submission: Submission = a_submission(CODES[to], **{"children": (child,), **changes})
    return decided(submitting.submit(by=sender, submission=submission), to=to, triage=triage)


def decided(referral: Referral, *, to: Service, triage: User) -> Case:
    """The case that follows when triage takes a referral with one child and decides."""
    queue.claim(by=triage, referral=referral)
    decisions.decide(by=triage, subject=referral.subjects.get(), judgement=JUDGEMENTS[to])
    return Case.objects.select_related("referral__organisation", "subject", "person", "worker").get(referral=referral)
