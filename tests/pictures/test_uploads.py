"""How much one request may send: more is refused in words, however it is sent."""

import asyncio
from collections.abc import Iterator

from dutydesk.site import faults
from dutydesk.web.doors import Event, Receive, Scope, Send, answer, read_start
from dutydesk.web.uploads import Bounded

MOST = 100


class Sender:
    """A browser that sends these parts and sees one answer; `left` is what nobody read."""

    def __init__(self, *parts: int) -> None:
        self.left: Iterator[int] = iter(parts)
        self.total, self.answered, self.body = len(parts), [0], b""

    async def receive(self) -> Event:
        size = next(self.left, None)
        if size is None:
            return {"type": "http.disconnect"}
        self.total -= 1
        return {"type": "http.request", "body": b"x" * size, "more_body": self.total > 0}

    async def send(self, event: Event) -> None:
        if event["type"] == "http.response.start":
            self.answered.append(event["status"])
        self.body += event.get("body", b"")


async def reads_it(scope: Scope, receive: Receive, send: Send) -> None:
    """Stand for Django: read the body whole, and answer unless its sender went away."""
    read = await read_start(receive, 10**9)
    if read is not None:
        await answer(send, 200, str(len(read[0])).encode())


def sent(*parts: int, length: int | None = None) -> Sender:
    sender = Sender(*parts)
    headers = [] if length is None else [(b"content-length", str(length).encode())]
    bounded = Bounded(reads_it, MOST, faults.too_large)
    asyncio.run(bounded({"type": "http", "headers": headers}, sender.receive, sender.send))
    return sender


def test_what_is_small_enough_comes_through_whole() -> None:
    assert (sent(50, 50, length=100).answered, sent(50, 50).body) == ([0, 200], b"100")


def test_what_says_that_it_is_larger_is_refused_in_words_after_it_was_read_away() -> None:
    sender = sent(60, 60, length=120)
    assert sender.answered == [0, 413]
    assert b"Nothing of it was kept. Go back: what you typed is still there." in sender.body
    assert next(sender.left, None) is None


def test_what_doesn_t_say_how_large_it_is_is_refused_as_it_comes() -> None:
    assert sent(60, 60, 60).answered == [0, 413]


def test_what_never_ends_is_not_read_for_ever() -> None:
    sender = sent(*[MOST] * 50, length=5_000)
    assert sender.answered == [0, 413]
    assert next(sender.left, None) is not None
