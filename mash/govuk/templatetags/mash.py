"""Tags and filters that every template has without loading them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BaseForm
from django.template.base import Node, Parser, Token
from django.template.context import Context
from django.template.defaultfilters import capfirst
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from mash.govuk import moments
from mash.govuk.components import component
from mash.govuk.fields.base import as_line
from mash.govuk.icons import clock_mark, lantern_mark
from mash.govuk.tones import LEVELS, stage_tone
from mash.lib.references import grouped as in_groups

register = template.Library()


@register.filter
def grouped(reference: str) -> str:
    """ABCD-EFGH-JKMN-PQRS."""
    return in_groups(str(reference))


@register.filter
def nhs_number(digits: str) -> str:
    """485 777 3456."""
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}" if len(digits) == 10 else digits


@register.filter
def day(value: date | None) -> str:
    """3 November 2026."""
    return moments.day_words(value) if value else ""


@register.filter
def clock_time(value: datetime | None) -> str:
    """3:05pm."""
    return moments.time_words(value) if value else ""


@register.filter(is_safe=True)
def when(value: datetime | None) -> str:
    """Today at 3:05pm, with the exact moment for machines and the date for paper."""
    return _time(value, moments.when_words(value, now=timezone.now())) if value else ""


@register.filter(is_safe=True)
def when_first(value: datetime | None) -> str:
    """The same where it begins a line or a cell: Today at 3:05pm."""
    return _time(value, capfirst(moments.when_words(value, now=timezone.now()))) if value else ""


def _time(value: datetime, words: str) -> SafeString:
    exact = f"{moments.day_words(value)}, {moments.time_words(value)}"
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(timespec="minutes"), exact, words)


def _deadline(value: datetime, words: str) -> SafeString:
    """The title is what paper prints after the words: a limit at midnight is the end of the day before it."""
    exact = moments.deadline_words(value)
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(timespec="minutes"), exact, words)


@register.filter(is_safe=True)
def deadline(value: datetime | None) -> str:
    """After "by": the day and the time in full, with the exact moment for machines."""
    if not value:
        return ""
    words = moments.deadline_words(value)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(timespec="minutes"), words)


@register.simple_tag
def due(value: datetime | None, stopped: datetime | None = None) -> SafeString:
    """The label of a clock; with `stopped`, the moment that it was met."""
    if not value:
        return mark_safe("")
    if stopped:
        return _clock(value, "Done in time" if stopped <= value else "Done late", "met" if stopped <= value else "late")
    label = moments.due_words(value, now=timezone.now())
    return _clock(value, label.words, label.tone)


def _clock(value: datetime, words: str, tone: str) -> SafeString:
    return format_html('<span class="app-clock app-clock--{}">{}{}</span>', tone, clock_mark(), _deadline(value, words))


@register.simple_tag
def level_tag(level: int | None, band: str = "") -> SafeString:
    """Level 1 to 4 as words and as filled bars; the colour only repeats it. `band` is printed when it says more."""
    if level not in LEVELS:
        return mark_safe('<span class="app-level app-level--none">No level yet</span>')
    return format_html(
        '<span class="app-level app-level--{}"><span class="app-level__bars" aria-hidden="true"></span>Level {}</span>',
        *(level, band or level),
    )


@register.simple_tag
def stage_tag(value: str, label: str = "") -> SafeString:
    """Where something stands: `{% stage_tag referral.stage referral.get_stage_display %}`."""
    return tag(
        label or getattr(value, "label", "") or str(value).replace("_", " ").capitalize(), stage_tone(str(value))
    )


@register.simple_tag
def tag(words: str, tone: str = "plain") -> SafeString:
    """A small label; tones are plain, new, active, waiting, done, alert and closed."""
    return format_html('<strong class="app-tag app-tag--{}">{}</strong>', tone, words)


@register.simple_tag
def error_summary(*forms: Any) -> SafeString:
    """The box "There is a problem" for one form or several; nothing when all is well."""
    found = [link for form in forms if isinstance(form, BaseForm) and form.is_bound for link in _links(form)]
    errors = [{"href": f"#{anchor}" if anchor else None, "text": words} for anchor, words in found]
    return (
        component("error-summary", {"titleText": "There is a problem", "errorList": errors})
        if errors
        else mark_safe("")
    )


def _links(form: Any) -> Iterable[tuple[str, str]]:
    if hasattr(form, "error_links"):
        return list(form.error_links())
    return [
        (form[name].id_for_label if name in form.fields else "", as_line(str(one)))
        for name, all_ in form.errors.items()
        for one in all_
    ]


@register.simple_tag
def errors_in(*forms: Any) -> bool:
    """Whether any of the forms was sent with a mistake: puts "Error:" before the page's title."""
    return any(isinstance(form, BaseForm) and form.is_bound and form.errors for form in forms)


@register.simple_tag
def button(words: str = "Continue", kind: str = "", name: str = "", value: str = "") -> SafeString:
    """A submit button that ignores a second click; `kind` is "", secondary, warning or inverse."""
    return component(
        "button",
        {
            "text": words,
            "type": "submit",
            "classes": f"govuk-button--{kind}" if kind else None,
            "name": name or None,
            "value": value or None,
            "preventDoubleClick": True,
        },
    )


@register.simple_tag
def component_of(name: str, **params: Any) -> SafeString:
    """Any GOV.UK component by name: `{% component_of "inset-text" text=words %}`."""
    return component(name, params)


@register.simple_tag
def lantern(size: int = 32) -> SafeString:
    """The product's mark; it says nothing to a screen reader, the name beside it does."""
    return lantern_mark(size)


@register.simple_tag
def rows(pairs: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> SafeString:
    """A plain summary list of keys and values; empty values say "Not given"."""
    items = pairs.items() if isinstance(pairs, Mapping) else pairs
    row = (
        '<div class="govuk-summary-list__row"><dt class="govuk-summary-list__key">{}</dt>'
        '<dd class="govuk-summary-list__value">{}</dd></div>'
    )
    nothing = mark_safe('<span class="app-quiet">Not given</span>')
    inside = format_html_join("", row, ((key, nothing if value in (None, "", []) else value) for key, value in items))
    return format_html('<dl class="govuk-summary-list">{}</dl>', inside)


class BlockAgain(Node):
    """Prints a block a second time, so that a page's title and its h1 are written once."""

    def __init__(self, name: str) -> None:
        self.name = name

    def render(self, context: Context) -> SafeString:
        blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
        block = blocks.get_block(self.name) if blocks else None
        return block.render(context) if block else mark_safe("")


@register.tag
def block_again(parser: Parser, token: Token) -> BlockAgain:
    """`{% block_again "title" %}`: the words of that block, wherever they were written."""
    return BlockAgain(token.split_contents()[1].strip("\"'"))
