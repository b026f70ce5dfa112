"""What is here for somebody whose work has no page of its own yet."""

from dataclasses import dataclass

from accounts.models import User
from accounts.policy import Role


@dataclass(frozen=True, slots=True)
class Welcome:
    """One role, and what it finds here."""

    role: str
    words: str


WORDS = {
    Role.CONFERENCE_CHAIR: "Conferences that you chair will be here: who comes, what they wrote, and what was decided.",
    Role.CONFERENCE_ADMINISTRATOR: "The conferences that you prepare will be here, with their invitations and letters.",
    Role.ANALYST: "Figures on demand, timeliness and outcomes will be here. They never show a child.",
}
OTHERWISE = "There is nothing for this role to do here yet."


def welcomes(user: User) -> list[Welcome]:
    """A sentence for each of the user's roles."""
    return [Welcome(Role(role).label, WORDS.get(Role(role), OTHERWISE)) for role in user.roles]
