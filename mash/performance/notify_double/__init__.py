"""A double of GOV.UK Notify on the loopback address, after its published contract.

For tests and for `make chaos`: email, texts and precompiled letters, reading one and many, templates, receipts; keys of
each type, limits, and the troubles that a provider has. What it follows: https://docs.notifications.service.gov.uk/
rest-api.html and the client's own source. What the product does not use (jobs, files, received texts) it does not have.

    with listening(Notify()) as notify:
        settings.NOTIFY_BASE_URL, settings.NOTIFY_API_KEY = notify.url, notify.key
"""

from mash.performance.notify_double.receipts import Receipts
from mash.performance.notify_double.server import listening
from mash.performance.notify_double.service import Kept, Key, Notify, Template
from mash.performance.notify_double.troubles import Trouble

__all__ = ["Kept", "Key", "Notify", "Receipts", "Template", "Trouble", "listening"]
