"""Words we draft for people to read: plain and kind. Whoever decides may change them before they are sent."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from referrals.choices import Way
from referrals.models import Decision, Referral

if TYPE_CHECKING:
    from referrals.services.screening import Done

CARE = "Thank you for telling us. It matters."
DRAFTS = {
    Way.CADT: (
        f"{CARE}\n\nWe are worried too. Social workers in CADT, the team for children at risk of serious harm, will "
        "act on this without delay. One of them may telephone you to hear more.\n\nIf a child is in danger, call 999. "
        "If you learn anything new, tell us at once."
    ),
    Way.GATEWAY: (
        f"{CARE}\n\nWe think this family needs more help. Gateway, the team that helps families early, will ask them "
        "what would make things better, and plan it with them. They may telephone you to hear more.\n\nIf things get "
        "worse, tell us at once."
    ),
    Way.ADVICE: (
        f"{CARE}\n\nWe think that services open to everyone can help here, such as school, health visitor or GP. "
        "Please go on helping as you do now.\n\nThe front door will not do more unless things change. If they get "
        "worse, tell us."
    ),
    Way.NO_FURTHER_ACTION: (
        f"{CARE}\n\nWe looked at it with care. On what we know now, we will not do more, and nobody from the front "
        "door will contact the family.\n\nIf you learn anything new, or you do not agree, please tell us."
    ),
}
SENT = {
    Way.CADT: "CADT has it now.",
    Way.GATEWAY: "Gateway has it now.",
    Way.ADVICE: "The referrer is told that services open to everyone can help.",
    Way.NO_FURTHER_ACTION: "The referrer is told that no more will be done, and why.",
}


def what_happens_now(decisions: Sequence[Decision]) -> str:
    """One sentence for each child, for the person who has just decided."""
    return " ".join(f"{decision.subject}: {now(decision)}" for decision in decisions)


def now(decision: Decision) -> str:
    """What a decision that was just made has brought about, or waits for."""
    return f"{signer(decision)} Nothing is sent before." if decision.waits_for_signature else SENT[Way(decision.way)]


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


def signed(decision: Decision, *, agrees: bool) -> str:
    """What a second person's answer has brought about."""
    if agrees:
        return f"Signed. {decision.subject}: {SENT[Way(decision.way)]}"
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
