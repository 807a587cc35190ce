"""A CGI program behind HTTP on loopback (RFC 3875), with nothing more than MapServer needs."""

import os
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def handler(program: str, env: Mapping[str, str]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            path, _, query = self.path.partition("?")
            variables = {
                **os.environ,
                **env,
                "GATEWAY_INTERFACE": "CGI/1.1",
                "REQUEST_METHOD": "GET" if self.command == "HEAD" else self.command,
                "QUERY_STRING": query,
                "PATH_INFO": path if path.count("/") > 1 else "",
                "SCRIPT_NAME": "",
                "SERVER_NAME": "127.0.0.1",
                "SERVER_PORT": str(self.server.server_address[1]),
                "SERVER_PROTOCOL": "HTTP/1.1",
                "CONTENT_TYPE": self.headers.get("content-type", ""),
                "CONTENT_LENGTH": str(len(body)),
                **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers.items()},
            }
            done = subprocess.run(
                [program], input=body, env=variables, capture_output=True, check=False, timeout=60
            )
            self._answer(done.stdout)

        do_HEAD = do_POST = do_OPTIONS = do_GET  # noqa: N815 - the names http.server looks for

        def _answer(self, output: bytes) -> None:
            head, _, body = output.replace(b"\r\n\r\n", b"\n\n", 1).partition(b"\n\n")
            lines = [line.partition(":") for line in head.decode("latin-1").splitlines()]
            headers = [(name.strip(), value.strip()) for name, _, value in lines if value]
            status = next((int(value.split()[0]) for name, value in headers if name.lower() == "status"), 200)
            self.send_response(status)
            for name, value in headers:
                if name.lower() not in ("status", "content-length"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def serving(program: str, env: Mapping[str, str], port: int) -> Iterator[None]:
    """Serve a CGI program on a port of loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", port), handler(program, env))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
