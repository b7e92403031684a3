"""Doors for what must be answered in a millisecond: asked before Django, by the path's beginning.

A door is an ASGI application. Django's middleware is behind it, so it opens by a secret in what is
sent, looks the session up itself (dutydesk.people.web.sessions), or tells only what all may know.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

logger = logging.getLogger(__name__)
Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Door = Callable[[Scope, Receive, Send], Awaitable[None]]
Begin = Callable[[], Awaitable[None]]

Headers = tuple[tuple[bytes, bytes], ...]
PLAIN: Headers = ((b"content-type", b"text/plain; charset=utf-8"),)
JSON: Headers = ((b"content-type", b"application/json"),)


def before(django: Callable[..., Awaitable[None]], doors: Mapping[str, Door], begin: Begin) -> Door:
    """Give an application that leads each path to its door, and else to Django.

    A door has one path, or if that ends with a slash, all that begin with it.

    The server awaits `begin` before it takes the first request (ASGI's lifespan protocol).
    """

    async def lead(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await _live(begin, receive, send)
        if scope["type"] == "http":
            path: str = scope["path"]
            for beginning, door in doors.items():
                if path == beginning or (beginning[-1] == "/" and path.startswith(beginning)):
                    return await _go(door, beginning, scope, receive, send)
        return await django(scope, receive, send)

    return lead


async def _live(begin: Begin, receive: Receive, send: Send) -> None:
    """Begin, and say so; nothing is to be done at the end."""
    while True:
        event = await receive()
        if event["type"] == "lifespan.startup":
            await begin()
            await send({"type": "lifespan.startup.complete"})
        else:
            return await send({"type": "lifespan.shutdown.complete"})


async def _go(door: Door, name: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Go through a door; a fault of ours is logged, without the path, which may be a secret."""
    try:
        await door(scope, receive, send)
    except Exception:
        logger.exception("a request to %s failed", name)
        raise


async def read_start(receive: Receive, most: int) -> tuple[bytes, bool] | None:
    """Give the first bytes of a body, at most so many, and whether there were more.

    None if its sender went away. What is far too much is not waited for.
    """
    parts: list[bytes] = []
    room, left_out, more = most, 0, True
    while more:
        event = await receive()
        if event["type"] == "http.disconnect":
            return None
        part: bytes = event.get("body", b"")
        parts.append(part[:room])
        left_out += max(len(part) - room, 0)
        room -= len(parts[-1])
        more = event.get("more_body", False) and left_out < 16 * most
    return parts[0] if len(parts) == 1 else b"".join(parts), left_out > 0


async def answer(send: Send, status: int, body: bytes, headers: Headers = PLAIN) -> None:
    """Answer a request."""
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})
