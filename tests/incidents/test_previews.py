"""Who will be told what is shown before it is sent, and that is what they read then."""

from pathlib import Path
from random import Random
from typing import Any

import pytest

from dutydesk.incidents.models import Incident, Update
from dutydesk.outbox.flows import outbox
from dutydesk.people.models import Service, Team
from dutydesk.ports.delivery import MAIL
from dutydesk.process.rules.check import default_process
from testing.audiences import (
    ASK,
    PRISONS,
    TEAM,
    MailServer,
    adopt,
    declare,
    letters,
    preview,
    service,
    shown,
    told,
)
from testing.screens import seen, visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db
DAY, NIGHT = "2026-11-24T11:00", "2026-11-24T19:30"


@pytest.fixture(params=[DAY, NIGHT])
def world(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setitem(outbox._senders, MAIL, MailServer())
    world = World(tmp_path, request.param)
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(support="Ada", primary="Ben")
    courts = Team.objects.create(name="Courts", channel="#courts")
    Service.objects.create(name="Court lists", team=courts)
    return world


def some(chance: Random, of: list[str]) -> list[str]:
    return chance.sample(of, chance.randint(0, len(of)))


@pytest.mark.clause(
    "incident.broadcast", "incident.comms-users", "incident.comms-team", "incident.comms-leaders"
)
@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_declared_told_and_resolved_reads_as_it_was_shown(
    world: World, tmp_path: Path, seed: int
) -> None:
    chance = Random(seed)
    adopt(world, tmp_path, who="[Ben, boss@example.org]", hear_of=chance.choice(["high", "all"]))
    values: dict[str, Any] = {
        "title": "It fails",
        "services": some(chance, [str(one.pk) for one in Service.objects.all()]),
        "criteria": some(chance, [one.id for one in default_process().incidents.high]),
        "user_impact": chance.choice(["yes", ""]),
    }
    before = shown(preview(world, "Ada", "incident.declare", "new", **values))
    incident = declare(world, **values)
    about = incident.about
    assert before == told(posts=f"{about}:in:", letters=f"{about}:declared:")
    sent: dict[str, str] = {"text": "We @here look\ninto it", "next": "30"}
    before = shown(preview(world, "Ada", "incident.update", about, **sent))
    world.press("Ada", "incident.update", about, **sent)
    key = f"update:{Update.objects.latest('pk').pk}:"
    assert before == told(posts=key, letters=key)
    world.press("Ada", "incident.correct", about, title="It is slow", reason="Seen", services=[])
    sent = {"text": "It works again"}
    before = shown(preview(world, "Ada", "incident.resolve", about, **sent))
    world.press("Ada", "incident.resolve", about, **sent)
    key = f"update:{Update.objects.latest('pk').pk}:"
    assert before == told(posts=key, letters=key)
    assert Incident.objects.get().state == "resolved"


@pytest.mark.clause("incident.broadcast", "incident.comms-leaders")
def test_what_was_repaired_before_is_told_once_as_it_was_shown(world: World) -> None:
    times = {"began": "2026-11-24T09:15", "repaired": "2026-11-24T10:30"}
    values = {"title": "It failed", "services": [service()], "user_impact": "yes", **times}
    values["criteria"] = ["outage"]
    before = shown(preview(world, "Ada", "incident.declare", "new", **values))
    assert set(before) == {TEAM, ASK, PRISONS, "Director (e-mail)"}
    declare(world, **values)
    key = f"update:{Update.objects.get().pk}:"
    assert before == told(posts=key, letters=key)
    assert len(letters()) == 1, "no letter says that we look into it"


@pytest.mark.clause("incident.broadcast", "incident.comms-leaders")
def test_an_exercise_is_shown_to_the_team_alone_and_calls_it_by_no_name(world: World) -> None:
    values = {"title": "It fails", "services": [service()], "user_impact": "yes"}
    values |= {"criteria": ["outage"], "exercise": "yes"}
    before = shown(preview(world, "Ada", "incident.declare", "new", **values))
    assert set(before) == {TEAM}
    incident = declare(world, **values)
    about = incident.about
    assert before == told(posts=f"{about}:in:", letters=f"{about}:declared:")
    for action, sent in (("update", {"text": "We look", "next": "30"}), ("resolve", {"text": "x"})):
        before = shown(preview(world, "Ada", f"incident.{action}", about, **sent))
        assert set(before) == {TEAM}
        world.press("Ada", f"incident.{action}", about, **sent)
        key = f"update:{Update.objects.latest('pk').pk}:"
        assert before == told(posts=key, letters=key)
    assert not letters()


def test_nothing_is_done_by_looking(world: World) -> None:
    incident = declare(world)
    for action, about in (
        ("incident.declare", "new"),
        ("incident.update", incident.about),
        ("incident.resolve", incident.about),
    ):
        preview(world, "Ada", action, about, text="Almost", title="Another")
    found = Incident.objects.get()
    assert (found.state, found.resolved) == ("open", None)
    assert not Update.objects.exists()


@pytest.mark.clause("incident.comms-users", "incident.comms-leaders")
def test_the_form_names_everybody_and_shows_what_they_will_read(world: World) -> None:
    incident = declare(world)
    page = seen(visit("Ada").get(f"/do/incident.update/{incident.about}"))
    places = f"{TEAM}, {ASK}, {PRISONS}, Director (e-mail)"
    assert f"It goes to {places}." in page
    part = page[page.index("Who will be told") :]
    for audience in ("The team", "Affected users", "Those who tell senior leadership"):
        assert audience in part
    assert f"{ASK}, {PRISONS} Update: Visits can't be booked" in part


def test_it_is_shown_anew_as_it_is_filled_in_with_a_script_or_without(world: World) -> None:
    path, ada = "/do/incident.declare/new", visit("Ada")
    typed = {"filled": "1", "title": "Lists are slow", "user_impact": "yes", "services": service()}
    part = ada.post(path, {**typed, "look": "live"})
    assert part.status_code == 200
    assert part.text.lstrip().startswith('<div id="tellings"')
    assert "Incident: Lists are slow" in part.text
    assert PRISONS in part.text
    page = ada.post(path, {**typed, "look": "yes"})
    assert 'value="Lists are slow"' in page.text
    assert "<details open>" in page.text
    assert "High-priority" not in seen(page)
    high = ada.post(path, {**typed, "look": "live", "criteria": "outage"})
    assert "Director (e-mail)" in seen(high)
    assert not Incident.objects.exists()


def test_whoever_may_not_tell_sees_nobody_who_would_be_told(world: World) -> None:
    incident = declare(world)
    answer = visit("Uma").post(
        f"/do/incident.update/{incident.about}", {"filled": "1", "look": "live", "text": "x"}
    )
    assert answer.status_code == 302
    assert "Director" not in answer.text
    assert (
        "Director"
        not in visit("Uma").get(f"/incidents/{incident.pk}").text.partition('id="incident-line"')[0]
    )
