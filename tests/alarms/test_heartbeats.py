"""Heartbeats: a ping that stays away is an alarm, and the next one ends it."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dutydesk.alarms.api import listeners as listening_door
from dutydesk.alarms.flows import heartbeats, listeners, process_changes
from dutydesk.alarms.flows.heartbeats import Beat, NoHeartbeat
from dutydesk.alarms.models import Alarm, Heartbeat
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.models import Commitment
from dutydesk.kernel.refusals import Refused
from dutydesk.oncall.models import Page
from dutydesk.people.models import Service
from dutydesk.process.flows import process
from testing.screens import seen, visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db


class Job:
    """Something that should ping every ten minutes, and may be a minute late."""

    def __init__(self, folder: Path, severity: str = "high") -> None:
        self.world = World(folder, "2026-11-24T19:00")
        self.world.shifts(primary="Ben", secondary="Cy")
        beat = Beat(
            "Backup",
            timedelta(minutes=10),
            timedelta(minutes=1),
            "high" if severity == "high" else "low",
            Service.objects.get(name="Prison visits").pk,
        )
        self.made, self.token = heartbeats.make(beat=beat, by="Ada", at=self.world.at)

    def ping(self) -> None:
        heartbeats.ping(token=self.token, at=self.world.at)
        self.world.settle()

    @property
    def state(self) -> str:
        return Heartbeat.objects.get().state


@pytest.mark.clause("oncall.respond")
def test_a_ping_that_stays_away_is_an_alarm_and_pages(tmp_path: Path) -> None:
    job = Job(tmp_path)
    job.world.forward(hours=1)
    assert job.state == "waiting"
    assert not Alarm.objects.exists()
    job.ping()
    job.world.forward(minutes=10, seconds=59)
    assert job.state == "arriving"
    assert not Alarm.objects.exists()
    job.world.forward(seconds=1)
    assert job.state == "missing"
    alarm = Alarm.objects.get()
    assert (alarm.title, alarm.severity, alarm.state) == (
        "Backup has stopped pinging",
        "high",
        "firing",
    )
    assert alarm.service and alarm.service.name == "Prison visits"
    assert "last ping came on Tue 24 Nov at 20:00:00 GMT" in alarm.description
    called = Page.objects.get().called
    assert called and called.name == "Ben"
    job.world.forward(minutes=3)
    job.ping()
    alarm.refresh_from_db()
    assert (alarm.state, job.state) == ("resolved", "arriving")
    assert Page.objects.get().state == "resolved"


def test_what_is_wrong_stands_first_on_its_screen(tmp_path: Path) -> None:
    job = Job(tmp_path)
    well = Beat("A job that does well", timedelta(days=1), timedelta(hours=1), "low")
    heartbeats.make(beat=well, by="Ada", at=job.world.at)
    job.ping()
    before = seen(visit("Ben").get("/alarms/heartbeats/"))
    assert before.index("A job that does well") < before.index("Backup")
    job.world.forward(minutes=11)
    after = seen(visit("Ben").get("/alarms/heartbeats/"))
    assert after.index("Backup") < after.index("A job that does well")
    assert "No ping yet. " in after


def test_pings_in_time_never_alarm_and_are_no_promise_of_people(tmp_path: Path) -> None:
    job = Job(tmp_path)
    for _ in range(30):
        job.ping()
        job.world.forward(minutes=10, seconds=30)
    assert not Alarm.objects.exists()
    assert Commitment.objects.filter(kind="heartbeat").count() == 1
    assert not commitments.owed().filter(kind="heartbeat").exists()


def test_each_time_that_it_stays_away_is_an_alarm_of_its_own(tmp_path: Path) -> None:
    job = Job(tmp_path, "low")
    for _ in range(3):
        job.ping()
        job.world.forward(minutes=15)
    job.ping()
    assert Alarm.objects.filter(state="resolved").count() == 3
    assert not Alarm.objects.filter(state="firing").exists()
    assert not Page.objects.exists()


def test_a_ping_is_few_small_statements(tmp_path: Path) -> None:
    job = Job(tmp_path)
    job.ping()
    with CaptureQueriesContext(connection) as asked:
        job_at = job.world.at + timedelta(minutes=5)
        heartbeats.ping(token=job.token, at=job_at)
    told = [one["sql"] for one in asked if "SAVEPOINT" not in one["sql"]]
    assert len(told) == 3
    assert sum(one.startswith("UPDATE") for one in told) == 2


def test_pausing_ends_its_alarm_and_resuming_expects_it_again(tmp_path: Path) -> None:
    job = Job(tmp_path)
    job.ping()
    job.world.forward(minutes=11)
    heartbeats.pause(heartbeat=job.made.pk, at=job.world.at)
    job.world.settle()
    assert (Alarm.objects.get().state, job.state) == ("resolved", "paused")
    job.world.forward(hours=5)
    job.ping()
    job.world.forward(hours=5)
    assert Alarm.objects.count() == 1
    heartbeats.resume(heartbeat=job.made.pk, at=job.world.at)
    job.world.forward(minutes=11)
    assert (Alarm.objects.filter(state="firing").count(), job.state) == (1, "missing")


def test_a_removed_one_is_gone_with_its_alarm_and_address(tmp_path: Path) -> None:
    job = Job(tmp_path)
    job.ping()
    job.world.forward(minutes=11)
    assert heartbeats.remove(heartbeat=job.made.pk, at=job.world.at) == "Backup"
    assert Alarm.objects.get().state == "resolved"
    with pytest.raises(NoHeartbeat):
        job.ping()
    job.world.forward(hours=1)
    assert Alarm.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "every"), [("", 600), ("Backup", 600), ("Other", 5), ("Other", 10**9)]
)
def test_one_that_can_t_be_is_refused(tmp_path: Path, name: str, every: int) -> None:
    job = Job(tmp_path)
    with pytest.raises(Refused):
        beat = Beat(name, timedelta(seconds=every), timedelta(minutes=1), "low")
        heartbeats.make(beat=beat, by="Ada", at=job.world.at)


def test_an_address_is_pinged_without_signing_in(tmp_path: Path, client: Client) -> None:
    job = Job(tmp_path)
    path = f"/alarms/in/heartbeat/{job.token}"
    for ask in (client.get, client.post, client.head):
        Heartbeat.objects.update(last_seen=None, due_at=None)
        assert ask(path).status_code == 200
        assert Heartbeat.objects.get().last_seen is not None
    wrong = client.get("/alarms/in/heartbeat/nothing")
    assert (wrong.status_code, "No heartbeat has this address" in wrong.text) == (404, True)
    assert client.put(path).status_code == 405


FORMS = {"form": "application/x-www-form-urlencoded", "parts": "multipart/form-data; boundary=x"}
"""What programs such as curl call whatever they post, unless they are told otherwise."""
LOGS = {
    "long": b"x" * 5_000,
    "NUL": b"a=%00&b=\x00",
    "many": b"a&" * 2_000,
    "huge": b"x" * 2_600_000,
}


@pytest.mark.clause("oncall.respond")
@pytest.mark.parametrize("called", FORMS)
@pytest.mark.parametrize("log", LOGS)
def test_what_a_job_says_that_failed_is_heard_whatever_it_calls_its_log(
    tmp_path: Path, client: Client, called: str, log: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Job(tmp_path)
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(job.world))
    path = f"/alarms/in/heartbeat/{job.token}"
    for where in (path, f"{path}/fail"):
        answer = client.post(where, LOGS[log], content_type=FORMS[called])
        assert answer.status_code == 200, answer.text
    assert Heartbeat.objects.get().word
    assert Page.objects.get().state == "calling"


@pytest.mark.clause("oncall.respond")
def test_what_could_not_be_heard_is_not_missing(tmp_path: Path) -> None:
    job = Job(tmp_path)
    job.ping()
    listeners.note(at=job.world.at, real=job.world.at)
    job.world.forward(minutes=30)
    assert job.state == "arriving", "nobody listened for half an hour"
    deaf = listeners.note(at=job.world.at, real=job.world.at)
    assert deaf == timedelta(minutes=30)
    for _ in range(65):
        job.world.forward(seconds=10)
        assert job.state == "arriving"
        assert listeners.note(at=job.world.at, real=job.world.at) == timedelta()
    job.world.forward(seconds=10)
    assert job.state == "missing", "eleven minutes of listening are over"
    job.ping()
    assert job.state == "arriving"


def test_a_clock_that_jumps_while_somebody_listens_gives_no_time(tmp_path: Path) -> None:
    job = Job(tmp_path)
    job.ping()
    began = job.world.at
    listeners.note(at=began, real=began)
    job.world.forward(minutes=11)
    assert job.state == "arriving", "until somebody says that they listen still"
    listeners.note(at=job.world.at, real=began + timedelta(seconds=10))
    job.world.forward(seconds=10)
    assert job.state == "missing"


def test_what_pinged_as_soon_as_somebody_listened_again_has_no_more_time(tmp_path: Path) -> None:
    job = Job(tmp_path)
    listeners.note(at=job.world.at, real=job.world.at)
    job.world.forward(hours=3)
    job.ping()
    listeners.note(at=job.world.at, real=job.world.at)
    due = Heartbeat.objects.get().due_at
    assert due == job.world.at + timedelta(minutes=11)


def test_one_web_process_that_begins_beside_another_gives_no_time(tmp_path: Path) -> None:
    job = Job(tmp_path)
    job.ping()
    due = Heartbeat.objects.get().due_at
    for seconds in (0, 9, 10, 30, 29):
        moment = job.world.at + timedelta(seconds=seconds)
        assert not listeners.note(at=moment, real=moment)
    assert Heartbeat.objects.get().due_at == due


def test_a_web_process_notes_that_it_listens_and_goes_on_when_it_can_t(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    noted: list[tuple[datetime, datetime]] = []

    def note(*, at: datetime, real: datetime) -> timedelta:
        noted.append((at, real))
        if len(noted) == 1:
            raise OperationalError("it is away")
        return timedelta(minutes=3)

    async def sleep(seconds: float) -> None:
        if len(noted) == 3:
            raise asyncio.CancelledError

    monkeypatch.setattr(listeners, "note", note)
    monkeypatch.setattr(asyncio, "sleep", sleep)
    clock = iter(datetime(2026, 11, 24, tzinfo=UTC) + timedelta(seconds=n) for n in range(9))
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(listening_door.keep_noting(lambda: next(clock), lambda: next(clock)))
    assert len(noted) == 3
    assert all(real - at == timedelta(seconds=1) for at, real in noted)


@pytest.mark.clause("oncall.respond")
@pytest.mark.parametrize("severities", ["[P1]", "[]"])
def test_a_high_heartbeat_pages_whatever_severities_the_process_calls_high_by_now(
    tmp_path: Path, severities: str
) -> None:
    job = Job(tmp_path)
    job.ping()
    job.world.forward(minutes=12)
    assert Page.objects.get().state == "calling"
    file = tmp_path / "process.yaml"
    file.write_text(file.read_text().replace("[critical, page, high]", severities))
    process.adopt(file=file, at=job.world.at)
    process_changes.look_again(at=job.world.at)
    assert Page.objects.get().state == "calling"
