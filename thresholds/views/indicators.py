"""The indicators of a draft: by area, one added, changed or taken out."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.policy import Act
from mash.access import GET_POST, allows
from thresholds import visible
from thresholds.editing.parts import with_indicator, without_indicator
from thresholds.forms.base import DraftForm
from thresholds.forms.indicators import IndicatorForm
from thresholds.models import FrameworkDraft
from thresholds.selectors import governing
from thresholds.views.attempts import closed, item_of, save


@allows(Act.MANAGE_FRAMEWORK, on=visible.framework_draft, kwarg="pk")
def draft_indicators(request: HttpRequest, draft: FrameworkDraft) -> HttpResponse:
    """All of them, by area."""
    context = {"draft": draft, "areas": governing.areas(draft.document)}
    return closed(draft) or render(request, "thresholds/draft/indicators.html", context)


@allows(Act.MANAGE_FRAMEWORK, on=visible.framework_draft, kwarg="pk", methods=GET_POST)
def add_indicator(request: HttpRequest, draft: FrameworkDraft) -> HttpResponse:
    """A new indicator."""
    form = IndicatorForm(request.POST or None, draft=draft)
    if form.is_valid():
        code = form.cleaned_data["code"]
        if _save(request, form, code):
            messages.success(request, f"Indicator {code} is in the draft.")
            return redirect("draft_indicators", draft.pk)
    return closed(draft) or render(request, "thresholds/draft/add_indicator.html", {"form": form, "draft": draft})


@allows(Act.MANAGE_FRAMEWORK, on=visible.framework_draft, kwarg="pk", methods=GET_POST)
def change_indicator(request: HttpRequest, draft: FrameworkDraft, indicator: str) -> HttpResponse:
    """One indicator."""
    item = item_of(draft, "indicators", "code", indicator)
    form = IndicatorForm(request.POST or None, draft=draft, item=item)
    if form.is_valid() and _save(request, form, indicator):
        return redirect("draft_indicators", draft.pk)
    context = {"form": form, "draft": draft, "code": indicator}
    return closed(draft) or render(request, "thresholds/draft/indicator.html", context)


def _save(request: HttpRequest, form: IndicatorForm, code: str) -> bool:
    return save(
        request,
        form,
        f"indicator {code}",
        lambda document: with_indicator(document, code, form.answers(), form.placement()),
    )


@allows(Act.MANAGE_FRAMEWORK, on=visible.framework_draft, kwarg="pk", methods=GET_POST)
def remove_indicator(request: HttpRequest, draft: FrameworkDraft, indicator: str) -> HttpResponse:
    """Take one indicator out of the draft."""
    item = item_of(draft, "indicators", "code", indicator)
    form = DraftForm(request.POST or None, draft=draft)
    if form.is_valid() and save(
        request, form, f"indicator {indicator}, taken out", lambda document: without_indicator(document, indicator)
    ):
        messages.success(request, f"Indicator {indicator} is taken out of the draft.")
        return redirect("draft_indicators", draft.pk)
    context = {"form": form, "draft": draft, "item": item}
    return closed(draft) or render(request, "thresholds/draft/remove_indicator.html", context)
