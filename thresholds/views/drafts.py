"""A draft: its parts, what it would do, publishing it, throwing it away."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.policy import Act
from accounts.views.attempts import reader
from mash.access import GET_POST, allows
from thresholds import visible
from thresholds.editing import floors
from thresholds.editing.comparing import compare
from thresholds.editing.parts import with_bands
from thresholds.engine import framework_from_json
from thresholds.forms.about import AboutForm, AreasForm, ServicesForm
from thresholds.forms.bands import BandsForm
from thresholds.forms.base import DraftForm
from thresholds.forms.publishing import PublishForm
from thresholds.models import Framework, FrameworkDraft
from thresholds.selectors import governing, previews
from thresholds.services import drafts, seconding, trying
from thresholds.services.frameworks import publish_draft
from thresholds.views.attempts import attempt, closed, save


@allows(Act.MANAGE_FRAMEWORK, on=visible.framework_draft, kwarg="pk")
def framework_draft(request: HttpRequest, draft: FrameworkDraft) -> HttpResponse:
    """The parts of a draft, and what comes next."""
    context = {"draft": draft, "document": draft.document, "tried": previews.of(draft)}
    return closed(draft) or render(request, "thresholds/draft.html", context)


@allows(Act.MANAGE_FRAMEWORK, on=visible.framework_draft, kwarg="pk", methods=GET_POST)
def draft_about(request: HttpRequest, draft: FrameworkDraft) -> HttpResponse:
    """Title and source."""
    form = AboutForm(request.POST or None, draft=draft)
    if form.is_valid() and save(request, form, "title and source", form.changed):
        return redirect("framework_draft", draft.pk)
    return closed(draft) or render(request, "thresholds/draft/about.html", {"form": form, "draft": draft})


@allows(Act.MANAGE_FRAMEWORK, on=visible.framework_draft, kwarg="pk", methods=GET_POST)
def draft_services(request: HttpRequest, draft: FrameworkDraft) -> HttpResponse:
    """What the services are called."""
    form = ServicesForm(request.POST or None, draft=draft)
    if form.is_valid() and save(request, form, "names of services", form.changed):
        return redirect("framework_draft", draft.pk)
    return closed(draft) or render(request, "thresholds/draft/services.html", {"form": form, "draft": draft})


@allows(Act.MANAGE_FRAMEWORK, on=visible.framework_draft, kwarg="pk", methods=GET_POST)
def draft_bands(request: HttpRequest, draft: FrameworkDraft) -> HttpResponse:
    """The bands, from the least to the most serious; one more is added with each saving."""
    form = BandsForm(request.POST or None, draft=draft)
    if form.is_valid() and save(request, form, "bands", lambda document: with_bands(document, form.bands(), form.was)):
        return redirect("draft_bands" if "another" in request.POST else "framework_draft", draft.pk)
    return closed(draft) or render(request, "thresholds/draft/bands.html", {"form": form, "draft": draft})


@allows(Act.MANAGE_FRAMEWORK, on=visible.framework_draft, kwarg="pk", methods=GET_POST)
def draft_areas(request: HttpRequest, draft: FrameworkDraft) -> HttpResponse:
    """Areas and kinds of need."""
    form = AreasForm(request.POST or None, draft=draft)
    if form.is_valid() and save(
        request,
        form,
        "areas and kinds of need",
        form.changed,
    ):
        return redirect("draft_areas" if "another" in request.POST else "framework_draft", draft.pk)
    return closed(draft) or render(request, "thresholds/draft/areas.html", {"form": form, "draft": draft})


@allows(Act.MANAGE_FRAMEWORK, on=visible.framework_draft, kwarg="pk")
def compare_draft(request: HttpRequest, draft: FrameworkDraft) -> HttpResponse:
    """The draft beside a version: the one it began as, unless another is asked for."""
    others = governing.others(reader(request), but=None)
    other = _beside(request, draft, others)
    context = {
        "draft": draft,
        "others": others,
        "other": other,
        "sections": compare(other.document, draft.document) if other else (),
    }
    return render(request, "thresholds/draft/compare.html", context)


def _beside(request: HttpRequest, draft: FrameworkDraft, others: list[Framework]) -> Framework | None:
    asked = request.GET.get("with", "") or str(draft.based_on_id or "")
    return next((one for one in others if str(one.pk) == asked), others[0] if others else None)


@allows(Act.MANAGE_FRAMEWORK, on=visible.framework_draft, kwarg="pk", methods=GET_POST)
def preview_draft(request: HttpRequest, draft: FrameworkDraft) -> HttpResponse:
    """What it would have done to the last referrals."""
    form = DraftForm(request.POST or None, draft=draft)
    if form.is_valid() and attempt(form, lambda: trying.preview(by=reader(request), draft=draft)):
        return redirect("preview_draft", draft.pk)
    context = {"form": form, "draft": draft, "tried": previews.of(draft)}
    return closed(draft) or render(request, "thresholds/draft/preview.html", context)


@allows(Act.MANAGE_FRAMEWORK, on=visible.framework_draft, kwarg="pk", methods=GET_POST)
def publish_framework(request: HttpRequest, draft: FrameworkDraft) -> HttpResponse:
    """The draft as a version, for ever."""
    form = PublishForm(request.POST or None, draft=draft)
    made: list[Framework] = []
    if form.is_valid() and attempt(
        form,
        lambda: made.append(
            publish_draft(
                by=reader(request),
                draft=draft,
                seen=form.revision(),
                note=form.cleaned_data["note"],
                in_force_from=form.moment(),
            )
        ),
    ):
        messages.success(request, f"Version {made[0].version} of {made[0].title} is published.")
        return redirect("framework", made[0].pk)
    faults = floors.faults(framework_from_json(draft.document, version=1))
    context = {"form": form, "draft": draft, "tried": previews.of(draft), "faults": faults}
    context |= {"waits_for": seconding.named(seconding.publishers_instead(reader(request), draft))}
    away = None if form.errors else closed(draft)
    return away or render(request, "thresholds/draft/publish.html", context)


@allows(Act.MANAGE_FRAMEWORK, on=visible.framework_draft, kwarg="pk", methods=GET_POST)
def discard_draft(request: HttpRequest, draft: FrameworkDraft) -> HttpResponse:
    """Throw a draft away."""
    form = DraftForm(request.POST or None, draft=draft)
    if form.is_valid() and attempt(form, lambda: drafts.discard(by=reader(request), draft=draft, seen=form.revision())):
        messages.success(request, "The draft is thrown away.")
        return redirect("frameworks")
    return closed(draft) or render(request, "thresholds/draft/discard.html", {"form": form, "draft": draft})
