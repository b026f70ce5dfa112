"""What somebody says when they send a message once more."""

from typing import Any

from mash.govuk.fields import TextareaField, TextField
from mash.govuk.forms import GovukForm
from mash.outbox.models import Message
from referrals.selectors.message_history import MessagePage

LONGEST = 254
LABELS: dict[str, str] = {Message.Channel.EMAIL: "Email address", Message.Channel.LETTER: "Postal address"}


class ResendForm(GovukForm):
    """Where to, and why."""

    def __init__(self, data: Any = None, *, page: MessagePage) -> None:
        super().__init__(data)
        label = LABELS.get(page.row.channel, "Telephone number")
        field = TextareaField if page.row.channel == Message.Channel.LETTER else TextField
        self.fields["address"] = field(
            label=label,
            hint=_hint(page.on_record),
            initial="" if page.closed else page.address,
            missing=f"Enter the {label.lower()}",
            max_length=LONGEST,
        )
        self.fields["reason"] = TextareaField(
            label="Why is it sent again?", rows=2, count=False, missing="Say why it is sent again", max_length=1000
        )


def _hint(on_record: list[str]) -> str:
    known = "; ".join(", ".join(one.splitlines()) for one in on_record)
    other = "If you send it elsewhere, your reason is shown to whoever looks at it."
    return f"On record: {known}. {other}" if known else other
