"""What became of one message, and sending it once more."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.policy import Act
from mash.access import GET_POST, allows
from mash.outbox.models import Message
from referrals import visible
from referrals.forms.messages_owed import ResendForm
from referrals.selectors import message_history
from referrals.services import resending
from referrals.views.attempts import attempt
from referrals.views.reader import reader


@allows(Act.SEE_OWED, on=visible.message, kwarg="pk")
def message(request: HttpRequest, row: Message) -> HttpResponse:
    """Everything that happened to one message; not what it said."""
    page = message_history.page(reader(request), row)
    return render(request, "referrals/loop/message.html", {"page": page, "row": row})


@allows(Act.SEE_OWED, on=visible.message, kwarg="pk", methods=GET_POST)
def resend(request: HttpRequest, row: Message) -> HttpResponse:
    """Send it once more, to the same or a corrected address."""
    page = message_history.page(reader(request), row)
    form = ResendForm(request.POST or None, page=page)
    if form.is_valid() and attempt(
        form, lambda: resending.resend(by=reader(request), message=row, **form.cleaned_data)
    ):
        messages.success(request, "It is on its way again.")
        return redirect("owed")
    return render(request, "referrals/loop/resend.html", {"form": form, "page": page, "row": row})
