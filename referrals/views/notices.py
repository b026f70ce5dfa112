"""Hand in many notices at once: choose a file, look through it, send it, see what became of each row."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.policy import Act
from mash.access import GET_POST, allows
from mash.audit import events
from referrals import visible
from referrals.choices import Category
from referrals.errors import Refused
from referrals.forms.notices import UploadForm
from referrals.models import Batch, Upload
from referrals.notices import table
from referrals.notices.columns import COLUMNS
from referrals.selectors import notices as selectors
from referrals.services import notices as services
from referrals.views.reader import reader

CATEGORIES = [(value, label) for value, label in Category.choices if value != Category.ALLEGATION]


@allows(Act.REFER)
def notices(request: HttpRequest) -> HttpResponse:
    """The batches that were handed in."""
    rows = selectors.batches(reader(request))
    events.listed(by=reader(request), what="notices", ids=[batch.pk for batch in rows])
    return render(request, "referrals/notices/list.html", {"batches": rows})


@allows(Act.REFER, methods=GET_POST)
def new_notices(request: HttpRequest) -> HttpResponse:
    """Choose a file. The same file again leads to what became of it the first time."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        try:
            return _looked_at(request, form)
        except Refused as refusal:
            form.add_error("file", refusal.message)
    context = {"form": form, "columns": COLUMNS, "categories": CATEGORIES}
    return render(request, "referrals/notices/new.html", context)


def _looked_at(request: HttpRequest, form: UploadForm) -> HttpResponse:
    """Hold a file that can be read, and show it; raises Refused for any other."""
    given = form.cleaned_data["file"]
    if given.size > table.MOST_BYTES:
        raise Refused("The file must be smaller than 5 MB")
    text = table.decode(given.read())
    table.read(text)
    user = reader(request)
    first = selectors.sent_before(user, services.digest_of(text.encode()))
    if first is not None:
        messages.info(request, "You have sent exactly this file before. This is what became of it.")
        return redirect("notice_batch", first.pk)
    upload = services.hold(by=user, name=given.name, text=text)
    return redirect("check_notices", upload.token)


@allows(Act.REFER, on=visible.upload, kwarg="token", methods=GET_POST)
def check_notices(request: HttpRequest, upload: Upload) -> HttpResponse:
    """Every row, what is wrong with it, and the button that sends the good ones."""
    preview = selectors.preview(reader(request), upload)
    if request.method == "POST":
        batch = services.send(by=reader(request), upload=upload, notices=preview.notices, refused=preview.refused)
        return redirect("notice_batch", batch.pk)
    return render(request, "referrals/notices/check.html", {"upload": upload, "preview": preview})


@allows(Act.REFER, on=visible.batch, kwarg="pk")
def notice_batch(request: HttpRequest, batch: Batch) -> HttpResponse:
    """What became of each row."""
    user = reader(request)
    context = {"batch": batch, "result": selectors.result(user, batch), "mine": batch.by_id == user.pk}
    return render(request, "referrals/notices/batch.html", context)


@allows(Act.REFER, on=visible.own_batch, kwarg="pk")
def refused_notices(_request: HttpRequest, batch: Batch) -> HttpResponse:
    """The refused rows as a file, for whoever sent them and nobody else."""
    return _as_file(selectors.refused_file(batch), f"refused-{batch.pk}.csv")


@allows(Act.REFER)
def notices_template(_request: HttpRequest) -> HttpResponse:
    """An empty file to start from."""
    return _as_file(selectors.template_file(), "notices.csv")


def _as_file(text: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)
