"""Settings shared by every way of running: one typed environment, no secrets in the code."""

from pathlib import Path
from typing import Any

import environ

from mash import local
from mash.logs import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

SECRET_KEY = env.str("SECRET_KEY", default=local.secret_key())
DEBUG = False
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "mash.audit",
    "mash.access",
    "mash.outbox",
    "mash.govuk",
    "mash.lib",
    "accounts",
    "thresholds",
    "referrals",
    "conferences",
    "mash.performance",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "guardian",
    "pgtrigger",
    "pghistory",
    "rest_framework",
    "drf_spectacular",
    "govuk_frontend_django",
    "django_structlog",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mash.lib.middleware.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "mash.access.middleware.ClosedUnlessOpened",
    "accounts.throttling.CountedCalls",
]

ROOT_URLCONF = "mash.urls"
WSGI_APPLICATION = "mash.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mash.govuk.context.product",
                "mash.access.idle.context",
                "accounts.oidc.context",
                "referrals.selectors.banners.context",
            ],
            "builtins": ["mash.govuk.templatetags.mash"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# The application's role owns nothing; the owner's migrates, synthesises and applies retention.
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url("DATABASE_URL", default=local.database_url(role="app")),
    "owner": env.db_url(
        "DATABASE_OWNER_URL", default=env.str("DATABASE_URL", default=local.database_url(role="owner"))
    ),
}
for _database in DATABASES.values():
    _database["ATOMIC_REQUESTS"] = False
    _database["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    _database["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["ATOMIC_REQUESTS"] = True
DATABASES["owner"]["TEST"] = {"MIRROR": "default"}
DATABASE_APP_ROLE = env.str("DATABASE_APP_ROLE", default=DATABASES["default"].get("USER") or "mash_app")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Counts of wrong passwords are shared by every process, and kept where they are safe when the broker is down.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "mash_cache"},
}

REDIS_URL = env.str("REDIS_URL", default=local.redis_url())

AUTH_USER_MODEL = "accounts.User"
# One that looks at passwords, and looks once: allauth's would hash a wrong one a second time.
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapter.ClosedSignUp"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
# How long after showing a password or a factor one may change how one signs in; how long a link for a password works.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
PASSWORD_RESET_TIMEOUT = 2 * 60 * 60
# Wrong passwords and codes are counted by `accounts.lockout`, links by `accounts.services.sign_in`.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None, "reset_password": None, "reset_password_from_key": None}
# Behind a proxy, say how many there are.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
ACCOUNT_FORMS = {
    "login": "accounts.forms.sign_in.SignInForm",
    "reset_password": "accounts.forms.sign_in.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.sign_in.ResetPasswordKeyForm",
    "change_password": "accounts.forms.sign_in.ChangePasswordForm",
    "reauthenticate": "accounts.forms.sign_in.ReauthenticateForm",
}

# An organisation's own identity provider signs in whoever has an account here, and makes none.
SOCIALACCOUNT_ADAPTER = "accounts.oidc.ByVerifiedAddress"
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_STORE_TOKENS = False
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="")
# Trusts the provider's word that it asked for a second factor.
OIDC_SECOND_FACTOR = env.bool("OIDC_SECOND_FACTOR", default=False)
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if OIDC_CLIENT_ID:
    _provider = {
        "provider_id": env.str("OIDC_PROVIDER_ID", default="sso"),
        "name": env.str("OIDC_NAME", default="your organisation"),
        "client_id": OIDC_CLIENT_ID,
        "secret": env.str("OIDC_CLIENT_SECRET", default=""),
        "settings": {"server_url": env.str("OIDC_SERVER_URL", default="")},
    }
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {"OAUTH_PKCE_ENABLED": True, "APPS": [_provider]}

MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "accounts.mfa_adapter.SecondFactors"
# A phone's clock may be half a minute off; each code is taken once all the same.
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODE_DIGITS = 10
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "accounts.forms.second_factor.ShowCodeForm",
    "reauthenticate": "accounts.forms.second_factor.ShowCodeAgainForm",
    "activate_totp": "accounts.forms.second_factor.SetUpAppForm",
    "add_webauthn": "accounts.forms.second_factor.AddPasskeyForm",
    "edit_webauthn": "accounts.forms.second_factor.NamePasskeyForm",
    "authenticate_webauthn": "accounts.forms.second_factor.ShowPasskeyForm",
    "reauthenticate_webauthn": "accounts.forms.second_factor.ShowPasskeyAgainForm",
}

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = env.int("SESSION_COOKIE_AGE", default=60 * 60 * 8)
SESSION_SAVE_EVERY_REQUEST = False
# Minutes of doing nothing after which one is signed out: for whoever must show a second factor, and for others.
IDLE_MINUTES_HUB = env.int("IDLE_MINUTES_HUB", default=30)
IDLE_MINUTES = env.int("IDLE_MINUTES", default=60)
CSRF_FAILURE_VIEW = "mash.errors.csrf_failure"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# A referral with many children, concerns and narratives is large; anything larger is not a form a person filled in.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.api_keys.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["mash.access.rest.DeclaredAct"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "mash.access.problems.problem_json",
    "UNAUTHENTICATED_USER": None,
}
# A busy records system sends a few referrals a minute and asks after each; a police desk sends a night at once.
API_CALLS_PER_MINUTE = env.int("API_CALLS_PER_MINUTE", default=600)
API_SUBMISSIONS_PER_MINUTE = env.int("API_SUBMISSIONS_PER_MINUTE", default=120)
API_NOTICES_PER_HOUR = env.int("API_NOTICES_PER_HOUR", default=2000)
API_WRONG_KEYS_PER_MINUTE = env.int("API_WRONG_KEYS_PER_MINUTE", default=30)

# More than this and whoever gives somebody a case must say why: 15 to 20 is thought safe, where workers carried 25.
CASELOAD_LIMIT = env.int("CASELOAD_LIMIT", default=20)

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "MASH front door",
    "DESCRIPTION": "Raise concerns about children and learn what became of them.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "ReferralState": "referrals.choices.Stage",
        "SubjectState": "referrals.choices.SubjectState",
        "YesNoNotKnown": "referrals.documents.words.ANSWERS",
        "DomesticAbuseGrade": "thresholds.engine.words.DASH_GRADES",
    },
}

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# One quick try: a request never waits for the broker, since what it could not queue the sweeper finds.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.str("EMAIL_HOST", default="127.0.0.1")
EMAIL_PORT = env.int("EMAIL_PORT", default=1025)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="front-door@merebrook.example")

# Which provider carries which medium. Email goes by SMTP unless EMAIL_PROVIDER is "notify"; texts and letters go by
# Notify, calls by the webhook. What nobody carries becomes a call for a person, or on one machine a file.
EMAIL_PROVIDER = env.str("EMAIL_PROVIDER", default="smtp")
NOTIFY_API_KEY = env.str("NOTIFY_API_KEY", default="")
NOTIFY_BASE_URL = env.str("NOTIFY_BASE_URL", default="https://api.notifications.service.gov.uk")
NOTIFY_EMAIL_TEMPLATE = env.str("NOTIFY_EMAIL_TEMPLATE", default="")
NOTIFY_SMS_TEMPLATE = env.str("NOTIFY_SMS_TEMPLATE", default="")
NOTIFY_POSTAGE = env.str("NOTIFY_POSTAGE", default="second")
NOTIFY_CALLBACK_TOKEN = env.str("NOTIFY_CALLBACK_TOKEN", default="")
# Seconds without an answer; less than a carrier's lease.
NOTIFY_TIMEOUT = 10
VOICE_WEBHOOK_URL = env.str("VOICE_WEBHOOK_URL", default="")
VOICE_WEBHOOK_SECRET = env.str("VOICE_WEBHOOK_SECRET", default="")
VOICE_TIMEOUT = 10
OUTBOX_KEPT_IN = env.str("OUTBOX_KEPT_IN", default="")
# Where mail that cannot be delivered comes back to, and the mailbox that is read for it.
BOUNCE_ADDRESS = env.str("BOUNCE_ADDRESS", default="")
BOUNCE_IMAP_HOST = env.str("BOUNCE_IMAP_HOST", default="")
BOUNCE_IMAP_PORT = env.int("BOUNCE_IMAP_PORT", default=993)
BOUNCE_IMAP_USER = env.str("BOUNCE_IMAP_USER", default="")
BOUNCE_IMAP_PASSWORD = env.str("BOUNCE_IMAP_PASSWORD", default="")
BOUNCE_IMAP_FOLDER = env.str("BOUNCE_IMAP_FOLDER", default="INBOX")
BOUNCE_IMAP_TLS = env.bool("BOUNCE_IMAP_TLS", default=True)

# Where a link in an email leads; what this installation is called; which framework is in force.
BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000")
# Where “Exit this page” leads: somewhere that means nothing to whoever looks over a shoulder.
EXIT_ADDRESS = env.str("EXIT_ADDRESS", default="https://www.bbc.co.uk/weather")
PRODUCT_NAME = "Lantern"
AUTHORITY_NAME = env.str("AUTHORITY_NAME", default="Merebrook Council")
FRAMEWORK = env.str("FRAMEWORK", default="wirral")
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

LOGGING = logging_config(json=env.bool("LOG_JSON", default=True), level=env.str("LOG_LEVEL", default="INFO"))
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
