"""From where a request comes: the address itself, or what the trusted proxies in front of Govern say."""

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address of the client; empty if there is none. `GOVERN_TRUSTED_PROXIES` says how many proxies to believe."""
    return get_client_ip(request) or ""
