"""A proxy before an S3 server: it counts what passes, and answers in the server's stead where a test has it so."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit
from xml.sax.saxutils import escape

_OF_THE_CONNECTION = ("connection", "transfer-encoding", "keep-alive", "date", "server", "content-length")


@dataclass(frozen=True)
class Request:
    """What was asked: the method, and the path with its query, in plain letters; `copies`: of another object."""

    method: str
    path: str
    copies: bool = False

    @property
    def is_listing(self) -> bool:
        return "list-type=" in self.path


@dataclass(frozen=True)
class Answer:
    """An error in S3's form. `status` 0: the connection is cut, without any."""

    status: int
    code: str = ""


@dataclass
class Between:
    """What has passed since `clear`, and what is answered for the server: nothing where `instead` gives None."""

    address: str
    passed: list[tuple[Request, int, int]] = field(default_factory=list)
    """Each request with the bytes of its body and of its answer's."""
    instead: Callable[[Request], Answer | None] = lambda _: None

    def clear(self) -> None:
        self.passed.clear()

    @property
    def sent(self) -> int:
        """Bytes that went to the server."""
        return sum(up for _, up, _ in self.passed)

    @property
    def received(self) -> int:
        """Bytes that came from it."""
        return sum(down for *_, down in self.passed)


@contextmanager
def between(address: str) -> Iterator[Between]:
    """A proxy before the server at an address. Requests pass as they are: their signatures name the proxy as host."""
    host = urlsplit(address).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = Request(self.command, unquote(self.path), "x-amz-copy-source" in self.headers)
            if answer := found.instead(request):
                self.refuse(answer)
                return
            server = HTTPConnection(host, timeout=60)
            try:
                server.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in self.headers.items():
                    server.putheader(name, value)
                server.endheaders(body)
                answered = server.getresponse()
                content = answered.read()
            except (OSError, HTTPException):
                self.refuse(Answer(0))
                return
            finally:
                server.close()
            found.passed.append((request, len(body), len(content)))
            partial = answered.status == 200 and answered.getheader("Content-Range")  # rclone's does not say so
            self.send_response(206 if partial else answered.status)
            for name, value in answered.getheaders():
                if name.lower() not in _OF_THE_CONNECTION:
                    self.send_header(name, value)
            length = answered.getheader("Content-Length") if self.command == "HEAD" else len(content)
            self.send_header("Content-Length", str(length or 0))
            self.end_headers()
            self.wfile.write(content)

        def refuse(self, answer: Answer) -> None:
            self.close_connection = True
            if not answer.status:
                return
            said = escape(f"TESTKEY TESTSECRET {self.path} {self.headers}")  # it tells of all that it was told
            body = f"<Error><Code>{answer.code}</Code><Message>{said}</Message></Error>".encode()
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = pass_on

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Between(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
