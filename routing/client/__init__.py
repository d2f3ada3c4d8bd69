"""The one way out: HTTP calls to providers, pooled, bounded in time and size, and never to an address that is not
allowed.
"""

from routing.client.addresses import AddressRefused, is_public, resolve_addresses
from routing.client.base_urls import fault_of_url
from routing.client.http import HttpClient
from routing.client.replies import Reply, StreamedReply
from routing.client.retries import with_retries

__all__ = [
    "AddressRefused",
    "HttpClient",
    "Reply",
    "StreamedReply",
    "fault_of_url",
    "is_public",
    "resolve_addresses",
    "with_retries",
]
