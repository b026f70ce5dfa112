"""Any facts at all, and any one thing that makes them more serious."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from hypothesis import strategies as st

from tests.thresholds.frameworks import WIRRAL
from thresholds.engine import Facts, Sign, Tools
from thresholds.engine.words import CONSENTS, DARA_GRADES, DASH_GRADES, DURATIONS, EXPLOITATION_GRADES, SEVERITIES

Codes = Sequence[str]
Worsen = Callable[[st.DrawFn, Facts, Codes], Facts]
CODES: Codes = [indicator.code for indicator in WIRRAL.indicators]

tools = st.builds(
    Tools,
    dash=st.none() | st.integers(0, 27),
    dash_grade=st.none() | st.sampled_from(DASH_GRADES),
    dara=st.none() | st.sampled_from(DARA_GRADES),
    neglect_grade=st.none() | st.integers(1, 5),
    exploitation=st.none() | st.sampled_from(EXPLOITATION_GRADES),
)


def signs_of(codes: Codes) -> st.SearchStrategy[Sign]:
    """One ticked sign of a framework with these codes."""
    return st.builds(
        Sign,
        code=st.sampled_from(codes),
        severity=st.none() | st.sampled_from(SEVERITIES),
        duration=st.none() | st.sampled_from(DURATIONS),
    )


def facts_of(codes: Codes) -> st.SearchStrategy[Facts]:
    """Any facts under a framework with these codes, often one code twice; without codes nothing can be ticked."""
    return st.builds(
        Facts,
        indicators=st.frozensets(signs_of(codes) | signs_of(codes[:2]), max_size=8) if codes else st.just(frozenset()),
        child_age_months=st.none() | st.integers(0, 18) | st.integers(0, 300),
        unborn=st.booleans(),
        referrals_last_12_months=st.integers(0, 6),
        tools=tools,
        consent=st.none() | st.sampled_from(CONSENTS),
        immediate_danger=st.booleans(),
    )


facts = facts_of(CODES)


@st.composite
def worse(draw: st.DrawFn, before: Facts, codes: Codes = CODES) -> Facts:
    """The same facts with one risk more, or one of them greater."""
    return draw(st.sampled_from(WAYS))(draw, before, codes)


def _one_more(draw: st.DrawFn, before: Facts, codes: Codes) -> Facts:
    """Often the same code again, said to be less serious or shorter: two people may tick one thing."""
    if not codes:
        return before
    more = draw(signs_of(codes))
    if before.indicators and draw(st.booleans()):
        more = replace(more, code=draw(st.sampled_from(sorted(one.code for one in before.indicators))))
    return replace(before, indicators=before.indicators | {more})


def _more_serious(draw: st.DrawFn, before: Facts, codes: Codes) -> Facts:
    """Only where a severity was given: to say one at last is to know more, not to have more risk."""
    return _raised(draw, before, "severity", SEVERITIES, from_none=False)


def _longer(draw: st.DrawFn, before: Facts, codes: Codes) -> Facts:
    return _raised(draw, before, "duration", DURATIONS, from_none=True)


def _raised(draw: st.DrawFn, before: Facts, name: str, words: tuple[str, ...], *, from_none: bool) -> Facts:
    able = [one for one in before.indicators if from_none or getattr(one, name)]
    if not able:
        return before
    sign = draw(st.sampled_from(sorted(able, key=repr)))
    now = getattr(sign, name)
    raised = replace(sign, **{name: draw(st.sampled_from(_from(now, words)))})
    return replace(before, indicators=before.indicators - {sign} | {raised})


def _higher_scores(draw: st.DrawFn, before: Facts, codes: Codes) -> Facts:
    old = before.tools
    raised = Tools(
        dash=draw(st.integers(old.dash or 0, 27)),
        dash_grade=draw(st.sampled_from(_from(old.dash_grade, DASH_GRADES))),
        dara=draw(st.sampled_from(_from(old.dara, DARA_GRADES))),
        neglect_grade=draw(st.integers(old.neglect_grade or 1, 5)),
        exploitation=draw(st.sampled_from(_from(old.exploitation, EXPLOITATION_GRADES))),
    )
    return replace(before, tools=raised)


def _from(word: str | None, words: tuple[str, ...]) -> tuple[str, ...]:
    return words[words.index(word) if word else 0 :]


def _earlier_referrals(draw: st.DrawFn, before: Facts, codes: Codes) -> Facts:
    more = before.referrals_last_12_months + draw(st.integers(0, 5))
    return replace(before, referrals_last_12_months=more)


def _younger(draw: st.DrawFn, before: Facts, codes: Codes) -> Facts:
    age = before.child_age_months
    younger = draw(st.integers(0, 300 if age is None else age))
    return replace(before, child_age_months=younger, unborn=before.unborn or draw(st.booleans()))


def _in_danger(draw: st.DrawFn, before: Facts, codes: Codes) -> Facts:
    return replace(before, immediate_danger=True, consent=draw(st.none() | st.sampled_from(CONSENTS)))


WAYS: tuple[Worsen, ...] = (
    _one_more,
    _more_serious,
    _longer,
    _higher_scores,
    _earlier_referrals,
    _younger,
    _in_danger,
)
