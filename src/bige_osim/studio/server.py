"""The server of the page, on this machine alone."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

import uvicorn
from fastapi import FastAPI, Response
from fastapi.responses import FileResponse, HTMLResponse
from nicegui import ui

from bige_osim.errors import BigeError
from bige_osim.stages.studio_results import list_files, list_results, zip_opensim
from bige_osim.studio.guard import LARGEST, Guard
from bige_osim.studio.page import build_page
from bige_osim.studio.workroom import Workroom

HOST = "127.0.0.1"

_SANDBOX = (
    "sandbox allow-scripts allow-downloads allow-popups; default-src 'none'; "
    "script-src 'unsafe-inline' blob:; style-src 'unsafe-inline'; "
    "img-src data: blob:; font-src data:; worker-src blob:; connect-src data: blob:"
)
"""Pages of results are shown apart from the studio's own, and reach no network."""

STARTING = 30.0
"""Longest time that the server takes to start, s."""


@contextmanager
def open_studio(room: Workroom, *, port: int = 0) -> Iterator[str]:
    """Serve the page in a thread of its own; yield its address.

    Parameters
    ----------
    room : what the page works in
    port : 0 for one that is free

    Raises
    ------
    BigeError
        The port is not free.
    """
    with _listen(port) as listener:
        number = listener.getsockname()[1]
        app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        _serve_files(app, room)
        ui.page("/")(lambda: build_page(room))
        ui.run_with(
            app,
            title="bige studio",
            favicon="🦵",
            show_welcome_message=False,
        )
        config = uvicorn.Config(
            Guard(app, port=number),
            loop="asyncio",
            log_config=None,
            access_log=False,
            server_header=False,
            ws_max_size=LARGEST,
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, daemon=True
        )
        thread.start()
        _wait(server, thread)
        try:
            yield f"http://{HOST}:{number}/"
        finally:
            server.should_exit = True
            thread.join(timeout=3)


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise BigeError(
            f"Port {port} of {HOST} cannot be served ({error.strerror}); pass another "
            "--port, or none."
        ) from error
    return listener


def _wait(server: uvicorn.Server, thread: threading.Thread) -> None:
    """Wait until the server answers."""
    pause = threading.Event()
    for _ in range(int(STARTING / 0.05)):
        if server.started:
            return
        if not thread.is_alive():
            break
        pause.wait(0.05)
    raise BigeError("The page could not be served; run again with --debug.")


def _serve_files(app: FastAPI, room: Workroom) -> None:
    """Hand out the files of finished jobs: those that are listed, by their names."""

    @app.get("/jobs/{job}/{name}")
    def send(job: str, name: str, save: bool = False) -> Response:
        if job not in list_results(room.folder):
            return _missing(job)
        folder = room.folder / job
        packed = zip_opensim(folder, name)
        if packed is not None:
            header = {"Content-Disposition": f'attachment; filename="{job}_{name}"'}
            return Response(packed, media_type="application/zip", headers=header)
        path = list_files(folder).get(name)
        if path is None:
            return _missing(name)
        if path.suffix == ".html" and not save:
            return FileResponse(path, headers={"Content-Security-Policy": _SANDBOX})
        kind = "text/html" if path.suffix == ".html" else "application/octet-stream"
        return FileResponse(path, media_type=kind, filename=f"{job}_{name}")


def _missing(name: str) -> Response:
    return HTMLResponse(f"<p>There is no {escape(name)} here.</p>", status_code=404)
