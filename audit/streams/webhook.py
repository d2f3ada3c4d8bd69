"""Events to a webhook, signed as Standard Webhooks has it. https://github.com/standard-webhooks/standard-webhooks

`webhook-signature` is `v1,` and the HMAC-SHA-256, in base64, of id, time and body with full stops between. The id says which events they
are, so that a receiver knows what it was sent again.
"""

import base64
import hmac
import time
from collections.abc import Sequence

import msgspec

from audit.streams.http import Address, post
from audit.streams.interface import Connect, Told

_MOST_EVENT_BYTES = 256 << 10


class Webhook(msgspec.Struct, frozen=True):
    """`webhook+https://host/path`"""

    to: Address
    secret: str
    most_events: int = 100

    def send(self, stream: str, events: Sequence[Told], connect: Connect) -> int:
        told = b",".join(event.document(most_bytes=_MOST_EVENT_BYTES) for event in events)
        body = b'{"stream":%b,"events":[%b]}' % (msgspec.json.encode(stream), told)
        name, at = f"{stream}-{events[0].seq}-{events[-1].seq}", str(int(time.time()))
        signed = hmac.digest(self.secret.encode(), f"{name}.{at}.".encode() + body, "sha256")
        headers = {
            "content-type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": at,
            "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
        }
        post(self.to, body, headers, connect)
        return 0
