"""How people are told what waits for them: e-mail, and webhooks for chat rooms and ticket systems."""

from govern.parts.secrets import given_secret
from govern.settings.environment import env

_EMAIL_URL = given_secret("GOVERN_EMAIL_URL")
EMAIL_IS_CONFIGURED = bool(_EMAIL_URL)
_EMAIL = env.email_url_config(_EMAIL_URL) if _EMAIL_URL else {}
EMAIL_BACKEND = _EMAIL.get("EMAIL_BACKEND", "django.core.mail.backends.dummy.EmailBackend")
EMAIL_HOST = _EMAIL.get("EMAIL_HOST", "localhost")
EMAIL_PORT = _EMAIL.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _EMAIL.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _EMAIL.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = _EMAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _EMAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("GOVERN_EMAIL_FROM", default="govern@localhost")
GOVERN_WEBHOOK_URLS: list[str] = env.list("GOVERN_WEBHOOK_URLS", default=[])
GOVERN_WEBHOOK_SECRET = given_secret("GOVERN_WEBHOOK_SECRET") or ""
