"""Reported kinds of faults: documents, pictures and speech."""

import pytest

from tests.routing.wire.doors import CHAT, MESSAGES
from tests.routing.wire.reports import ABSENT, Row, chat, check, claude, told

TEXT = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "Hello"}, "title": "T"}
LETTER = {"type": "file", "file": {"file_data": "data:application/pdf;base64,JVBERi0=", "filename": "a.pdf"}}

ROWS = [
    Row(
        "a document that is a text, at OpenAI",
        MESSAGES,
        claude(told(TEXT)),
        "openai",
        "m",
        {"messages[0].content[0]": {"type": "text", "text": "T\n\nHello"}},
    ),
    Row(
        "a document without a name, at OpenAI",
        MESSAGES,
        claude(
            told(
                {
                    "type": "document",
                    "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0="},
                    "context": "c",
                }
            )
        ),
        "openai",
        "m",
        {"messages[0].content[0].file.filename": "document.pdf", "messages[0].content[0].context": ABSENT},
    ),
    Row(
        "Google's file keeps its type",
        CHAT,
        chat(
            told(
                {
                    "type": "file",
                    "file": {"file_url": "gs://b/a"},
                    "extra_content": {"google": {"mime_type": "application/pdf"}},
                }
            )
        ),
        "google",
        "m",
        {"contents[0].parts[0].fileData": {"fileUri": "gs://b/a", "mimeType": "application/pdf"}},
    ),
    Row(
        "Google's file by its name",
        CHAT,
        chat(told({"type": "file", "file": {"file_id": "files/abc"}})),
        "google",
        "m",
        {"contents[0].parts[0].fileData.fileUri": "https://generativelanguage.googleapis.com/v1beta/files/abc"},
    ),
    Row(
        "speech at Gemini",
        CHAT,
        chat(told({"type": "input_audio", "input_audio": {"data": "AAA=", "format": "mp3"}})),
        "google",
        "m",
        {"contents[0].parts[0].inlineData.mimeType": "audio/mp3"},
    ),
    Row(
        "a document at Claude",
        CHAT,
        chat(told(LETTER)),
        "anthropic",
        "m",
        {"messages[0].content[0].source.media_type": "application/pdf", "messages[0].content[0].title": "a.pdf"},
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_leaves(row: Row) -> None:
    check(row)
