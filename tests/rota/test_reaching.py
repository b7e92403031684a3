"""People whom no message reaches: they have the shift, and still nobody is promised."""

import json
from pathlib import Path

import pytest
from django.test import Client

from dutydesk.people.models import Account, Engineer
from dutydesk.rota.commands.rotas import RotaCommands
from dutydesk.rota.flows import coverage, roster
from testing.world import Moving, World

pytestmark = [pytest.mark.django_db, pytest.mark.clause("oncall.rota", "oncall.respond")]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Give an evening on which Ben is primary, and has no account; the desk sends no mail."""
    world = World(tmp_path, "2026-11-23T19:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(primary="Ben", secondary="Cy")
    Engineer.objects.filter(name="Ben").update(account=None)
    return world


def test_who_and_the_gaps_say_the_same(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    primary = next(d for d in roster.who(at=world.at) if d.duty == "primary")
    assert (primary.name, primary.hole, primary.reached) == ("Ben", True, False)
    assert "no message reaches them: they have no account" in primary.why
    gaps = coverage.gaps(at=world.at, until=world.moment("2026-11-23T22:00"))
    (gap,) = [gap for gap in gaps if gap.duty == "primary"]
    assert gap.told == "Primary on call (no message reaches Ben)"
    assert not RotaCommands(lambda: world.at).cover(1, as_json=False)
    told = capsys.readouterr().err
    assert "unreached: Tue 24 Nov: Primary on call (no message reaches Ben) 07:00" in told
    RotaCommands(lambda: world.at).cover(1, as_json=True)
    gaps_told = json.loads(capsys.readouterr().out)["gaps"]
    assert {gap["unreached"] for gap in gaps_told if gap["what"] == "Primary on call"} == {"Ben"}


def test_the_page_says_who_is_not_reached_and_not_that_nobody_is_on(world: World) -> None:
    client = Client()
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    client.force_login(Account.objects.get(name="Ada"), backend)
    for path in ("/shifts/", "/"):
        page = client.get(path).content.decode()
        assert "not reached" in page
        assert "no message reaches them" in page
    page = client.get("/shifts/").content.decode()
    assert "Primary on call: Ben, whom no message reaches" in page


def test_another_who_is_reached_covers(world: World) -> None:
    world.shifts(primary="Ada")
    now = [d for d in roster.who(at=world.at) if d.duty == "primary"]
    assert [(d.name, d.hole) for d in now] == [("Ada", False), ("Ben", False)]
    gaps = coverage.gaps(at=world.at, until=world.moment("2026-11-23T22:00"))
    assert not [gap for gap in gaps if gap.duty == "primary"]


def test_what_is_past_is_not_judged_by_who_is_reached_now(world: World) -> None:
    later = world.moment("2026-11-24T08:00")
    primary = next(d for d in roster.who(at=world.at, now=later) if d.duty == "primary")
    assert (primary.name, primary.hole) == ("Ben", False)
