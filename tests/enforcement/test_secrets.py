"""Each kind of secret by examples made for this test, and what must not be taken for one."""

from __future__ import annotations

import base64

import pytest

from govern.enforcement import secrets
from govern.enforcement.folding import Folded
from govern.enforcement.guards.values import value_detector
from govern.enforcement.values.detector import ValueDetector

A20, A32, A40 = "Q7h2kLm9Zx4Vb8Nc3Rt6", "Q7h2kLm9Zx4Vb8Nc3Rt6Yw1Pm4Qs8Dh3", "Q7h2kLm9Zx4Vb8Nc3Rt6Yw1Pm4Qs8Dh3Jk7Gf5Xa2"
H32, H40, H64 = (
    "9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c",
    "9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c0a1b2c3d",
    "9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c" * 2,
)

EXAMPLES = {
    "govern_key": f"gk-{A20}",
    "openai_key": f"sk-proj-{A40}",
    "anthropic_key": f"sk-ant-api03-{A40}",
    "groq_key": f"gsk_{A40}",
    "hugging_face_token": f"hf_{A32}",
    "google_api_key": f"AIza{A32}abc",
    "aws_access_key": "AKIAQ7H2KLM9ZX4VB8NC",
    "azure_storage_key": f"AccountKey={A40}{A40}ab==",
    "github_token": f"ghp_{A32}abcd",
    "gitlab_token": f"glpat-{A20}",
    "slack_token": f"xoxb-123456789012-{A20}",
    "slack_webhook": "hooks.slack.com/services/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",
    "stripe_key": f"sk_live_{A20}abcd",
    "twilio_key": f"SK{H32}",
    "sendgrid_key": f"SG.{A20}.{A40}",
    "mailgun_key": f"key-{H32}",
    "npm_token": f"npm_{A32}abcd",
    "pypi_token": f"pypi-AgEIcHlwaS5vcmc{A40}{A20}",
    "telegram_token": f"123456789:AA{A32}a",
    "shopify_token": f"shpat_{H32}",
    "digitalocean_token": f"dop_v1_{H64}",
    "databricks_token": f"dapi{H32}",
    "vault_token": f"hvs.{A32}",
    "json_web_token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9",
    "connection_string": "S3cretPw9",
}


@pytest.fixture(scope="module")
def detector() -> ValueDetector:
    return value_detector(None)


def secrets_in(detector: ValueDetector, text: str) -> dict[str, str]:
    folded = Folded(text)
    found = {}
    for hit in detector.find(folded):
        if hit.kind.id in secrets.KIND_IDS:
            start, end = folded.text_span(hit.start, hit.end)
            found[hit.kind.id] = text[start:end]
    return found


@pytest.mark.parametrize("kind", sorted(set(EXAMPLES) - {"connection_string"}))
@pytest.mark.parametrize("frame", ["{}", "use {} now", 'KEY="{}"', "key:{},", "他的{}是"])
def test_keys_with_a_form_of_their_own(detector: ValueDetector, kind: str, frame: str) -> None:
    assert secrets_in(detector, frame.format(EXAMPLES[kind]))[kind] == EXAMPLES[kind]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("postgres://amy:S3cretPw9@db.internal:5432/app", "connection_string", "S3cretPw9"),
        ("redis://:S3cretPw9@cache:6379", "connection_string", "S3cretPw9"),
        ("password: hunter2Hunter", "password", "hunter2Hunter"),
        ('{"db_password":"Tr0ub4dor&3"}', "password", "Tr0ub4dor&3"),
        ("the password is Tr0ub4dor&3.", "password", "Tr0ub4dor&3"),
        ("PASSWORD=correcthorse9", "password", "correcthorse9"),
        (f"api_key = {H32}", "generic_secret", H32),
        (f"X-Auth-Token: {A32}", "generic_secret", A32),
        (f"Authorization: Bearer {A32}", "generic_secret", A32),
        (f"aws_secret_access_key={A40[:40]}", "aws_secret_key", A40[:40]),
        ("密碼：Tr0ub4dor-3", None, None),
    ],
)
def test_secrets_that_a_word_announces(detector: ValueDetector, text: str, kind: str | None, value: str | None) -> None:
    found = secrets_in(detector, text)
    if kind is None:
        assert found == {} or value is None
    else:
        assert found.get(kind) == value


def test_private_key_to_its_end(detector: ValueDetector) -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEowIBAAKCAQEAx7Qd8Zk2\n" * 40 + "-----END RSA PRIVATE KEY-----"
    assert secrets_in(detector, f"here: {key} thanks")["private_key"] == key


def test_private_key_without_an_end(detector: ValueDetector) -> None:
    key = "-----BEGIN PRIVATE KEY-----\n" + "MIIEowIBAAKCAQEAx7Qd8Zk2\n" * 3
    assert secrets_in(detector, f"{key}and then words")["private_key"] == key.rstrip()


@pytest.mark.parametrize(
    "text",
    [
        "password must have at least 12 characters and one digit",
        "token = os.environ['API_TOKEN']",
        "The password is required.",
        "the password is incorrect, try again",
        "password: <your password>",
        "PASSWORD=${DB_PASSWORD}",
        "api_key: YOUR_API_KEY",
        "The SHA256 is 86a6bc983feaa89ed62fcbc2fc988322aa985f396bf5aeb1f2554832d11101e9.",
        "sk-learn and sk-toolkit-for-everyone",
        "a secret garden, a token of appreciation",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        "https://example.com/path?token=short",
        "git@github.com:org/repo.git and https://user@example.com/",
        'eyJ is how base64 of {" begins',
        "Basic usage: getElementsByClassNameAndTag",
    ],
)
def test_not_a_secret(detector: ValueDetector, text: str) -> None:
    assert secrets_in(detector, text) == {}


def basic(credentials: str) -> str:
    return base64.b64encode(credentials.encode()).decode()


@pytest.mark.parametrize("frame", ["Authorization: Basic {}", "curl -H 'authorization: basic {}' https://a.example"])
def test_credentials_of_the_basic_scheme(detector: ValueDetector, frame: str) -> None:
    encoded = basic("amy:Vq8#kLm2")
    assert secrets_in(detector, frame.format(encoded)) == {"basic_credentials": encoded}


@pytest.mark.parametrize(
    "encoded",
    [
        "Aladdin:open sesame",
        "username:password",
        "user:pass",
        "your-user:your-password",
        "elastic:changeme",
    ],
)
def test_a_manual_shows_the_basic_scheme(detector: ValueDetector, encoded: str) -> None:
    assert secrets_in(detector, f"Authorization: Basic {basic(encoded)}") == {}
    assert secrets_in(detector, "Authorization: Basic <base64(user:password)>") == {}


def test_our_own_keys_are_known() -> None:
    assert secrets.kind_id("GOVERN_KEY") == "govern_key"
    assert len(secrets.KIND_IDS) >= 50
