"""What we draft for the referrer to read when a child goes to the other service, or a case ends. Whoever sends it edits
it and need not write it.

Nothing is said here that the act does not make true. A member of the public reads less: which service has a child, and
whether the family takes its help, is not theirs to know.
"""

from referrals.choices import Identity, Service
from referrals.models import Case

DANGER = "If a child is in danger, call 999. If you learn anything new, tell us at once."
AGAIN = "If you are worried again, tell us at once. You do not have to wait."


def stepping(case: Case) -> str:
    """The draft for a child who goes from this service to the other."""
    if not _professional(case):
        return f"Another team will look at what would help now.\n\n{DANGER}"
    child, ours = case.subject, case.get_service_display()
    if case.service == Service.GATEWAY:
        return (
            f"{ours} thinks that {child} needs social workers now, and has asked CADT to take over. "
            f"We will tell you when it has a named worker.\n\n{DANGER}"
        )
    return (
        f"{ours} thinks that Gateway, which helps families early, can help {child} now, and has asked it to take over. "
        f"We will tell you when it has a named worker.\n\n{DANGER}"
    )


def closing(case: Case) -> str:
    """The draft for the end of a case."""
    if not _professional(case):
        return f"The work that followed what you told us has ended. {AGAIN}"
    return f"{case.get_service_display()} has ended its work with {case.subject}. {AGAIN}"


def _professional(case: Case) -> bool:
    return case.referral.referrer_identity == Identity.PROFESSIONAL
