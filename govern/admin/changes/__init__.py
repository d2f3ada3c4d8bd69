"""Change requests in the admin: the inbox, the page of one, and what people do there."""

from govern.admin.changes import requests

__all__ = ["requests"]
