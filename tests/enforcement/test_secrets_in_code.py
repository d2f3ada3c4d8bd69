"""Code, manuals and settings speak of passwords and keys on every page; a secret is only what stands there as a literal."""

from __future__ import annotations

import pytest

from govern.enforcement.guards.values import value_detector
from govern.enforcement.secrets.literals import words_only
from tests.enforcement.test_secrets import A20, A32, H32, secrets_in

NAMES_CALLS_AND_TYPES = [
    "password: Optional[str],",
    "password: str | None = None",
    "def derive(password: bytes):",
    "function derive(password: Uint8Array, salt: Uint8Array)",
    "proxy_password=None):",
    "password=page.pdf.password,",
    "password: form.password.value",
    'password = request.POST["password"]',
    "password: auth[1],",
    "self.key_password = key_password",
    "ssl_key_password=ssl_key_password,",
    "'password': serializers.CharField(write_only=True)",
    "password: reader.readStringNT(),",
    "sha256_password: sha256_password({})",
    "password = crypto.randomBytes(16)",
    "password: await hash(value)",
    "_PasswordType: typing.TypeAlias = str",
    "@Column() password: UserPassword;",
    "'secret_ref': 'V1LocalObjectReference',",
    '"password": "user.password"',
    '"passwordLabel": "NewPasswordField"',
    "input[type=password]:not(:focus-visible)",
    "csrf_secret = _add_new_csrf_cookie(request)",
    "credentials = _credentials_async.with_scopes(scopes)",
    "basic_credentials = base64.b64encode(pair).decode()",
    "private_key: x25519.X25519PrivateKey",
    "sync_api_key, _ = _resolve_sync_and_async_api_keys(self.api_key)",
    "ssl_context._ctx.use_privatekey(PKey.from_cryptography_key(key))",
    "end = tokens.token_next_by(m=sql.Case.M_CLOSE)",
    "aws docs: docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html",
    "Buffer.from('username_with_=:password_with_=').toString('base64')",
    "password=/etc/ssl/private/server.key",
]
TEMPLATES = [
    'f"password={password}"',
    "password=%(password)s",
    "password: {{ vault.password }}",
    "password: !Ref DatabasePassword",
    "PASSWORD=$DB_PASSWORD",
    "password: #{ENV.fetch('PASSWORD')}",
    "password = :password",
    "api_key: <the key of your project>",
    "postgres://${USER}:${PASSWORD}@db/app",
    "postgres://USER:PASSWORD@db/app",
]
PUBLISHED = [
    "AKIA" + "IOSFODNN7EXAMPLE",
    "aws_secret_access_key=" + "wJalrXUtnFEMI" + "/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "token: eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIn0.c2lnbmF0dXJlLW9mLW5vYm9keQ",
    "sk_test_" + "4eC39HqLyjWDarjtT1zdp7dc",
    "hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
    "oauth_token%3D" + "nnch734d00" + "sl2jdk",
    "client_secret=" + "7Fjfp0ZBr1KtDRbnfVdmIw",
    "DATABASE_URL=postgres://postgres:postgres@localhost:5432/app",
    "redis://alice:foobared@cache.example:6380",
    "password: '12345678'",
    "password: 'secret!'",
    "PASSWORD=test-password1",
]
LITERALS = [
    ("password: hunter2Hunter", "hunter2Hunter"),
    ("PASSWORD=correcthorse9", "correcthorse9"),
    ("DB_PASSWORD=BlueHorseRiver", "BlueHorseRiver"),
    ("const password = 'Tr0ub4dor&3';", "Tr0ub4dor&3"),
    ('"password": "winter_storm_77"', "winter_storm_77"),
    ("password = 'correct-horse-battery-staple'", "correct-horse-battery-staple"),
    ("password: Kd9!mQ2x(", "Kd9!mQ2x("),
    ("password: Summer(2024)!", "Summer(2024)!"),
    ("passwordConfirmation: 'Qw81!kdm2'", "Qw81!kdm2"),
    ("postgres://app:p" + "qx7Lw@db.internal/prod", "pqx7Lw"),
    (f"client_secret = '{A20}'", A20),
    (f"api_key: {A32}", A32),
    (f"token: {H32}", H32),
    ("secret: MZXW6YTBOI7GQ2LTNBUXG", "MZXW6YTBOI7GQ2LTNBUXG"),
]


@pytest.mark.parametrize("frame", ["{}", "    12\u2192    {}", "{}\n"])
@pytest.mark.parametrize("text", [*NAMES_CALLS_AND_TYPES, *TEMPLATES, *PUBLISHED])
def test_what_code_says_about_secrets_is_none(text: str, frame: str) -> None:
    assert secrets_in(value_detector(None), frame.format(text) if "{" not in text else frame.replace("{}", text)) == {}


@pytest.mark.parametrize("frame", ["{}", "    12\u2192    {}", "{}\n"])
@pytest.mark.parametrize(("text", "value"), LITERALS)
def test_a_literal_is_found_in_code_all_the_same(text: str, value: str, frame: str) -> None:
    assert value in secrets_in(value_detector(None), frame.replace("{}", text)).values()


@pytest.mark.parametrize("value", [A20, A32, H32, "JBSWY3DPEHPK3PXP", "zq8hx0v3nw6tk1pj", "DNI-OMEGA-7749-CLEARANCE"])
def test_what_is_drawn_by_chance_is_no_name(value: str) -> None:
    assert not words_only(value)


@pytest.mark.parametrize("value", ["getElementsByClassNameAndTag", "_resolve_async_keys", "docs/UserGuide/SSL.html"])
def test_names_are_known_by_their_words(value: str) -> None:
    assert words_only(value)
