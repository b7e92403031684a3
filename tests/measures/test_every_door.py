"""Whatever happened: the page, CSV, JSON, the command, the report and /metrics say the same."""

import csv
import io
import json
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.test import Client
from typer.testing import CliRunner

from dutydesk.chat.models import Channel, Post
from dutydesk.cli import app
from dutydesk.commitments.models import Commitment
from dutydesk.desk.models import Question
from dutydesk.incidents.models import Incident, Update
from dutydesk.kernel.messages import Message
from dutydesk.measures.flows import reports, tallies
from dutydesk.measures.flows.subjects import SUBJECTS
from dutydesk.measures.rules.choices import containing, day_range
from dutydesk.measures.rules.figures import Subject
from dutydesk.people.models import Account, Service
from dutydesk.process.flows import process
from dutydesk.site.metrics import DeskCollector
from testing.asked import adopt
from testing.screens import seen, visit
from testing.world import Moving, World

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.clause("measure.incidents", "measure.recovery", "measure.happiness"),
]
RANGE = "each=range&from=2026-10-01&to=2026-10-31"
ODD = ("=1+1", "A, “b”; c\nd", "Straße ✓ <b>", "-5", " ")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """October 2026: the clocks go back in it."""
    world = World(tmp_path, "2026-11-03T11:00")
    for name in ("dutydesk.site.middleware.clock", "dutydesk.wiring.clock"):
        monkeypatch.setattr(name, Moving(world))
    return world


def past(world: World, chance: Random) -> None:
    """Let incidents and questions have been, at any time, with any of their times unknown."""
    begin = world.moment("2026-09-25T00:00")
    services = list(Service.objects.order_by("pk"))
    for number in range(chance.randint(1, 14)):
        at = begin + timedelta(minutes=chance.randint(0, 60 * 24 * 45))
        times = [at + timedelta(seconds=chance.randint(0, 90_000) * n) for n in range(5)]
        state = chance.choice(["resolved", "resolved", "open", "mistake"])
        kept = [one if chance.random() < 0.7 else None for one in times]
        kept[2] = times[2] if state == "open" else kept[2]
        if state == "open":
            kept[3] = kept[4] = None
        if not any(kept[:3]):
            kept[1] = times[1]
        one = Incident.objects.create(
            title=f"{chance.choice(ODD)} {number}", state=state,
            priority=chance.choice(["high", "normal", ""] if state != "open" else ["high"]),
            estimated=chance.random() < 0.2, exercise=chance.random() < 0.1,
            **dict(zip(("fault_occurs", "detected", "declared", "repaired", "resolved"), kept,
                       strict=True)),
        )  # fmt: skip
        one.services.set(chance.sample(services, chance.randint(0, len(services))))
        Update.objects.create(incident=one, text="So it is", at=times[2], by="Ada")
    channel, asker = Channel.objects.get_or_create(name="#ask")[0], Account.objects.get(name="Uma")
    for number in range(chance.randint(0, 12)):
        at = begin + timedelta(minutes=chance.randint(0, 60 * 24 * 38))
        post = Post.objects.create(
            key=f"q{number}", channel=channel, author="Uma", at=at,
            message=Message(chance.choice(ODD)).as_json(),
        )  # fmt: skip
        answered, solved = (at + timedelta(minutes=chance.randint(1, n)) for n in (60, 6_000))
        done = solved if chance.random() < 0.8 else None
        Question.objects.create(
            post=post, asked_at=at, answered_at=answered, solved_at=done, asker=asker,
            state="solved" if done else "open", kind=chance.choice(["problem", "request"]),
            happiness_asked_at=done, happiness=chance.randint(1, 5) if done else None,
            happiness_at=done, happiness_line=chance.choice(ODD) if done else "",
        )  # fmt: skip
        Commitment.objects.create(
            kind="question.answer", subject=f"question:{post.pk}", owner="support", text="Answer",
            made_at=at, due_at=at + timedelta(minutes=15), settled_at=answered,
            state="kept" if answered <= at + timedelta(minutes=15) else "late",
        )  # fmt: skip


def streamed(client: Client, path: str) -> str:
    answer: Any = client.get(path)
    assert answer.status_code == 200, path
    return b"".join(answer.streaming_content).decode()


def as_cell(value: object) -> str:
    """Write a value of JSON as CSV has it: a text that is a formula is tamed."""
    text = "" if value is None else str(value)
    formula = isinstance(value, str) and text.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{text}" if formula else text


@pytest.mark.parametrize("zone", ["Europe/London", "Australia/Lord_Howe"])
def test_every_door_says_the_same(world: World, zone: str, tmp_path: Path) -> None:
    """In each of the zones the clocks change in October, in one of them by half an hour."""
    if zone != world.zone.key:
        adopt(world, f"zone: {world.zone.key}", f"zone: {zone}", tmp_path)
        world.zone = process.in_force().zone
    past(world, Random(zone))
    before = _through_every_door(world)
    tallies.tally_all(at=world.at)
    assert _through_every_door(world) == before, "out of tallies"
    _metrics_beside_the_list(world)


def _through_every_door(world: World) -> dict[str, Any]:
    """Compare all that is said of October; give it."""
    ada, found = visit("Ada"), {}
    command = ["measures", "--from", "2026-10-01", "--to", "2026-10-31", "--json"]
    printed = json.loads(CliRunner().invoke(app, command).stdout)["subjects"]
    for subject in SUBJECTS:
        if not subject.is_there():
            continue
        path = f"{subject.address}?{RANGE}"
        whole = json.loads(streamed(ada, f"{path}&as=json"))
        (told,) = [one for one in printed if one["subject"] == subject.name]
        assert told["figures"] == whole["figures"], subject.name
        assert told.get("tables") == whole.get("tables"), subject.name
        _page_and_tables(world, ada, subject, whole)
        found[subject.name] = whole
    month = containing("month", date(2026, 10, 1), world.zone)
    text = reports.report(month, at=world.at).text
    for subject in SUBJECTS:
        for one in subject.figures(month, at=world.at).figures if subject.of_a_time else ():
            if one.readers == "anyone" and not subject.clocks:
                assert f"| {one.title} | {one.written} |" in text, one.name
    return found


def _page_and_tables(world: World, ada: Client, subject: Subject, whole: dict[str, Any]) -> None:
    path = f"{subject.address}?{RANGE}"
    choice = day_range(date(2026, 10, 1), date(2026, 10, 31), world.zone)
    page = seen(ada.get(path))
    rows = list(csv.DictReader(io.StringIO(streamed(ada, f"{path}&as=csv"))))
    assert [one["value"] for one in rows] == [as_cell(one["value"]) for one in whole["figures"]]
    for one in subject.figures(choice, at=world.at).figures:
        assert f"{one.title} {one.written} " in page, one.name
    for name, lines in whole.get("tables", {}).items():
        answer: Any = ada.get(f"{path}&as=csv&table={name}")
        if answer.status_code == 404:
            continue  # The numbers of a chart, which are in JSON alone.
        written = b"".join(answer.streaming_content).decode()
        table = list(csv.DictReader(io.StringIO(written, newline="")))
        assert len(table) == len(lines), name
        for ours, theirs in zip(table, lines, strict=True):
            theirs.pop("address", None)
            assert ours == {key: as_cell(value) for key, value in theirs.items()}, name


def _metrics_beside_the_list(world: World) -> None:
    """What goes on is as many incidents in /metrics as in the list."""
    families = {one.name: one for one in DeskCollector(world.at).collect()}
    ours = sum(each.value for each in families["dutydesk_open_incidents"].samples)
    assert ours == Incident.objects.filter(state="open", exercise=False).count()
