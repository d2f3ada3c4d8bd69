"""A port is served by one installation only."""

import socket
from pathlib import Path

import pytest

from govern.parts.home import Home
from govern.parts.ports import MODEL_PORTS, model_port, reserve_port
from govern.parts.problem import Problem
from tests.govern.parts.installation import free_port


def test_a_listener_keeps_the_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(Problem, match=r"Port \d+ is taken"):
        reserve_port("127.0.0.1", listener.getsockname()[1])


def test_a_reservation_keeps_other_installations_away() -> None:
    port = free_port()
    with reserve_port("127.0.0.1", port), pytest.raises(Problem, match="is taken"):
        reserve_port("127.0.0.1", port)


def test_the_web_process_can_join_a_reservation() -> None:
    port = free_port()
    with reserve_port("127.0.0.1", port), socket.socket() as web:
        web.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        web.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        web.bind(("127.0.0.1", port))
        web.listen()
        with socket.create_connection(("127.0.0.1", port)) as client:
            assert web.accept()[1] == client.getsockname()


def test_a_port_with_closing_connections_can_be_used_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        with socket.create_connection(address), listener.accept()[0] as served:
            served.close()  # the side that closes first keeps the port for a minute
    reserve_port(*address).close()


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_number_that_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(Problem, match="is not a port"):
        reserve_port("127.0.0.1", port)


def test_a_name_that_is_no_address_is_refused() -> None:
    with pytest.raises(Problem, match="is not an address to listen on"):
        reserve_port("no such host", 8000)


def test_the_model_keeps_its_port_unless_it_is_taken(tmp_path: Path) -> None:
    home = Home(tmp_path)
    port = model_port(home)
    assert port in MODEL_PORTS
    assert model_port(home) == port
    with socket.create_server(("127.0.0.1", port)):
        assert model_port(home) != port
