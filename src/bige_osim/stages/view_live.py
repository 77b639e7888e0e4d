"""``view --live``: the page served on this machine, made anew for every reader."""

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock

from bige_osim.errors import BigeError
from bige_osim.stages.view import ViewRequest, make_view

HOST = "127.0.0.1"


@contextmanager
def open_server(
    request: ViewRequest, *, port: int = 0
) -> Iterator[ThreadingHTTPServer]:
    """Open a server of one page on 127.0.0.1; it serves in ``serve_forever()``.

    Every time the page is loaded, the files are read again: what was solved or guided
    in the meantime is seen. What cannot be shown then is the page's only sentence.

    Parameters
    ----------
    request : what to view, and how; it is tried once before
    port : 0 for one that is free

    Raises
    ------
    BigeError
        What is to be shown cannot be shown, or the port is not free.
    """
    make_view(request)
    lock = Lock()

    class Handler(BaseHTTPRequestHandler):
        """Answers every request for the page with the page."""

        def do_GET(self) -> None:
            """Send the page."""
            if self.path != "/":
                self.send_error(404)
                return
            with lock:
                try:
                    text, status = make_view(request).html, 200
                except BigeError as error:
                    text, status = f"<!doctype html><p>{escape(str(error))}", 500
            content = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Print nothing for a request."""

    try:
        server = ThreadingHTTPServer((HOST, port), Handler)
    except OSError as error:
        raise BigeError(
            f"Port {port} of {HOST} cannot be served ({error.strerror}); pass another "
            "--port, or none."
        ) from error
    with server:
        yield server
