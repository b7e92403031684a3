"""An incident, from its declaration to its resolution, in the words of the process."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dutydesk.commitments.flows import commitments
from dutydesk.incidents.flows import updates
from dutydesk.incidents.flows.updates import AlreadyResolved, UpdateRefused
from dutydesk.incidents.models import Gathering, Incident, Maintenance, Update
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import ActionRequest, NotYours
from dutydesk.kernel.forms import FormRefused
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Service
from dutydesk.ports.delivery import Delivery
from dutydesk.postmortems.models import Postmortem
from dutydesk.postmortems.rules.promises import session_due
from dutydesk.process.rules.check import default_process
from dutydesk.wiring import ACTIONS
from testing.world import World

pytestmark = pytest.mark.django_db
TEAM, ASK, PRISONS = "#cloud-platform", "#ask-cloud-platform", "#prisons"


class Postbox:
    def deliver(self, parcel: Delivery) -> str:
        return parcel.key


@pytest.fixture
def _mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(outbox._senders, "email", Postbox())


def declare(world: World, **values: Any) -> Incident:
    service = Service.objects.get(name="Prison visits")
    values = {
        "title": "Visits can't be booked",
        "services": [str(service.pk)],
        "criteria": ["outage"],
        "user_impact": "yes",
        "began": "",
        **values,
    }
    world.press("Ada", "incident.declare", "new", **values)
    return Incident.objects.latest("id")


def owed(incident: Incident, kind: str) -> datetime | None:
    found = commitments.owed([f"incident:{incident.pk}"]).filter(kind=kind).first()
    return found.due_at if found else None


@pytest.mark.clause("incident.declare", "incident.broadcast", "priority.by-impact", "priority.high")
def test_whoever_declares_it_tells_the_team_and_the_users_who_are_affected(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    incident = declare(world)
    assert incident.priority == "high"
    for channel in (TEAM, ASK, PRISONS):
        assert "High-priority incident: Visits can't be booked" in world.said(channel)[-1]
    assert "@cloud-platform-team" in world.said(TEAM)[-1]
    assert "@cloud-platform-team" not in world.said(ASK)[-1]
    with pytest.raises(NotYours):
        world.press("Uma", "incident.declare", "new", title="x")


@pytest.mark.clause("incident.broadcast", "priority.high")
def test_without_impact_on_users_only_the_team_hears_of_it(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    incident = declare(world, user_impact="", criteria=[])
    assert incident.priority == "normal"
    assert world.said(ASK) == world.said(PRISONS) == []
    assert world.said(TEAM)[-1].startswith("Incident:")
    assert owed(incident, "incident.gathering") is None


@pytest.mark.clause("incident.lead")
def test_a_lead_is_taken_or_given(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    incident = declare(world)
    world.press("Ben", "incident.take-lead", f"incident:{incident.pk}")
    assert "Lead: Ben" in world.said(TEAM)[0]
    assert "Who does what | Ben leads." in world.said(TEAM)[-1]
    cy = world.person("Cy").engineer
    world.press("Ben", "incident.give-lead", f"incident:{incident.pk}", engineer=str(cy))
    assert "Lead: Cy" in world.said(TEAM)[0]
    assert "Cy leads instead of Ben, asked by Ben." in world.said(TEAM)[-1]


@pytest.mark.clause("announce.commitment", "announce.content", "incident.comms-users")
def test_an_update_names_the_next_one_or_is_refused(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    incident = declare(world)
    about = f"incident:{incident.pk}"
    assert owed(incident, "incident.update") == world.moment("2026-11-24T11:20")
    with pytest.raises(FormRefused, match="“When do they hear next\\?” is missing"):
        world.press("Ada", "incident.update", about, text="We look into it", next="")
    with pytest.raises(FormRefused, match="“When do they hear next\\?” doesn't offer that"):
        world.press("Ada", "incident.update", about, text="We look into it", next="240")
    with pytest.raises(UpdateRefused, match="too long"):
        updates.update(
            incident=incident.pk,
            text="We look into it",
            next_at=world.at + timedelta(hours=4),
            by=world.person("Ada"),
            at=world.at,
        )
    assert Update.objects.count() == 0
    world.forward(minutes=10)
    world.press("Ada", "incident.update", about, text="We look into it", next="30")
    for channel in (TEAM, ASK, PRISONS):
        assert "We look into it | Next update: today at 11:40 GMT" in world.said(channel)[-1]
    history = commitments.history([about]).filter(kind="incident.update")
    assert [c.state for c in history] == ["kept", "open"]


@pytest.mark.clause("announce.no-notifiers")
def test_an_update_calls_no_whole_channel(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    about = declare(world).about
    with pytest.raises(UpdateRefused, match="only calls everybody"):
        world.press("Ada", "incident.update", about, text="@here", next="30")
    world.press("Ada", "incident.update", about, text="@channel We look into it", next="30")
    assert "Update: Visits can't be booked | We look into it" in world.said(ASK)[-1]


@pytest.mark.clause("announce.commitment")
def test_an_update_is_warned_of_chased_when_late_and_marked_late(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    incident = declare(world)
    world.forward(minutes=15)
    assert "Due soon" in world.said(TEAM)[-1]
    world.forward(minutes=5)
    assert "Overdue" in world.said(TEAM)[-1]
    world.forward(minutes=15)
    world.press("Ada", "incident.update", f"incident:{incident.pk}", text="Late", next="60")
    states = commitments.history([f"incident:{incident.pk}"]).filter(kind="incident.update")
    assert [c.state for c in states] == ["late", "open"]


@pytest.mark.clause("announce.commitment")
def test_an_update_told_just_as_it_is_due_is_not_called_overdue(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    incident = declare(world)
    world.forward(minutes=16)
    world.at = world.moment("2026-11-24T11:20")
    commitments.tick(at=world.at)  # Due, and a worker has yet to react to it.
    by, about = world.person("Ada"), f"incident:{incident.pk}"
    values = {"text": "In time", "next": "60"}
    ACTIONS.carry_out("incident.update", ActionRequest(about, by, world.at, world.zone, values))
    world.settle()
    late = [text for text in world.said(TEAM) if "Overdue" in text]
    assert not [text for text in late if "next update" in text]
    assert owed(incident, "incident.update") == world.moment("2026-11-24T12:20")


@pytest.mark.usefixtures("_mail")
@pytest.mark.clause("incident.comms-leaders", "incident.comms-team")
def test_senior_leadership_is_told_by_those_who_carry_the_news(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    incident = declare(world)
    world.press("Ada", "incident.update", f"incident:{incident.pk}", text="News", next="60")
    letters = OutboxMessage.objects.filter(kind="email").order_by("id")
    assert [letter.payload["to"] for letter in letters] == ["director@example.org"] * 2
    assert "News" in letters[1].payload["body"]
    assert "News" in world.said(TEAM)[-1]


@pytest.mark.clause("incident.hourly")
def test_every_hour_the_team_gathers_and_records_what_it_decides(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    incident = declare(world)
    about = f"incident:{incident.pk}"
    world.forward(minutes=59)
    assert not [text for text in world.said(TEAM) if "Time to gather" in text]
    world.forward(minutes=1)
    called = [text for text in world.said(TEAM) if "Time to gather" in text]
    assert "Do we need more people" in called[0]
    world.press("Ada", "incident.gather", about, **{"answer-0": "No", "decided": "Go on"})
    assert Gathering.objects.get().answers["Do we need more people, or other skills?"] == "No"
    assert owed(incident, "incident.gathering") == world.moment("2026-11-24T13:00")


@pytest.mark.clause("oncall.limit", "oncall.maintenance", "oncall.inform", "oncall.plan")
def test_out_of_hours_the_limit_leads_to_maintenance_word_and_a_plan(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    incident = declare(world)
    about = f"incident:{incident.pk}"
    world.forward(minutes=50)
    assert [t for t in world.said(TEAM) if "limit for" in t and "20:00 GMT" in t]
    assert owed(incident, "incident.plan") is None
    world.forward(minutes=10)
    assert [t for t in world.said(TEAM) if "On call has worked on this for 1 hour" in t]
    for kind in ("maintenance", "inform", "plan"):
        assert owed(incident, f"incident.{kind}") == world.moment("2026-11-24T20:10")
    service = incident.services.get()
    world.press("Ada", "incident.maintain", about, service=str(service.pk))
    world.press("Ada", "incident.inform", about, text="We go on in the morning")
    world.press("Ada", "incident.plan", about, text="Ben restores it at 10:00")
    assert "We go on in the morning" in world.said(PRISONS)[-1]
    kept = commitments.history([about]).filter(state="kept").values_list("kind", flat=True)
    assert {"incident.maintenance", "incident.inform", "incident.plan"} <= set(kept)
    world.press("Ada", "maintenance.end", f"maintenance:{Maintenance.objects.get().pk}")
    assert Maintenance.objects.get().off_by == "Ada"


@pytest.mark.clause("oncall.limit")
def test_in_working_hours_there_is_no_limit(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T17:59")
    assert owed(declare(world), "incident.limit") is None
    world.forward(minutes=1)
    again = declare(world, another="yes")
    assert owed(again, "incident.limit") == world.moment("2026-11-24T19:00")


@pytest.mark.clause("incident.resolve")
def test_resolved_it_tells_everybody_who_was_told_and_owes_nothing_more(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    incident = declare(world, began="2026-11-24T18:30")
    about = f"incident:{incident.pk}"
    world.forward(minutes=70)
    world.press(
        "Ada", "incident.resolve", about, text="It works again", repaired="2026-11-24T20:05"
    )
    for channel in (TEAM, ASK, PRISONS):
        said = world.said(channel)
        assert any(text.startswith("Resolved:") and "It works again" in text for text in said)
        assert not any(text.startswith("High-priority incident") for text in said)
    assert not commitments.owed([about]).exists()
    incident.refresh_from_db()
    assert incident.repaired == world.moment("2026-11-24T20:05")
    with pytest.raises(AlreadyResolved):
        world.press("Ada", "incident.resolve", about, text="again", repaired="")


@pytest.mark.clause("postmortem.session", "postmortem.timeline", "postmortem.blameless")
def test_a_high_priority_incident_opens_a_postmortem_with_the_journal_as_its_timeline(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    incident = declare(world)
    about = f"incident:{incident.pk}"
    world.press("Ben", "incident.take-lead", about)
    world.press("Ada", "incident.resolve", about, text="It works again", repaired="")
    postmortem = Postmortem.objects.get()
    texts = [entry.text for entry in journal.timeline([about])]
    assert texts[0].startswith("Ada declared a high-priority incident")
    assert "Ben leads" in texts
    session = commitments.owed([f"postmortem:{postmortem.pk}"]).get()
    assert session.due_at == world.moment("2026-12-01T18:00")
    form = ACTIONS["postmortem.session"].form
    assert form is not None
    assert (
        "not about people"
        in form(f"postmortem:{postmortem.pk}", world.person("Ada"), world.at).note
    )
    world.press("Ada", "postmortem.session", f"postmortem:{postmortem.pk}", notes="Test restores")
    assert not commitments.owed([f"postmortem:{postmortem.pk}"]).exists()


def test_a_normal_incident_opens_none(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    incident = declare(world, criteria=[])
    world.press("Ada", "incident.resolve", f"incident:{incident.pk}", text="Fine", repaired="")
    assert not Postmortem.objects.exists()


@pytest.mark.clause("postmortem.session")
def test_a_session_is_due_in_five_working_days_that_leave_out_christmas() -> None:
    process = default_process()
    resolved = datetime(2026, 12, 23, 12, tzinfo=UTC)
    due = session_due(process, resolved)
    assert due == datetime(2027, 1, 4, 18, tzinfo=UTC)
