"""A name announces a secret wherever names stand; what only has such a word in its name announces none."""

from __future__ import annotations

import base64

import pytest

from govern.enforcement.guards.values import value_detector
from govern.enforcement.secrets.names import Meaning, meaning
from tests.enforcement.test_secrets import A20, A32, H32, secrets_in

PASSWORD = "Vq81!kdm2"
SETTINGS = [
    "API_KEY={}",
    "export ACME_TOKEN={}",
    "MY_SECRET_KEY={}\nREGION=eu",
    "https://shop.example/v1?token={}",
    "?api_key={}&page=2",
    "--api-key={}",
    "token={};",
    "<apiToken>{}</apiToken>",
    "<apiToken>\n    {}\n</apiToken>",
    "acme_token: |\n  {}",
    '$acmeToken .= "{}"',
    "acmeToken := `{}`",
    'ACME_TOKEN ?= "{}"',
    "acmeToken,{},",
    'getenv("api_token", "{}")',
    '{{\\"acme_token\\": \\"{}\\"}}',
]
PASSWORDS = [
    "DB_PASS={}",
    "pw: {}",
    "my pw is {}",
    "mysql -u root --password {} shop",
    "curl -u amy:{} https://shop.example",
    "curl --user 'amy:{}' https://shop.example",
    "ALTER USER amy IDENTIFIED BY '{}'",
    "CREATE USER amy WITH ENCRYPTED PASSWORD '{}'",
    '<add key="Password" value="{}" />',
    "Server=db;User ID=amy;Password={};Encrypt=True",
    "the password of amy is {}.",
    "senha: {}",
    "hasło: {}",
    "密碼：{}",
    "パスワードは {}",
    "пароль {}",
    "비밀번호는 {} 입니다",
    "mật khẩu: {}",
]
NO_SECRETS = [
    f"primary_key={A32}",
    f"csrf-token={A32}",
    f"secret_name = '{A20}'",
    f"credentialsId: '{A20}'",
    f'"AWS::Shop::Key": "{H32}"',
    "API_VERSION=rc0.15.0_20261127_1420-SNAPSHOT",
    "the key takeaway: 2026 was good",
    "password: see docs/2026-11-26-login-design-v3.md",
    "curl -u amy:$PASSWORD https://shop.example",
    "docker run --user 1000:1000 shop",
    "A file that starts with -----BEGIN PRIVATE KEY----- is a key; never commit it.",
    "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
    "http://shop.example:8080?to=amy@shop.example",
    "pk_live_" + A32,
    "data:image/png;base64," + "aB3/" * 20 + "AKIA" + "Q7H2KLM9ZX4VB8NC",
]
LINE = base64.b64encode(bytes(range(7, 55))).decode()


@pytest.mark.parametrize("form", SETTINGS)
@pytest.mark.parametrize("value", [A20, H32])
def test_a_name_announces_a_secret(form: str, value: str) -> None:
    assert value in secrets_in(value_detector(None), form.format(value)).values()


@pytest.mark.parametrize("form", PASSWORDS)
def test_a_word_announces_a_password(form: str) -> None:
    assert PASSWORD in secrets_in(value_detector(None), form.format(PASSWORD)).values()


@pytest.mark.parametrize("text", NO_SECRETS)
def test_a_word_in_a_name_is_not_enough(text: str) -> None:
    assert secrets_in(value_detector(None), text) == {}


def test_a_text_in_quotation_marks_is_a_password_to_its_end() -> None:
    found = secrets_in(value_detector(None), '{"password": "correct horse, battery 9 staple"}')
    assert found == {"password": "correct horse, battery 9 staple"}


def test_the_password_of_an_address_goes_up_to_the_last_at_sign() -> None:
    found = secrets_in(value_detector(None), "trino://app:p@ss-w0rd9@db/prod and more")
    assert found["connection_string"] == "p@ss-w0rd9"


@pytest.mark.parametrize(
    "between", ["\n", "\n    ", "\n> ", "\n# ", " ", "\\n", "\\\\n", "\n  12\t", '" +\n  "', "<br>\n"]
)
@pytest.mark.parametrize("end", [True, False])
def test_a_private_key_goes_whole(between: str, end: bool) -> None:
    header = "-----BEGIN RSA PRIVATE KEY-----"
    key = between.join([header, LINE, LINE[::-1], LINE[:40]] + (["-----END RSA PRIVATE KEY-----"] if end else []))
    assert secrets_in(value_detector(None), f"Look: {key}\nIs it good?")["private_key"] == key


@pytest.mark.parametrize(
    ("name", "means"),
    [
        ("DB_PASSWORD", Meaning.PASSWORD),
        ("X-API-Key", Meaning.SECRET),
        ("clientSecret", Meaning.SECRET),
        ("key", Meaning.PERHAPS),
        ("monkey", Meaning.NOTHING),
        ("token_url", Meaning.NOTHING),
        ("primaryKey", Meaning.NOTHING),
        ("passport", Meaning.NOTHING),
    ],
)
def test_what_a_name_says(name: str, means: Meaning) -> None:
    assert meaning(name) is means
