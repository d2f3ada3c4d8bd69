"""Tokens by part: what a model counts, whatever the bytes of the body."""

import base64
import json
import struct
import zlib
from typing import Any

import pytest

from routing.calls import chat_request, input_surfaces
from routing.calls.requests import decode_chat
from routing.sizes import PromptSize, largest_part, least_text_tokens, size_of_batch, size_of_prompt, text_tokens
from routing.sizes.media import family_of, media_of_base64

PROSE = "The committee met on Tuesday and agreed that the report should be sent to all members before noon. "


def png(width: int, height: int, padding: int = 0) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\r" + chunk + struct.pack(">I", zlib.crc32(chunk)) + b"\x00" * padding


def jpeg(width: int, height: int, *, profile: int = 0) -> bytes:
    """With a preview or colour profile of so many bytes before the frame."""
    segments = b"".join(b"\xff\xe2" + struct.pack(">H", 60_002) + b"p" * 60_000 for _ in range(profile // 60_000))
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 17, 8, height, width, 3) + b"\x00" * 9
    return b"\xff\xd8\xff\xe0" + struct.pack(">H", 16) + b"J" * 14 + segments + frame + b"\x00" * 400


def gif(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\x00" * 40


def webp(width: int, height: int) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00" + size + b"\x00" * 40


def wav(seconds: int) -> bytes:
    rate = 32_000
    head = b"RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00" + struct.pack("<II", 16_000, rate)
    return head + b"\x00" * (rate * seconds)


def pdf(pages: int, padding: int = 0) -> bytes:
    objects = b"".join(b"<< /Type /Page /Parent 2 0 R >>\n" for _ in range(pages))
    return b"%PDF-1.7\n" + b"x" * padding + b"<< /Type /Pages /Count " + str(pages).encode() + b" >>\n" + objects


def in_base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def size(*parts: dict[str, Any]) -> PromptSize:
    request = chat_request({"model": "m", "messages": [{"role": "user", "content": list(parts)}]})
    return size_of_prompt(request, input_surfaces(request))


def picture(raw: bytes, kind: str = "png", **fields: Any) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": f"data:image/{kind};base64,{in_base64(raw)}", **fields}}


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        (PROSE * 100, 2_000, 2_600),
        ("def f(x):\n    return {'a': [x[0], (1, 2)]}\n" * 100, 1_200, 2_000),
        (in_base64(bytes(range(256)) * 40), 5_000, 9_000),
        ("人工智能治理平台" * 100, 500, 900),
        ("Быстрая лиса прыгает через ленивую собаку. " * 50, 700, 1_100),
        ("", 0, 0),
    ],
)
def test_a_text_is_told_by_its_characters(text: str, least: int, most: int) -> None:
    assert least <= text_tokens(text) <= most


def test_the_same_text_is_as_long_in_escapes() -> None:
    text = "Быстрая лиса прыгает через ленивую собаку. " * 50
    body = {"model": "m", "messages": [{"role": "user", "content": text}]}
    plain, escaped = (json.dumps(body, ensure_ascii=escaped).encode() for escaped in (False, True))
    assert len(escaped) > 2 * len(plain)
    sizes = [
        size_of_prompt(request, input_surfaces(request)).tokens() for request in map(decode_chat, (plain, escaped))
    ]
    assert sizes[0] == sizes[1]


@pytest.mark.parametrize(
    "text", [PROSE * 500, " " * 9_000, "=" * 9_000, "人工智能" * 900, "😀" * 900, "é" * 900, "\ud800" * 9]
)
def test_the_lower_bound_stays_below_the_estimate(text: str) -> None:
    assert 1 <= least_text_tokens(text, 1 << 30) <= text_tokens(text)


def test_counting_the_lower_bound_ends_when_it_is_enough() -> None:
    assert 100 < least_text_tokens(PROSE * 10_000, 100) < 10_000


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (png(800, 600), "png"),
        (jpeg(800, 600), "jpeg"),
        (jpeg(800, 600, profile=600_000), "jpeg"),
        (gif(800, 600), "gif"),
        (webp(800, 600), "webp"),
    ],
)
def test_pixels_are_read_from_the_first_bytes(raw: bytes, kind: str) -> None:
    found = size(picture(raw, kind)).media[0]
    assert found[:2] == (800, 600)
    assert (found.tokens("anthropic"), found.tokens("openai"), found.tokens("google")) == (640, 85 + 170 * 4, 516)


