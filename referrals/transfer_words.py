"""What the referrer reads of a transfer to another authority, and under which heading.

Where a family lives now may have to be kept from somebody: no message and no news of ours names the place.
"""

from referrals.choices import Service

ASKED = (
    "The family has moved out of our area. We have asked the authority there to take over. Until it confirms that it "
    "has, {service} keeps responsibility for this child."
)
PROVED = "The authority where the family lives now has confirmed that it has this child. {service} will end its work."
KEPT = "{service} keeps responsibility for this child: no other authority takes over."
HEADINGS = {PROVED: "Another area has the child now", KEPT: "No other area takes over"}


def heading(words: str) -> str:
    """The heading of one of these; "" for any other words."""
    for which, found in HEADINGS.items():
        if words in {which.format(service=label) for label in Service.labels}:
            return found
    return ""
