"""Mails go out over few connections that are kept for a moment, each with a result of its own."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from dutydesk.adapters.apprise.mail import MailSender
from dutydesk.ports.delivery import Delivery, Undelivered
from testing.contract import AT
from testing.machine import eventually


class Server:
    """A mail server that counts who calls it, and does once what a test wants instead of a turn."""

    def __init__(self) -> None:
        self.callers: list[Any] = []
        self.open: set[Any] = set()
        self.subjects: list[str] = []
        self.instead: dict[str, str] = {}
        self.gate = threading.Event()
        self.gate.set()

    async def handle_EHLO(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, name: str, responses: list[str]
    ) -> list[str]:
        session.host_name = name
        self.callers.append(session.peer)
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        envelope.mail_from = address
        return self._turn(server, "MAIL")

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address.startswith("nobody"):
            return "550 no such box"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.subjects.append(message_from_bytes(envelope.content)["Subject"])
        while not self.gate.is_set():  # It trickles, so that no single turn takes too long.
            server.transport.write(b"250-wait\r\n")
            await asyncio.sleep(0.05)
        return self._turn(server, "DATA")

    def _turn(self, server: Any, word: str) -> str:
        does = self.instead.pop(word, "250 OK")
        if does == "hang up":
            server.transport.abort()
        return does


@pytest.fixture
def server() -> Iterator[tuple[Server, Controller]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    handler = Server()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, controller
    handler.gate.set()
    controller.stop()


def sender_to(controller: Controller, **given: float) -> MailSender:
    address = f"127.0.0.1:{controller.port}"
    return MailSender(f"mailto://{address}?from=desk@example.org&mode=insecure", **given)


def parcel(name: str, to: str = "ada@example.org") -> Delivery:
    payload = {"to": to, "subject": name, "body": "Look"}
    return Delivery(name, payload, 1, False, AT, AT)


Served = tuple[Server, Controller]


def test_a_burst_of_mails_opens_at_most_four_connections(server: Served) -> None:
    handler, controller = server
    sender = sender_to(controller, idle=60)
    names = [f"mail {number}" for number in range(40)]
    with ThreadPoolExecutor(8) as threads:
        came = list(threads.map(lambda name: sender.deliver(parcel(name)), names))
    assert came == names
    assert sorted(handler.subjects) == sorted(names)
    assert len(handler.callers) <= 4


def test_each_mail_has_its_own_result(server: Served) -> None:
    handler, controller = server
    sender = sender_to(controller, idle=60)
    sender.deliver(parcel("a"))
    with pytest.raises(Undelivered, match="550") as refused:
        sender.deliver(parcel("b", "nobody@example.org"))
    assert refused.value.permanent
    sender.deliver(parcel("c"))
    assert handler.subjects == ["a", "c"]


@pytest.mark.parametrize("does", ["hang up", "421 bye", "452 enough"])
def test_by_a_connection_that_is_closed_meanwhile_a_mail_goes_once_by_a_new_one(
    server: Served, does: str
) -> None:
    handler, controller = server
    sender = sender_to(controller, idle=60)
    sender.deliver(parcel("a"))
    handler.instead["MAIL"] = does
    sender.deliver(parcel("b"))
    assert handler.subjects == ["a", "b"]
    assert len(handler.callers) == 2


def test_a_mail_whose_answer_is_lost_is_not_sent_again_at_once(server: Served) -> None:
    handler, controller = server
    sender = sender_to(controller, idle=60)
    sender.deliver(parcel("a"))
    handler.instead["DATA"] = "hang up"
    with pytest.raises(Undelivered) as lost:
        sender.deliver(parcel("b"))
    assert lost.value.uncertain
    assert handler.subjects == ["a", "b"]


def test_a_kept_connection_that_hangs_is_given_up_in_time(server: Served) -> None:
    handler, controller = server
    sender = sender_to(controller, patience=2.0, idle=60)
    sender.deliver(parcel("a"))
    handler.gate.clear()
    with pytest.raises(Undelivered, match="no answer within 2 seconds") as late:
        sender.deliver(parcel("b"))
    assert late.value.uncertain
    handler.gate.set()
    sender_to(controller).deliver(parcel("c"))
    assert handler.subjects == ["a", "b", "c"]


def test_what_is_idle_is_closed(server: Served) -> None:
    handler, controller = server
    sender = sender_to(controller, idle=0.05)
    sender.deliver(parcel("a"))
    eventually(lambda: not sender._connections._kept)
    sender.deliver(parcel("b"))
    assert len(handler.callers) == 2
