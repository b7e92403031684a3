"""Files in forms: how many bytes a request may have, and the pictures that one sends."""

from collections.abc import Awaitable, Callable

from django.http import HttpRequest

from dutydesk.kernel.files import SentFile
from dutydesk.web.doors import Event, Receive, Scope, Send

PICTURE, DESCRIPTION = "picture-", "description-"
DRAINED = 10
"""So many times as much as is taken is read on, so that a browser hears why it isn't taken."""
Refuse = Callable[[Scope, Send], Awaitable[None]]


def sent_pictures(request: HttpRequest) -> list[SentFile]:
    """Give the pictures that a form sends, each with its description, in the form's order."""
    found = []
    for name in sorted(one for one in request.FILES if one.startswith(PICTURE)):
        said = request.POST.get(DESCRIPTION + name.removeprefix(PICTURE), "")
        for file in request.FILES.getlist(name):
            called = "".join(one for one in file.name or "" if one.isprintable())
            found.append(SentFile(called, file.read(), said))
    return found


class Bounded:
    """Lets an application read no more than `most` bytes of a request; more is refused."""

    def __init__(self, app: Callable[..., Awaitable[None]], most: int, refuse: Refuse) -> None:
        """Answer with `refuse` what is too large."""
        self._app, self._most, self._refuse = app, most, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it before or while its body comes."""
        said = dict(scope.get("headers", ())).get(b"content-length", b"")
        if said.isdigit() and int(said) > self._most:
            await self._drain(receive, 0)
            return await self._refuse(scope, send)
        size, begun = 0, False

        async def counted() -> Event:
            nonlocal size
            event = await receive()
            size += len(event.get("body", b""))
            return {"type": "http.disconnect"} if size > self._most else event

        async def watched(event: Event) -> None:
            nonlocal begun
            begun = True
            await send(event)

        await self._app(scope, counted, watched)
        if size > self._most and not begun:
            await self._drain(receive, size)
            await self._refuse(scope, send)

    async def _drain(self, receive: Receive, size: int) -> None:
        """Read on and forget it: who still sends would not see the answer."""
        while size <= self._most * DRAINED:
            event = await receive()
            size += len(event.get("body", b""))
            if not event.get("more_body", False):
                return
