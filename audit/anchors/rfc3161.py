"""A time stamp authority: its signature over a checkpoint's digest and a time, kept here as evidence. https://www.rfc-editor.org/rfc/rfc3161

It holds nothing itself. A stamp proves that the checkpoint existed at that time: a trail that is rebuilt later has no stamps of before.
"""

import base64
import datetime
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from urllib.parse import SplitResult

import httpx
import msgspec
from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from audit.anchors.interface import AnchorDiffers, AnchorFailed, Evidence, Kept
from audit.anchors.options import BadAddress, Options, is_plain_url

_TIMEOUT_S = 10.0
_MOST_BYTES = 64 * 1024
_CLOCKS = datetime.timedelta(minutes=5)
"""How far the authority's clock and ours may be apart."""
_QUERY, _REPLY = "application/timestamp-query", "application/timestamp-reply"


class BadStamp(AnchorFailed):
    """No stamp of this digest that the authority signed."""


class TimeStampAnchor(msgspec.Struct, frozen=True):
    """`rfc3161+https://authority/path?certificate=/path/to/root.pem`

    certificate: PEM file of whom its signatures must lead to: a root, and those between where the answers do not carry them.
    """

    url: str
    certificate: str

    @classmethod
    def at(cls, parts: SplitResult, options: Options) -> "TimeStampAnchor":
        url = f"{parts.scheme.removeprefix('rfc3161+')}://{parts.netloc}{parts.path}"
        if not is_plain_url(url):
            raise BadAddress("an authority is written rfc3161+https://host/path")
        certificate = options.word("certificate")
        if not certificate.startswith("/"):
            raise BadAddress(
                "certificate names the PEM file of the authority's root certificate: without it anybody could have stamped"
            )
        return cls(url, certificate)

    def publish(self, number: int, note: str) -> Evidence:
        content = note.encode()
        request = (
            TimestampRequestBuilder()
            .data(content)
            .hash_algorithm(HashAlgorithm.SHA256)
            .cert_request(cert_request=True)
            .build()
        )
        answer = self._ask(request.as_bytes())
        stamp = self._verified(answer, sha256(content).digest(), nonce=request.nonce)
        at = stamp.tst_info.gen_time
        if abs(at - datetime.datetime.now(datetime.UTC)) > _CLOCKS:
            raise AnchorFailed(
                "The time stamp says %(time)s: the authority's clock or this machine's is wrong.", time=at.isoformat()
            )
        return {
            "stamp": base64.b64encode(answer).decode(),
            "time": at.isoformat(),
            "serial": f"{stamp.tst_info.serial_number:x}",
        }

    def held(self, kept: Iterable[Kept]) -> Iterator[str]:
        for delivery in kept:
            try:
                answer = base64.b64decode(delivery.evidence.get("stamp", ""), validate=True)
            except ValueError:
                answer = b""
            try:
                self._verified(answer, sha256(delivery.note.encode()).digest(), nonce=None)
            except BadStamp as error:
                raise AnchorDiffers(
                    "The time stamp of checkpoint %(number)s does not hold. %(error)s",
                    number=delivery.number,
                    error=error,
                ) from None
            yield delivery.note

    def _ask(self, query: bytes) -> bytes:
        """The answer's bytes. A redirect is an error, and what is longer than a stamp is not read."""
        try:
            with httpx.stream(
                "POST",
                self.url,
                content=query,
                headers={"content-type": _QUERY},
                timeout=_TIMEOUT_S,
                follow_redirects=False,
            ) as answer:
                if answer.status_code != 200:
                    raise AnchorFailed("The authority answered %(status)s.", status=answer.status_code)
                if answer.headers.get("content-type", "").partition(";")[0].strip().lower() != _REPLY:
                    raise AnchorFailed("The authority answered with something else than %(type)s.", type=_REPLY)
                body = bytearray()
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > _MOST_BYTES:
                        raise AnchorFailed("The authority's answer is longer than a time stamp.")
                return bytes(body)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise AnchorFailed("The authority cannot be asked (%(error)s).", error=type(error).__name__) from None

    def _verified(self, answer: bytes, digest: bytes, *, nonce: int | None) -> TimeStampResponse:
        """The stamp, if it is granted, of this digest, of this request and signed for it. Raises `AnchorFailed`, or `BadStamp` as one."""
        builder = VerifierBuilder(nonce=nonce)
        for certificate in self._certificates():
            add = (
                builder.add_root_certificate
                if certificate.issuer == certificate.subject
                else builder.add_intermediate_certificate
            )
            builder = add(certificate)
        try:
            stamp = decode_timestamp_response(answer)
        except ValueError:
            raise BadStamp("The authority's answer is no time stamp.") from None
        try:
            builder.build().verify(stamp, digest)
        except VerificationError as error:
            raise BadStamp("The time stamp does not hold: %(error)s.", error=error) from None
        except ValueError:
            raise AnchorFailed(
                "The time stamp cannot be verified: its certificate or the file's cannot be used."
            ) from None
        return stamp

    def _certificates(self) -> list[Certificate]:
        try:
            found = load_pem_x509_certificates(Path(self.certificate).read_bytes())
        except (OSError, ValueError) as error:
            raise AnchorFailed(
                "The certificate %(name)s cannot be read (%(error)s).",
                name=self.certificate,
                error=type(error).__name__,
            ) from None
        if not any(certificate.issuer == certificate.subject for certificate in found):
            raise AnchorFailed(
                "The file %(name)s holds no root certificate (one that signed itself).", name=self.certificate
            )
        return found
