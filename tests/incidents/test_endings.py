"""Incidents that were none, that go on after all, and two that are one."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dutydesk.alarms.models import Alarm
from dutydesk.commitments.flows import commitments
from dutydesk.incidents.flows import declaration, merges
from dutydesk.incidents.flows.changes import NotChangeable
from dutydesk.incidents.flows.declaration import DeclarationRefused
from dutydesk.incidents.flows.merges import MergeRefused
from dutydesk.incidents.flows.reopenings import ReopeningRefused
from dutydesk.incidents.flows.updates import AlreadyResolved
from dutydesk.incidents.models import COUNTED, Incident, Maintenance
from dutydesk.incidents.rules.corrections import CorrectionRefused
from dutydesk.journal.flows import journal
from dutydesk.kernel.forms import FormRefused
from dutydesk.people.models import Service, Team
from dutydesk.postmortems.models import Postmortem
from dutydesk.wiring import ACTIONS
from testing.screens import squeezed, visit
from testing.tellings import alert, evening, open_pages, tell
from testing.tellings import declare as declare_from
from testing.world import World

pytestmark = pytest.mark.django_db
TEAM, ASK, PRISONS = "#cloud-platform", "#ask-cloud-platform", "#prisons"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, "2026-11-24T11:00")


def declare(world: World, who: str = "Ada", **values: Any) -> Incident:
    values = {
        "title": "Visits can't be booked",
        "services": [str(Service.objects.get(name="Prison visits").pk)],
        "criteria": ["outage"],
        "user_impact": "yes",
        **values,
    }
    about = world.press(who, "incident.declare", "new", **values).show
    return Incident.objects.get(pk=int(about.partition(":")[2]))


def press(world: World, what: str, incident: Incident, reason: str, **values: Any) -> None:
    world.press("Ben", f"incident.{what}", incident.about, reason=reason, **values)
    incident.refresh_from_db()


def owed(incident: Incident) -> set[str]:
    return {one.kind for one in commitments.owed([incident.about])}


@pytest.mark.clause("incident.resolve")
def test_what_was_declared_by_mistake_counts_nowhere_and_everybody_who_was_told_is_told(
    world: World,
) -> None:
    incident = declare(world)
    press(world, "mistake", incident, "It was a drill")
    for channel in (TEAM, ASK, PRISONS):
        root, reply = world.said(channel)
        assert root.startswith("Declared by mistake: Visits can't be booked")
        assert "Ben says that there was no incident. Why: It was a drill" in reply
    assert (incident.state, owed(incident)) == ("mistake", set())
    assert not Incident.objects.filter(COUNTED).exists()
    with pytest.raises(AlreadyResolved, match="declared by mistake"):
        world.press("Ada", "incident.update", incident.about, text="News", next="30")
    with pytest.raises(CorrectionRefused, match="by mistake already"):
        press(world, "mistake", incident, "Again")
    entry = journal.timeline([incident.about]).last()
    assert entry is not None
    assert entry.text == "Ben took it back as declared by mistake. Why: It was a drill"


@pytest.mark.clause("postmortem.session")
def test_the_postmortem_of_what_was_no_incident_is_withdrawn_unless_it_was_held(
    world: World,
) -> None:
    incident = declare(world)
    world.press("Ada", "incident.resolve", incident.about, text="Over")
    draft = f"postmortem:{Postmortem.objects.get().pk}"
    press(world, "mistake", incident, "It was a drill")
    assert not Postmortem.objects.exists()
    assert not commitments.owed([draft]).exists()
    other = declare(world)
    world.press("Ada", "incident.resolve", other.about, text="Over")
    held = f"postmortem:{Postmortem.objects.get().pk}"
    world.press("Ada", "postmortem.session", held, notes="We learnt a lot")
    press(world, "mistake", other, "It was a drill")
    assert Postmortem.objects.get().notes == "We learnt a lot"


def test_an_alarm_of_what_was_no_incident_pages_again_if_it_still_fires(tmp_path: Path) -> None:
    world = evening(tmp_path)
    alarm = tell(world, alert("Down", world.at))
    assert alarm is not None
    incident = Incident.objects.get(pk=int(declare_from(world, alarm).partition(":")[2]))
    press(world, "mistake", incident, "The wrong alarm")
    world.forward(minutes=15)
    assert open_pages() == ["Down is wrong"]


@pytest.mark.clause("incident.declare", "announce.commitment", "incident.hourly")
def test_one_that_is_back_goes_on_and_owes_what_it_owed(world: World) -> None:
    incident = declare(world)
    world.press("Ada", "incident.resolve", incident.about, text="Over")
    session = f"postmortem:{Postmortem.objects.get().pk}"
    world.forward(minutes=60)
    press(world, "reopen", incident, "It fails again")
    assert (incident.state, incident.resolved, incident.repaired) == ("open", None, None)
    assert owed(incident) == {"incident.update", "incident.lead", "incident.gathering"}
    assert commitments.owed([incident.about])[1].due_at == world.moment("2026-11-24T12:20")
    for channel in (TEAM, ASK, PRISONS):
        assert world.said(channel)[0].startswith("High-priority incident: Visits")
        assert "Ben reopened this. Why: It fails again" in world.said(channel)[-1]
    assert not commitments.owed([session]).exists()
    with pytest.raises(ReopeningRefused, match="goes on"):
        press(world, "reopen", incident, "Once more")
    world.press("Ada", "incident.resolve", incident.about, text="Really over")
    assert commitments.owed([session]).get().kind == "postmortem.session"
    assert Postmortem.objects.count() == 1
    for channel in (TEAM, ASK, PRISONS):
        assert "Really over" in world.said(channel)[-1]


def test_a_mistake_that_was_none_is_reopened_too(world: World) -> None:
    incident = declare(world)
    press(world, "mistake", incident, "It was a drill")
    press(world, "reopen", incident, "It was no drill")
    assert "incident.update" in owed(incident)
    assert Incident.objects.filter(COUNTED).get() == incident
    world.press("Ada", "incident.resolve", incident.about, text="Over")
    world.at += timedelta(days=30)
    press(world, "mistake", incident, "The wrong one of two")
    world.at += timedelta(days=6)
    shown = visit("Ben").get(f"/incidents/{incident.pk}").text
    assert f"/do/incident.reopen/{incident.about}" in shown
    press(world, "reopen", incident, "I meant the other")
    assert incident.state == "open"


def test_after_a_week_it_is_another_incident(world: World) -> None:
    incident = declare(world)
    world.press("Ada", "incident.resolve", incident.about, text="Over")
    world.at += timedelta(days=7, minutes=1)
    with pytest.raises(ReopeningRefused, match="more than 1 week ago"):
        press(world, "reopen", incident, "It fails again")
    world.at -= timedelta(minutes=1)
    press(world, "reopen", incident, "It fails again")
    assert incident.state == "open"


@pytest.mark.clause("oncall.limit")
def test_reopened_in_the_same_night_on_call_has_the_whole_limit_again(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T20:00")
    incident = declare(world)
    world.forward(minutes=50)
    world.press("Ada", "incident.resolve", incident.about, text="Over")
    world.forward(minutes=30)
    press(world, "reopen", incident, "It fails again")
    limit = commitments.owed([incident.about]).get(kind="incident.limit")
    assert limit.due_at == world.moment("2026-11-24T22:20")


def test_its_alarm_that_still_fires_is_its_own_again(tmp_path: Path) -> None:
    world = evening(tmp_path)
    alarm = tell(world, alert("Down", world.at))
    assert alarm is not None
    incident = Incident.objects.get(pk=int(declare_from(world, alarm).partition(":")[2]))
    world.press("Ben", "incident.resolve", incident.about, text="Over", still="yes")
    world.forward(minutes=5)
    press(world, "reopen", incident, "It was too early")
    world.forward(minutes=60)
    assert open_pages() == []
    assert Alarm.objects.get().incident == incident.about


@pytest.fixture
def courts() -> Service:
    team = Team.objects.create(name="Courts", channel="#courts")
    return Service.objects.create(name="Court lists", team=team)


@pytest.mark.clause("incident.broadcast", "priority.by-impact")
def test_two_that_are_one_go_on_as_one_that_everybody_hears_of(
    world: World, courts: Service
) -> None:
    part = declare(world, began="2026-11-24T10:30")
    world.press("Cy", "incident.take-lead", part.about)
    world.forward(minutes=5)
    whole = declare(
        world, "Ben", title="The database is down", services=[str(courts.pk)], criteria=[]
    )
    visits = part.services.get()
    world.press("Ada", "incident.maintain", part.about, service=str(visits.pk))
    press(world, "merge", part, "The database is behind it", into=str(whole.pk))
    whole.refresh_from_db()
    assert (part.state, part.merged_into, owed(part)) == ("merged", whole, set())
    assert {service.name for service in whole.services.all()} == {"Prison visits", "Court lists"}
    assert (whole.priority, whole.criteria) == ("high", ["outage"])
    assert whole.began == world.moment("2026-11-24T10:30")
    assert whole.lead is not None and whole.lead.name == "Cy"
    assert owed(whole) == {"incident.update", "incident.gathering"}
    assert Maintenance.objects.get().incident == whole
    said = "This goes on as “The database is down”, said Ben. Why: The database is behind it"
    for channel in (TEAM, ASK, PRISONS):
        assert sum(said in text for text in world.said(channel) if "Merged:" in text) == 2
    assert "High-priority incident: The database is down" in world.said(PRISONS)[-1]
    world.press("Ada", "incident.resolve", whole.about, text="Both are over")
    for channel in (TEAM, ASK, PRISONS, "#courts"):
        assert "Both are over" in world.said(channel)[-1]
    assert Incident.objects.filter(COUNTED).get() == whole
    assert Postmortem.objects.get().incident == whole


def test_what_is_part_of_another_is_changed_there(world: World, courts: Service) -> None:
    part = declare(world)
    whole = declare(world, "Ben", title="The database is down", services=[str(courts.pk)])
    with pytest.raises(FormRefused, match="doesn't offer that"):
        press(world, "merge", part, "Itself", into=str(part.pk))
    press(world, "merge", part, "One cause", into=str(whole.pk))
    with pytest.raises(NotChangeable, match=f"part of incident {whole.pk}"):
        press(world, "reopen", part, "It fails again")
    with pytest.raises(AlreadyResolved, match=f"part of incident {whole.pk}"):
        world.press("Ada", "incident.update", part.about, text="News", next="30")
    third = declare(world, "Cy", title="The network is down", services=[])
    press(world, "merge", whole, "One cause again", into=str(third.pk))
    part.refresh_from_db()
    assert part.merged_into == third


@pytest.mark.parametrize(("further", "says"), [(0, "no part of itself"), (1, "isn't there")])
def test_an_incident_is_part_of_another_one_that_is_there(
    world: World, further: int, says: str
) -> None:
    one, ada = declare(world), world.person("Ada")
    into = one.pk + further
    with pytest.raises(MergeRefused, match=says):
        merges.merge(incident=one.pk, into=into, reason="One cause", seen=None, by=ada, at=world.at)
    assert "incident.update" in owed(one)


def test_the_alarms_of_a_part_are_those_of_the_whole(tmp_path: Path) -> None:
    world = evening(tmp_path)
    alarm = tell(world, alert("Down", world.at))
    assert alarm is not None
    part = Incident.objects.get(pk=int(declare_from(world, alarm).partition(":")[2]))
    whole = declare(world, "Cy", title="The database is down", services=[])
    press(world, "merge", part, "One cause", into=str(whole.pk))
    assert Alarm.objects.get().incident == whole.about
    with pytest.raises(DeclarationRefused, match=f"Incident {whole.pk} has this already"):
        world.press("Cy", "incident.declare", alarm.about, title="Visits fail")
    world.forward(minutes=60)
    assert open_pages() == []
    world.press("Ben", "incident.resolve", whole.about, text="Over", still="yes")
    world.forward(minutes=15)
    assert open_pages() == ["Down is wrong"]


@pytest.mark.clause("incident.declare")
def test_a_button_that_is_pressed_twice_declares_one_incident(world: World) -> None:
    first = declare(world)
    said = [world.said(channel) for channel in (TEAM, ASK, PRISONS)]
    world.at += timedelta(seconds=3)
    assert declare(world) == first
    assert Incident.objects.count() == 1
    assert [world.said(channel) for channel in (TEAM, ASK, PRISONS)] == said


@pytest.mark.clause("incident.declare")
def test_what_two_people_declare_within_minutes_is_offered_to_be_one(world: World) -> None:
    form = ACTIONS["incident.declare"].form
    assert form is not None
    assert "another" not in [
        field.name for field in form("new", world.person("Cy"), world.at).fields
    ]
    first = declare(world)
    world.forward(minutes=10)
    says = f"Ada declared incident {first.pk} of the same, “Visits can't be booked”, at 11:00"
    with pytest.raises(DeclarationRefused, match=says) as refused:
        declare(world, "Cy", title="Nobody can book")
    assert "say that this is another one" in refused.value.remedy
    another = form("new", world.person("Cy"), world.at).fields[-1]
    assert (another.name, another.label) == ("another", "It is another one")
    assert f"“Visits can't be booked” ({first.pk}), by Ada" in another.hint
    second = declare(world, "Cy", title="Nobody can book", another="yes")
    assert second != first
    world.forward(minutes=11)
    assert declare(world, "Cy", title="Visits are slow").pk > second.pk


def test_incidents_of_no_service_or_of_another_are_each_their_own(
    world: World, courts: Service
) -> None:
    declare(world, services=[])
    declare(world, "Ben", services=[], title="Other")
    declare(world, "Cy", services=[str(courts.pk)], title="Third")
    assert Incident.objects.count() == 3
    assert len(declaration.just_declared(world.at)) == 3


def test_an_alarm_leads_to_its_incident_and_back_though_that_is_over(tmp_path: Path) -> None:
    world = evening(tmp_path)
    alarm = tell(world, alert("Down", world.at))
    assert alarm is not None
    incident = Incident.objects.get(pk=int(declare_from(world, alarm).partition(":")[2]))
    named = f'<a href="/incidents/{incident.pk}">incident {incident.pk}: Visits are down</a>'
    assert named not in squeezed(visit("Ben").get(f"/alarms/{alarm.pk}").text)
    world.press("Ben", "incident.resolve", incident.about, text="Over", still="yes")
    assert f'{named}<span class="tag">resolved</span>' in squeezed(
        visit("Ben").get(f"/alarms/{alarm.pk}").text
    )
    assert f'href="/alarms/{alarm.pk}"' in visit("Ben").get(f"/incidents/{incident.pk}").text
    whole = declare(world, "Cy", title="The network", services=[])
    press(world, "reopen", incident, "It goes on")
    press(world, "merge", incident, "One cause", into=str(whole.pk))
    world.press("Ben", "incident.resolve", whole.about, text="Over", still="yes")
    page = visit("Ben").get(f"/alarms/{alarm.pk}").text
    assert f"incident {whole.pk}: The network" in page and named not in page


@pytest.mark.clause("oncall.limit", "announce.commitment")
def test_what_was_promised_of_a_part_is_owed_of_the_whole_and_no_later(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T20:00")
    part = declare(world)
    world.forward(minutes=20)
    whole = declare(world, "Cy", title="The database is down", services=[])
    sooner = {one.kind: one.due_at for one in commitments.owed([part.about])}
    press(world, "merge", part, "One cause", into=str(whole.pk))
    after = {one.kind: one.due_at for one in commitments.owed([whole.about])}
    assert after["incident.limit"] == sooner["incident.limit"] == world.moment("2026-11-24T21:00")
    assert after["incident.update"] == sooner["incident.update"]
    world.forward(minutes=41)
    assert "incident.plan" in owed(whole)
    third = declare(world, "Ben", title="The network is down", services=[])
    press(world, "merge", whole, "One cause again", into=str(third.pk))
    assert {"incident.plan", "incident.inform", "incident.limit"} <= owed(third)
