"""Who will be told of a correction, a mistake, a reopening or a merge is shown beforehand."""

from pathlib import Path
from typing import Any

import pytest

from dutydesk.incidents.flows import changes
from dutydesk.incidents.models import Incident
from dutydesk.outbox.flows import outbox
from dutydesk.people.models import Service, Team
from dutydesk.ports.delivery import MAIL
from dutydesk.wiring import ACTIONS
from testing.audiences import MailServer, Said, declare, preview, service, shown, told
from testing.screens import seen, visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setitem(outbox._senders, MAIL, MailServer())
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(support="Ada", primary="Ben")
    courts = Team.objects.create(name="Courts", channel="#courts")
    Service.objects.create(name="Court lists", team=courts)
    return world


def before_and_after(
    world: World, action: str, incident: Incident, **sent: Any
) -> tuple[Said, Said]:
    """Give what is shown beforehand, and what is told then: of this, and newly of `newly`."""
    form, about = ACTIONS[action].form, incident.about
    assert form is not None
    filled = {**form(about, world.person("Ben"), world.at).filled_in(world.zone), **sent}
    seen_there = set(told(posts=":in:", letters="nothing"))
    before = shown(preview(world, "Ben", action, about, **sent))
    world.press("Ben", action, about, **filled)
    key = f"{about}:change:{changes.latest(about)}:"
    after = told(posts=":in:", letters="nothing")
    newly = {place: said for place, said in after.items() if place not in seen_there}
    return before, newly | told(posts=key, letters=key)


@pytest.mark.clause("incident.broadcast", "priority.by-impact", "incident.resolve")
def test_each_change_of_an_incident_is_told_as_it_was_shown(world: World) -> None:
    first = declare(world)
    world.press("Ada", "incident.resolve", first.about, text="It works")
    world.forward(minutes=5)
    for action, sent in (
        ("reopen", {"reason": "Too early"}),
        ("assess", {"criteria": [], "reason": "Some can book"}),
        ("assess", {"criteria": ["outage"], "reason": "Nobody can"}),
        (
            "correct",
            {
                "title": "Visits and lists fail",
                "services": [service(), service("Court lists")],
                "reason": "Lists too",
            },
        ),
        ("mistake", {"reason": "Ben misread it"}),
    ):
        before, after = before_and_after(world, f"incident.{action}", first, **sent)
        assert before == after, action
        assert {"Director (e-mail)", "#prisons"} <= set(before), action
        world.forward(minutes=2)


@pytest.mark.clause("incident.broadcast")
def test_a_merge_shows_who_of_either_would_be_told(world: World) -> None:
    part = declare(world)
    whole = declare(world, title="Lists are empty", services=[service("Court lists")], criteria=[])
    sent = {"into": str(whole.pk), "reason": "One cause"}
    before = preview(world, "Ben", "incident.merge", part.about, **sent)
    world.press("Ben", "incident.merge", part.about, **sent)
    merged, new = "Merged: Visits can't be booked", "High-priority incident: Lists are empty"
    assert [(one.place, one.message.title) for one in before] == [
        ("#cloud-platform", merged),
        ("#ask-cloud-platform", merged),
        ("#prisons", merged),
        ("Director (e-mail)", merged),
        ("#prisons", new),
    ]
    said = [one.message for one in before if one.place == "#prisons"]
    assert world.said("#prisons")[-2:] == [
        " | ".join(filter(None, (one.title, one.body, "; ".join(map(": ".join, one.facts)))))
        for one in said
    ]


def test_what_changes_nothing_tells_nobody_and_looking_changes_nothing(world: World) -> None:
    incident = declare(world)
    assert not preview(world, "Ben", "incident.correct", incident.about)
    for action in ("mistake", "assess", "merge", "correct"):
        preview(world, "Ben", f"incident.{action}", incident.about, title="x", criteria=[])
    assert Incident.objects.get() == incident and Incident.objects.get().state == "open"
    page = seen(visit("Ben").get(f"/do/incident.mistake/{incident.about}"))
    part = page[page.index("Who will be told") :]
    assert "Declared by mistake: Visits can't be booked" in part
    assert "Ben says that there was no incident. Why: …" in part
