"""Production: everything secret comes from the environment, and a missing value stops the start."""

from django.core.exceptions import ImproperlyConfigured

from mash.settings.base import *  # noqa: F403
from mash.settings.base import DATABASES, OIDC_CLIENT_ID, env

SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
BASE_URL = env.str("BASE_URL")
DATABASES["default"] = {
    **env.db_url("DATABASE_URL"),
    "ATOMIC_REQUESTS": True,
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
}
REDIS_URL = CELERY_BROKER_URL = env.str("REDIS_URL")

# What the provider answers is believed because of the encrypted line it came by.
if OIDC_CLIENT_ID and not env.str("OIDC_SERVER_URL", default="").startswith("https://"):
    raise ImproperlyConfigured("OIDC_SERVER_URL must begin with https://")

# What a call says is believed by its receiver because of this secret, and what Notify tells us because of its token.
if env.str("VOICE_WEBHOOK_URL", default="") and not env.str("VOICE_WEBHOOK_SECRET", default=""):
    raise ImproperlyConfigured("VOICE_WEBHOOK_URL needs VOICE_WEBHOOK_SECRET.")
if env.str("NOTIFY_API_KEY", default="") and not env.str("NOTIFY_CALLBACK_TOKEN", default=""):
    raise ImproperlyConfigured("NOTIFY_API_KEY needs NOTIFY_CALLBACK_TOKEN: without it nobody learns what came back.")
if env.str("EMAIL_PROVIDER", default="smtp") not in ("smtp", "notify"):
    raise ImproperlyConfigured("EMAIL_PROVIDER is smtp or notify.")
if env.str("EMAIL_PROVIDER", default="smtp") == "notify" and not env.str("NOTIFY_EMAIL_TEMPLATE", default=""):
    raise ImproperlyConfigured("EMAIL_PROVIDER=notify needs NOTIFY_API_KEY and NOTIFY_EMAIL_TEMPLATE.")

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
