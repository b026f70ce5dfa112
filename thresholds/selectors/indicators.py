"""Indicators as a person choosing among them needs to see them."""

from collections.abc import ItemsView, Iterable
from dataclasses import dataclass

from thresholds.engine import Indicator
from thresholds.models import Framework
from thresholds.selectors.frameworks import parsed


@dataclass(frozen=True, slots=True)
class NeedGroup:
    """The indicators of one kind of need, such as "School and learning", mild first."""

    key: str
    title: str
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class DomainGroup:
    """The indicators of one part of a child's life, mild first, and the same by kind of need."""

    key: str
    title: str
    indicators: tuple[Indicator, ...]
    needs: tuple[NeedGroup, ...]


def indicators_for_form(framework: Framework) -> tuple[DomainGroup, ...]:
    """Every indicator of this version, grouped by domain in the framework's order, mild to severe within a group."""
    held = parsed(framework)
    ordered = sorted(held.indicators, key=_mild_first)
    return tuple(
        DomainGroup(key, title, of_domain, _by_need(held.needs.items(), of_domain))
        for key, title in held.domains.items()
        if (of_domain := tuple(one for one in ordered if one.domain == key))
    )


def words_before(codes: Iterable[str]) -> dict[str, str]:
    """The words of signs that were in some version, each from the one published last, by code.

    One query for the list of versions, and one more for each version that is read.
    """
    wanted = set(codes)
    found: dict[str, str] = {}
    for pk in Framework.objects.order_by("-pk").values_list("pk", flat=True) if wanted else ():
        held = parsed(Framework.objects.get(pk=pk)).by_code
        found |= {code: held[code].words for code in wanted & set(held)}
        wanted -= set(held)
        if not wanted:
            break
    return found


def _by_need(needs: ItemsView[str, str], indicators: tuple[Indicator, ...]) -> tuple[NeedGroup, ...]:
    return tuple(
        NeedGroup(key, title, of_need)
        for key, title in needs
        if (of_need := tuple(one for one in indicators if one.need == key))
    )


def _mild_first(indicator: Indicator) -> tuple[int, int]:
    """An indicator with severities stands where its mildest does."""
    mildest = indicator.grades[0].level if indicator.grades else indicator.level
    return mildest, indicator.order
