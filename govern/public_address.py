"""Where people reach Govern: links in refusals, invitations and notices begin with it."""

from django.conf import settings
from django.http.request import split_domain_port, validate_host


def public_address(host: str = "") -> str:
    """`https://govern.example` without a slash at its end: as configured, else the host by which whoever asks reached it.

    host: of the request's own `Host` header. It is believed only where it is one of the allowed hosts. Without one the link leads to
    this machine, as the server says it when it starts.
    """
    configured: str = settings.GOVERN_PUBLIC_URL.rstrip("/")
    if configured:
        return configured
    domain, _port = split_domain_port(host)
    if domain and validate_host(domain, settings.ALLOWED_HOSTS):
        return f"{'https' if settings.SESSION_COOKIE_SECURE else 'http'}://{host.lower()}"
    return f"http://localhost:{settings.GOVERN_PORT}"
