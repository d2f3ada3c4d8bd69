"""A store that speaks S3 on loopback: it checks signatures (SigV4), keeps versions and locks, and misbehaves where a test wants."""

import datetime
import hashlib
import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar, NamedTuple
from urllib.parse import parse_qsl, quote, urlsplit

from tests.loopback import serve_in_thread

KEY_ID, SECRET = "AKIDEXAMPLE", "not-a-real-secret"
VERSION_LINE = "<Version><Key>{}</Key><VersionId>{}</VersionId><Size>{}</Size></Version>"


class Version(NamedTuple):
    id: str
    content: bytes
    headers: dict[str, str]


class Store:
    """What the store holds, and what it was asked."""

    def __init__(self) -> None:
        self.objects: dict[str, list[Version]] = {}
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.misbehave: Callable[[Handler], bool] | None = None
        """Answers in place of the store; False lets the store answer."""
        self.keeps = self.locks = True
        self.url = ""

    def put(self, key: str, content: bytes, headers: dict[str, str]) -> Version:
        versions = self.objects.setdefault(key, [])
        version = Version(f"v{len(versions) + 1}", content, headers)
        versions.append(version)
        return version


def signature(method: str, target: str, headers: dict[str, str], body: bytes) -> str:
    """What SigV4 says of a request, worked out from its specification. https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html"""
    authorization = headers["authorization"]
    fields = dict(part.strip().split("=", 1) for part in authorization.split(" ", 1)[1].split(","))
    _key, date, region, service, end = fields["Credential"].split("/")
    signed = fields["SignedHeaders"].split(";")
    parts = urlsplit(target)
    query = "&".join(
        f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}"
        for name, value in sorted(parse_qsl(parts.query, keep_blank_values=True))
    )
    hashed = headers["x-amz-content-sha256"]
    if hashed != "UNSIGNED-PAYLOAD":
        assert hashed == hashlib.sha256(body).hexdigest(), "the body's digest is not the body's"
    canonical = "\n".join(
        [
            method,
            parts.path,
            query,
            *(f"{n}:{' '.join(headers[n].split())}" for n in signed),
            "",
            ";".join(signed),
            hashed,
        ]
    )
    scope = f"{date}/{region}/{service}/{end}"
    text = f"AWS4-HMAC-SHA256\n{headers['x-amz-date']}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{SECRET}".encode()
    for word in (date, region, service, end):
        key = hmac.digest(key, word.encode(), "sha256")
    return hmac.new(key, text.encode(), "sha256").hexdigest()


class Handler(BaseHTTPRequestHandler):
    store: ClassVar[Store]
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Silence."""

    def do_PUT(self) -> None:
        self._serve()

    def do_GET(self) -> None:
        self._serve()

    def do_HEAD(self) -> None:
        self._serve()

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def refuse(self, status: int, code: str) -> None:
        self.answer(status, f"<Error><Code>{code}</Code><Message>about {KEY_ID}</Message></Error>".encode())

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.store.asked.append((self.command, self.path, headers))
        if self.store.misbehave is not None and self.store.misbehave(self):
            return
        if not headers.get("authorization", "").endswith(
            f"Signature={signature(self.command, self.path, headers, body)}"
        ):
            self.refuse(403, "SignatureDoesNotMatch")
            return
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        key = parts.path.partition("/trail/")[2]
        if self.command == "PUT":
            self._put(key, body, headers)
        elif "versions" in query:
            self._list(query)
        else:
            self._get(key, query.get("versionId"))

    def _put(self, key: str, body: bytes, headers: dict[str, str]) -> None:
        if headers.get("if-none-match") == "*" and self.store.objects.get(key):
            return self.refuse(412, "PreconditionFailed")
        if not self.store.keeps:
            return self.answer(200, etag='"0"', x_amz_version_id="v1")
        locked = {n: v for n, v in headers.items() if n.startswith("x-amz-object-lock-")} if self.store.locks else {}
        version = self.store.put(key, body, locked)
        return self.answer(
            200, etag=f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"', x_amz_version_id=version.id
        )

    def _get(self, key: str, wanted: str | None) -> None:
        found = [v for v in self.store.objects.get(key, []) if wanted in {None, v.id}]
        if not found:
            return self.refuse(404, "NoSuchKey")
        etag = f'"{hashlib.md5(found[-1].content, usedforsecurity=False).hexdigest()}"'
        headers = {name.replace("-", "_"): value for name, value in found[-1].headers.items()}
        return self.answer(200, found[-1].content, etag=etag, x_amz_version_id=found[-1].id, **headers)

    def _list(self, query: dict[str, str]) -> None:
        """Two versions a page, so that pages matter."""
        every = [
            (key, v)
            for key in sorted(self.store.objects)
            for v in self.store.objects[key]
            if key.startswith(query["prefix"])
        ]
        after = (query.get("key-marker", ""), query.get("version-id-marker", ""))
        left = [(key, v) for key, v in every if (key, v.id) > after]
        lines = "".join(VERSION_LINE.format(key, v.id, len(v.content)) for key, v in left[:2])
        more = (
            f"<NextKeyMarker>{left[1][0]}</NextKeyMarker><NextVersionIdMarker>{left[1][1].id}</NextVersionIdMarker>"
            if len(left) > 2
            else ""
        )
        self.answer(
            200,
            f"<ListVersionsResult><IsTruncated>{str(len(left) > 2).lower()}</IsTruncated>{more}{lines}</ListVersionsResult>".encode(),
        )


@contextmanager
def s3_store() -> Iterator[Store]:
    store = Store()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"store": store}))
    serve_in_thread(server)
    store.url = f"http://127.0.0.1:{server.server_port}"
    yield store
    server.shutdown()
    server.server_close()


def moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