@pytest.mark.parametrize(
    ("width", "height", "anthropic", "openai", "google"),
    [(200, 200, 53, 255, 258), (4_000, 3_000, 1_600, 765, 16 * 258), (1_024, 1_024, 1_398, 765, 4 * 258)],
)
def test_every_family_has_a_table(width: int, height: int, anthropic: int, openai: int, google: int) -> None:
    found = size(picture(png(width, height))).media[0]
    assert [found.tokens(family) for family in ("anthropic", "openai", "google")] == [anthropic, openai, google]


def test_bytes_of_media_do_not_count() -> None:
    small, large = (size(picture(png(800, 600, padding))) for padding in (0, 700_000))
    assert small == large
    assert size(picture(png(4_000, 4_000), detail="low")).tokens("openai") < 100
    assert size({"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}).tokens() < 2_000
    assert size(picture(b"no picture" * 50)).tokens() < 2_000


def test_documents_count_by_pages_and_sound_by_seconds() -> None:
    def document(raw: bytes) -> dict[str, Any]:
        return {"type": "file", "file": {"file_data": f"data:application/pdf;base64,{in_base64(raw)}"}}

    def sound(raw: bytes) -> dict[str, Any]:
        return {"type": "input_audio", "input_audio": {"data": in_base64(raw), "format": "wav"}}

    assert size(document(pdf(7))).tokens("google") - size().tokens() == 7 * 258
    assert size(document(pdf(7, padding=900_000))).tokens("google") - size().tokens() == 7 * 258
    assert size(document(b"%PDF" + b"x" * 1_500_000)).tokens() < 100_000
    assert size(document(pdf(1).replace(b"Count 1", b"Count 999999"))).tokens() <= 10_000_000
    assert size(sound(wav(30))).tokens("google") - size().tokens() == 30 * 32


def test_files_in_blocks_of_one_provider_are_found() -> None:
    block = {
        "type": "tool_result",
        "content": [{"source": {"type": "base64", "data": in_base64(png(800, 600, 90_000))}}],
    }
    native = {"type": "native", "kind": "anthropic", "block": block}
    assert size(native).tokens("anthropic") < 1_000
    assert media_of_base64(in_base64(pdf(3))) == (3,)
    assert media_of_base64("not base64 ���") is None


def test_a_batch_has_the_window_for_each_input() -> None:
    batch = size_of_batch([PROSE * 20] * 500)
    assert (batch.tokens(), batch.at_once()) == (500 * text_tokens(PROSE * 20), text_tokens(PROSE * 20))
    assert not batch.cannot_fit(8_191)
    assert size_of_batch(["short", [1] * 9_000]).cannot_fit(8_191)
    assert not size_of_batch([[1] * 8_191]).cannot_fit(8_191)


def test_only_what_surely_does_not_fit_cannot() -> None:
    near, far = PROSE * 400, PROSE * 4_000  # about 10,000 and 100,000 tokens
    assert not size({"type": "text", "text": near}).cannot_fit(8_191)
    assert size({"type": "text", "text": far}).cannot_fit(8_191)
    assert not size(*[picture(png(4_000, 4_000, 50_000))] * 20).cannot_fit(8_191)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"messages": [{"content": "short"}, {"content": [{"text": "a"}, {"text": PROSE}]}]}, "messages[1].content[1]"),
        ({"messages": [{"content": PROSE}]}, "messages[0].content"),
        ({"input": ["a", PROSE]}, "input[1]"),
        ({"input": [[1, 2], list(range(900))]}, "input[1]"),
        ({"input": PROSE}, "input"),
        ({"contents": [{"parts": [{"text": PROSE}]}]}, "contents[0].parts[0]"),
        ({"system": PROSE, "messages": [{"content": [{"source": {"data": "A" * 90_000}}]}]}, "messages[0].content[0]"),
        ({}, ""),
    ],
)
def test_the_largest_part_has_a_name(body: dict[str, Any], place: str) -> None:
    assert largest_part(json.dumps(body).encode())[0] == place


def test_families_are_told_by_name() -> None:
    assert [family_of(name) for name in ("claude-opus-4-5", "anthropic", "gpt-5", "o3", "gemini-2.5-pro", "llama")] == [
        "anthropic",
        "anthropic",
        "openai",
        "openai",
        "google",
        "",
    ]
