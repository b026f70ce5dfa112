"""Between a form and a service: what the engine or a service refuses becomes an error beside its answer."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.errors import Refused, SomeoneElse
from accounts.views.attempts import reader
from mash.govuk.forms import GovukForm
from thresholds.editing.faults import fault_in
from thresholds.editing.parts import Gone, find
from thresholds.engine import BadFramework
from thresholds.forms.base import DraftForm
from thresholds.models import FrameworkDraft
from thresholds.services import drafts

Document = dict[str, Any]


def attempt(form: GovukForm, act: Callable[[], object]) -> bool:
    """Run `act`; when it is refused, say why beside the answer it names, or at the top, and answer False.

    When somebody saved meanwhile, the page goes on from their revision: whoever reads who it was may save again.
    """
    try:
        act()
    except SomeoneElse as quicker:
        form.add_error(None, quicker.message)
        _go_on(form)
        return False
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return False
    return True


def save(request: HttpRequest, form: DraftForm, part: str, change: Callable[[Document], Document]) -> bool:
    """Save one part of the form's draft; what the engine refuses is said beside the answer it is about."""
    tried: list[Document] = []

    def changed(document: Document) -> Document:
        tried.append(change(document))
        return tried[0]

    try:
        return attempt(
            form,
            lambda: drafts.save(by=reader(request), draft=form.draft, seen=form.revision(), part=part, change=changed),
        )
    except BadFramework as refused:
        fault = fault_in(tried[0], refused)
        place = form.place_of(fault)
        form.add_error(place, fault.message if place else fault.words)
        return False


def closed(draft: FrameworkDraft) -> HttpResponse | None:
    """Away from the pages that change a draft which is published already: to the version that it became."""
    return redirect("framework", draft.published_id) if draft.published_id else None


def item_of(draft: FrameworkDraft, part: str, name: str, key: str) -> Document:
    """An indicator or a rule of the draft, or 404."""
    try:
        return dict(draft.document[part][find(draft.document, part, name, key)])
    except Gone:
        raise Http404 from None


def _go_on(form: GovukForm) -> None:
    if isinstance(form, DraftForm):
        form.draft.refresh_from_db()
        data: Any = form.data.copy()  # type: ignore[attr-defined]
        data["seen"] = str(form.draft.revision)
        form.data = data
