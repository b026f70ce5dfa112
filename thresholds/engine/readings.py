"""Every indicator at every severity, worked out once, so that an assessment is a few look-ups."""

from thresholds.engine.documents import Document, listed, objects, text, word
from thresholds.engine.errors import BadFramework
from thresholds.engine.framework import Band, Finding, Grade, Indicator, Reading
from thresholds.engine.words import DUTIES, DUTY_RANK, ROUTE_RANK, ROUTES, Duty, Route

Readings = dict[tuple[str, str | None], Reading]


class Ladder:
    """The bands, and how a level and a duty find their place among them."""

    def __init__(self, bands: tuple[Band, ...]) -> None:
        self.bands = bands

    def band(self, level: int, duty: Duty, where: str) -> Band:
        """The first band of the level that carries at least the duty, else the highest of that level."""
        of_level = [band for band in self.bands if band.level == level]
        if not of_level:
            raise BadFramework(where, f"no band has level {level}")
        enough = [band for band in of_level if DUTY_RANK[band.duty] >= DUTY_RANK[duty]]
        return enough[0] if enough else of_level[-1]

    def named(self, code: str, where: str) -> Band:
        """The band with this code."""
        for band in self.bands:
            if band.code == code:
                return band
        raise BadFramework(where, f"there is no band {code!r}")

    def finding(self, rule: str, band: Band, because: str, *, duty: Duty, route: Route) -> Finding:
        """A finding in this band, with the more protective of the band's and its own route and duty."""
        return Finding(
            rule=rule,
            level=band.level,
            band=band.code,
            route=max(band.route, route, key=ROUTE_RANK.__getitem__),
            duty=max(band.duty, duty, key=DUTY_RANK.__getitem__),
            because=because,
        )


def readings(document: Document, ladder: Ladder, indicators: tuple[Indicator, ...]) -> Readings:
    """Each indicator without a severity and with each; raises BadFramework for a placement of nothing."""
    placed = objects(document, "placements", "framework")
    unknown = set(placed) - {indicator.code for indicator in indicators}
    if unknown:
        raise BadFramework("framework.placements", f"there is no {', '.join(sorted(unknown))}")
    found: Readings = {}
    items = [item for _, item in listed(document, "indicators", "framework")]
    for indicator, item in zip(indicators, items, strict=True):
        for severity, level, because in _grades_in_words(indicator):
            found[indicator.code, severity] = _reading(indicator, item, placed, ladder, level, because)
    return found


def _reading(
    indicator: Indicator, item: Document, placed: Document, ladder: Ladder, level: int, because: str
) -> Reading:
    where = f"framework.indicators.{indicator.code}"
    duty = word(item, "duty", DUTIES, where, "undetermined")
    route = word(item, "route", ROUTES, where, "undetermined")
    band = ladder.band(level, duty, where)
    if "duty" in item:
        because = f"{because} {text(item, 'duty_because', where)}"
    if indicator.code in placed:
        place = ladder.named(text(placed[indicator.code], "band", where), where)
        if place.level == level:
            band, because = place, f"{because} {text(placed[indicator.code], 'because', where)}"
    finding = ladder.finding(indicator.code, band, because, duty=duty, route=route)
    return Reading(indicator.code, indicator.domain, indicator.order, band.level, band, finding)


def _grades_in_words(indicator: Indicator) -> list[tuple[str | None, int, str]]:
    """Each severity, None first, with its level and the sentence for it."""
    if not indicator.grades:
        return [(severity, indicator.level, indicator.words) for severity in (None, "mild", "moderate", "severe")]
    graded = [(grade.severity, grade.level, f"{indicator.words} {grade.words}") for grade in indicator.grades]
    return [(None, indicator.level, f"{indicator.words} {_when_not_said(indicator)}"), *graded]


def _when_not_said(indicator: Indicator) -> str:
    worst: Grade = indicator.grades[-1]
    if indicator.level == worst.level:
        return f"Nobody has said how serious it is, so it counts at its highest level, {worst.level}."
    return (
        f"Nobody has said how serious it is, so it counts at its usual level, {indicator.level}; "
        f"at its most serious it is Level {worst.level}."
    )
