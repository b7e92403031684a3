"""A real mail server that keeps what it is given."""

import asyncio
import time
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


@dataclass
class Mail:
    to: str
    subject: str
    body: str
    called: float
    at: float = field(default_factory=time.perf_counter)


@dataclass
class Postbox:
    """A real SMTP server that keeps what it is given."""

    mails: list[Mail] = field(default_factory=list)
    dead: bool = False
    held: bool = False
    peers: list[int] = field(default_factory=list)
    called: dict[Any, float] = field(default_factory=dict)

    async def handle_MAIL(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        self.called[session.peer] = time.perf_counter()  # A connection may bring many mails.
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.held:
            self.peers.append(session.peer[1])
        message = message_from_bytes(envelope.content, policy=policy.default)
        for _ in range(600):
            if not self.held:
                break
            await asyncio.sleep(0.1)
        part = message.get_body(("plain",))
        body = part.get_content() if part is not None else ""
        called = self.called[session.peer]
        self.mails.append(Mail(envelope.rcpt_tos[0], str(message["Subject"]), body, called))
        if self.dead:  # It has the message, and nobody will ever know.
            server.transport.abort()
        return "250 OK"

    def to(self, address: str) -> list[Mail]:
        return [mail for mail in self.mails if mail.to == address]


class MailServer(Controller):
    """Serves a postbox at a port, and leaves no connection open when it stops."""

    def __init__(self, postbox: Postbox, port: int) -> None:
        super().__init__(postbox, hostname="127.0.0.1", port=port)
        self._serving: list[SMTP] = []

    def factory(self) -> SMTP:
        served = SMTP(self.handler, **self.SMTP_kwargs)
        self._serving.append(served)
        return served

    def stop(self, no_assert: bool = False) -> None:
        """Hang up first: whoever was killed while it talked hangs up never."""
        asyncio.run_coroutine_threadsafe(self._hang_up(), self.loop).result()
        super().stop(no_assert)

    async def _hang_up(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        for listening in self.server.sockets:
            self.loop.remove_reader(listening.fileno())  # Nobody else is accepted.
        await _all_else()  # Who was accepted already begins.
        for one in self._serving:
            if isinstance(one.transport, asyncio.Transport):
                one.transport.abort()
        await _all_else()


async def _all_else() -> None:
    """Let the loop do what it has to do, and what follows from that."""
    for _ in range(5):
        await asyncio.sleep(0)
