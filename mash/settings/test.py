"""Tests: real PostgreSQL and Redis, quick password hashing, mail kept in memory unless a test starts a sink."""

from mash.settings.base import *  # noqa: F403
from mash.settings.base import DATABASES

# The owner makes the test databases; tests/conftest.py then runs every test as the application's role.
DATABASES["default"] = {**DATABASES["owner"], "ATOMIC_REQUESTS": True, "CONN_MAX_AGE": 0}
del DATABASES["owner"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATABASE_APP_ROLE = "mash_app"
