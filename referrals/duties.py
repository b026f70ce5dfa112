"""What the authority has to do for a child in a service, and whether that needs the family's agreement.

The thresholds advise a duty; what a person decided counts here. Level 4 is a risk of significant harm: section 47 of
the Children Act 1989, whose enquiry needs nobody's agreement. Below it CADT serves a child in need (section 17) and
Gateway gives early help: both are offered, and a family may say no.
"""

from dataclasses import dataclass

from referrals.choices import CaseAgreement, Duty, Service
from referrals.errors import Refused

SIGNIFICANT_HARM_LEVEL = 4
AT_FIRST = (CaseAgreement.GIVEN, CaseAgreement.REFUSED, CaseAgreement.NOT_SOUGHT)
"""What there can be to say before anybody has agreed."""


def duty(*, service: str, level: int) -> Duty:
    """The duty of a case, from the service that has it and its level."""
    if level == SIGNIFICANT_HARM_LEVEL:
        return Duty.SIGNIFICANT_HARM
    return Duty.CHILD_IN_NEED if service == Service.CADT else Duty.EARLY_HELP


def needs_agreement(*, service: str, level: int) -> bool:
    """Whether the family has to agree, or somebody to say why it starts without."""
    return duty(service=service, level=level) != Duty.SIGNIFICANT_HARM


def words(*, service: str, level: int) -> str:
    """The rule, as the page of a case says it."""
    match duty(service=service, level=level):
        case Duty.SIGNIFICANT_HARM:
            return (
                "Section 47: the child may be at risk of significant harm. The enquiry does not need the family’s "
                "agreement. Tell them what you do, unless that would put somebody in danger."
            )
        case Duty.CHILD_IN_NEED:
            return "Section 17: a service for a child in need. It needs the family’s agreement."
        case _:
            return f"Early help at Level {level}. It needs the family’s agreement."


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """What somebody writes down of a family's agreement."""

    status: str
    who: str = ""
    reason: str = ""

    def answers(self) -> dict[str, str]:
        """As columns."""
        return {"status": self.status, "who": self.who, "reason": self.reason}


def check(agreement: Agreed | None) -> None:
    """Raise Refused, naming the answer to mend. Somebody gave it, or there is a reason why nobody has."""
    if agreement is None or agreement.status not in CaseAgreement.values:
        raise Refused("Select whether the family agrees", field="status")
    if agreement.status == CaseAgreement.GIVEN and not agreement.who:
        raise Refused("Say who agreed", field="who")
    if agreement.status != CaseAgreement.GIVEN and not agreement.reason:
        raise Refused("Say why there is no agreement, and why the service goes on without it", field="reason")
