"""What we draft for the referrer to read, from the decision itself: which way, at what level, with whose agreement.

Whoever decides edits it and need not write it. Nothing is said here that the decision does not make true. A member of
the public reads less: whether a family agrees to a service is not theirs to know.

One child's words stand beside a brother's or a sister's, who may go another way by the same decision, and are read out
in one call. So they speak of this child alone, and promise neither that somebody speaks with the family nor that nobody
does: what is right for one child may be untrue, or put another in danger.
"""

from collections.abc import Iterator

from referrals.choices import Agreement, Identity, Service, Way
from referrals.models import Referral

CARE = "Thank you for telling us. It matters."
SPECIALIST_LEVEL, SEVERAL_AGENCIES, UNIVERSAL = 4, 3, 1
CADT, GATEWAY = Service.CADT.label, Service.GATEWAY.label
MORE = "They may telephone you to hear more."
LEVELS = (None, 1, 2, 3, 4)
AGREEMENTS = ("", *Agreement.values)


def draft(way: str, level: int | None = None, agreement: str = "") -> str:
    """The words for one decision, in paragraphs; without a level or an agreement, what is true of any."""
    return "\n\n".join([CARE, *_PARTS[Way(way)](level, agreement)])


def fitting(referral: Referral, way: str, level: int | None, agreement: str) -> str:
    """The draft for a decision on this referral, for whoever raised it."""
    return draft(way, level, agreement) if _professional(referral) else draft(way)


def edited(words: str, way: str) -> bool:
    """Whether somebody has changed our words: a draft that nobody touched follows the decision."""
    return _plain(words) not in {_plain(one) for one in _all(way)}


def table(referral: Referral, way: str) -> dict[str, object]:
    """Every draft for one way, each text once: `which` leads from "level|agreement" to its place in `texts`."""
    texts: list[str] = []
    which: dict[str, int] = {}
    for level in LEVELS:
        for agreement in AGREEMENTS:
            text = fitting(referral, way, level, agreement)
            if text not in texts:
                texts.append(text)
            which[f"{level or ''}|{agreement}"] = texts.index(text)
    return {"texts": texts, "which": which}


def _professional(referral: Referral) -> bool:
    return referral.referrer_identity == Identity.PROFESSIONAL


def _all(way: str) -> Iterator[str]:
    yield from (draft(way, level, agreement) for level in LEVELS for agreement in AGREEMENTS)


def _plain(words: str) -> str:
    return " ".join(words.split())


def _cadt(level: int | None, agreement: str) -> Iterator[str]:
    worker = "One of them may telephone you to hear more."
    if level is None or level >= SPECIALIST_LEVEL:
        yield (
            f"We are worried too. Social workers in {CADT}, the team for children at risk of serious harm, will act on "
            f"this without delay. {worker}"
        )
    else:
        yield (
            f"We think that a social worker should help here. {CADT}, the team of social workers, will look at what "
            f"would help. {worker}"
        )
        yield from _agreed(agreement)
    yield "If a child is in danger, call 999. If you learn anything new, tell us at once."


def _gateway(level: int | None, agreement: str) -> Iterator[str]:
    team = f"{GATEWAY}, the team that helps families early, will"
    if level is not None and level >= SEVERAL_AGENCIES:
        yield (
            f"We think that help from several agencies together is needed. {team} bring them together and plan it. You "
            f"may be asked to take part."
        )
    elif level is not None:
        yield f"We think that some extra help is needed. {team} look at what would make things better. {MORE}"
    else:
        yield f"We think that more help is needed. {team} look at what would make things better. {MORE}"
    yield from _agreed(agreement)
    yield "If things get worse, tell us at once."


def _agreed(agreement: str) -> Iterator[str]:
    """A service below Level 4 is offered: what the family has said so far, as the decision has it."""
    match agreement:
        case Agreement.GIVEN:
            yield "The family has agreed to this."
        case Agreement.REFUSED:
            yield "The family has not agreed so far."
        case Agreement.NOT_SOUGHT:
            yield "Nobody has asked the family yet. Please leave that to us."


def _open_case(_level: int | None, _agreement: str) -> Iterator[str]:
    """That somebody works with the family, or was asked to, is another agency's news until they take this in."""
    yield "We have given what you told us to somebody who can act on it. They may telephone you to hear more."
    yield "If a child is in danger, call 999. If you learn anything new, tell us at once."


def _advice(level: int | None, _agreement: str) -> Iterator[str]:
    if level is None or level <= UNIVERSAL:
        yield (
            "We think that services open to everyone can help here, such as school, health visitor or GP. Please go "
            "on helping as you do now."
        )
    else:
        yield (
            "We think that you, and services open to everyone such as school, health visitor or GP, can give the help "
            "that is needed. Please go on helping as you do now."
        )
    yield "The front door will not do more for this child unless things change. If they get worse, tell us."


def _nothing(_level: int | None, _agreement: str) -> Iterator[str]:
    yield "We looked at it with care. On what we know now, the front door will not do more for this child."
    yield "If you learn anything new, or you do not agree, please tell us."


_PARTS = {
    Way.CADT: _cadt,
    Way.GATEWAY: _gateway,
    Way.OPEN_CASE: _open_case,
    Way.ADVICE: _advice,
    Way.NO_FURTHER_ACTION: _nothing,
}
