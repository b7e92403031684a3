"""Calendars behave: few ghosts, nobody's time taken unasked, nothing sent twice."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from dutydesk.people.flows import people
from dutydesk.rota.flows import calendar_feeds, edits
from dutydesk.rota.flows.calendar_feeds import AddressStopped
from dutydesk.rota.models import CalendarFeed, Override
from testing.rotas import span
from testing.screens import seen, visit
from testing.world import Moving, World, number

pytestmark = [pytest.mark.django_db, pytest.mark.clause("oncall.rota")]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T12:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(primary="Ada", secondary="Ben")
    return world


def address(of: str, name: str = "Ada", **typed: str) -> str:
    page = visit(name).post("/shifts/calendars/", {"of": of, **typed}).text
    return str(re.findall(r"(/calendar/\S+\.ics)", page)[0])


def test_what_was_taken_away_is_a_ghost_for_three_days(world: World) -> None:
    path = address("primary")
    week = span(world, "2026-12-07T00:00", "2026-12-08T00:00")
    edits.override(
        duty="primary", span=week, add=number("Cy"), remove=number("Ada"), at=world.at, by="Ada"
    )
    edits.undo(number=Override.objects.latest("pk").pk, at=world.at, by="Ada")
    assert Client().get(path).text.count("STATUS:CANCELLED") == 2
    world.at += timedelta(days=3) - timedelta(seconds=1)
    assert Client().get(path).text.count("STATUS:CANCELLED") == 2
    world.at += timedelta(seconds=1)
    found = Client().get(path).text
    assert "STATUS:CANCELLED" not in found
    assert found.count("BEGIN:VEVENT") == 1


@pytest.mark.parametrize("of", ["me", "primary", "support"])
def test_a_calendar_takes_up_nobody_s_time_unless_it_is_asked_to(world: World, of: str) -> None:
    world.shift(world.at, world.at + timedelta(days=2), support="Cy")
    free, busy = (Client().get(address(of, busy=chosen)).text for chosen in ("", "yes"))
    assert "TRANSP:TRANSPARENT" in free
    assert "TRANSP:OPAQUE" not in free
    assert "TRANSP:OPAQUE" in busy
    assert "TRANSP:TRANSPARENT" not in busy
    assert "I stay free to be booked" in seen(visit("Ada").get("/shifts/calendars/"))


def test_what_has_not_changed_is_not_sent_again(world: World) -> None:
    path = address("primary")
    first = Client().get(path)
    tag, since = first["ETag"], first["Last-Modified"]
    assert since == "Tue, 24 Nov 2026 12:00:00 GMT"
    world.at += timedelta(hours=2)
    same = Client().get(path, headers={"if-none-match": tag})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", tag)
    assert Client().get(path, headers={"if-modified-since": since}).status_code == 304
    assert Client().get(path)["Last-Modified"] == since
    edits.override(
        duty="primary",
        span=span(world, "2026-12-07T00:00", "2026-12-08T00:00"),
        add=number("Cy"),
        remove=number("Ada"),
        at=world.at,
        by="Ada",
    )
    for headers in ({"if-none-match": tag}, {"if-modified-since": since}):
        changed = Client().get(path, headers=headers)
        assert changed.status_code == 200
        assert changed["Last-Modified"] == "Tue, 24 Nov 2026 14:00:00 GMT"
        assert changed["ETag"] != tag


@pytest.mark.parametrize("of", ["me", "primary"])
def test_who_leaves_takes_their_addresses_along(world: World, of: str) -> None:
    path, other = address(of, "Ben"), address("primary", "Ada")
    assert Client().get(path).status_code == 200
    people.set_active(engineer=number("Ben"), active=False, at=world.at)
    stopped = Client().get(path)
    assert stopped.status_code == 410
    assert "BEGIN" not in stopped.text
    assert "has stopped" in stopped.text
    with pytest.raises(AddressStopped, match="who made it has left"):
        calendar_feeds.served(token=path.split("/")[-1].removesuffix(".ics"), at=world.at)
    assert Client().get(other).status_code == 200
    assert "stopped" in seen(visit("Ada").get("/shifts/calendars/"))
    mine = CalendarFeed.objects.get(made_by="Ben")
    calendar_feeds.revoke(number=mine.pk, by="Ada", at=world.at)
    assert Client().get(path).status_code == 404
