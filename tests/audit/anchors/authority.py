"""A time stamp authority on loopback (RFC 3161): real requests in, signed stamps out, and wrong ones where a test wants them."""

import datetime
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.loopback import serve_in_thread

SHA256 = algos.DigestAlgorithm({"algorithm": "sha256"})


class Authority:
    """Its root, the certificate it stamps with, and how it behaves."""

    def __init__(self) -> None:
        self.root_key = rsa.generate_private_key(65537, 2048)
        self.key = rsa.generate_private_key(65537, 2048)
        self.root = certificate("Root", self.root_key, "Root", self.root_key)
        self.certificate = certificate("Stamps", self.key, "Root", self.root_key, stamps=True)
        self.url = ""
        self.digest: bytes | None = None
        self.nonce: int | None = None
        self.off_by = datetime.timedelta()
        self.http: tuple[int, dict[str, str], bytes] | None = None
        """What is answered in place of a stamp."""
        self.rejects = False
        self.asked: list[str] = []

    def write_root(self, folder: Path) -> Path:
        path = folder / "root.pem"
        path.write_bytes(self.root.public_bytes(Encoding.PEM))
        return path

    def stamp(self, query: bytes) -> bytes:
        asked = tsp.TimeStampReq.load(query)
        if self.rejects:
            return bytes.fromhex("30053003020102")  # the status 2, and no token
        imprint = tsp.MessageImprint(
            {
                "hash_algorithm": SHA256,
                "hashed_message": self.digest or asked["message_imprint"]["hashed_message"].native,
            }
        )
        info = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": "1.2.3.4.1",
                "message_imprint": imprint,
                "serial_number": 4711,
                "gen_time": datetime.datetime.now(datetime.UTC).replace(microsecond=0) + self.off_by,
                "nonce": self.nonce if self.nonce is not None else asked["nonce"].native,
            }
        ).dump()
        return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": self._signed(info)}).dump()

    def _signed(self, info: bytes) -> Any:
        own = asn1_x509.Certificate.load(self.certificate.public_bytes(Encoding.DER))
        ess = tsp.SigningCertificateV2({"certs": [{"cert_hash": hashlib.sha256(own.dump()).digest()}]})
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": ["tst_info"]},
                {"type": "message_digest", "values": [hashlib.sha256(info).digest()]},
                {"type": "signing_certificate_v2", "values": [ess]},
            ]
        )
        signer = {
            "version": "v1",
            "sid": {"issuer_and_serial_number": {"issuer": own.issuer, "serial_number": own.serial_number}},
            "digest_algorithm": SHA256,
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": "sha256_rsa"},
            "signature": self.key.sign(attributes.dump(), padding.PKCS1v15(), hashes.SHA256()),
        }
        signed = {
            "version": "v3",
            "digest_algorithms": [SHA256],
            "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(info)},
            "certificates": [own],
            "signer_infos": [signer],
        }
        return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)})


def certificate(name: str, key: Any, by: str, by_key: Any, *, stamps: bool = False) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, by)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=not stamps, path_length=None), critical=True)
    )
    if stamps:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return builder.sign(by_key, hashes.SHA256())


class Handler(BaseHTTPRequestHandler):
    authority: ClassVar[Authority]

    def log_message(self, *_: object) -> None:
        """Silence."""

    def do_POST(self) -> None:
        self.authority.asked.append(self.path)
        query = self.rfile.read(int(self.headers["content-length"]))
        assert self.headers["content-type"] == "application/timestamp-query"
        reply = {"content-type": "application/timestamp-reply"}
        status, headers, body = self.authority.http or (200, reply, self.authority.stamp(query))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.authority.asked.append(f"GET {self.path}")
        self.send_response(200)
        self.end_headers()


@contextmanager
def time_stamp_authority() -> Iterator[Authority]:
    authority = Authority()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"authority": authority}))
    serve_in_thread(server)
    authority.url = f"http://127.0.0.1:{server.server_port}/stamp"
    yield authority
    server.shutdown()
    server.server_close()
