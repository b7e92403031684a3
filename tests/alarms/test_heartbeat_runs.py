"""What a job says of itself: that it begins, is done, or failed; and when a crontab has it run."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import example, given
from hypothesis import strategies as st

from dutydesk.alarms.flows import heartbeats, listeners, staleness
from dutydesk.alarms.flows.heartbeats import Beat
from dutydesk.alarms.flows.resolution import end_by_hand
from dutydesk.alarms.models import Alarm, Heartbeat
from dutydesk.alarms.rules.beat_schedule import BeatSchedule, read_cron
from dutydesk.alarms.rules.signals import LARGEST_WORD, read_signal, word_of
from dutydesk.commitments.models import Commitment
from dutydesk.kernel.refusals import Refused
from dutydesk.oncall.models import Page
from testing.screens import visit
from testing.world import Moving, World

HOUR = timedelta(hours=1)
LONDON = "Europe/London"
START = datetime(2026, 1, 1, tzinfo=UTC)


class Nightly:
    """A backup at 02:30 in London that may be half an hour late, and says what it does."""

    def __init__(self, folder: Path, now: str = "2026-11-24T02:30", cron: str = "30 2 * * *"):
        self.world = World(folder, now)
        self.world.shifts(primary="Ben")
        beat = Beat("Backup", None, HOUR / 2, "high", cron=cron, zone=LONDON)
        self.made, self.token = heartbeats.make(beat=beat, by="Ada", at=self.world.at)

    def says(self, end: str = "", word: str = "") -> None:
        signal = read_signal(end)
        heartbeats.ping(token=self.token, at=self.world.at, signal=signal, word=word)
        self.world.settle()

    def pass_its_time(self, day: int) -> None:
        """Be there that day when it is expected, and shortly after; nobody looks until then."""
        self.world.at = self.world.moment(f"2026-11-{day}T02:55")
        self.world.forward(minutes=10)

    @property
    def row(self) -> Heartbeat:
        return Heartbeat.objects.get()


@pytest.fixture
def job(tmp_path: Path, db: None) -> Nightly:
    return Nightly(tmp_path)


@pytest.mark.clause("oncall.respond")
def test_a_job_that_fails_is_an_alarm_at_once_that_says_why_until_it_does_well(
    job: Nightly,
) -> None:
    job.says()
    job.says("3", "pg_dump: error: connection to server failed")
    alarm = Alarm.objects.get()
    assert (alarm.title, alarm.state, job.row.state) == ("Backup failed", "firing", "failed")
    assert "exit status 3" in alarm.description
    assert "connection to server failed" in alarm.description
    assert Page.objects.get().state == "held", "nobody is promised at night"
    job.pass_its_time(25)
    assert Alarm.objects.count() == 1, "one that has failed is not missing besides"
    job.says("fail", "again")
    alarm.refresh_from_db()
    assert (Alarm.objects.count(), Page.objects.count()) == (1, 1)
    assert "It said that it failed." in alarm.description
    job.says("0")
    alarm.refresh_from_db()
    assert (alarm.state, job.row.state, job.row.failure) == ("resolved", "arriving", "")


@pytest.mark.clause("oncall.respond")
def test_a_run_that_begins_and_does_not_end_is_an_alarm(job: Nightly) -> None:
    job.says("start")
    assert job.row.state == "running"
    job.world.forward(minutes=29, seconds=59)
    assert not Alarm.objects.exists()
    job.world.forward(seconds=1)
    alarm = Alarm.objects.get()
    assert (alarm.title, job.row.state) == ("Backup failed", "failed")
    assert "didn't end in time" in alarm.description
    assert "It began on Tue 24 Nov at 02:30:00 GMT" in alarm.description
    job.world.forward(minutes=12)
    job.says()
    alarm.refresh_from_db()
    assert (alarm.state, job.row.state, job.row.took) == (
        "resolved",
        "arriving",
        timedelta(minutes=42),
    )


def test_a_run_in_time_says_how_long_it_took_and_the_next_is_expected(job: Nightly) -> None:
    job.says()
    job.world.forward(days=1)
    job.says("start")
    job.world.forward(minutes=20)
    job.says()
    row = job.row
    assert (row.state, row.took) == ("arriving", timedelta(minutes=20))
    assert row.due_at == datetime(2026, 11, 26, 3, tzinfo=UTC)
    job.world.forward(hours=23)
    assert not Alarm.objects.exists()
    assert Commitment.objects.filter(kind="heartbeat", state="open").count() == 1


def test_a_run_that_begins_in_time_may_last_as_any_other(job: Nightly) -> None:
    job.says()
    job.world.forward(days=1, minutes=20)
    job.says("start")
    assert job.row.due_at == datetime(2026, 11, 25, 3, 20, tzinfo=UTC)
    job.world.forward(minutes=29)
    assert not Alarm.objects.exists()
    job.says("start")
    job.world.forward(minutes=1)
    assert Alarm.objects.get().state == "firing", "begun again, it has no longer"
    job.says("start")
    assert (Alarm.objects.get().state, job.row.state) == ("firing", "failed")
    job.says()
    assert Alarm.objects.get().state == "resolved"


def test_one_that_only_ever_began_is_expected_once_it_is_resumed(job: Nightly) -> None:
    job.says("start", "on its way")
    job.says("start")
    assert job.row.word == "on its way"
    heartbeats.pause(heartbeat=job.made.pk, at=job.world.at)
    heartbeats.resume(heartbeat=job.made.pk, at=job.world.at)
    assert job.row.due_at == datetime(2026, 11, 25, 3, tzinfo=UTC)
    job.world.forward(hours=25)
    assert Alarm.objects.get().title == "Backup has stopped pinging"


@pytest.mark.parametrize(("seconds", "day"), [(1, 25), (60, 25), (61, 24)])
def test_a_ping_a_little_before_its_time_is_the_one_of_that_time(
    tmp_path: Path, db: None, seconds: int, day: int
) -> None:
    job = Nightly(tmp_path, "2026-11-24T02:00")
    job.world.forward(minutes=30, seconds=-seconds)
    job.says()
    assert job.row.due_at == datetime(2026, 11, day, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "grace", "early"), [("* * * * *", 60, 30), ("30 2 * * *", 20, 20), ("0 * * * *", 0, 0)]
)
def test_how_early_a_ping_may_be_is_bounded_by_its_grace_and_by_half_its_interval(
    cron: str, grace: int, early: int
) -> None:
    schedule, late = BeatSchedule(cron=cron, zone="UTC"), timedelta(seconds=grace)
    first = schedule.after(START)
    in_time = first - timedelta(seconds=early)
    assert schedule.after_ping(in_time, late) == schedule.after(first)
    assert schedule.after_ping(in_time - timedelta(seconds=1), late) == first


@pytest.mark.clause("oncall.respond")
@pytest.mark.parametrize("end", ["fail", ""])
def test_one_whose_alarm_was_ended_by_hand_is_watched_on(job: Nightly, end: str) -> None:
    job.says(end)
    job.pass_its_time(25)
    first = Alarm.objects.get()
    ended = job.world.at
    end_by_hand(alarm=first.pk, reason="known", by="Ada", at=ended)
    job.world.settle()
    assert Alarm.objects.filter(state="firing").count() == 0
    job.pass_its_time(26)
    again = Alarm.objects.get(state="firing")
    assert again.pk != first.pk
    assert again.title == "Backup has stopped pinging"
    assert again.alerts.get().starts_at > ended
    assert Page.objects.filter(subject=again.about).exists()
    job.pass_its_time(27)
    job.pass_its_time(28)
    assert Alarm.objects.count() == 2, "what goes on is no other alarm"
    job.says()
    assert not Alarm.objects.filter(state="firing").exists()
    assert Commitment.objects.filter(kind="heartbeat", state="open").count() == 1


def test_a_line_of_the_log_changes_nothing_else_and_a_pause_forgets_the_run(job: Nightly) -> None:
    job.says()
    before = job.row
    job.world.forward(minutes=5)
    job.says("log", "half of it is done")
    assert (job.row.due_at, job.row.last_seen) == (before.due_at, before.last_seen)
    assert job.row.word == "half of it is done"
    job.says("start")
    heartbeats.pause(heartbeat=job.made.pk, at=job.world.at)
    job.says("fail")
    job.world.forward(days=3)
    assert (job.row.state, job.row.started_at) == ("paused", None)
    assert not Alarm.objects.exists()


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        # Clocks went back on 25 October: a day of 25 hours.
        ("2026-10-24T01:31Z", "2026-10-25T02:30Z"),
        ("2026-10-25T02:31Z", "2026-10-26T02:30Z"),
        # They go on on 28 March: a day of 23.
        ("2027-03-27T02:31Z", "2027-03-28T01:30Z"),
        ("2026-11-24T02:29:59Z", "2026-11-24T02:30Z"),
    ],
)
def test_a_job_at_half_past_two_is_expected_then_whatever_clocks_do(
    last: str, expected: str
) -> None:
    schedule = BeatSchedule(None, "30 2 * * *", LONDON)
    assert schedule.after(datetime.fromisoformat(last)) == datetime.fromisoformat(expected)


def test_what_runs_in_the_hour_left_out_is_expected_right_after_it_and_twice_is_once() -> None:
    schedule = BeatSchedule(None, "30 1 * * *", LONDON)
    spring = schedule.after(datetime(2027, 3, 27, 2, tzinfo=UTC))
    assert spring == datetime(2027, 3, 28, 1, tzinfo=UTC)
    autumn = schedule.after(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    assert autumn == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


HOURS = st.integers(0, 23)


@given(
    moment=st.integers(0, 2 * 366 * 24 * 60).map(lambda n: START + timedelta(minutes=n)),
    minute=st.integers(0, 59),
    # Between one and three at night clocks change in London; the test above is about that.
    hour=HOURS.filter(lambda hour: hour not in (1, 2)),
    days=st.sets(st.integers(0, 6), min_size=1),
)
@example(datetime(2026, 10, 24, 12, tzinfo=UTC), 0, 3, {0})
def test_when_it_is_expected_is_what_looking_at_each_minute_gives(
    moment: datetime, minute: int, hour: int, days: set[int]
) -> None:
    at, zone = moment, ZoneInfo(LONDON)
    cron = f"{minute} {hour} * * {','.join(str((day + 1) % 7) for day in sorted(days))}"
    slow = at
    while True:
        slow += timedelta(minutes=1)
        local = slow.astimezone(zone)
        if (local.minute, local.hour) == (minute, hour) and local.weekday() in days:
            break
        if local.hour not in ((hour - 1) % 24, hour):
            slow += timedelta(minutes=59 - local.minute)
    assert BeatSchedule(None, read_cron(cron), LONDON).after(at) == slow


@pytest.mark.parametrize(
    ("text", "why"),
    [("61 * * * *", "minute"), ("* * * *", "five"), ("0 0 30 2 *", "cron"), ("@daily", "five")],
)
def test_a_crontab_that_can_t_be_is_refused_in_words(text: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        read_cron(text)


@pytest.mark.parametrize("end", ["256", "-1", "stop", "1.5", "0000", "٣"])
def test_an_address_that_ends_in_anything_else_is_refused(
    job: Nightly, client: Client, end: str
) -> None:
    answer = client.get(f"/alarms/in/heartbeat/{job.token}/{end}")
    assert (answer.status_code, "/fail" in answer.text) == (404, True)
    assert job.row.last_seen is None


@pytest.mark.django_db
def test_what_is_sent_along_is_kept_to_its_end_and_shown(job: Nightly, client: Client) -> None:
    path = f"/alarms/in/heartbeat/{job.token}"
    log = b"begin\n" + b"x" * 200_000 + b"\xff<b>\x00 the end\n"
    assert client.post(f"{path}/1", log, content_type="text/plain").status_code == 200
    word = job.row.word
    assert word.endswith("�<b>� the end")
    assert LARGEST_WORD - 10 < len(word) <= LARGEST_WORD
    page = visit("Ada").get("/alarms/heartbeats/").text
    assert "&lt;b&gt;" in page
    assert "exit status 1" in page
    assert client.get(path).status_code == 200
    assert job.row.word == word, "who says nothing takes back nothing"


def test_words_are_storable_whatever_was_sent() -> None:
    assert word_of("Café\n".encode("latin-1")) == "Caf�"


def test_a_screen_makes_one_by_a_crontab_in_its_zone(job: Nightly) -> None:
    sent = {"name": "Report", "every": "0 6 * * 1-5", "grace": "1 hour", "severity": "low"}
    ada = visit("Ada")
    assert "/alarms/in/heartbeat/" in ada.post("/alarms/heartbeats/", sent).text
    ada.post("/alarms/heartbeats/", {**sent, "name": "Other", "zone": "Asia/Kolkata"})
    made = {row.name: (row.every, row.cron, row.zone) for row in Heartbeat.objects.all()}
    assert made["Report"] == (None, "0 6 * * 1-5", "Europe/London")
    assert made["Other"] == (None, "0 6 * * 1-5", "Asia/Kolkata")
    for wrong in ({"every": "0 99 * * 1-5"}, {"zone": "Mars/Olympus"}, {"every": "often"}):
        answer = ada.post("/alarms/heartbeats/", {**sent, "name": "Wrong", **wrong})
        assert answer.status_code == 422
    shown = ada.get("/alarms/heartbeats/").text
    assert "At 06:00 on Monday through Friday (Europe/London)" in shown


@pytest.mark.parametrize(("every", "cron"), [(None, ""), (HOUR, "30 2 * * *")])
def test_a_heartbeat_has_exactly_one_schedule(
    job: Nightly, every: timedelta | None, cron: str
) -> None:
    with pytest.raises(Refused, match="one schedule"):
        beat = Beat("Other", every, HOUR, "low", cron=cron, zone=LONDON)
        heartbeats.make(beat=beat, by="Ada", at=job.world.at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Heartbeat.objects.update(every=every, cron=cron)


def test_health_says_that_nothing_would_be_missed(job: Nightly) -> None:
    assert list(listeners.health(job.world.at)) == [], "nothing is expected yet"
    job.says()
    listeners.note(at=job.world.at, real=job.world.at)
    assert [check.well for check in listeners.health(job.world.at)] == [True]
    ahead = job.world.at + timedelta(seconds=31)
    check = next(iter(listeners.health(ahead)))
    assert (check.well, "clocks" in check.remedy) == (False, True)


def test_a_job_that_failed_is_not_said_to_be_stale_since_its_silence_is_the_news(
    job: Nightly,
) -> None:
    job.says("1")
    job.world.at += timedelta(hours=12, minutes=50)
    job.world.forward(minutes=10)
    assert not staleness.stale(at=job.world.at).exists()
    with patch("dutydesk.site.middleware.clock", Moving(job.world)):
        assert ">stale<" not in visit("Ben").get("/alarms/").text
