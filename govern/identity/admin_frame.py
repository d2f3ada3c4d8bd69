"""Account pages look like the admin: what its templates need, for views that are not the admin's."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class InFrame:
    """A page with the look of the admin: its assets and, for who is signed in, its menu."""

    title: Any = ""
    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the admin's frame needs, and the title."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return {**admin.site.each_context(self.request), "title": self.title, **context}
