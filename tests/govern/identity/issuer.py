"""A loopback OpenID Connect issuer: its description, keys, tokens and the answers to whoever brings a code."""

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from tests.loopback import serve_in_thread

KEY = generate_private_key(SECP256R1())
AUDIENCE = "govern-api"


class Issuer:
    """Signs for Ben, unless told otherwise."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.claims: dict[str, Any] = {}
        self.answers: dict[str, Any] = {}
        """What is at a path instead of what should be."""
        self.sent: dict[str, list[str]] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        serve_in_thread(self.server)

    def token(self, *, key: Any = KEY, headers: dict[str, Any] | None = None, **changes: Any) -> str:
        """A token; a claim that is changed to None is left out."""
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": "0b5e",
            "iat": now,
            "exp": now + 300,
            "auth_time": now - 10,
            "amr": ["pwd", "otp"],
            "email": "ben@example.com",
            "email_verified": True,
            **self.claims,
            **changes,
        }
        given = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(given, key, algorithm="ES256", headers={"kid": "one", **(headers or {})})

    def close(self) -> None:
        """Stops answering."""
        self.server.shutdown()
        self.server.server_close()

    def answer(self, path: str) -> Any:
        """What is at a path."""
        if path in self.answers:
            return self.answers[path]
        public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(KEY.public_key()))
        answers: dict[str, dict[str, Any]] = {
            "/.well-known/openid-configuration": {
                "issuer": self.url,
                "jwks_uri": f"{self.url}/keys",
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "userinfo_endpoint": f"{self.url}/userinfo",
            },
            "/keys": {"keys": [{**public, "kid": "one", "use": "sig"}]},
            "/token": {"access_token": "opaque", "token_type": "Bearer", "id_token": self.token()},
            "/userinfo": {"sub": "0b5e", "email": "ben@example.com", "email_verified": True, **self.claims},
        }
        return answers[path]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.requests.append(self.path)
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(issuer.answer(self.path)).encode())

            def do_POST(self) -> None:
                issuer.sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.do_GET()

            def log_message(self, *_: Any) -> None:
                """Stay quiet."""

        return Handler
