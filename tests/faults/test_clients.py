"""Clients that are slow, rude or odd: each gets a clear answer or is left, and the platform stays as it was."""

import asyncio
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import psutil
import pytest

from tests.faults.connection import Connection, body, head, whole
from tests.faults.platform import Platform, results
from tests.govern.gateway.installation import PRICES, document

pytestmark = pytest.mark.long
FLOOD_MEGABYTES = 100
SLACK_BYTES = 256 << 20
"""What the gateway may grow by: eight large bodies of 16 MiB and the first MiB of fifty, with some room; kept whole they would be 800."""


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    usual = document("http://unused")
    flood = {"name": "flood", "max_output_tokens": 100_000_000, "usd_per_1k": PRICES}
    served = {"model": "flood", "provider": "simulated", "upstream_model": f"flood:{FLOOD_MEGABYTES}"}
    sections: dict[str, Any] = {
        "models": [*usual["models"], flood],
        "deployments": [*usual["deployments"], served | {"allow_private_address": True}],
        "budgets": [{"name": "all", "period": "total", "limit_usd": "1000000"}],
    }
    with Platform(tmp_path_factory.mktemp("clients"), **sections) as running:
        yield running


@pytest.fixture(autouse=True)
def serves_afterwards(platform: Platform) -> Iterator[None]:
    """Whatever a client did: the next one is served, nothing is held for it, and no log has a stack trace."""
    yield
    assert set(results(asyncio.run(platform.load(20, 4)))) <= {200, 403}
    assert "Traceback" not in (platform.home / "log" / "web.log").read_text()


def closed_as(platform: Platform, model: str, code: str) -> int:
    """The cost of the call of `model` once its outcome is there with this code, in nano-dollars."""
    query = f"""
        SELECT o.code, o.cost_nano_usd FROM audit_event o JOIN audit_event i USING (call_id)
        WHERE i.type = 'call.intent' AND o.type = 'call.outcome' AND i.model = '{model}'"""
    deadline = time.monotonic() + 20
    while not (found := platform.psql(query)):
        assert time.monotonic() < deadline, f"no outcome of {model}"
    ((seen, cost),) = found
    assert seen == code
    assert platform.psql("SELECT reserved_nano_usd FROM govern_budgetaccount") == [(0,)]
    return int(cost)


def memory(platform: Platform) -> int:
    """The resident bytes of the gateway."""
    return psutil.Process(platform.worker()).memory_info().rss


def test_hanging_up_in_mid_stream_ends_the_provider_s_work_too(platform: Platform) -> None:
    platform.simulator.disconnected.clear()
    with Connection(platform.port) as connection:
        connection.send(whole(body("drip", "many words " * 400, stream=True)))
        connection.read_until(b"data: ")
    assert platform.simulator.disconnected.wait(20)
    assert closed_as(platform, "drip", "client_disconnected") > 0


def test_hanging_up_before_the_answer_is_on_the_record(platform: Platform) -> None:
    with Connection(platform.port) as connection:
        sent = len(platform.simulator.requests)
        connection.send(whole(body("slow")))
        while len(platform.simulator.requests) == sent:
            time.sleep(0.01)
    assert closed_as(platform, "slow", "client_disconnected") > 0


def test_a_body_that_stops_is_answered(platform: Platform) -> None:
    with Connection(platform.port) as connection:
        connection.send(head("Content-Length: 1000") + b'{"model": "echo"')
        status, content = connection.response()
    assert (status, b"Nothing of the body arrived" in content) == (400, True)


def test_a_head_that_stops_is_left(platform: Platform) -> None:
    with Connection(platform.port) as connection:
        connection.send(b"POST /v1/chat/completions HTTP/1.1\r\nHost: local")
        assert connection.response()[0] in (0, 408)


def test_streams_that_nobody_reads_take_no_memory(platform: Platform) -> None:
    before = memory(platform)
    connections = [Connection(platform.port) for _ in range(10)]
    try:
        for connection in connections:
            connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.send(whole(body("flood", stream=True)))
        grown = []
        for _ in range(20):
            time.sleep(0.5)
            grown.append(memory(platform) - before)
    finally:
        for connection in connections:
            connection.socket.close()
    assert max(grown) < SLACK_BYTES


@pytest.mark.parametrize("chunked", [False, True])
def test_large_bodies_take_no_memory(platform: Platform, chunked: bool) -> None:
    before = memory(platform)
    grown = []

    def send(_: int) -> int:
        with Connection(platform.port) as connection:
            with suppress(ConnectionError):  # it may be answered before it is sent
                connection.send(head("Transfer-Encoding: chunked" if chunked else f"Content-Length: {20 << 20}"))
                for _ in range(20):
                    piece = b" " * (1 << 20)
                    connection.send(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
                if chunked:
                    connection.send(b"0\r\n\r\n")
            try:
                return connection.response()[0]
            except ConnectionError:
                return 0

    with ThreadPoolExecutor(50) as pool:
        sending = [pool.submit(send, number) for number in range(50)]
        while not all(one.done() for one in sending):
            grown.append(memory(platform) - before)
            time.sleep(0.1)
    statuses = [one.result() for one in sending]
    assert set(statuses) <= {413, 0}
    assert 413 in statuses
    assert max(grown) < SLACK_BYTES


@pytest.mark.parametrize(("size", "statuses"), [(64 << 10, {200, 431}), (1 << 20, {0, 400, 431})])
def test_large_headers(platform: Platform, size: int, statuses: set[int]) -> None:
    with Connection(platform.port) as connection:
        with suppress(ConnectionError):
            connection.send(whole(body(), f"X-Large: {'x' * size}"))
        try:
            status = connection.response()[0]
        except ConnectionError:
            status = 0
    assert status in statuses


def test_invalid_utf_8(platform: Platform) -> None:
    with Connection(platform.port) as connection:
        connection.send(whole(body().replace(b"Hello", b"\xff\xfe\xfd")))
        status, content = connection.response()
    assert (status, b"invalid_request" in content) == (400, True)


def test_http_1_0(platform: Platform) -> None:
    with Connection(platform.port) as connection:
        connection.send(whole(body(), version="1.0"))
        status, content = connection.response()
    assert (status, b"Hello there" in content) == (200, True)


def test_pipelined_requests_are_answered_in_order(platform: Platform) -> None:
    texts = [f"number {n}" for n in range(5)]
    with Connection(platform.port) as connection:
        connection.send(b"".join(whole(body(text=text)) for text in texts))
        answers = [connection.response() for _ in texts]
    assert [status for status, _ in answers] == [200] * 5
    assert all(text.encode() in content for text, (_, content) in zip(texts, answers, strict=True))


def test_a_chunked_body(platform: Platform) -> None:
    content = body()
    pieces = [content[i : i + 7] for i in range(0, len(content), 7)]
    with Connection(platform.port) as connection:
        connection.send(head("Transfer-Encoding: chunked"))
        for piece in pieces:
            connection.send(b"%x\r\n%b\r\n" % (len(piece), piece))
        connection.send(b"0\r\n\r\n")
        assert connection.response()[0] == 200


def test_a_client_that_waits_to_be_told_to_continue(platform: Platform) -> None:
    content = body()
    with Connection(platform.port) as connection:
        connection.send(head("Expect: 100-continue", f"Content-Length: {len(content)}"))
        assert b" 100 " in connection.read_until(b"\r\n\r\n")
        connection.send(content)
        assert connection.response()[0] == 200
