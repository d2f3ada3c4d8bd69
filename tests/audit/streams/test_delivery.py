"""Events leave at least once, in their order, to whoever takes them, and to nobody else."""

import base64
import contextlib
import hmac
import json
import re
import socket
import threading
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from audit.models import AuditEvent, EventStream
from audit.selectors.streams import stream_states
from audit.services.streams import pause_stream, resume_stream
from audit.streams import delivery, line
from audit.streams.delivery import feed_streams
from audit.streams.interface import Connect, Stream, Told
from audit.streams.setting import read_streams
from govern.stream_connections import connect_to_receiver
from tests.audit.sealing.test_sealed_trail import wait_for_others, write
from tests.audit.streams.receivers import HttpReceiver, certificate, http_receiver, syslog_receiver

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "a-secret-of-some-length"


def stream(address: str, **options: str) -> Stream:
    asked = "&".join(f"{name}={value}" for name, value in {"private": "yes", "from": "beginning", **options}.items())
    (found,) = read_streams([f"siem={address}?{asked}"], lambda _: SECRET)
    return found


def feed(found: Stream, connect: Connect = connect_to_receiver) -> int:
    wait_for_others()
    EventStream.objects.update(next_at=timezone.now())
    return feed_streams([found], connect)


def state() -> EventStream:
    return EventStream.objects.get(name="siem")


def seqs() -> list[int]:
    return list(AuditEvent.objects.order_by("xid", "seq").values_list("seq", flat=True))


@pytest.fixture
def receiver() -> Iterator[HttpReceiver]:
    with http_receiver() as running:
        yield running


@pytest.fixture
def webhook(receiver: HttpReceiver) -> Stream:
    return stream(f"webhook+http://127.0.0.1:{receiver.port}/in")


def told(receiver: HttpReceiver) -> list[int]:
    return [event["seq"] for event in receiver.events()]


def test_a_webhook_is_told_every_event_in_order_and_signed(
    conninfo: str, receiver: HttpReceiver, webhook: Stream
) -> None:
    write(conninfo, 60)
    assert feed(webhook) == 120
    assert told(receiver) == seqs()
    assert len(receiver.requests) == 2
    for headers, body in receiver.requests:
        said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = base64.b64encode(hmac.digest(SECRET.encode(), said, "sha256")).decode()
        assert headers["webhook-signature"] == f"v1,{expected}"
    event = receiver.events()[0]
    assert (event["type"], event["application"], event["record"]) == ("call.intent", "risk-engine", {})
    assert feed(webhook) == 0
    assert (state().acknowledged_seq, state().told, state().error) == (seqs()[-1], 120, "")


def test_a_new_stream_begins_with_what_happens_next(conninfo: str, receiver: HttpReceiver) -> None:
    found = stream(f"webhook+http://127.0.0.1:{receiver.port}/in", **{"from": "now"})
    write(conninfo, 2)
    assert feed(found) == 0
    write(conninfo, 1)
    assert feed(found) == 2
    assert told(receiver) == seqs()[-2:]


def test_an_event_that_commits_late_is_not_skipped(conninfo: str, receiver: HttpReceiver, webhook: Stream) -> None:
    insert = "INSERT INTO audit_event (id, type, body) VALUES (gen_random_uuid(), 'call.outcome', '{}')"
    with psycopg.connect(conninfo) as late:
        late.execute(insert)
        with psycopg.connect(conninfo, autocommit=True) as early:
            early.execute(insert)
        assert feed_streams([webhook], connect_to_receiver) == 0
        late.commit()
    assert feed(webhook) == 2
    assert told(receiver) == seqs()


def test_only_what_a_stream_wants_is_told(conninfo: str, receiver: HttpReceiver) -> None:
    found = stream(f"webhook+http://127.0.0.1:{receiver.port}/in", events="call.outcome+violation.*", severity="high")
    write(conninfo, 2)
    with connection.cursor() as cursor:
        for type_, body in (
            ("call.outcome", {"output_verdict": {"severity": "high"}}),
            ("call.intent", {"input_verdict": {"severity": "critical"}}),
            ("violation.opened", {"severity": "critical"}),
            ("violation.opened", {"severity": "low"}),
            ("violation.opened", {"severity": 7}),
        ):
            cursor.execute(
                "INSERT INTO audit_event (id, type, body) VALUES (gen_random_uuid(), %s, %s)", [type_, json.dumps(body)]
            )
    assert feed(found) == 2
    assert [(event["type"], event["severity"]) for event in receiver.events()] == [
        ("call.outcome", "high"),
        ("violation.opened", "critical"),
    ]
    assert state().seq == seqs()[-1]


def test_a_receiver_that_fails_is_told_again_later(conninfo: str, receiver: HttpReceiver, webhook: Stream) -> None:
    write(conninfo, 3)
    receiver.statuses = [500, 302, 404]
    receiver.headers = {"location": "http://169.254.169.254/"}
    for said, wait_s in (("500", 5), ("Redirects are not followed", 10), ("404", 20)):
        assert feed(webhook) == 0
        assert said in state().error
        assert wait_s - 3 < (state().next_at - timezone.now()).total_seconds() <= wait_s
        assert feed_streams([webhook], connect_to_receiver) == 0
    assert receiver.requests == []
    assert feed(webhook) == 6
    assert (told(receiver), state().failures, state().error) == (seqs(), 0, "")


