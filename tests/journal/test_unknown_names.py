"""What a row waits for and this program doesn't know, is waited for, given up, and said once."""

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dutydesk.alarms.flows.events import AlarmRaised
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.models import Commitment
from dutydesk.commitments.rules import Promise
from dutydesk.inbox.flows import arrivals, work
from dutydesk.inbox.models import Arrival
from dutydesk.journal.flows import journal
from dutydesk.journal.models import JournalEntry, Reaction
from dutydesk.kernel.arrivals import Arrived
from dutydesk.kernel.checks import Check
from dutydesk.kernel.kinds import MessageKind, PromiseKind
from dutydesk.kernel.room import Reactor
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.ports.delivery import MAIL
from dutydesk.site.health import health, well
from testing.world import World

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def said_once(caplog: pytest.LogCaptureFixture) -> str:
    """Give what the log and the journal say, once each, of what was given up."""
    [line] = [one for one in caplog.records if one.levelno == logging.ERROR]
    [entry] = JournalEntry.objects.filter(kind="journal.unanswered")
    assert entry.text in line.getMessage()
    assert line.exc_info is None
    return entry.text


def check(name: str, at: datetime) -> Check | None:
    found = health(at)
    assert well(tuple(one for one in found if one.name in ("unanswered", "deliveries")))
    return next((one for one in found if one.name == name), None)


def reaction(name: str) -> Reaction:
    event = AlarmRaised(1, "high")
    entry = JournalEntry.objects.create(
        at=AT, kind=event.kind, subject="alarm:1", data=event.as_json()
    )
    return Reaction.objects.create(entry=entry, name=name, due_at=AT)


def test_a_reaction_that_nobody_answers_to_waits_for_a_program_that_does_and_is_given_up(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    World(tmp_path, "2026-11-24T10:00")
    found, at, tries = reaction("alarm.sing"), AT, 0
    while found.due_at is not None:
        at, tries = found.due_at, tries + 1
        assert check("unanswered", at) is None
        journal.carry_out(reaction_id=found.pk, at=at)
        found.refresh_from_db()
    assert timedelta(minutes=10) <= at - AT <= timedelta(minutes=20)
    assert tries < 15
    assert "name" in found.problem
    assert "a reaction called “alarm.sing”" in said_once(caplog)
    journal.carry_out(reaction_id=found.pk, at=at + MINUTE)
    said_once(caplog)
    shown = check("unanswered", at + MINUTE)
    assert shown is not None and not shown.well and "alarm.sing" in shown.says
    assert "alarm.sing" not in shown.public
    assert check("unanswered", at + timedelta(days=2)) is None


def test_a_reaction_that_a_newer_program_left_is_run_by_it_although_an_older_one_met_it_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ran: list[datetime] = []

    def sing(*, event: AlarmRaised, at: datetime) -> None:
        ran.append(at)

    found = reaction("alarm.sing")
    journal.carry_out(reaction_id=found.pk, at=AT)
    known = Reactor("alarm.sing", AlarmRaised, sing)
    monkeypatch.setitem(journal._reactors, "alarm.raised", {"alarm.sing": known})
    journal.carry_out(reaction_id=found.pk, at=AT + 2 * SECOND)
    assert ran == [AT + 2 * SECOND]


def test_a_promise_of_a_kind_that_nobody_knows_is_withdrawn_and_said_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    commitments.promise(
        kind=PromiseKind("alarm.sing"),
        subject="alarm:1",
        owner="Ada",
        text="Sing",
        times=Promise(due_at=AT, chase_every=MINUTE),
        at=AT,
    )
    at = AT
    for _ in range(30):
        commitments.tick(at=at)
        at += MINUTE
    [found] = Commitment.objects.all()
    assert found.state == "withdrawn"
    assert found.settled_at == AT + 10 * MINUTE
    assert "a promise called “alarm.sing”" in said_once(caplog)
    assert not JournalEntry.objects.filter(kind__startswith="commitment.").exists()


def put(kind: MessageKind) -> OutboxMessage:
    payload = {"what": "A note", "to": "ada@example.org", "subject": "s", "body": "b"}
    outbox.enqueue(key="k", kind=kind, subject="alarm:1", payload=payload, at=AT)
    return OutboxMessage.objects.get()


def tries(found: OutboxMessage) -> list[datetime]:
    """Try it each time that it is due until it is settled; give when that was."""
    times = []
    while found.due_at is not None:
        times.append(found.due_at)
        outbox.deliver(message_id=found.pk, now=lambda: times[-1])
        found.refresh_from_db()
    return times


def test_a_message_whose_sender_was_taken_out_of_the_settings_says_so_and_ends(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    World(tmp_path, "2026-11-24T10:00")
    assert not outbox.can_deliver(MAIL)
    found = put(MAIL)
    outbox.deliver(message_id=found.pk, now=lambda: AT)
    found.refresh_from_db()
    why = "a mail server is not set up here (DUTYDESK_MAIL_URL)"
    assert (found.state, found.reason, found.due_at) == ("owed", why, AT + 2 * SECOND)
    shown = check("deliveries", AT)
    assert shown is not None and why in shown.says
    times = tries(found)
    assert timedelta(days=1) <= times[-1] - AT <= timedelta(days=1, minutes=10)
    assert len(times) < 160
    assert found.state == "failed"
    assert [one.text for one in JournalEntry.objects.filter(subject="alarm:1").order_by("id")] == [
        f"A note did not arrive: {why}. It is tried again",
        f"A note can't be delivered: {why}",
    ]
    assert not [one for one in caplog.records if one.levelno >= logging.WARNING]


def test_a_message_of_a_kind_that_nobody_knows_is_given_up_and_said_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    found = put(MessageKind("alarm.song"))
    times = tries(found)
    assert timedelta(minutes=10) <= times[-1] - AT <= timedelta(minutes=20)
    assert (found.state, found.reason) == (
        "failed",
        "nothing in this program delivers “alarm.song”",
    )
    assert "an outbox message called “alarm.song”" in said_once(caplog)


def test_what_a_chat_told_and_nobody_understands_is_put_aside_and_shown(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    World(tmp_path, "2026-11-24T10:00")
    monkeypatch.setattr(work, "_handlers", {})
    arrivals.keep(Arrived("slack", "p", b"{}", AT, "slack:k", "Slack"))
    found = Arrival.objects.get()
    at = AT
    while found.due_at is not None:
        at = found.due_at
        work.ARRIVALS.run(found.pk, lambda: at)  # noqa: B023 -- it is called at once
        found.refresh_from_db()
    assert 10 * MINUTE <= at - AT <= 20 * MINUTE
    assert bytes(found.body) == b"{}"
    assert "an arrival by a door called “slack”" in said_once(caplog)
    shown = check("slack", at)
    assert shown is not None and "nothing here understands what comes in by slack" in shown.says
