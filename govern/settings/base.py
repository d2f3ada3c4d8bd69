"""What is the same in every installation. Where the parts are and where secrets come from, the other modules say."""

from typing import Any

import django_stubs_ext
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.utils.translation import gettext_lazy as _

from govern.parts.home import PROJECT
from govern.parts.secrets import given_secret
from govern.settings.admin_site import GOVERN_ENVIRONMENT, UNFOLD  # noqa: F401 (settings of their own)
from govern.settings.environment import anchors, choice, count, env, header, networks, public_keys, streams
from govern.settings.logs import logging_settings
from govern.settings.notifications import *  # noqa: F403
from govern.settings.sign_in import *  # noqa: F403
from govern.settings.sign_in import SIGN_IN_APPS, SIGN_IN_MIDDLEWARE

BASE_DIR = PROJECT

DEBUG = False
ROOT_URLCONF = "govern.urls"
ASGI_APPLICATION = "govern.asgi.application"
AUTH_USER_MODEL = "govern.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "csp",
    *SIGN_IN_APPS,
    "govern",
    "audit",
]

MIDDLEWARE = [
    "govern.changes.clearing.clear_way_middleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "govern.admin.query_words.StorableQueryMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    *SIGN_IN_MIDDLEWARE,
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Govern
GOVERN_AUDIT = choice("GOVERN_AUDIT", ("write_ahead", "overlapped"))
GOVERN_PORT = env.int("GOVERN_PORT", default=8000)
GOVERN_DATABASE_ROLE = choice("GOVERN_DATABASE_ROLE", ("app", "owner", "reader"))
GOVERN_MAX_BODY_BYTES = env.int("GOVERN_MAX_BODY_BYTES", default=16 << 20)
GOVERN_BACKGROUND_SEATS = count("GOVERN_BACKGROUND_SEATS", default=64)
"""Background responses that one worker runs at once."""
GOVERN_BACKGROUND_SHARE = count("GOVERN_BACKGROUND_SHARE", default=16)
"""Seats that one application can have at a time."""
GOVERN_END_USER_PROXIES = networks("GOVERN_END_USER_PROXIES")
"""Addresses (CIDR) of proxies whose word about end users is believed."""
GOVERN_END_USER_HEADER = header("GOVERN_END_USER_HEADER", default="x-govern-end-user")
"""In which header they say it."""
DATA_UPLOAD_MAX_MEMORY_SIZE = GOVERN_MAX_BODY_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # the form of a routing rule alone has some thirty
GOVERN_ARCHIVE = env.str("GOVERN_ARCHIVE", default="")
"""Where months of the trail are exported to before they are dropped; empty: none is."""
GOVERN_PUBLIC_URL = env.str("GOVERN_PUBLIC_URL", default="")
GOVERN_RETIRED_SIGNING_KEYS = public_keys("GOVERN_RETIRED_SIGNING_KEYS")
GOVERN_ANCHORS = anchors("GOVERN_ANCHORS")
"""Where checkpoints of the trail are kept outside the database."""
GOVERN_STREAMS = streams("GOVERN_STREAMS")
"""Where events of the trail are passed on to."""
GOVERN_VAULT_ADDR = env.str("GOVERN_VAULT_ADDR", default="")
GOVERN_VAULT_TOKEN = given_secret("GOVERN_VAULT_TOKEN") or ""
GOVERN_VAULT_PATH = env.str("GOVERN_VAULT_PATH", default="secret/govern")

# Headers and cookies
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# The admin's Alpine evaluates expressions from attributes (eval) and sets widths and colours as styles (inline).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, UNSAFE_EVAL],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

# Languages and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hant", _("Traditional Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Static files
STATIC_URL = "/static/"
STATICFILES_DIRS = [folder for folder in [BASE_DIR / "static"] if folder.is_dir()]

# Management API
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
}
GOVERN_PUBLIC_API_DESCRIPTION = env.bool("GOVERN_PUBLIC_API_DESCRIPTION", default=False)
"""Whether `/api/schema/` and `/api/docs/` are shown to people who are not signed in."""
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Govern",
    "DESCRIPTION": "One governed API for every model: policies, guards, budgets and a record of every call.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    # The pages come from this installation: no content delivery network is asked.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# Work outside of calls
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
    "socket_timeout": 3.0,
}
"""Who asks for work does not wait for a broker that is away or hangs: what was asked for is kept and asked for again, or refused."""
CELERY_TASK_PUBLISH_RETRY = False
CELERY_IMPORTS = ("govern.gateway.background.tasks",)
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE: dict[str, Any] = {
    name: {"task": f"govern.tasks.{task}", "schedule": every_s, "options": {"expires": every_s}}
    for name, task, every_s in (
        ("close-abandoned-calls", "close_abandoned_calls", 15.0),
        ("seal-trail", "seal_trail", 5.0),
        ("anchor-checkpoints", "anchor_checkpoints", 5.0),
        ("feed-event-streams", "feed_event_streams", 5.0),
        ("follow-changes", "follow_changes", 5.0),
        ("contain-applications", "contain_applications", 3.0),
        ("forget-recent-sightings", "forget_recent_sightings", 3600.0),
        ("check-drift", "check_what_is_in_force", 60.0),
        ("tell-what-is-spent", "tell_what_is_spent", 30.0),
        ("remind-of-changes", "remind_of_changes", 3600.0),
        ("measure-detection", "measure_detection", 3600.0),
        ("draw-samples", "draw_samples", 3600.0),
        ("resume-simulations", "resume_simulations", 60.0),
        ("drop-due-months", "drop_due_months_of_trail", 6 * 3600.0),
        ("resume-exports", "resume_exports", 60.0),
        ("expire-exports", "expire_exports", 600.0),
        ("prepare-trail-partitions", "prepare_trail_partitions", 6 * 3600.0),
        ("forget-unknown-keys", "forget_unknown_keys", 6 * 3600.0),
    )
}
CELERY_BEAT_SCHEDULE["resume-background-responses"] = {
    "task": "govern.gateway.background.tasks.resume_background_responses",
    "schedule": 15.0,
    "options": {"expires": 15.0},
}
CELERY_BEAT_SCHEDULE["remove-expired-responses"] = {
    "task": "govern.gateway.background.tasks.remove_expired_responses",
    "schedule": 3600.0,
    "options": {"expires": 3600.0},
}
"""What runs by the clock. A run that found no worker before the next one was due is dropped."""

LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logging_settings(env.str("GOVERN_LOG_LEVEL", default="INFO").upper())

# Lets Django's generic classes be subscripted at run time, as their types say.
django_stubs_ext.monkeypatch()