def test_who_dies_in_the_middle_is_followed_by_one_who_sends_that_again(
    conninfo: str, receiver: HttpReceiver, webhook: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(conninfo, 60)

    def dies(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(delivery, "_move", dies)
        with pytest.raises(SystemExit):
            feed(webhook)
    assert len(told(receiver)) == 100
    assert feed(webhook) == 120
    assert told(receiver) == seqs()[:100] + seqs()
    assert receiver.requests[0][0]["webhook-id"] == receiver.requests[1][0]["webhook-id"]


def test_one_sender_at_a_time(conninfo: str, receiver: HttpReceiver, webhook: Stream) -> None:
    write(conninfo, 2)
    seen: list[int] = []

    def meanwhile(host: str, port: int, private: bool) -> socket.socket:
        def other() -> None:
            try:
                seen.append(feed_streams([webhook], connect_to_receiver))
            finally:
                connection.close()

        second = threading.Thread(target=other)
        second.start()
        second.join()
        return connect_to_receiver(host, port, private)

    assert feed(webhook, meanwhile) == 4
    assert seen == [0]
    assert told(receiver) == seqs()


def test_what_is_too_large_is_told_without_its_record(conninfo: str, receiver: HttpReceiver, webhook: Stream) -> None:
    write(conninfo, 2)
    with connection.cursor() as cursor:
        for size in (1 << 20, 100_000):
            cursor.execute(
                "INSERT INTO audit_event (id, type, body) VALUES (gen_random_uuid(), 'call.outcome', %s)",
                [json.dumps({"message": "x" * size})],
            )
    receiver.most_bytes = 20_000
    assert feed(webhook) == 6
    assert told(receiver) == seqs()
    assert ["record_left_out" in event for event in receiver.events()] == [False] * 4 + [True] * 2
    receiver.most_bytes = 10
    write(conninfo, 1)
    assert feed(webhook) == 0
    assert "413" in state().error


@pytest.mark.parametrize("answer", [b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (3 << 20), b"nonsense\r\n\r\n", b""])
def test_an_answer_without_end_or_sense_holds_up_nothing(conninfo: str, answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            opened, _ = server.accept()
            with opened:
                opened.recv(65536)
                with contextlib.suppress(OSError):  # it reads no more than it needs
                    opened.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        write(conninfo, 1)
        found = stream(f"webhook+http://127.0.0.1:{server.getsockname()[1]}/")
        assert feed(found) == (2 if answer.startswith(b"HTTP") else 0)
        assert bool(state().error) is not answer.startswith(b"HTTP")


def test_a_receiver_that_drips_is_given_up(conninfo: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "WHOLE_S", 0.5)
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            opened, _ = server.accept()
            with opened, contextlib.suppress(OSError):
                opened.sendall(b"HTTP/1.1 200 OK\r\n")
                while not stop.wait(0.05):
                    opened.sendall(b"a: b\r\n")

        threading.Thread(target=serve, daemon=True).start()
        write(conninfo, 1)
        assert feed(stream(f"webhook+http://127.0.0.1:{server.getsockname()[1]}/")) == 0
        stop.set()
    assert "took longer" in state().error or "HTTP" in state().error


@pytest.mark.parametrize(
    ("host", "private"),
    [("127.0.0.1", "no"), ("localhost", "no"), ("169.254.169.254", "yes"), ("metadata.google.internal", "yes")],
)
def test_addresses_that_are_not_meant_are_not_reached(
    conninfo: str, host: str, private: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if host.startswith("metadata"):
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", ("8.8.8.8", 80))])
    write(conninfo, 1)
    assert feed(stream(f"webhook+http://{host}:80/", private=private)) == 0
    assert "not public" in state().error


def test_a_restored_cluster_goes_on_with_higher_numbers(conninfo: str, receiver: HttpReceiver, webhook: Stream) -> None:
    write(conninfo, 2)
    feed(webhook)
    EventStream.objects.update(xid=str(2**40))  # transactions count anew: those of before are far ahead
    write(conninfo, 1)
    assert feed(webhook) == 2
    assert told(receiver) == seqs()


def test_syslog_over_tls(conninfo: str, tmp_path: Path) -> None:
    ca, key = certificate(tmp_path)
    write(conninfo, 3)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_event (id, type, application, body) VALUES (gen_random_uuid(), 'call.outcome', %s, %s)",
            ["a\r\n<13>1 forged\x1b[2J\u202e名", json.dumps({"message": "é\n" * 20_000, "severity": "high"})],
        )
    with syslog_receiver(key) as receiver:
        assert feed(stream(f"syslog+tls://127.0.0.1:{receiver.port}", ca=ca)) == 7
        messages = receiver.messages()
    pattern = rb"<(\d+)>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) (\S+) govern - (\S+) - (\{.*\})"
    found = [re.fullmatch(pattern, message) for message in messages]
    assert all(found)
    assert [json.loads(each[5])["seq"] for each in found if each] == seqs()
    assert found[0] is not None
    assert (found[0][1], found[0][4]) == (b"110", b"call.intent")
    assert all(len(message) <= 8192 and min(message) >= 32 and max(message) < 127 for message in messages)
    last = found[-1]
    assert last is not None
    assert (last[1], json.loads(last[5])["record_left_out"]) == (b"107", True)
    assert json.loads(last[5])["application"] == "a\r\n<13>1 forged\x1b[2J\u202e名"


@pytest.mark.parametrize("name", ["another.example", "localhost"])
def test_a_certificate_of_another_is_refused(conninfo: str, tmp_path: Path, name: str) -> None:
    (tmp_path / "trusted").mkdir()
    ca, key = certificate(tmp_path, name)
    if name == "localhost":
        ca, _ = certificate(tmp_path / "trusted", "localhost")
    write(conninfo, 1)
    with syslog_receiver(key) as receiver:
        assert feed(stream(f"syslog+tls://127.0.0.1:{receiver.port}", ca=ca)) == 0
        assert receiver.read == b""
    assert "certificate does not hold" in state().error


def test_what_a_syslog_server_has_not_read_is_sent_again(conninfo: str, tmp_path: Path) -> None:
    ca, key = certificate(tmp_path)
    write(conninfo, 1)
    with syslog_receiver(key) as receiver:
        found = stream(f"syslog+tls://127.0.0.1:{receiver.port}", ca=ca)
        receiver.rude = True
        assert feed(found) == 0
        assert state().failures == 1
        receiver.rude = False
        assert feed(found) == 2
        assert len(receiver.messages()) == 2


def test_otlp_logs(conninfo: str, receiver: HttpReceiver) -> None:
    write(conninfo, 2)
    receiver.body = b'{"partialSuccess": {"rejectedLogRecords": "1", "errorMessage": "no"}}'
    assert feed(stream(f"otlp+http://127.0.0.1:{receiver.port}/v1/logs", token="yes")) == 4
    ((headers, body),) = receiver.requests
    assert headers["authorization"] == f"Bearer {SECRET}"
    (resource,) = json.loads(body)["resourceLogs"]
    assert {"key": "service.name", "value": {"stringValue": "govern"}} in resource["resource"]["attributes"]
    (scope,) = resource["scopeLogs"]
    records: list[dict[str, Any]] = scope["logRecords"]
    assert [json.loads(record["body"]["stringValue"])["seq"] for record in records] == seqs()
    assert (records[0]["eventName"], records[0]["severityNumber"], records[0]["severityText"]) == (
        "call.intent",
        9,
        "info",
    )
    assert records[0]["timeUnixNano"].isdecimal()
    assert state().refused == 1


def test_a_paused_stream_waits_and_goes_on(conninfo: str, receiver: HttpReceiver, webhook: Stream) -> None:
    write(conninfo, 1)
    feed(webhook)
    assert pause_stream(name="siem", by="amy")
    assert not pause_stream(name="siem", by="amy")
    write(conninfo, 1)
    assert feed(webhook) == 0
    (shown,) = stream_states([webhook])
    assert shown.behind is not None
    assert resume_stream(name="siem", by="amy")
    feed(webhook)
    types = [event["type"] for event in receiver.events()]
    assert [each for each in types if each.startswith("stream.")] == ["stream.paused", "stream.resumed"]
    assert told(receiver) == seqs()


def test_the_command_tells_how_far_a_stream_is_and_pauses_it(
    conninfo: str, receiver: HttpReceiver, webhook: Stream, settings: Any
) -> None:
    settings.GOVERN_STREAMS = (webhook,)

    def said(**options: str) -> str:
        out = StringIO()
        call_command("streams", stdout=out, **options)
        return out.getvalue()

    assert "not begun" in said()
    with pytest.raises(CommandError, match="no stream"):
        said(pause="siem")
    write(conninfo, 1)
    receiver.statuses = [500]
    feed(webhook)
    assert "failing" in said()
    assert "answered 500" in said()
    feed(webhook)
    assert f"running  acknowledged {seqs()[-1]}  behind –  taken 2" in said()
    assert SECRET not in said()
    assert "paused" in said(pause="siem")
    with pytest.raises(CommandError, match="paused already"):
        said(pause="siem")
    assert "running" in said(resume="siem")
    settings.GOVERN_STREAMS = ()
    assert "no streams" in said()


def test_texts_that_are_no_json_are_told_by_their_fields() -> None:
    from audit.streams.syslog import _ascii

    deep = b"[" * 100_000 + b"]" * 100_000
    event = Told(1, 1, "call.outcome", 0, 0, {"id": "i", "seq": 1, "at": "t", "type": "call.outcome"}, deep)
    assert json.loads(_ascii(event, most_bytes=8000))["record_left_out"] is True
