"""Tests: real PostgreSQL and Redis, quick password hashing, mail kept in memory unless a test starts a sink."""

from mash import local
from mash.logs import logging_config
from mash.settings.base import *  # noqa: F403
from mash.settings.base import env

_EMBEDDED = local.database_url(role="owner", home=local.TEST)
# The owner makes the test databases; tests/conftest.py then runs every test as the application's role.
DATABASES = {
    "default": {
        **env.db_url("TEST_DATABASE_URL", default=env.str("DATABASE_OWNER_URL", default=_EMBEDDED)),
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": 0,
    }
}
REDIS_URL = CELERY_BROKER_URL = env.str(
    "TEST_REDIS_URL", default=env.str("REDIS_URL", default=local.redis_url(home=local.TEST))
)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATABASE_APP_ROLE = "mash_app"
# Static files are found where they lie; nobody need have collected them.
WHITENOISE_AUTOREFRESH = True
LOGGING = logging_config(json=True, level="WARNING")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
