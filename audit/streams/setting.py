"""The setting GOVERN_STREAMS: streams as addresses, each with a name before it, such as `siem=syslog+tls://logs.example.com:6514`.

Options: `events` (types, `*` at an end for all that begin so, `+` between), `severity` (the least that is told), `from=beginning`,
`private=yes` for a receiver in a network of one's own, `token=yes` for a collector that wants one, `ca` and `certificate` (PEM files: whom
to trust, and who we are). Secrets are in `GOVERN_STREAM_SECRET_NAME`.
"""

import re
import socket
import ssl
from collections.abc import Sequence
from urllib.parse import SplitResult, urlsplit

from audit.anchors.options import BadAddress, Options, Secret
from audit.streams.http import Address
from audit.streams.interface import SEVERITIES, Receiver, Stream
from audit.streams.otlp import OtlpLogs
from audit.streams.syslog import Syslog
from audit.streams.webhook import Webhook

_NAMED = re.compile(r"([a-z][a-z0-9-]{0,29})=(.*)", re.DOTALL)
_TYPE = re.compile(r"[a-z_.]{1,60}\*?")
_PATH = re.compile(r"/[!-~]*")
_HOST = re.compile(r"[a-z0-9.:-]{1,253}")
_TOKEN = re.compile(r"[!-~]{1,4096}")
_SCHEMES = ("webhook+https", "webhook+http", "otlp+https", "otlp+http", "syslog+tls")
_LEAST_SECRET = 16
_PORTS = {"https": 443, "http": 80, "tls": 6514}


def read_streams(words: Sequence[str], secret: Secret) -> tuple[Stream, ...]:
    """The streams in their order. Raises `BadAddress` with a sentence that holds no secret."""
    streams: list[Stream] = []
    for number, word in enumerate(words, 1):
        try:
            stream = _read(word.strip(), secret)
        except BadAddress as error:
            raise BadAddress(f"stream {number}: {error}") from None
        if any(other.name == stream.name for other in streams):
            raise BadAddress(f"stream {number}: the name {stream.name} is taken")
        streams.append(stream)
    return tuple(streams)


def _read(word: str, secret: Secret) -> Stream:
    named = _NAMED.fullmatch(word)
    if named is None:
        raise BadAddress("write a name before the address, such as siem=syslog+tls://host:6514")
    name, address = named[1], named[2]
    try:
        parts = urlsplit(address)
        alone = parts.username is None and parts.password is None and not parts.fragment and parts.port != 0
    except ValueError:
        raise BadAddress("the address cannot be read") from None
    if not alone or not _HOST.fullmatch(parts.hostname or ""):
        raise BadAddress("an address has a host, and no user name, password or fragment")
    if parts.scheme not in _SCHEMES:
        raise BadAddress(f"an address begins with one of {', '.join(f'{scheme}://' for scheme in _SCHEMES)}")
    options = Options(parts.query, secret)
    types = tuple(options.word("events").split())
    if not all(_TYPE.fullmatch(each) for each in types):
        raise BadAddress("events are types such as call.outcome or violation.*, with + between")
    least = _one_of(options, "severity", SEVERITIES)
    begins = _one_of(options, "from", ("now", "beginning"))
    receiver = _receiver(parts, options, f"GOVERN_STREAM_SECRET_{name.upper().replace('-', '_')}")
    options.finish()
    place = f"{parts.scheme}://{parts.netloc}{parts.path}"
    kind = parts.scheme.partition("+")[0]
    return Stream(name, kind, place, types, SEVERITIES.index(least), begins == "beginning", receiver)


def _one_of(options: Options, name: str, allowed: Sequence[str]) -> str:
    word = options.word(name, allowed[0])
    if word not in allowed:
        raise BadAddress(f"{name} is one of {', '.join(allowed)}")
    return word


def _receiver(parts: SplitResult, options: Options, variable: str) -> Receiver:
    kind, _, transport = parts.scheme.partition("+")
    host, port, path = parts.hostname or "", parts.port or _PORTS[transport], parts.path or "/"
    private = _one_of(options, "private", ("no", "yes")) == "yes"
    if kind == "syslog":
        if parts.path:
            raise BadAddress("a syslog server has no path")
        return Syslog(host, port, private, _tls(options), socket.gethostname())
    if not _PATH.fullmatch(path):
        raise BadAddress("a path is printable ASCII")
    to = Address(host, port, path, private, None if transport == "http" else _tls(options))
    if kind == "otlp":
        token = options.secret(variable) if _one_of(options, "token", ("no", "yes")) == "yes" else ""
        if token and not _TOKEN.fullmatch(token):
            raise BadAddress(f"{variable} is no token: printable ASCII without blanks")
        return OtlpLogs(to, token)
    secret = options.secret(variable)
    if len(secret) < _LEAST_SECRET:
        raise BadAddress(f"{variable} has at least {_LEAST_SECRET} characters")
    return Webhook(to, secret)


def _tls(options: Options) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=options.word("ca") or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if certificate := options.word("certificate"):
            context.load_cert_chain(certificate)
    except (OSError, ValueError) as error:
        raise BadAddress(f"a PEM file of ca or certificate cannot be used ({type(error).__name__})") from None
    return context
