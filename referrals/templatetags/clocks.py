"""The clocks of a referral or a case, on whatever page shows it: one line each."""

from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mash.govuk.icons import clock_mark
from referrals.choices import Rating
from referrals.models import Case, ClockWarning, Referral
from referrals.selectors import clock_warnings, clocks_file
from referrals.selectors.clocks import for_rows

register = template.Library()
BADGE = '<span class="app-rag app-rag--{}"><span class="app-rag__mark" aria-hidden="true"></span>{}</span>'
BESIDE = '{} <span class="app-rag__words app-rag__words--{}">{}</span>'


@register.inclusion_tag("referrals/clocks/_file.html", takes_context=True)
def clocks_of_referral(context: Context, referral: Referral) -> dict[str, Any]:
    """The card of clocks of one referral."""
    return {"referral": referral, "clocks": clocks_file.on_file(context["user"], referral)}


@register.inclusion_tag("referrals/clocks/_case.html", takes_context=True)
def clocks_of_case(context: Context, case: Case) -> dict[str, Any]:
    """The card of clocks of one case."""
    return {"case": case, "clocks": clocks_file.of_case(context["user"], case)}


@register.filter
def told_words(warning: ClockWarning) -> str:
    """Who was told."""
    return clocks_file.told_words(warning)


@register.simple_tag
def clock_face() -> SafeString:
    """The small clock before a due time."""
    return clock_mark()


@register.simple_tag
def rag(colour: str, words: str = "", tone: str = "calm") -> SafeString:
    """A colour as a word and a shape, with what its clock says behind it; the colour only repeats it."""
    badge = format_html(BADGE, colour, Rating(colour).label)
    return format_html(BESIDE, badge, tone, words) if words else badge


@register.simple_tag
def rag_of(referral: Referral) -> SafeString:
    """The colour of one referral among its labels, with how its clock stands; nothing when it was never rated."""
    row = for_rows([referral.pk]).get(referral.pk)
    return format_html("<li>{}</li>", rag(row.colour, row.words, row.tone)) if row else SafeString("")


@register.inclusion_tag("referrals/clocks/_running_out.html", takes_context=True)
def clocks_running_out(context: Context) -> dict[str, Any]:
    """How many clocks run out, with the way to them; nothing when none does."""
    return {"number": clock_warnings.number(context["user"])}
