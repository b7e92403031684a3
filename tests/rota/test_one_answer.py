"""Who is on, and why, is the same wherever somebody asks."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from dutydesk.kernel.periods import Period
from dutydesk.oncall.flows import next_calls
from dutydesk.people.models import Account, Engineer
from dutydesk.rota.commands.rotas import RotaCommands
from dutydesk.rota.flows import calendar_feeds, cover_nominations, edits, roster, swaps
from dutydesk.rota.flows.edits import Cadence
from dutydesk.rota.models import Rotation, Shift
from dutydesk.rota.rules import ical
from testing.screens import squeezed
from testing.world import Moving, World, number

pytestmark = [pytest.mark.django_db, pytest.mark.clause("oncall.rota", "ask.cover")]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DUTIES = ("support", "primary", "secondary")
# Turns, an override, a swap, another schedule, an absence, a naming; nights, edges, a weekend.
MOMENTS = [f"2026-11-{day}T{clock}" for day in (23, 24, 25, 26, 27, 28) for clock in (
    "06:59", "07:00", "09:59", "10:00", "11:30", "12:30", "17:30", "19:00", "21:59", "22:00",
)]  # fmt: skip


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-23T06:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    for duty, names in zip(DUTIES, ("Cy Ada Ben", "Ada Ben Cy", "Ben Cy Ada"), strict=True):
        places = [[number(name)] for name in names.split()]
        cadence = Cadence("daily", 1, datetime(2026, 11, 23, 6), places)  # noqa: DTZ001
        edits.rotate(duty=duty, cadence=cadence, at=world.at, by="Ada")
    return world


def busy_week(world: World) -> None:
    def span(start: str, end: str) -> Period:
        return Period(world.moment(f"2026-11-{start}"), world.moment(f"2026-11-{end}"))

    who: dict[str, Any] = {"at": world.at, "by": "Ada"}
    edits.override(
        duty="support", span=span("24T10:00", "24T12:00"), add=number("Ben"), everybody=True, **who
    )
    swap = swaps.offer(
        duty="primary", span=span("25T18:00", "25T20:00"), engineer=number("Cy"), asked=None,
        at=world.at,
    )  # fmt: skip
    edits.be_away(engineer=number("Ada"), span=span("25T17:00", "25T20:00"), **who)
    swaps.take(swap=swap.pk, engineer=number("Ben"), at=world.at)
    stand_in = span("26T07:00", "26T20:00")
    edits.stand_in(duty="secondary", span=stand_in, shifts=[(number("Cy"), stand_in)], **who)
    day = cover_nominations.nominations(span("27T00:00", "28T00:00"))
    lunch = next(each.number for each in day if each.part.id == "lunch")
    cover_nominations.name(number=lunch, engineer=number("Cy"), **who)


def test_page_pager_calendar_command_and_api_say_the_same(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    busy_week(world)
    kinds = set(Shift.objects.filter(cancelled_at=None).values_list("kind", flat=True))
    assert kinds == {"rotation", "override", "swap", "temporary"}
    client = Client()
    client.force_login(
        Account.objects.get(name="Ada"), "allauth.account.auth_backends.AuthenticationBackend"
    )
    tokens = {
        duty: calendar_feeds.make(engineer=None, duty=duty, by="Ada", at=world.at)
        for duty in DUTIES
    }
    feeds = {
        duty: calendar_feeds.calendar(token=t, at=world.at) or "" for duty, t in tokens.items()
    }
    week = Period(world.moment(MOMENTS[0]), world.moment(MOMENTS[-1]) + DAY)
    calendars = {duty: ical.read(text, week) for duty, text in feeds.items()}
    for local in MOMENTS:
        at = world.moment(local)
        answer = roster.who(at=at)
        rows = [duty.row() for duty in answer]
        api = client.get("/shifts/who.json", {"at": local}).json()
        assert api["covers"] == rows
        RotaCommands(lambda: world.at).who(at=local, as_json=True)
        assert json.loads(capsys.readouterr().out)["covers"] == rows
        assert in_calendars(calendars, at) >= {(d.duty, d.name) for d in answer if d.name}
        line, _ = next_calls.line_at(anyway=False, at=at)
        assert list(line) == list(dict.fromkeys(d.engineer for d in answer if d.engineer))
    # Every time of day among them, and every kind of reason.
    seen = [world.moment(local) for local in (*MOMENTS[::3], "2026-11-24T11:30")]
    for at in seen:
        on_page(world, client, at)
    assert {d.by for at in seen for d in roster.who(at=at)} >= kinds


def in_calendars(
    calendars: dict[str, list[ical.CalendarEntry]], at: datetime
) -> set[tuple[str, str]]:
    """Give who is on by the calendars, whatever the hours."""
    return {
        (duty, entry.summary.split(": ")[-1])
        for duty, entries in calendars.items()
        for entry in entries
        if at in entry.period
    }


def on_page(world: World, client: Client, at: datetime) -> None:
    """Look at the page at that moment: it has a line for each answer, with its reason."""
    before, world.at = world.at, at
    page = squeezed(client.get("/shifts/").text).replace("&#x27;", "'")
    world.at = before
    listed = page[page.index('id="on"') : page.index('id="weeks"')]
    for duty in roster.who(at=at):
        assert f"<b>{duty.name or 'Nobody'}</b>" in listed
        assert f"{duty.duty}: {duty.why}" in listed


def test_history_says_what_was_said_then(world: World) -> None:
    """Ask at each moment, edit everything afterwards, and ask again about then."""
    busy_week(world)
    said = {}
    for local in MOMENTS:
        world.at = max(world.at, world.moment(local))
        said[local] = [(d.duty, d.name, d.by, d.hole) for d in roster.who(at=world.at)]
    for duty in DUTIES:
        old = [row.pk for row in Rotation.objects.filter(duty=duty, ends_at=None)]
        other = {"support": "Ada", "primary": "Ben", "secondary": "Cy"}[duty]
        cadence = Cadence("daily", 1, datetime(2026, 11, 1), [[number(other)]])  # noqa: DTZ001
        edits.rotate(duty=duty, cadence=cadence, at=world.at, by="Ada", instead_of=old)
    edits.be_away(
        engineer=number("Cy"), span=Period(world.at, world.at + 9 * DAY), at=world.at, by="Ada"
    )
    Engineer.objects.filter(name="Ben").update(active=False)
    world.forward(minutes=2)
    again = {
        local: [
            (d.duty, d.name, d.by, d.hole) for d in roster.who(at=world.moment(local), now=world.at)
        ]
        for local in MOMENTS
        if world.moment(local) < world.at - 2 * timedelta(minutes=1)
    }
    assert again == {local: said[local] for local in again}
    assert len(again) > 50
