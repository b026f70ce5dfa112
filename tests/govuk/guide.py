"""Pages that show every component, for the eye, for axe and for tests; no database, and an invented reader."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import include, path

from accounts.views.sessions import sessions
from mash import errors
from mash.govuk import fields
from mash.govuk.forms import GovukForm
from mash.govuk.navigation import Link

SIGNS = [
    (
        "Child’s development",
        [
            ("D05", "Often absent from school"),
            ("D19", "An injury that does not fit the explanation"),
            ("D20", "Self-harm"),
        ],
    ),
    (
        "Parents and carers",
        [("P03", "Drinking or drugs get in the way of caring"), ("P07", "Violence between adults at home")],
    ),
    ("Family and home", [("F02", "The home is dirty or unsafe"), ("F05", "May lose their home")]),
]


class Reader:
    """Somebody signed in, who may do anything."""

    pk = 1
    is_authenticated = True
    is_active = True
    must_show_second_factor = False
    name = "Amira Hussain"

    def may(self, act: str) -> bool:
        return True


class Nobody(Reader):
    """Somebody who is not signed in."""

    pk = None
    is_authenticated = False


class Middleware:
    """Puts the invented reader on each request, except on account pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user = Nobody() if request.path.startswith("/accounts/") else Reader()
        return self.get_response(request)


class EveryField(GovukForm):
    """One of each."""

    given_name = fields.TextField(label="Given name", missing="Enter the child’s given name")
    birth_date = fields.DateField(label="Date of birth", past=True, missing="Enter the date of birth")
    nhs_number = fields.NHSNumberField(required=False, hint="10 digits, on any letter from the NHS")
    postcode = fields.PostcodeField(required=False)
    email = fields.EmailField(label="Your email address", width="two-thirds", required=False)
    phone = fields.TelephoneField(label="Your phone number", required=False)
    months = fields.IntegerField(label="How long has this been going on?", suffix="months", width=3, required=False)
    language = fields.SelectField(
        label="First language", choices=[("en", "English"), ("pl", "Polish"), ("ar", "Arabic")], required=False
    )
    agreed = fields.YesNoField(
        label="Do the parents agree to this?",
        unknown="I have not asked",
        missing="Select yes if the parents agree",
        hints={"unknown": "You can still send this. Say why you have not asked."},
        reveals={"no": ["refusal"], "unknown": ["why_not_asked"]},
    )
    refusal = fields.TextareaField(label="What did they say?", rows=3, max_length=500)
    why_not_asked = fields.TextareaField(label="Why not?", rows=3, max_length=500)
    signs = fields.CheckboxesField(
        label="What have you seen or heard?",
        label_size="l",
        hint="Tick all that you know of. You do not need proof.",
        choices=SIGNS,
        missing="Tick at least one sign",
        hints={"D19": "For example a bruise in the shape of a hand, or a story that changes"},
    )
    story = fields.TextareaField(
        label="Tell us in your own words", label_size="l", missing="Say what you are worried about", max_length=3000
    )
    declaration = fields.ConfirmField(
        label="What I have written is true as far as I know", missing="Tick the box if what you wrote is true"
    )


@dataclass
class Entry:
    when: datetime
    title: str
    by: str = ""
    body: str = ""
    tone: str = ""


def every_field(request: HttpRequest) -> HttpResponse:
    form = EveryField(request.POST or None)
    if form.is_valid():
        messages.success(request, "The child was added")
        return redirect("fields")
    return render(request, "guide/fields.html", {"form": form})


def question(request: HttpRequest) -> HttpResponse:
    class Question(GovukForm):
        place = fields.RadiosField(
            label="Where is the child now?",
            page_heading=True,
            choices=[
                ("home", "At home"),
                ("school", "At school"),
                ("hospital", "In hospital"),
                ("unknown", "I do not know"),
            ],
            divider_before="unknown",
            missing="Select where the child is now",
        )

    return render(request, "guide/question.html", {"form": Question(request.POST or None)})


