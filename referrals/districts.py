"""The first half of a postcode: near enough to say what is close, too little to say where somebody lives."""

import re

NOWHERE = "ZZ99"
"""The first half of what the NHS writes for no fixed abode and the like."""
_DISTRICT = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?", re.ASCII)
_INWARD = re.compile(r"[0-9][A-Z]{2}", re.ASCII)


def district(text: str) -> str:
    """ "MB1" of "MB1", "mb1 2ab" or "MB12AB"; "" for anything that is no postcode, or one of no place."""
    bare = "".join(text.upper().split())
    if len(bare) > 4 and _INWARD.fullmatch(bare[-3:]):
        bare = bare[:-3]
    return bare if _DISTRICT.fullmatch(bare) and bare != NOWHERE else ""
