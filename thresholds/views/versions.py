"""Published versions: all of them, one, two compared; adopting one here and retiring one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.policy import Act
from accounts.views.attempts import reader
from mash.access import GET_POST, allows
from thresholds import visible
from thresholds.editing.comparing import compare
from thresholds.forms.about import StartForm
from thresholds.forms.publishing import AdoptForm, RetireForm
from thresholds.models import Framework, FrameworkDraft
from thresholds.selectors import governing
from thresholds.services import adopting, drafts, seconding
from thresholds.views.attempts import attempt


@allows(Act.MANAGE_FRAMEWORK)
def frameworks(request: HttpRequest) -> HttpResponse:
    """What is in force here, every version, and the drafts."""
    listing = governing.listing(reader(request))
    return render(request, "thresholds/list.html", {"listing": listing})


@allows(Act.MANAGE_FRAMEWORK, on=visible.framework, kwarg="pk")
def framework(request: HttpRequest, framework: Framework) -> HttpResponse:
    """One version, whole. It never changes."""
    document = framework.document
    context = {
        "framework": framework,
        "version": governing.version(reader(request), framework),
        "adoptable": governing.adoptable(framework),
        "bands": governing.bands(document),
        "areas": governing.areas(document),
        "rules": governing.rules(document),
        "notes": governing.notes(document),
    }
    return render(request, "thresholds/version.html", context)


@allows(Act.MANAGE_FRAMEWORK, methods=GET_POST)
def start_framework(request: HttpRequest) -> HttpResponse:
    """A draft from nothing."""
    return _start(request, None)


@allows(Act.MANAGE_FRAMEWORK, on=visible.framework, kwarg="pk", methods=GET_POST)
def start_from(request: HttpRequest, framework: Framework) -> HttpResponse:
    """A draft that begins as this version."""
    return _start(request, framework)


def _start(request: HttpRequest, base: Framework | None) -> HttpResponse:
    form = StartForm(request.POST or None, base=base)
    made: list[FrameworkDraft] = []
    if form.is_valid() and attempt(
        form, lambda: made.append(drafts.start(by=reader(request), based_on=base, **form.cleaned_data))
    ):
        return redirect("framework_draft", made[0].pk)
    return render(request, "thresholds/start.html", {"form": form, "base": base})


@allows(Act.MANAGE_FRAMEWORK, on=visible.framework, kwarg="pk")
def compare_framework(request: HttpRequest, framework: Framework) -> HttpResponse:
    """This version beside another one: what was added, removed and changed."""
    others = governing.others(reader(request), but=framework)
    other = _chosen(request, others)
    context = {
        "framework": framework,
        "others": others,
        "other": other,
        "sections": compare(other.document, framework.document) if other else (),
    }
    return render(request, "thresholds/compare.html", context)


def _chosen(request: HttpRequest, others: list[Framework]) -> Framework | None:
    """The version that the address asks for; otherwise the one before, or whichever there is."""
    asked = request.GET.get("with", "")
    return next((one for one in others if str(one.pk) == asked), others[0] if others else None)


@allows(Act.MANAGE_FRAMEWORK, on=visible.framework, kwarg="pk", methods=GET_POST)
def adopt_framework(request: HttpRequest, framework: Framework) -> HttpResponse:
    """Weigh referrals here under the framework that this is a version of."""
    form = AdoptForm(request.POST or None)
    if form.is_valid() and attempt(
        form,
        lambda: adopting.adopt(
            by=reader(request), key=framework.key, reason=form.cleaned_data["reason"], begins_at=form.moment()
        ),
    ):
        messages.success(request, f"{framework.title} is adopted here.")
        return redirect("frameworks")
    mine = framework.by == request.user
    others = seconding.named(seconding.others(reader(request))) if mine else ""
    context = {"form": form, "framework": framework, "mine": mine, "others": others}
    return render(request, "thresholds/adopt.html", context)


@allows(Act.MANAGE_FRAMEWORK, on=visible.framework, kwarg="pk", methods=GET_POST)
def retire_framework(request: HttpRequest, framework: Framework) -> HttpResponse:
    """Take this version out of force."""
    form, instead = RetireForm(request.POST or None), governing.instead(framework)
    if form.is_valid() and attempt(
        form,
        lambda: adopting.retire(by=reader(request), framework=framework, reason=form.cleaned_data["reason"]),
    ):
        then = (
            f" Referrals here are weighed under {instead.title}, version {instead.version}, again." if instead else ""
        )
        messages.success(request, f"Version {framework.version} of {framework.title} is retired.{then}")
        return redirect("framework", framework.pk)
    version = governing.version(reader(request), framework)
    context = {"form": form, "framework": framework, "version": version, "instead": instead}
    return render(request, "thresholds/retire.html", context)
