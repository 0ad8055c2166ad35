"""A small web server on the loopback address, for tests of what is fetched."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[BaseHTTPRequestHandler], None]


def answer(content: bytes, kind: str = "text/csv", code: int = 200, **headers: str) -> Answer:
    """Answer with some bytes."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(len(content)),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)

    return send


def redirect(to: str, code: int = 302) -> Answer:
    """Send the client on."""
    return answer(b"", code=code, Location=to)


class Server(ThreadingHTTPServer):
    """Serves the answers by path and remembers what was asked."""

    daemon_threads = True

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = answers
        self.asked: list[tuple[str, dict[str, str]]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        path = self.path.partition("?")[0]
        self.server.answers.get(path, answer(b"none", "text/plain", 404))(self)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@contextmanager
def serving(answers: Mapping[str, Answer]) -> Iterator[Server]:
    """Serve for the time of a test."""
    server = Server(answers)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
