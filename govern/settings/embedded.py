"""The default: PostgreSQL, Valkey and the model run as parts, and secrets are generated and kept in GOVERN_HOME.

DATABASE_URL and REDIS_URL put a real server in the place of a part; any secret can come from the environment instead.
"""

from govern.parts.database_access import role_urls
from govern.parts.home import Home
from govern.parts.model import model_url
from govern.parts.secrets import key_bytes
from govern.parts.valkey import valkey_url
from govern.settings.base import *  # noqa: F403
from govern.settings.base import GOVERN_ARCHIVE, GOVERN_DATABASE_ROLE
from govern.settings.databases import celery_broker, django_database
from govern.settings.environment import env

_home = Home.current()
GOVERN_HOME = _home.path
GOVERN_ARCHIVE = GOVERN_ARCHIVE or str(_home.path / "archive")
GOVERN_EXPORTS = env.str("GOVERN_EXPORTS", default="") or str(GOVERN_HOME / "exports")

SECRET_KEY = _home.secret("GOVERN_SECRET_KEY")
GOVERN_MASTER_KEY = key_bytes(_home.secret("GOVERN_MASTER_KEY"), "GOVERN_MASTER_KEY")
GOVERN_SIGNING_KEY = key_bytes(_home.secret("GOVERN_SIGNING_KEY"), "GOVERN_SIGNING_KEY")
GOVERN_DIGEST_KEY = key_bytes(_home.secret("GOVERN_DIGEST_KEY"), "GOVERN_DIGEST_KEY")

GOVERN_DATABASE_URLS = role_urls(_home)
DATABASES = {"default": django_database(GOVERN_DATABASE_URLS[GOVERN_DATABASE_ROLE])}

REDIS_URL = valkey_url(_home)
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "govern"}
}
CELERY_BROKER_URL = celery_broker(REDIS_URL)

GOVERN_EMBEDDED_MODEL_URL = model_url(_home)

ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *env.list("GOVERN_ALLOWED_HOSTS", default=[])]
CSRF_TRUSTED_ORIGINS = env.list("GOVERN_TRUSTED_ORIGINS", default=[])

# Static files straight from their packages: there is no build step to forget.
WHITENOISE_USE_FINDERS = True
