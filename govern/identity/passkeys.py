"""Passkeys: where browsers offer them, and what a page hands to its script."""

import ipaddress
import json
from typing import Any

from django.http import HttpRequest


def passkeys_work_here(request: HttpRequest) -> bool:
    """Whether browsers make passkeys at this address: by https or on localhost, and never for an IP address."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    if host == "localhost":
        return True
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return request.is_secure()
    return False


def options_text(options: dict[str, Any]) -> str:
    """The options of a WebAuthn ceremony as JSON, for a data attribute."""
    return json.dumps(options, default=dict)
