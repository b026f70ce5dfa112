"""The clocks of a referral or a case, on whatever page shows it: one line each."""

from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mash.govuk.icons import clock_mark
from referrals.choices import Rating
from referrals.models import Case, ClockWarning, Referral
from referrals.selectors import clocks_file

register = template.Library()
BADGE = '<span class="app-rag app-rag--{}"><span class="app-rag__mark" aria-hidden="true"></span>{}</span>'
BESIDE = '{} <span class="app-rag__words app-rag__words--{}">{}</span>'


@register.simple_tag(takes_context=True)
def clocks_on_file(context: Context, referral: Referral) -> clocks_file.OnFile | None:
    """The clocks of one referral, for its labels and its card: `{% clocks_on_file referral as clocks %}`."""
    return clocks_file.on_file(context["user"], referral)


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
