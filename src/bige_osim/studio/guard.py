"""Who may ask: pages of this very server, and nobody else.

A page of another site that is open in the same browser may send requests to
127.0.0.1, and by DNS rebinding under a name of its own. Its requests are told from the
studio's by the headers Host and Origin (https://fetch.spec.whatwg.org/#origin-header),
which no page can change.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST = 1_000_000
"""Bytes of a request; the page sends choices, never files."""

_HEADERS = (
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)


class Guard:
    """Refuses what does not come from the studio's own page.

    Parameters
    ----------
    app : what answers the others
    port : of the server
    """

    def __init__(self, app: Application, *, port: int) -> None:
        self.app = app
        self.hosts = {f"{name}:{port}".encode() for name in ("127.0.0.1", "localhost")}
        self.origins = {b"http://" + host for host in self.hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        refused = self.find_fault(scope)
        if refused is None:
            await self.app(scope, _limit(receive), _harden(send))
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            await _refuse(send, *refused)

    def find_fault(self, scope: Scope) -> tuple[int, str] | None:
        """Return the status and the sentence of a refusal; ``None`` if there is none.

        Examples
        --------
        >>> guard = Guard(lambda *_: None, port=8080)
        >>> own, other = (b"host", b"127.0.0.1:8080"), (b"origin", b"http://else.org")
        >>> guard.find_fault({"type": "http", "headers": [own]}) is None
        True
        >>> guard.find_fault({"type": "http", "headers": [own, other]})
        (403, 'This page of another site may not use bige studio.')
        """
        given: dict[bytes, list[bytes]] = {}
        for name, value in scope["headers"]:
            given.setdefault(name.lower(), []).append(value)
        hosts, origins = given.get(b"host", []), given.get(b"origin", [])
        if len(hosts) != 1 or hosts[0].lower() not in self.hosts:
            return 403, "bige studio answers as 127.0.0.1 only."
        if any(origin.lower() not in self.origins for origin in origins):
            return 403, "This page of another site may not use bige studio."
        if given.get(b"sec-fetch-site") in ([b"cross-site"], [b"same-site"]):
            return 403, "This page of another site may not use bige studio."
        if scope["type"] == "websocket" and not origins:
            return 403, "bige studio talks to its own page only."
        length = given.get(b"content-length", [b"0"])[0]
        if not length.isdigit() or int(length) > LARGEST:
            return 413, "bige studio takes no files; choose them on this machine."
        return None


def _limit(receive: Receive) -> Receive:
    """Cut requests off that are longer than they say."""
    taken = 0

    async def take() -> MutableMapping[str, Any]:
        nonlocal taken
        message = await receive()
        if message["type"] == "http.request":
            taken += len(message.get("body", b""))
            if taken > LARGEST:
                return {"type": "http.disconnect"}
        return message

    return take


def _harden(send: Send) -> Send:
    """Tell the browser to show answers in no page of another site."""

    async def give(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", []), *_HEADERS]}
        await send(message)

    return give


async def _refuse(send: Send, status: int, sentence: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *_HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": sentence.encode()})
