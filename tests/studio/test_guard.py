"""Only the studio's own page is answered."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest

from bige_osim.studio.guard import LARGEST, Guard

OWN = (b"host", b"127.0.0.1:8080")


async def answer(scope: Any, receive: Any, send: Any) -> None:
    """Read all of a request, and answer with how long it was."""
    length = 0
    while True:
        message = await receive()
        length += len(message.get("body", b""))
        if message["type"] == "http.disconnect":
            await send({"type": "cut off"})
            return
        if not message.get("more_body", False):
            break
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(length).encode()})


def ask(
    *headers: tuple[bytes, bytes], kind: str = "http", bodies: tuple[bytes, ...] = ()
) -> list[MutableMapping[str, Any]]:
    """What a guarded application sends for a request."""
    sent: list[MutableMapping[str, Any]] = []
    left = [
        {"type": "http.request", "body": body, "more_body": True} for body in bodies
    ]
    left.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive() -> MutableMapping[str, Any]:
        return left.pop(0)

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    scope = {"type": kind, "headers": list(headers)}
    asyncio.run(Guard(answer, port=8080)(scope, receive, send))
    return sent


def test_its_own_page_is_answered() -> None:
    assert ask(OWN)[0]["status"] == 200
    assert ask((b"host", b"localhost:8080"))[0]["status"] == 200
    assert ask(OWN, (b"origin", b"http://127.0.0.1:8080"))[0]["status"] == 200


def test_its_answers_are_shown_in_no_other_page() -> None:
    headers = dict(ask(OWN)[0]["headers"])
    assert headers[b"x-frame-options"] == b"SAMEORIGIN"
    assert headers[b"cross-origin-resource-policy"] == b"same-origin"


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(b"host", b"studio.else.org:8080")],  # DNS rebinding
        [(b"host", b"127.0.0.1")],
        [OWN, OWN],
        [OWN, (b"origin", b"http://else.org")],
        [OWN, (b"origin", b"null")],
        [OWN, (b"origin", b"http://127.0.0.1:9999")],
        [OWN, (b"sec-fetch-site", b"cross-site")],
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_page_of_another_site_is_refused(
    headers: list[tuple[bytes, bytes]], kind: str
) -> None:
    sent = ask(*headers, kind=kind)
    if kind == "http":
        assert sent[0]["status"] == 403
    else:
        assert sent == [{"type": "websocket.close", "code": 1008}]


def test_what_says_no_origin_gets_no_websocket() -> None:
    assert ask(OWN, kind="websocket") == [{"type": "websocket.close", "code": 1008}]


def test_a_file_is_not_taken() -> None:
    said = (b"content-length", str(LARGEST + 1).encode())
    assert ask(OWN, said)[0]["status"] == 413
    assert ask(OWN, (b"content-length", b"-1"))[0]["status"] == 413


def test_a_file_that_does_not_say_its_length_is_cut_off() -> None:
    half = bytes(LARGEST // 2)
    assert ask(OWN, bodies=(half,))[1]["body"] == str(LARGEST // 2).encode()
    assert ask(OWN, bodies=(half, half, b"1")) == [{"type": "cut off"}]
