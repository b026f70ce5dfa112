"""One machine, with or without the embedded services: what `make run` and plain `manage.py` use."""

from mash import local
from mash.settings.base import *  # noqa: F403
from mash.settings.base import env

# Texts, calls and letters that no provider carries lie beside the caught mail.
OUTBOX_KEPT_IN = env.str("OUTBOX_KEPT_IN", default=str(local.MAIN.folder / "mail"))
DEBUG = env.bool("DEBUG", default=False)
