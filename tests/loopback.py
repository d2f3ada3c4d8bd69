"""HTTP servers of tests, on loopback and in threads of their own."""

import socketserver
import threading


def serve_in_thread(server: socketserver.BaseServer) -> None:
    """Serves until `server.shutdown()`, which would wait half a second at each test's end with the library's own interval."""
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
