"""A host name of the status page's own: by that, nothing else of the desk is there."""

from collections.abc import Iterable

from dutydesk.kernel.addresses import path_to
from dutydesk.web.doors import Door, Receive, Scope, Send, answer

HERE = "dutydesk.status_host"
"""What a request's scope says if it was asked for by that name."""


def own_host(desk: Door, host: str, *, besides: Iterable[str]) -> Door:
    """Let whoever asks by this name see the status page, and what begins with `besides`.

    Without a name, the desk is as it is.
    """
    page = path_to("status")
    open_ = (page, *besides)

    async def lead(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or not _named(scope, host):
            return await desk(scope, receive, send)
        if scope["type"] == "http" and scope["path"] == "/":
            headers = ((b"location", page.encode()), (b"cache-control", b"no-store"))
            return await answer(send, 302, b"", headers)
        if scope["type"] == "http" and scope["path"].startswith(open_):
            return await desk({**scope, HERE: True}, receive, send)
        await answer(send, 404, b"There is only the status page here.\n")

    return lead if host else desk


def _named(scope: Scope, host: str) -> bool:
    headers: dict[bytes, bytes] = dict(scope["headers"])
    named = headers.get(b"host", b"").decode("latin-1").lower()
    return named.partition(":")[0].rstrip(".") == host.partition(":")[0]
