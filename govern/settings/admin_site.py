"""How the admin looks: name, logo, colours, and where its navigation and home page come from."""

import os
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static

from govern.settings.environment import env

_SETTINGS = os.environ.get("DJANGO_SETTINGS_MODULE", "").rpartition(".")[2]
GOVERN_ENVIRONMENT = env.str("GOVERN_ENVIRONMENT", default=_SETTINGS or "embedded")
"""What the admin calls this installation beside the title of every page."""


def asset(path: str) -> Callable[[HttpRequest], str]:
    """Where a static file of ours is, asked when a page is drawn."""
    return lambda _request: static(f"govern/{path}")


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Govern",
    "SITE_HEADER": "Govern",
    "SITE_URL": None,
    "SITE_LOGO": {"light": asset("logo.svg"), "dark": asset("logo-dark.svg")},
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": asset("favicon.svg")}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "STYLES": [
        asset(f"{name}.css")
        for name in (
            "frame",
            "parts",
            "tables",
            "figures",
            "pages",
            "trials",
            "account",
            "changes",
            "evidence",
            "print",
        )
    ],
    "SCRIPTS": [asset("admin.js")],
    "ENVIRONMENT": "govern.admin.navigation.environment",
    "GLOBAL_CALLBACK": "govern.admin.navigation.account",
    "DASHBOARD_CALLBACK": "govern.admin.home.home_context",
    "BORDER_RADIUS": "8px",
    "ACCOUNT": {"navigation": []},
    "SIDEBAR": {"show_search": False, "navigation": "govern.admin.navigation.navigation"},
    "COLORS": {
        "base": {
            "50": "oklch(98.4% .003 220)",
            "100": "oklch(96.4% .005 220)",
            "200": "oklch(92.6% .007 220)",
            "300": "oklch(86.8% .011 222)",
            "400": "oklch(70.5% .019 225)",
            "500": "oklch(54.5% .022 226)",
            "600": "oklch(44.2% .023 228)",
            "700": "oklch(36.4% .024 230)",
            "800": "oklch(26.8% .021 232)",
            "900": "oklch(20.4% .018 234)",
            "950": "oklch(15% .015 236)",
        },
        "primary": {
            "50": "oklch(97.8% .013 190)",
            "100": "oklch(94.4% .03 190)",
            "200": "oklch(88.6% .055 190)",
            "300": "oklch(81% .082 191)",
            "400": "oklch(72.5% .1 192)",
            "500": "oklch(63% .101 194)",
            "600": "oklch(50.5% .085 196)",
            "700": "oklch(43.5% .073 198)",
            "800": "oklch(37% .06 200)",
            "900": "oklch(31.5% .048 202)",
            "950": "oklch(23% .038 205)",
        },
    },
}
"""Unfold's settings."""
