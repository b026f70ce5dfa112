"""The rules of a draft that combine what is known: one added, its steps, its source, taken out."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.policy import Act
from mash.access import GET_POST, allows
from thresholds import visible
from thresholds.editing import floors
from thresholds.editing.names import rule_name, rule_title
from thresholds.editing.parts import with_rule, with_step, without_rule, without_step
from thresholds.forms.base import DraftForm
from thresholds.forms.rules import RuleForm, SourceForm, StepForm
from thresholds.models import FrameworkDraft
from thresholds.selectors import governing
from thresholds.views.attempts import closed, item_of, save


@allows(Act.MANAGE_FRAMEWORK, on=visible.framework_draft, kwarg="pk")
def draft_rules(request: HttpRequest, draft: FrameworkDraft) -> HttpResponse:
    """All of them, in words."""
    context = {"draft": draft, "rules": governing.rules(draft.document), "notes": governing.notes(draft.document)}
    return closed(draft) or render(request, "thresholds/draft/rules.html", context)


@allows(Act.MANAGE_FRAMEWORK, on=visible.framework_draft, kwarg="pk", methods=GET_POST)
def add_rule(request: HttpRequest, draft: FrameworkDraft) -> HttpResponse:
    """A new rule with its first step."""
    form = RuleForm(request.POST or None, draft=draft)
    if form.is_valid():
        key, rule = form.rule()
        if save(request, form, f"rule {rule_name(key)}", lambda document: with_rule(document, key, rule)):
            messages.success(request, f"The rule {rule_name(key)} is in the draft.")
            return redirect("draft_rule", draft.pk, key)
    return closed(draft) or render(request, "thresholds/draft/add_rule.html", {"form": form, "draft": draft})


@allows(Act.MANAGE_FRAMEWORK, on=visible.framework_draft, kwarg="pk", methods=GET_POST)
def draft_rule(request: HttpRequest, draft: FrameworkDraft, combining: str) -> HttpResponse:
    """One rule: its steps, and its source to change."""
    item = item_of(draft, "rules", "id", combining)
    form = SourceForm(request.POST or None, draft=draft, rule=item)
    if form.is_valid() and save(
        request,
        form,
        f"source of the rule {rule_title(item)}",
        lambda document: with_rule(document, combining, {"source": form.cleaned_data["source"]}),
    ):
        return redirect("draft_rules", draft.pk)
    context = {"form": form, "draft": draft, "rule": governing.rule(draft.document, item)}
    return closed(draft) or render(request, "thresholds/draft/rule.html", context)


@allows(Act.MANAGE_FRAMEWORK, on=visible.framework_draft, kwarg="pk", methods=GET_POST)
def remove_rule(request: HttpRequest, draft: FrameworkDraft, combining: str) -> HttpResponse:
    """Take one rule out of the draft."""
    item = item_of(draft, "rules", "id", combining)
    form = DraftForm(request.POST or None, draft=draft)
    part = f"rule {rule_title(item)}, taken out"
    if form.is_valid() and save(request, form, part, lambda document: without_rule(document, combining)):
        messages.success(request, f"The rule {rule_title(item)} is taken out of the draft.")
        return redirect("draft_rules", draft.pk)
    stays = floors.stays(draft.document, without_rule(draft.document, combining))
    context = {"form": form, "draft": draft, "rule": governing.rule(draft.document, item), "stays": stays}
    return closed(draft) or render(request, "thresholds/draft/remove_rule.html", context)


@allows(Act.MANAGE_FRAMEWORK, on=visible.framework_draft, kwarg="pk", methods=GET_POST)
def add_step(request: HttpRequest, draft: FrameworkDraft, combining: str) -> HttpResponse:
    """One more step of a rule."""
    return _step(request, draft, item_of(draft, "rules", "id", combining), None)


@allows(Act.MANAGE_FRAMEWORK, on=visible.framework_draft, kwarg="pk", methods=GET_POST)
def change_step(request: HttpRequest, draft: FrameworkDraft, combining: str, step: int) -> HttpResponse:
    """One step of a rule."""
    return _step(request, draft, item_of(draft, "rules", "id", combining), step)


def _step(request: HttpRequest, draft: FrameworkDraft, rule: dict[str, Any], number: int | None) -> HttpResponse:
    old = None if number is None else _numbered(rule, number)
    place = None if number is None else number - 1
    form = StepForm(request.POST or None, draft=draft, step=old)
    if form.is_valid() and save(
        request,
        form,
        f"a step of the rule {rule_title(rule)}",
        lambda document: with_step(document, rule["id"], place, form.answers()),
    ):
        return redirect("draft_rule", draft.pk, rule["id"])
    context = {"form": form, "draft": draft, "rule": governing.rule(draft.document, rule), "number": number}
    return closed(draft) or render(request, "thresholds/draft/step.html", context)


@allows(Act.MANAGE_FRAMEWORK, on=visible.framework_draft, kwarg="pk", methods=GET_POST)
def remove_step(request: HttpRequest, draft: FrameworkDraft, combining: str, step: int) -> HttpResponse:
    """Take one step out of a rule; with its last step the rule goes too."""
    item = item_of(draft, "rules", "id", combining)
    _numbered(item, step)
    form = DraftForm(request.POST or None, draft=draft)
    part = f"a step of the rule {rule_title(item)}, taken out"
    if form.is_valid() and save(request, form, part, lambda document: without_step(document, combining, step - 1)):
        messages.success(request, "The step is taken out of the draft.")
        return redirect("draft_rules", draft.pk)
    shown = governing.rule(draft.document, item)
    stays = floors.stays(draft.document, without_step(draft.document, combining, step - 1))
    context = {"form": form, "draft": draft, "rule": shown, "step": shown["steps"][step - 1], "stays": stays}
    return closed(draft) or render(request, "thresholds/draft/remove_step.html", context)


def _numbered(rule: dict[str, Any], number: int) -> dict[str, Any]:
    """The step with this number, or 404."""
    if not 1 <= number <= len(rule["steps"]):
        raise Http404
    return dict(rule["steps"][number - 1])
