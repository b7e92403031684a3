"""A real mail server that keeps what it is given."""

import asyncio
import time
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any


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
    talking: set[Any] = field(default_factory=set)

    async def handle_EHLO(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, name: str, responses: list[str]
    ) -> list[str]:
        session.host_name, self.called[session.peer] = name, time.perf_counter()
        self.talking = {one for one in self.talking if not one.is_closing()} | {server.transport}
        return responses

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
