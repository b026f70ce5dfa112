"""Numbers for people who see no file: none under six, and none that could be worked out from what is shown.

Two rules. Parts that are too small stand together as one (`together`), so that every part shown is at least six and
all of them make the total. Where a part is split in two, a side under six is called "fewer than 6" and nothing more
(`withheld`). Either way a further part is taken in while any small number would follow from the others. Which further
part that is depends on nothing that is hidden.
"""

from collections.abc import Sequence
from dataclasses import dataclass

LEAST = 6
FEW = LEAST - 1
Box = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Split:
    """A part of `whole`, of which `inside` is one side."""

    whole: int
    inside: int

    @property
    def is_small(self) -> bool:
        return self.inside < LEAST or self.whole - self.inside < LEAST

    @property
    def box(self) -> Box:
        """What a reader may know of `inside` when it is not shown."""
        if self.inside < LEAST:
            return 0, min(FEW, self.whole)
        if self.is_small:
            return max(LEAST, self.whole - FEW), self.whole
        return LEAST, self.whole - LEAST


def together(sizes: Sequence[int]) -> frozenset[int]:
    """The places of the parts that may only stand together, as one; all of them when there is no other way.

    If even all of them make less than six, the total may not be shown either.
    """
    group = [place for place, size in enumerate(sizes) if size < LEAST]
    rest = [place for place, size in enumerate(sizes) if size >= LEAST]
    if not group:
        return frozenset()
    while rest and not _hides(sizes, group):
        group.append(rest.pop(0))
    return frozenset(group)


def withheld(splits: Sequence[Split], *, total_is_shown: bool) -> frozenset[int]:
    """The places of the splits of which neither side is shown, when the sides of the total are or are not.

    What is taken in beside the small ones is the largest part, since its size is shown.
    """
    hidden = [place for place, split in enumerate(splits) if split.is_small]
    if not hidden or not total_is_shown:
        return frozenset(hidden)
    rest = sorted(set(range(len(splits))) - set(hidden), key=lambda place: (-splits[place].whole, place))
    while rest and not _follows_from_nothing([splits[place] for place in hidden]):
        hidden.append(rest.pop(0))
    return frozenset(hidden)


def can_hide(splits: Sequence[Split], hidden: frozenset[int]) -> bool:
    """Whether the sides of the total may be shown beside these: with too few parts there is nothing to hide among."""
    return _follows_from_nothing([splits[place] for place in sorted(hidden)])


def _follows_from_nothing(hidden: Sequence[Split]) -> bool:
    return _ambiguous([(one.box, one.is_small) for one in hidden], sum(one.inside for one in hidden))


def _hides(sizes: Sequence[int], group: Sequence[int]) -> bool:
    total = sum(sizes[place] for place in group)
    boxes = [((0, FEW), True) if sizes[place] < LEAST else ((LEAST, total), False) for place in group]
    return total >= LEAST and _ambiguous(boxes, total)


def _ambiguous(boxes: Sequence[tuple[Box, bool]], total: int) -> bool:
    """Whether no small number follows, when each is within its box and all of them make `total`."""
    lows, highs = sum(box[0] for box, _ in boxes), sum(box[1] for box, _ in boxes)
    return all(
        min(high, total - (lows - low)) > max(low, total - (highs - high)) for (low, high), small in boxes if small
    )
