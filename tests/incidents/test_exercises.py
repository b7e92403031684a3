"""An incident that is practised: everything as if it were real, and nobody real is touched."""

from pathlib import Path

import pytest

from dutydesk.alarms.models import Alarm
from dutydesk.commitments.flows import commitments
from dutydesk.incidents.flows import declaration, owners
from dutydesk.incidents.flows.declaration import Declaration, DeclarationRefused
from dutydesk.incidents.flows.exercises import OnlyAnExercise
from dutydesk.incidents.flows.links import LinkRefused
from dutydesk.incidents.flows.merges import MergeRefused
from dutydesk.incidents.models import COUNTED, HelpRequest, Incident, Maintenance
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Service
from dutydesk.ports.delivery import Delivery
from dutydesk.postmortems.models import Postmortem
from dutydesk.status.flows import record
from testing.screens import squeezed, visit
from testing.tellings import alert, called, evening, open_pages, tell
from testing.world import World

pytestmark = pytest.mark.django_db
TEAM, ASK, PRISONS = "#cloud-platform", "#ask-cloud-platform", "#prisons"


class Postbox:
    def deliver(self, parcel: Delivery) -> str:
        return parcel.key


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setitem(outbox._senders, "email", Postbox())
    return evening(tmp_path)


def practise(world: World, **values: str | list[str]) -> Incident:
    service = Service.objects.get(name="Prison visits")
    given: dict[str, str | list[str]] = {
        "title": "The database is gone",
        "services": [str(service.pk)],
        "criteria": ["outage"],
        "user_impact": "yes",
        "exercise": "yes",
        **values,
    }
    done = world.press("Ada", "incident.declare", "new", **given)
    return Incident.objects.get(pk=int(done.show.partition(":")[2]))


def written(incident: Incident) -> set[str]:
    """Give to whom e-mails about an incident went."""
    letters = OutboxMessage.objects.filter(kind="email").order_by("pk")
    return {one.payload["to"] for one in letters if incident.title in one.payload["subject"]}


@pytest.mark.clause("incident.broadcast", "incident.comms-leaders", "incident.comms-users")
def test_only_the_teams_channel_hears_of_an_exercise_and_reads_that_it_is_one(
    world: World,
) -> None:
    incident = practise(world)
    assert incident.title == "EXERCISE: The database is gone"
    world.press("Cy", "incident.take-lead", incident.about)
    world.press("Cy", "incident.update", incident.about, text="We look", next="30")
    world.press("Cy", "incident.correct", incident.about, title="A disk is gone", reason="So it is")
    incident.refresh_from_db()
    assert incident.title == "EXERCISE: A disk is gone"
    world.press("Cy", "incident.resolve", incident.about, text="Well done")
    assert world.said(ASK) == world.said(PRISONS) == []
    said = world.said(TEAM)
    assert all("EXERCISE: " in text for text in said), said
    assert not [text for text in said if "@cloud-platform-team" in text]
    assert not OutboxMessage.objects.filter(kind="email", payload__to="director@example.org")
    for path in ("/incidents/", f"/incidents/{incident.pk}"):
        assert "EXERCISE: A disk is gone" in squeezed(visit("Uma").get(path).content.decode())


@pytest.mark.clause("oncall.respond", "oncall.limit")
def test_nobody_is_called_for_an_exercise_that_they_are_not_in(world: World) -> None:
    incident = practise(world)
    world.press("Cy", "incident.take-lead", incident.about)
    world.forward(hours=3)
    assert called() == []
    assert written(incident) == {"cy@example.org", "ada@example.org"}, "Ben is primary"


