"""Sign-in: passwords, second factors, lock-out, lifetimes of sessions, and the identity provider of the organisation."""

from datetime import timedelta

from govern.settings.environment import env
from govern.settings.identity_provider import *  # noqa: F403 (settings of their own)

SIGN_IN_APPS = [
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
]
SIGN_IN_MIDDLEWARE = [
    "allauth.account.middleware.AccountMiddleware",
    "govern.identity.session_limits.SessionLimits",
    "govern.identity.finishing.FinishesForms",
]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
LOGOUT_REDIRECT_URL = "account_login"

# Passwords
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Accounts: administrators create people, so there is no signing up and no mail to confirm
ACCOUNT_ADAPTER = "govern.identity.account_adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_LOGIN_TIMEOUT = 600

# Second factors
MFA_ADAPTER = "govern.identity.mfa_adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Govern"
MFA_RECOVERY_CODES_SHOW_ONCE = True
GOVERN_SECOND_FACTOR_AGE = timedelta(minutes=5)
"""How old a second factor may be when somebody approves, applies, breaks glass or reveals."""
GOVERN_KEYS_SECOND_FACTOR = env.bool("GOVERN_KEYS_SECOND_FACTOR", default=False)
"""Whether issuing and rotating API keys asks for a fresh second factor as well."""

# Lock-out: django-axes counts passwords, allauth counts codes; both let in five a quarter of an hour
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_USERNAME_CALLABLE = "govern.identity.lockout.typed_name"
AXES_LOCKOUT_CALLABLE = "govern.identity.lockout.locked_out"
AXES_CLIENT_IP_CALLABLE = "govern.identity.client_address.client_address"
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("GOVERN_TRUSTED_PROXIES", default=0)
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "5/900s/key", "reauthenticate": "30/m/user"}

# Sessions
SESSION_ENGINE = "govern.identity.sessions"
SESSION_COOKIE_AGE = 12 * 3600
GOVERN_SESSION_LIFETIME = timedelta(hours=12)
GOVERN_SESSION_IDLE = timedelta(minutes=30)
"""After this long without a request a session has ended."""

# The organisation's identity provider signs people in who are here already; it adds nobody
SOCIALACCOUNT_ADAPTER = "govern.identity.federation.FederationAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_QUERY_EMAIL = False
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = "oidc"
