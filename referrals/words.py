"""Words we draft for people to read: plain and kind. Whoever decides may change them before they are sent."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from referrals.choices import Way
from referrals.models import Decision, Referral

if TYPE_CHECKING:
    from accounts.models import User
    from referrals.services.screening import Done

SENT = {
    Way.CADT: "CADT has been asked to take the case.",
    Way.GATEWAY: "Gateway has been asked to take the case.",
    Way.OPEN_CASE: "The people who have the case are told, and see it there until they have read it.",
    Way.ADVICE: "The referrer is told that services open to everyone can help.",
    Way.NO_FURTHER_ACTION: "The referrer is told that no more will be done, and why.",
}


def what_happens_now(decisions: Sequence[Decision]) -> str:
    """One sentence for each child, for the person who has just decided."""
    return " ".join(f"{decision.subject}: {now(decision)}" for decision in decisions)


def now(decision: Decision) -> str:
    """What a decision that was just made has brought about, or waits for."""
    return f"{signer(decision)} Nothing is sent before." if decision.waits_for_signature else sent(decision)


def sent(decision: Decision) -> str:
    """What a decision in force has brought about; where the child got a case meanwhile, the people of that one."""
    way = Way(decision.way)
    in_place = way in (Way.CADT, Way.GATEWAY) and not decision.cases.exists()
    return SENT[Way.OPEN_CASE if in_place else way]


def signer(decision: Decision) -> str:
    """Whose signature a decision waits for."""
    if decision.needs_second_person and decision.needs_social_worker:
        return "Waits for a second person who is a registered social worker."
    if decision.needs_social_worker:
        return "Waits for a registered social worker to sign."
    return "Waits for a second person to agree."


def taken(referrals: Sequence[Referral]) -> str:
    """What is on somebody's desk now."""
    first, *rest = referrals
    children = " and ".join(str(child) for child in first.subjects.all())
    if not rest:
        return f"You have taken {children}. Nobody else is working on it."
    others = "1 other referral" if len(rest) == 1 else f"{len(rest)} other referrals"
    return f"You have taken {children}, and {others} about the same household."


def taken_together(referrals: Sequence[Referral]) -> str:
    """What is on somebody's desk now of an incident, with the households that came along."""
    number = "1 referral" if len(referrals) == 1 else f"{len(referrals)} referrals"
    return f"You have taken {number}. Nobody else is working on {'it' if len(referrals) == 1 else 'them'}."


def on_to(referrals: Sequence[Referral], done: Referral) -> str:
    """What is in front of somebody after the one they have done."""
    first = referrals[0]
    if first.household_key == done.household_key:
        children = " and ".join(str(child) for child in first.subjects.all())
        return f"Next is {children}, of the same household. It is on your desk already."
    return taken(referrals)


def handed_over(moved: Sequence[Referral], to: "User", *, asked: int) -> str:
    """What a colleague has now; what came along because a household is never split is said."""
    number = "1 referral" if len(moved) == 1 else f"{len(moved)} referrals"
    homes = "" if len(moved) == asked else f", of {asked} household{'' if asked == 1 else 's'}"
    return f"{to} has {number} more now{homes}."


def signed(decision: Decision, *, agrees: bool) -> str:
    """What a second person's answer has brought about."""
    if agrees:
        return f"Signed. {decision.subject}: {sent(decision)}"
    return f"Triage will decide again for {decision.subject}. {decision.by} can read why."


def screened(done: "Done") -> str:
    """What a page of screening has brought about; "" when nothing was done."""
    parts = []
    if done.made:
        parts.append(f"Decided for {len(done.made)} {'child' if len(done.made) == 1 else 'children'}.")
    if waiting := sum(one.waits_for_signature for one in done.made):
        parts.append(f"{waiting} of these {'waits' if waiting == 1 else 'wait'} for a signature.")
    if done.left:
        parts.append(f"Left {len(done.left)} for a full look.")
    if done.chosen:
        parts.append("A second person will read some of these again.")
    if done.waiting:
        parts.append(f"{done.waiting} {'child waits' if done.waiting == 1 else 'children wait'} on your desk.")
    if done.made and done.on_desk:
        others = "1 other referral" if done.on_desk == 1 else f"{done.on_desk} other referrals"
        parts.append(f"You also have {others} about the same households now.")
    return " ".join(parts)
