"""What every sender must do, whatever it brings and whoever takes it: one kit for all of them.

Subclass `SenderContract` in a test file under a name that begins with Test, and give it what it
asks for. Every case runs against a real server on loopback that behaves badly in one way.
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest

from doubles.moody import HANGS, RETRY_AFTER, Mood, MoodyServer, Protocol
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.kinds import MessageKind
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import DeliveryAttempt, OutboxMessage
from dutydesk.ports.delivery import Delivery, Sender, Undelivered

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
# What the product allows each try, and what the tests wait out in its stead where they must.
# A mail server has the mail only after several turns; on a busy machine each may take a while.
LIMIT, PATIENCE = 7.0, {"http": 1.5, "smtp": 3.0}
HANGING: tuple[Mood, ...] = ("silence", "trickle")
PASSING: tuple[Mood, ...] = ("busy", "broken", "silence", "trickle", "garbage", "reset")


class Log(logging.Handler):
    """Keeps what a log would show whose operator wants to see everything."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


class SenderContract(ABC):
    """Gives each test of the kit a sender that talks to a server in some mood."""

    protocol: ClassVar[Protocol] = "http"
    # Whether the sender hears how long a busy server wants to be left alone.
    hears_retry_after: ClassVar[bool] = True
    # Whether a message that was never answered may be read twice, and a second one must say so.
    may_repeat: ClassVar[bool] = True
    # Texts that may stand in no error, log, try or journal entry: keys, passwords, addresses.
    secrets: ClassVar[tuple[str, ...]]
    payload: ClassVar[dict[str, Any]]

    @abstractmethod
    def sender(self, address: str, **patience: float) -> Sender:
        """Give the sender, made to talk to `host:port`, with the secrets in its settings.

        `patience` is for it, or it has its own.
        """

    def patience(self, sender: Any) -> float:
        """Give how long it waits for an answer."""
        return float(sender._patience)

    @pytest.fixture
    def servers(self) -> Iterator[list[MoodyServer]]:
        servers: list[MoodyServer] = []
        yield servers
        for server in servers:
            server.close()

    def server(self, servers: list[MoodyServer], mood: Mood) -> MoodyServer:
        """Start a server that repeats the secrets in whatever it answers."""
        servers.append(MoodyServer(mood, self.protocol, " ".join(self.secrets)))
        return servers[-1]

    def parcel(self, **how: Any) -> Delivery:
        given: dict[str, Any] = {"attempt": 1, "uncertain": False, "owed_since": AT, "at": AT} | how
        return Delivery(key="a-key", payload=self.payload, **given)

    def failure(self, server: MoodyServer) -> Undelivered:
        patience = PATIENCE[self.protocol] if server.mood in HANGING else HANGS
        with pytest.raises(Undelivered) as caught:
            self.sender(server.address, patience=patience).deliver(self.parcel())
        assert not server.tired, "whoever hangs is given up before they end it"
        return caught.value

    def test_what_is_taken_is_delivered_once(self, servers: list[MoodyServer]) -> None:
        server = self.server(servers, "success")
        self.sender(server.address).deliver(self.parcel())
        assert len(server.asked) == 1

    def test_a_second_try_that_may_be_a_repeat_and_a_late_one_say_so(
        self, servers: list[MoodyServer]
    ) -> None:
        server = self.server(servers, "success")
        late = self.parcel(uncertain=True, at=AT + timedelta(minutes=7))
        self.sender(server.address).deliver(late)
        assert "may have had this message before" in server.asked[0]
        assert "7 minutes late" in server.asked[0]

    def test_a_refusal_is_permanent(self, servers: list[MoodyServer]) -> None:
        assert self.failure(self.server(servers, "refusal")).permanent

    def test_unless_it_is_told_otherwise_it_waits_for_seven_seconds(self) -> None:
        assert self.patience(self.sender("127.0.0.1:9")) == LIMIT

    @pytest.mark.parametrize("mood", PASSING)
    def test_what_may_pass_is_worth_another_try_once_its_patience_is_over(
        self, servers: list[MoodyServer], mood: Mood
    ) -> None:
        failure = self.failure(self.server(servers, mood))
        assert not failure.permanent
        if mood == "busy" and self.hears_retry_after:
            assert failure.retry_after == timedelta(seconds=RETRY_AFTER)
        if mood in ("silence", "reset"):  # It may have been taken, so the next try must say so.
            assert failure.uncertain == self.may_repeat

    def test_where_nobody_listens_another_try_is_made(self, servers: list[MoodyServer]) -> None:
        server = self.server(servers, "success")
        server.close()
        failure = self.failure(server)
        assert not failure.permanent
        assert not failure.uncertain

    @pytest.mark.django_db
    @pytest.mark.parametrize("mood", ["refusal", "busy", "broken", "garbage", "reset"])
    def test_no_secret_is_in_an_error_a_log_a_try_or_the_journal(
        self,
        servers: list[MoodyServer],
        mood: Mood,
        monkeypatch: pytest.MonkeyPatch,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        log = Log()
        monkeypatch.setattr(logging.getLogger(), "handlers", [log])
        monkeypatch.setattr(logging.getLogger(), "level", logging.DEBUG)
        server = self.server(servers, mood)
        monkeypatch.setitem(outbox._senders, "contract", self.sender(server.address))
        outbox.enqueue(
            key="k", kind=MessageKind("contract"), subject="s", payload=self.payload, at=AT
        )
        outbox.deliver(message_id=OutboxMessage.objects.get().pk, now=lambda: AT)
        written = capfd.readouterr()
        told = [
            *log.lines,
            written.out,
            written.err,
            OutboxMessage.objects.get().reason,
            *DeliveryAttempt.objects.values_list("reason", flat=True),
            *JournalEntry.objects.values_list("text", flat=True),
            *(str(data) for data in JournalEntry.objects.values_list("data", flat=True)),
        ]
        assert DeliveryAttempt.objects.get().outcome in ("failed", "unknown")
        assert DeliveryAttempt.objects.get().reason
        for secret in self.secrets:
            assert not [text for text in told if secret in text]
