"""Settings: `base` and three thin ones on top of it.

Whoever loads the settings loads the Celery application too, so that a web process knows where to leave a task.
"""

from mash.celery import app as celery_app

__all__ = ["celery_app"]
