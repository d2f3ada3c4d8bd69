"""Passwords that commands take without a word for them, keys behind the name of who gives them out, and settings of two lines."""

from __future__ import annotations

import pytest

from govern.enforcement import secrets
from govern.enforcement.folding import Folded
from govern.enforcement.guards.values import value_detector
from tests.enforcement.test_secrets import A20, A32, H32
from training.unseen.keys import secret_texts

PASSWORD = "Vq81!kdm2"
COMMANDS = [
    "sshpass -p '{}' ssh amy@host",
    "sshpass -p {} ssh amy@host",
    "mysql -u root -p{} shop",
    "docker login -u amy -p {} registry.example",
    "net use Z: \\\\files\\share /user:amy {}",
    "echo '{}' | sudo -S apt update",
    "echo {} | docker login -u amy --password-stdin",
    "keytool -storepass {} -list",
    'ConvertTo-SecureString "{}" -AsPlainText -Force',
    'new NetworkCredential("amy", "{}")',
    "log in with amy / {}",
]
NO_PASSWORDS = [
    "docker run -p 127.0.0.1:8080:80 nginx:1.27",
    "docker compose -p shop-2026 up",
    "mkdir -p /srv/app1/data2",
    "tar -p archive_2026.tar",
    "echo $PASSWORD | sudo -S apt update",
    "sshpass -p $SSHPASS ssh amy@host",
    "sshpass -p <password> ssh amy@host",
    "ConvertTo-SecureString $text -AsPlainText -Force",
    "log in with amy / see page 12",
    "the compass: north-west 40",
]


def spans_in(text: str) -> list[tuple[int, int]]:
    folded = Folded(text)
    hits = value_detector(None).find(folded)
    return [folded.text_span(hit.start, hit.end) for hit in hits if hit.kind.id in secrets.KIND_IDS]


def secrets_in(text: str) -> list[str]:
    return [text[start:end] for start, end in spans_in(text)]


@pytest.mark.parametrize("frame", COMMANDS)
def test_what_a_command_takes_for_a_password_is_one(frame: str) -> None:
    assert secrets_in(frame.format(PASSWORD)) == [PASSWORD]


@pytest.mark.parametrize("text", NO_PASSWORDS)
def test_ports_paths_projects_and_variables_are_none(text: str) -> None:
    assert secrets_in(text) == []


@pytest.mark.parametrize(
    "frame",
    ["shodan {}", "pagerduty = '{}'", "lokalise: {}", "the opsgenie one is {}", "const x = new Pipedrive('{}');"],
)
def test_a_key_stands_behind_the_name_of_its_giver(frame: str) -> None:
    assert secrets_in(frame.format(A32)) == [A32]


@pytest.mark.parametrize(
    "text",
    [
        "github da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "mixpanel 6f1c2a54-2a0b-4a3b-9f6e-3f1d2c4b5a69",
        "rollbar item " + H32,
        "zendesk-ticket-views-for-agents-in-europe",
        "shodan.search_cursor_with_minified_results",
    ],
)
def test_digests_identifiers_and_names_behind_a_giver_are_no_keys(text: str) -> None:
    assert secrets_in(text) == []


@pytest.mark.parametrize(
    "frame",
    [
        "- name: API_TOKEN\n  value: {}",
        "- name: API_TOKEN\n            value: '{}'",
        'let authToken: String = "{}"',
        "salt = b'{}'",
        "//registry.example/:_authToken={}",
        "api-key {}",
    ],
)
def test_types_prefixes_and_a_value_on_the_next_line_are_read(frame: str) -> None:
    assert secrets_in(frame.format(A20)) == [A20]


def test_a_word_and_a_number_are_a_password_in_a_sentence() -> None:
    assert secrets_in("The password is Kestrel_5372x, thanks.") == ["Kestrel_5372x"]


@pytest.mark.parametrize(
    ("group", "least"),
    [
        ("keys by a giver's name", 0.75),
        ("keys with a form of their own", 0.98),
        ("values of settings, code, headers and commands", 0.97),
        ("passwords of settings, commands and addresses", 0.95),
    ],
)
def test_most_of_what_was_written_for_measuring_is_found(group: str, least: float) -> None:
    rows = secret_texts()[group]
    right = sum(any(secret in found for found in secrets_in(text)) for text, secret in rows)
    assert right >= least * len(rows)


def test_placeholders_examples_digests_and_code_are_let_through() -> None:
    rows = secret_texts()["placeholders, published examples, digests, identifiers, code"]
    assert [text for text, _ in rows if secrets_in(text)] == []