def queue(request: HttpRequest) -> HttpResponse:
    now = datetime.now(UTC)
    rows = [
        (
            "7QK2M9XR4TBD0VHW",
            4,
            "CADT",
            "received",
            "Received",
            now + timedelta(minutes=35),
            "Oak Lane Primary School",
            2,
        ),
        ("3ZD8F1NPC6YH5JKA", 4, "CADT", "in_triage", "In triage", now - timedelta(days=2), "Merebrook Police", 1),
        (
            "9MB4T7WEX2QR8GSC",
            3,
            "Gateway",
            "awaiting_partners",
            "Waiting for partners",
            now + timedelta(days=3),
            "St Anne’s",
            3,
        ),
        ("5HV6K0JDN3AF9PZT", 2, "Gateway", "received", "Received", now + timedelta(days=4), "Dr Patel’s surgery", 1),
        ("1XC9R5YGB7MW2EQH", 1, "Universal", "closed", "Closed", now + timedelta(days=6), "Mill Road Nursery", 1),
        (
            "8TJ3P2SKV4NB6DFX",
            None,
            "Undetermined",
            "received",
            "Received",
            now + timedelta(days=6),
            "A member of the public",
            1,
        ),
    ]
    return render(request, "guide/queue.html", {"rows": rows})


def record(request: HttpRequest) -> HttpResponse:
    now = datetime.now(UTC)
    entries = [
        Entry(now - timedelta(minutes=12), "Waiting for a second person", "Amira Hussain", "", "now"),
        Entry(now - timedelta(hours=5), "Taken from the queue", "Amira Hussain"),
        Entry(
            now - timedelta(hours=6),
            "Information asked of Mill Road Surgery",
            "Amira Hussain",
            "Is Ada known to you?",
            "alert",
        ),
        Entry(now - timedelta(days=9), "Sent by Oak Lane Primary School", "R Teacher", "", "done"),
    ]
    links = [
        Link("Referral", "#", current=True),
        Link("Children", "#", current=False),
        Link("Decision", "#", current=False),
    ]
    return render(request, "guide/record.html", {"entries": entries, "links": links, "due": now + timedelta(hours=1)})


def journey(request: HttpRequest) -> HttpResponse:
    return render(request, "guide/journey.html")


def done(request: HttpRequest) -> HttpResponse:
    return render(
        request, "guide/done.html", {"reference": "7QK2M9XR4TBD0VHW", "by": datetime.now(UTC) + timedelta(days=1)}
    )


def gone(request: HttpRequest) -> HttpResponse:
    raise Http404


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")


def settings_for_pages() -> dict[str, Any]:
    """Settings under which the pages work without a database."""
    templates = [
        settings.TEMPLATES[0] | {"DIRS": [*settings.TEMPLATES[0]["DIRS"], settings.BASE_DIR / "tests/govuk/templates"]}
    ]
    templates[0]["OPTIONS"] = templates[0]["OPTIONS"] | {
        "context_processors": [
            "django.template.context_processors.request",
            "tests.govuk.guide.reader",
            "django.contrib.messages.context_processors.messages",
            "mash.govuk.context.product",
        ]
    }
    return {
        "ROOT_URLCONF": "tests.govuk.guide",
        "TEMPLATES": templates,
        "SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies",
        "MESSAGE_STORAGE": "django.contrib.messages.storage.cookie.CookieStorage",
        "MIDDLEWARE": [
            "mash.lib.middleware.SecurityHeaders",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "tests.govuk.guide.Middleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "allauth.account.middleware.AccountMiddleware",
        ],
    }


def reader(request: HttpRequest) -> dict[str, Any]:
    """Stands in for the context processor of django.contrib.auth."""
    return {"user": request.user}


handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error

urlpatterns = [
    path("", journey, name="home"),
    path("fields/", every_field, name="fields"),
    path("question/", question, name="question"),
    path("queue/", queue, name="queue"),
    path("record/", record, name="record"),
    path("done/", done, name="done"),
    path("gone/", gone, name="gone"),
    path("broken/", broken, name="broken"),
    path("accounts/second-factor/", include("accounts.second_factor_urls")),
    path("accounts/sessions/", sessions, name="usersessions_list"),
    path("accounts/", include("allauth.account.urls")),
]
