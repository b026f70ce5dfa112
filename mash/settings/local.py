"""One machine, with or without the embedded services: what `make run` and plain `manage.py` use."""

from mash.settings.base import *  # noqa: F403
from mash.settings.base import env

DEBUG = env.bool("DEBUG", default=False)
