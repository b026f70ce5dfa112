"""The receipt that the referrer can keep."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.policy import Act
from mash.access import allows
from mash.govuk.context import names
from mash.govuk.moments import day_words, deadline_words, time_words
from mash.lib.references import grouped
from referrals import receipts, visible
from referrals.models import Referral
from referrals.receipts import Receipt
from referrals.views.submitting.summary import cards

READ = ["A person at the hub reads what you sent. They may telephone you."]
OFFICER = [
    (
        "The officer who deals with worries about people who work with children reads what you sent. They may "
        "telephone you, and will say what to do next."
    ),
    "Do not tell the person about the worry, and do not ask them about it.",
]


@allows(Act.REFER, on=visible.submission)
def receipt(request: HttpRequest, referral: Referral) -> HttpResponse:
    """A PDF to keep. Its name is the reference and nothing more."""
    response = HttpResponse(receipts.pdf(_receipt(referral)), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{referral.reference}.pdf"'
    return response


def _receipt(referral: Referral) -> Receipt:
    shown, sent, telephone = grouped(referral.reference), referral.submitted_at, names()["telephone"]
    page = f"{settings.BASE_URL.rstrip('/')}/referrals/{referral.reference}/"
    opening = (
        f"We have your referral. It was sent on {day_words(sent)} at {time_words(sent)} by "
        f"{referral.referrer_name}, {referral.organisation.name}."
    )
    return Receipt(
        title=f"Receipt for referral {shown}",
        footer=f"{settings.AUTHORITY_NAME}, referral {shown}",
        opening=[
            opening,
            "Keep this safe: it has details of children and families in it. If a child is in danger now, call 999.",
        ],
        sections=[
            (
                "What happens next",
                [
                    *(OFFICER if referral.allegation else READ),
                    f"They decide for each child by {deadline_words(referral.decision_due_at)}.",
                    "You get an email each time there is news. It names nobody: sign in to read it.",
                    f"If you have heard nothing by then, call {telephone} and give the reference {shown}.",
                ],
            ),
            (
                "If you learn more, or something is wrong",
                [
                    f"Sign in at {page} and choose “Add or correct something”.",
                    f"Or call {telephone}. If it cannot wait, always call.",
                    "What you add is kept beside what you sent. It is not on this receipt.",
                ],
            ),
        ],
        sent="What you sent",
        cards=cards(referral.document),
    )
