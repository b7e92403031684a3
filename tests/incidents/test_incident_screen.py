"""An incident's screen: three things to do stand first, and the rest is one press away."""

import re
from pathlib import Path

import pytest

from dutydesk.incidents.models import Incident
from testing.screens import squeezed, visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db
REST = ["Record a gathering", "Start maintenance", "Inform the team", "Write the plan"]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(support="Ada", primary="Ben")
    return world


def buttons(who: str, number: int) -> tuple[list[str], list[str]]:
    """Give the buttons that stand first, and those behind More."""
    page = squeezed(visit(who).get(f"/incidents/{number}").text)
    card = page[page.index('id="incident-do"') : page.index('id="incident-updates"')]
    first, _, rest = card.partition("<summary>More</summary>")
    label = re.compile(r"<button[^>]*>([^<]*)</button>")
    return label.findall(first), label.findall(rest)


def test_lead_update_and_resolve_stand_first(world: World) -> None:
    about = world.press("Ben", "incident.declare", "new", title="Visits are down").show
    incident = Incident.objects.get()
    first = ["Write an update", "I'll lead", "Resolve"]
    rest = ["Give the lead", "I'm working on this", *REST]
    assert buttons("Ada", incident.pk) == (first, rest)
    world.press("Ben", "incident.work-on", about)
    assert buttons("Ben", incident.pk) == (first, ["Give the lead", *REST])
    world.press("Ada", "incident.take-lead", about)
    assert buttons("Ben", incident.pk) == (["Write an update", "Give the lead", "Resolve"], REST)
    assert buttons("Uma", incident.pk) == ([], [])
