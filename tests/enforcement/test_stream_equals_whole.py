"""What leaves a stream, joined, is what leaves without streaming, however the answer is cut."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govern.enforcement import Enforcement, StreamInspection, Surface, Verdict

from .conftest import Build

REDACTING = (
    {"guard": "pii", "on": ["output"], "action": "redact"},
    {"guard": "secrets", "on": ["output"], "action": "redact"},
    {
        "guard": "topics",
        "on": ["output"],
        "action": "redact",
        "terms": ["insider information", "併購案"],
        "patterns": ["proj(ect)? [a-z]{2,12}-\\d{2,4}"],
    },
)
KEY = "sk-proj-Q7h2kLm9Zx4Vb8Nc3Rt6Yw1P"
PEM = "-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEowIBAAKCAQEAx7Qd8Zk2\n" * 8 + "-----END RSA PRIVATE KEY-----"
VALUES = (
    "amy@example.com",
    "ben.o'neil+news@mail.example.co.uk",
    "4111 1111 1111 1111",
    "5555555555554444",
    "3782 822463 10005",
    "GB82 WEST 1234 5698 7654 32",
    "DE89370400440532013000",
    "+44 (20) 7123 4567",
    "(415) 555-0132",
    "+886-2-2345-6789",
    "078-05-1123",
    "912-70-1234",
    "my ssn 078051123",
    "198.51.100.77",
    "2001:db8::8a2e:370:7334",
    "fe80::1",
    "00:1A:2B:3C:4D:5E",
    "A123456789",
    "身分證字號 A123456789",
    "統一編號 04595257",
    "12345678Z",
    "passport A12345678",
    "born 05/17/1985",
    "生日是1985年5月17日",
    KEY,
    "AKIAQ7H2KLM9ZX4VB8NC",
    "ghp_a8F3kL0q9Zx7Vb2Nc5Rt6Yw1Pm4Qs8Dh3Jk7",
    "password: hunter2Hunter",
    "Password is Tr0ub4dor&3",
    "api_key = 9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c",
    "Authorization: Bearer Zx81kk20ASDnn3310xkPq92",
    "ACME_TOKEN=9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c",
    "DB_PASS=Vq81!kdm2",
    '{"password": "correct horse, battery 9 staple"}',
    "the password of amy is Vq81!kdm2",
    "my pw is Vq81!kdm2",
    "密碼：Vq81!kdm2",
    "<apiToken>\n    Zx81kk20ASDnn3310xkPq92\n</apiToken>",
    "curl -u amy:Vq81!kdm2 https://shop.example",
    "curl -s --user 'amy:Vq81!kdm2' https://shop.example",
    "CREATE USER amy IDENTIFIED WITH plugin BY 'Vq81!kdm2'",
    "postgres://amy:S3cretPw9@db.internal:5432/app",
    PEM,
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9",
    "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
    "insider  information",
    "併購案",
    "project falcon-77",
    "020503F9037",
    "850101-1234567",
    "123.456.789-09",
    "1EG4-TE5-MK73",
    "020594X903P is my hetu",
    "AAA123456 es mi número de pasaporte",
)
PROSE = (
    "The ",
    "answer ",
    "is 42. ",
    "In 2024, ",
    "about 1,234,567.89 people ",
    "said so",
    ", e.g. ",
    "version 1.2.3.4 ",
    "std::vector<int> ",
    "see RFC 2616",
    "\n",
    "\n\n",
    "- ",
    ". ",
    "你好，",
    "это ",
    "naïve café ",
    "🙂",
    "PASSPORT ",
    "phone: ",
    "tel ",
    "key ",
    "token",
    "eyJ",
    "sk-",
    "-----BEGIN ",
    "a@",
    "@",
    "://",
    "12",
    "3 ",
    "4111 ",
    "GB",
    "<",
    ">",
    '{"ssn":"',
    '"}',
    "\u200b",
)
INVISIBLE = "\u200b\u200d\u2060\ufeff\u00ad"


@st.composite
def answers(draw: st.DrawFn) -> str:
    pieces = []
    for _ in range(draw(st.integers(1, 7))):
        piece = draw(st.sampled_from(VALUES) | st.sampled_from(PROSE) | st.text(max_size=6))
        if piece in VALUES and draw(st.integers(0, 3)) == 0:
            at = draw(st.integers(0, len(piece)))
            piece = piece[:at] + draw(st.sampled_from(INVISIBLE)) * draw(st.integers(1, 3)) + piece[at:]
        pieces.append(piece + draw(st.sampled_from(("", " ", ", ", ". ", "\n"))))
    return "".join(pieces)


@st.composite
def chunked(draw: st.DrawFn) -> tuple[str, list[str]]:
    text = draw(answers())
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=draw(st.sampled_from((0, 2, 8, 60))))))
    return text, [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]


def whole(enforcement: Enforcement, text: str) -> tuple[str, Verdict]:
    verdict = enforcement.inspect_output([Surface("assistant", "c", text)], {}, system_prompt=None)
    return verdict.replacements.get("c", text), verdict


def streamed(enforcement: Enforcement, chunks: Iterable[str]) -> tuple[str, Verdict]:
    inspection = enforcement.open_stream({}, system_prompt=None)
    assert isinstance(inspection, StreamInspection)
    left = [inspection.feed("c", chunk) for chunk in chunks]
    rest, verdict = inspection.finish()
    return "".join(left) + rest.get("c", ""), verdict


@pytest.fixture(scope="module")
def redacting(enforcement: Build) -> Enforcement:
    return enforcement(*REDACTING)


@pytest.mark.parametrize("value", VALUES)
def test_character_by_character(redacting: Enforcement, value: str) -> None:
    text = f"Here you are: {value} and nothing more."
    expected, verdict = whole(redacting, text)
    assert expected != text, "the example is not found at all"
    got, streamed_verdict = streamed(redacting, text)
    assert got == expected
    assert set(streamed_verdict.findings) == set(verdict.findings)
    assert streamed_verdict.action == verdict.action == "redact"


@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(chunked())
def test_any_chunking(redacting: Enforcement, case: tuple[str, list[str]]) -> None:
    text, chunks = case
    expected, verdict = whole(redacting, text)
    got, streamed_verdict = streamed(redacting, chunks)
    assert got == expected
    assert set(streamed_verdict.findings) == set(verdict.findings)


def test_surrogate_pair_cut_in_two(redacting: Enforcement) -> None:
    halves = ["mail \ud83d", "\ude42 amy@exam", "ple.com!"]
    got, _ = streamed(redacting, halves)
    assert got == "mail 🙂 <EMAIL>!"
