"""An installation on real servers: nothing is generated, and what is missing is said by name."""

from govern.parts.database_access import external_role_urls
from govern.parts.home import PROJECT, Home
from govern.parts.secrets import given_secret, key_bytes
from govern.settings.base import *  # noqa: F403
from govern.settings.base import GOVERN_DATABASE_ROLE
from govern.settings.databases import celery_broker, django_database
from govern.settings.environment import env, required

_RANDOM_KEY = "make one with `openssl rand -base64 32` and keep it: what it protects cannot be read without it"

GOVERN_HOME = Home.current().path
GOVERN_EXPORTS = env.str("GOVERN_EXPORTS", default="") or str(GOVERN_HOME / "exports")

SECRET_KEY = required("GOVERN_SECRET_KEY", _RANDOM_KEY)
GOVERN_MASTER_KEY = key_bytes(required("GOVERN_MASTER_KEY", _RANDOM_KEY), "GOVERN_MASTER_KEY")
GOVERN_SIGNING_KEY = key_bytes(required("GOVERN_SIGNING_KEY", _RANDOM_KEY), "GOVERN_SIGNING_KEY")
GOVERN_DIGEST_KEY = key_bytes(required("GOVERN_DIGEST_KEY", _RANDOM_KEY), "GOVERN_DIGEST_KEY")

GOVERN_DATABASE_URLS = external_role_urls(
    required("DATABASE_URL", "write postgresql://USER:PASSWORD@HOST:5432/DATABASE"),
    given_secret,
    needed=GOVERN_DATABASE_ROLE,
)
DATABASES = {"default": django_database(GOVERN_DATABASE_URLS[GOVERN_DATABASE_ROLE])}

REDIS_URL = required("REDIS_URL", "write redis://:PASSWORD@HOST:6379/0")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "govern"}
}
CELERY_BROKER_URL = celery_broker(REDIS_URL)

GOVERN_EMBEDDED_MODEL_URL = env.str("GOVERN_EMBEDDED_MODEL_URL", default="")

ALLOWED_HOSTS = required(
    "GOVERN_ALLOWED_HOSTS", "write the host names people and applications use, separated by commas"
).split(",")
CSRF_TRUSTED_ORIGINS = env.list("GOVERN_TRUSTED_ORIGINS", default=[f"https://{host}" for host in ALLOWED_HOSTS])

# TLS ends at the proxy in front, which says so in this header.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.bool("GOVERN_HTTPS", default=True)
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$", "^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_SSL_REDIRECT else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SESSION_COOKIE_SECURE = SECURE_SSL_REDIRECT
CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT

STATIC_ROOT = PROJECT / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