@pytest.mark.clause("oncall.respond", "incident.lead", "support.day-start")
def test_an_exercise_that_nobody_leads_is_theirs_who_are_in_it_and_goes_with_no_duty(
    world: World,
) -> None:
    world.shifts(support="Ben")
    incident = practise(world, criteria=[])
    world.forward(hours=1, minutes=30)
    world.at = world.moment("2026-11-25T08:50")
    world.forward(minutes=70)
    assert written(incident) == {"ada@example.org"}
    owed = commitments.owed([incident.about])
    assert {one.by for one in owners.named(owed, at=world.at)} == {"Ada, joined"}
    said = world.said(TEAM)
    assert not [text for text in said if "Handed over" in text], said
    assert not [text for text in said if "EXERCISE: " in text and "Ben" in text], said


@pytest.mark.clause("incident.lead")
def test_whoever_is_asked_to_join_an_exercise_is_asked_in_the_chat_alone(world: World) -> None:
    incident = practise(world)
    before = written(incident)
    world.press("Ada", "incident.call-on", incident.about, on_call="yes", reason="Practise too")
    assert dict(HelpRequest.objects.values_list("engineer__name", "called")) == {
        "Ben": False,
        "Cy": False,
    }
    assert any("Practise too" in text for text in world.said(TEAM, "Ben"))
    assert written(incident) == before


@pytest.mark.clause("incident.hourly")
def test_those_in_it_alone_are_called_to_an_exercise_s_gathering(world: World) -> None:
    world.at = world.moment("2026-11-25T10:00")
    world.shifts(support="Ben")
    incident = practise(world)
    world.forward(minutes=61)
    call = next(text for text in world.said(TEAM) if "Time to gather" in text)
    assert "Ada: Time to gather about this." in call
    assert "Ben" not in call
    assert "@cloud-platform-team" not in call
    assert incident.title in call


@pytest.mark.clause("measure.incidents", "postmortem.session")
def test_an_exercise_is_in_no_measure_no_status_page_and_has_no_review(world: World) -> None:
    incident = practise(world)
    assert not record._incidents(world.at)
    assert "high-priority incident" not in squeezed(visit("Ada").get("/").content.decode())
    world.press("Cy", "incident.resolve", incident.about, text="Well done")
    assert not Incident.objects.filter(COUNTED).exists()
    assert not Postmortem.objects.exists()
    assert not record._incidents(world.at)


@pytest.mark.clause("oncall.maintenance", "oncall.inform")
def test_what_would_touch_something_real_is_refused_in_an_exercise(world: World) -> None:
    incident, alarm = practise(world), tell(world, alert("Down", world.at))
    assert alarm is not None
    service = Service.objects.get(name="Prison visits")
    with pytest.raises(OnlyAnExercise):
        world.press("Cy", "incident.maintain", incident.about, service=str(service.pk))
    with pytest.raises(OnlyAnExercise):
        world.press("Cy", "incident.inform", incident.about, text="We stop for today")
    with pytest.raises(LinkRefused, match="is an exercise"):
        world.press("Cy", "incident.link", incident.about, thing=alarm.about)
    what = Declaration("x", (), (), False, source=alarm.about, exercise=True)
    with pytest.raises(DeclarationRefused, match="no exercise has it"):
        declaration.declare(what=what, by=world.person("Cy"), at=world.at)
    real = world.press("Cy", "incident.declare", "new", title="Real", another="yes").show
    with pytest.raises(MergeRefused, match="One of them is an exercise"):
        world.press("Cy", "incident.merge", real, into=str(incident.pk), reason="One cause")
    assert not Maintenance.objects.exists()
    assert Alarm.objects.get().incident == ""
    assert open_pages() == ["Down is wrong"]
    assert world.said(PRISONS) == []


@pytest.mark.clause("incident.declare")
def test_a_real_incident_is_declared_in_the_middle_of_an_exercise_of_the_same(
    world: World,
) -> None:
    practise(world)
    service = Service.objects.get(name="Prison visits")
    done = world.press(
        "Ben", "incident.declare", "new", title="The database is gone", services=[str(service.pk)]
    )
    assert Incident.objects.filter(exercise=False).get().about == done.show
