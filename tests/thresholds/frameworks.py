"""Both presets, read once, and short ways to ask them."""

from thresholds import presets
from thresholds.engine import Assessment, Facts, Framework, Sign, assess, facts_from_json, framework_from_json
from thresholds.engine.words import DUTY_RANK, ROUTE_RANK

WIRRAL, WIGAN = (framework_from_json(presets.read(key), version=1) for key in presets.KEYS)
BOTH = (WIRRAL, WIGAN)


def asked(framework: Framework, *codes: str | Sign, **facts: object) -> Assessment:
    """The answer for these indicators and facts, written as the API's JSON."""
    signs = [one if isinstance(one, str) else as_json(one) for one in codes]
    return assess(facts_from_json({"indicators": signs, **facts}), framework)


def as_json(sign: Sign) -> dict[str, str | None]:
    return {"code": sign.code, "severity": sign.severity, "duration": sign.duration}


def height(facts: Facts, framework: Framework) -> tuple[int, int, int]:
    """How far an answer goes, each part of which no added risk may lower."""
    said = assess(facts, framework)
    order = {None: -1, **{band.code: band.order for band in framework.bands}}
    return order[said.band], ROUTE_RANK[said.route], DUTY_RANK[said.duty]


def fired(said: Assessment) -> list[str]:
    return [reason.rule for reason in said.reasons]
