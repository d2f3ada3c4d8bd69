"""A Unix socket in front of the test's PostgreSQL, which can be cut, held up and opened again."""

import asyncio
import shutil
import tempfile
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo


class DatabaseProxy:
    """Use `conninfo` to go through it; `open()` first, inside the event loop of the test."""

    def __init__(self, conninfo: str) -> None:
        parts = conninfo_to_dict(conninfo)
        host, self._port = str(parts["host"]), str(parts.get("port") or 5432)
        self._server_socket = f"{host}/.s.PGSQL.{self._port}" if host.startswith("/") else None
        self._host = host
        self._folder = Path(tempfile.mkdtemp(prefix="gp"))  # a Unix socket's path may have 107 bytes
        self._socket = self._folder / f".s.PGSQL.{self._port}"
        self.conninfo = make_conninfo(conninfo, host=str(self._folder), port=self._port)
        self._flowing = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._ways: set[asyncio.StreamWriter] = set()

    async def open(self) -> None:
        """Let connections through, from now on and as new ones."""
        self._flowing.set()
        self._server = await asyncio.start_unix_server(self._connect, str(self._socket))

    async def cut(self) -> None:
        """Break every connection and refuse new ones, as a database does that is gone."""
        assert self._server is not None
        self._server.close()
        self._socket.unlink(missing_ok=True)
        for way in self._ways:
            way.transport.abort()
        self._ways.clear()

    def hold(self) -> None:
        """Pass nothing on any more, but keep the connections, as a database does that hangs."""
        self._flowing.clear()

    def remove(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._server_socket is not None:
            far = await asyncio.open_unix_connection(self._server_socket)
        else:
            far = await asyncio.open_connection(self._host, int(self._port))
        self._ways |= {writer, far[1]}
        await asyncio.gather(self._pass_on(reader, far[1]), self._pass_on(far[0], writer))

    async def _pass_on(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65536):
                await self._flowing.wait()
                target.write(data)
                await target.drain()
        except OSError:
            pass
        finally:
            target.close()
            self._ways.discard(target)
