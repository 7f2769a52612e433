"""A loopback HTTP server whose answers the tests choose."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

Answer = Callable[[BaseHTTPRequestHandler], None]


class Place:
    """`routes` maps a path to what answers it; `asked` records the paths in order."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.routes: dict[str, Answer] = {}
        self.asked: list[str] = []

    def serve(self, path: str, body: bytes, *, status: int = 200, kind: str = "application/x-xz") -> str:
        def answer(request: BaseHTTPRequestHandler) -> None:
            request.send_response(status)
            request.send_header("Content-Type", kind)
            request.send_header("Content-Length", str(len(body)))
            request.end_headers()
            request.wfile.write(body)

        return self.route(path, answer)

    def route(self, path: str, answer: Answer) -> str:
        self.routes[path] = answer
        return self.base + path


@pytest.fixture
def place() -> Iterator[Place]:
    holder: list[Place] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            holder[0].asked.append(self.path)
            answer = holder[0].routes.get(self.path)
            if answer is None:
                self.send_error(404)
                return
            try:
                answer(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    holder.append(Place(f"http://127.0.0.1:{server.server_address[1]}"))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield holder[0]
    server.shutdown()
    thread.join()
    server.server_close()
