"""A member of the public tells us about a child: choose how to be known, one form, check, send, and the receipt."""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from mash.access import GET_POST, callers, limits
from mash.access.limit import Limit
from referrals import codes
from referrals.choices import Identity
from referrals.forms.public import PublicForm
from referrals.services import public_sending
from referrals.views.public_summary import cards
from referrals.views.publicly import page, public, too_many

IDENTITIES = {
    "open": Identity.PUBLIC_OPEN,
    "withheld": Identity.PUBLIC_WITHHELD,
    "anonymous": Identity.ANONYMOUS,
}
SENDS = Limit(
    name="public_sends",
    most=30,
    per=timedelta(hours=1),
    says="We have had many forms from one place in the last hour, so this one has not been sent. You can call us now.",
    counts="forms that one address sends within two minutes of opening them; one that took longer counts by itself",
)
PLACES = Limit(
    name="public_sends_place",
    most=200,
    per=timedelta(hours=1),
    says="We have had many forms from one place in the last hour, so this one has not been sent. You can call us now.",
    counts="forms that one address sends, however long each took",
)


@public("the public may tell us about a child")
def tell_us(request: HttpRequest, *, me: bool = False) -> HttpResponse:
    """What can and what cannot be promised, before anything is typed."""
    return page(request, "start.html", {"me": me})


@public("the public may tell us about a child; nothing is stored before it is sent", methods=GET_POST)
def tell_us_form(request: HttpRequest, *, identity: str, me: bool = False) -> HttpResponse:
    """The form, and what was typed to check before it is sent. “Change” comes back here with everything kept."""
    form = _form(request, identity, me)
    if request.method == "POST" and "change" not in request.POST and form.is_valid():
        form.fresh()
        return _check(request, form, identity)
    return _typing(request, form, identity)


@public("the public may tell us about a child", methods=GET_POST)
def tell_us_send(request: HttpRequest, *, identity: str, me: bool = False) -> HttpResponseBase:
    """Send it, and show the receipt. The same form sent again shows the same receipt."""
    form = _form(request, identity, me)
    if request.method != "POST":
        return redirect("tell_us_me_form" if me else "tell_us_form", identity=identity)
    if over := _over(request, form):
        return too_many(request, over)
    if not form.is_valid():
        return _typing(request, form, identity)
    if not form.fresh():
        return _check(request, form, identity, late=True)
    receipt, code = public_sending.send(place=callers.address(request), mark=form.mark(), told=form.told())
    context = {"groups": codes.grouped(code).split("-"), "referral": receipt.referral, "identity": identity, "me": me}
    return page(request, "receipt.html", context)


def _over(request: HttpRequest, form: PublicForm) -> Limit | None:
    """The limit that this one is too many for. Forms that take their time count apart, up to what a place may send."""
    place = callers.address(request)
    counts = ((SENDS, form.data["token"] if form.took_time() else place), (PLACES, place))
    return next((limit for limit, key in counts if not limits.spend(limit, key)), None)


def _form(request: HttpRequest, identity: str, me: bool) -> PublicForm:
    known = IDENTITIES.get(identity)
    if known is None:
        raise Http404
    return PublicForm(request.POST if request.method == "POST" else None, identity=known, me=me)


def _typing(request: HttpRequest, form: PublicForm, identity: str) -> HttpResponse:
    return page(request, "form.html", {"form": form, "identity": identity, "me": form.me})


def _check(request: HttpRequest, form: PublicForm, identity: str, *, late: bool = False) -> HttpResponse:
    context = {"answers": form, "kept": form.kept(), "cards": cards(form), "identity": identity, "me": form.me}
    return page(request, "check.html", {**context, "late": late, "danger": form.cleaned_data["danger"]})
