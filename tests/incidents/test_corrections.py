"""Whatever was said of an incident can be put right, and everybody who was told is told."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dutydesk.chat.models import Post
from dutydesk.commitments.flows import commitments
from dutydesk.incidents.flows import changes, corrections
from dutydesk.incidents.flows.changes import NotChangeable
from dutydesk.incidents.flows.corrections import Correction
from dutydesk.incidents.flows.gatherings import GatheringRefused
from dutydesk.incidents.models import Incident
from dutydesk.incidents.rules.corrections import CorrectionRefused
from dutydesk.journal.flows import journal
from dutydesk.kernel.forms import FormRefused
from dutydesk.kernel.refusals import ChangedMeanwhile
from dutydesk.measures.rules.arithmetic import working
from dutydesk.measures.rules.steps import RECOVERY
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Service, Team
from dutydesk.ports.delivery import Delivery
from dutydesk.postmortems.models import Postmortem
from dutydesk.process.flows import process
from dutydesk.wiring import ACTIONS
from testing.world import World

pytestmark = pytest.mark.django_db
TEAM, ASK, PRISONS = "#cloud-platform", "#ask-cloud-platform", "#prisons"


class Postbox:
    def deliver(self, parcel: Delivery) -> str:
        return parcel.key


@pytest.fixture
def _mail(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(outbox._senders, "email", Postbox())
    yield


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, "2026-11-24T11:00")


def visits() -> Service:
    return Service.objects.get(name="Prison visits")


def declare(world: World, **values: Any) -> Incident:
    values = {
        "title": "Visits can't be booked",
        "services": [str(visits().pk)],
        "criteria": ["outage"],
        "user_impact": "yes",
        **values,
    }
    world.press("Ada", "incident.declare", "new", **values)
    return Incident.objects.latest("id")


def correct(world: World, incident: Incident, who: str = "Ben", **values: Any) -> None:
    """Send the form as it is filled in beforehand, but for these values."""
    form = ACTIONS["incident.correct"].form
    assert form is not None
    filled = form(incident.about, world.person(who), world.at).filled_in(world.zone)
    sent = {**filled, "reason": "It was misread", **values}
    world.press(who, "incident.correct", incident.about, **sent)


def owed(incident: Incident) -> dict[str, datetime]:
    return {one.kind: one.due_at for one in commitments.owed([incident.about])}


def last(world: World, channel: str) -> str:
    return world.said(channel)[-1]


@pytest.mark.clause("incident.broadcast")
def test_a_corrected_title_is_told_where_it_was_announced_and_in_what_is_owed(
    world: World,
) -> None:
    incident = declare(world)
    correct(world, incident, title="Visits are slow")
    for channel in (TEAM, ASK, PRISONS):
        assert last(world, channel) == (
            "Corrected: Visits are slow | Ben corrected this: it is called “Visits are slow”, no "
            "longer “Visits can't be booked”. Why: It was misread"
        )
        assert "High-priority incident: Visits are slow" in "".join(world.said(channel))
        assert len(world.said(channel)) == 2
    texts = set(commitments.owed([incident.about]).values_list("text", flat=True))
    assert texts == {
        "The next update about “Visits are slow”",
        "Choose who leads “Visits are slow”",
        "Gather about “Visits are slow”",
    }
    entry = journal.timeline([incident.about]).last()
    assert entry is not None
    assert (entry.actor, entry.kind) == ("Ben", "incident.corrected")
    assert "Why: It was misread" in entry.text


@pytest.mark.clause("incident.broadcast", "incident.comms-users")
def test_a_service_that_was_forgotten_brings_its_team_in_and_one_that_was_wrong_is_told_the_end(
    world: World,
) -> None:
    courts = Team.objects.create(name="Courts", channel="#courts")
    lists = Service.objects.create(name="Court lists", team=courts)
    incident = declare(world)
    correct(world, incident, services=[str(lists.pk)])
    assert "incident: Visits can't be booked" in last(world, "#courts")
    assert len(world.said("#courts")) == 1
    assert "the services are Court lists (before: Prison visits)" in last(world, PRISONS)
    world.press("Ada", "incident.resolve", incident.about, text="It works again")
    for channel in (PRISONS, "#courts", ASK, TEAM):
        said = last(world, channel).replace("@cloud-platform-team ", "")
        assert "Resolved: Visits can't be booked | It works again" in said


@pytest.mark.clause("incident.broadcast")
def test_users_who_are_affected_after_all_hear_of_it(world: World) -> None:
    incident = declare(world, user_impact="")
    assert world.said(ASK) == []
    correct(world, incident, user_impact="yes")
    assert "High-priority incident" in last(world, ASK)
    correct(world, incident, user_impact="")
    assert "no users are affected" in last(world, ASK)
    world.press("Ada", "incident.resolve", incident.about, text="Over")
    assert "Resolved" in last(world, ASK)


@pytest.mark.clause("measure.recovery")
def test_a_corrected_time_changes_what_is_measured_and_stands_in_the_timeline(
    world: World,
) -> None:
    incident = declare(world)
    world.forward(minutes=30)
    world.press("Ada", "incident.resolve", incident.about, text="Over")
    correct(world, incident, began="2026-11-24T10:15", repaired="2026-11-24T11:20")
    incident.refresh_from_db()
    clock = process.in_force().clock("elapsed")
    assert working(RECOVERY, vars(incident), clock).length == timedelta(minutes=65)
    entry = journal.timeline([incident.about]).last()
    assert entry is not None
    assert "when it began: today at 10:15 GMT (before: not known)" in entry.text
    correct(world, incident, began="")
    incident.refresh_from_db()
    assert working(RECOVERY, vars(incident), clock).length == timedelta(minutes=20)


def test_times_that_can_t_have_been_are_refused(world: World) -> None:
    incident = declare(world)
    with pytest.raises(FormRefused, match="too late"):
        correct(world, incident, began="2026-11-24T12:00")
    world.forward(minutes=30)
    world.press("Ada", "incident.resolve", incident.about, text="Over")
    world.forward(minutes=30)
    with pytest.raises(CorrectionRefused, match="before it began"):
        correct(world, incident, began="2026-11-24T11:10", repaired="2026-11-24T11:00")
    with pytest.raises(CorrectionRefused, match="begin after it was resolved"):
        correct(world, incident, began="2026-11-24T11:40", repaired="")
    with pytest.raises(CorrectionRefused, match="repaired after it was resolved"):
        correct(world, incident, repaired="2026-11-24T11:40")
    with pytest.raises(CorrectionRefused, match="Nothing is different"):
        correct(world, incident)
    with pytest.raises(FormRefused, match="“Why\\?” is missing"):
        correct(world, incident, title="Other", reason="")
    assert not journal.timeline([incident.about]).filter(kind="incident.corrected").exists()


def test_of_two_who_correct_at_once_the_second_sees_what_changed(world: World) -> None:
    incident = declare(world)
    seen = str(changes.latest(incident.about))
    correct(world, incident, title="Visits are slow")
    with pytest.raises(ChangedMeanwhile) as refused:
        correct(world, incident, "Cy", title="Visits are down", seen=seen)
    assert "Ben corrected it: it is called “Visits are slow”" in refused.value.reason
    incident.refresh_from_db()
    assert incident.title == "Visits are slow"
    correct(world, incident, "Cy", title="Visits are down")
    incident.refresh_from_db()
    assert incident.title == "Visits are down"


def test_what_was_resolved_meanwhile_is_not_corrected_unseen(world: World) -> None:
    incident = declare(world)
    seen = str(changes.latest(incident.about))
    world.press("Ada", "incident.resolve", incident.about, text="Over")
    with pytest.raises(ChangedMeanwhile, match="Resolved: Visits can't be booked"):
        correct(world, incident, "Cy", title="Visits are down", seen=seen)


def test_an_imported_incident_is_corrected_in_its_log(world: World) -> None:
    incident = Incident.objects.create(
        title="Old", state="resolved", imported_key="2024/old", resolved=world.at
    )
    what = Correction("New", (), True, None, None, "Wrong")
    with pytest.raises(NotChangeable, match="kept in a log elsewhere"):
        corrections.correct(incident=incident.pk, what=what, by=world.person("Ada"), at=world.at)


def assess(world: World, incident: Incident, *criteria: str) -> None:
    """Say what applies, because of something that is new each time."""
    reason = f"Seen at {world.at:%H:%M}"
    world.press("Ben", "incident.assess", incident.about, criteria=list(criteria), reason=reason)


@pytest.mark.usefixtures("_mail")
@pytest.mark.clause("priority.by-impact", "priority.high", "incident.hourly")
def test_one_that_gets_worse_becomes_high_and_owes_what_high_ones_owe(world: World) -> None:
    incident = declare(world, criteria=[])
    world.press("Ada", "incident.update", incident.about, text="We look", next="240")
    assert not OutboxMessage.objects.filter(kind="email").exists()
    world.forward(minutes=10)
    assess(world, incident, "outage")
    assert owed(incident) == {
        "incident.update": world.moment("2026-11-24T11:30"),
        "incident.gathering": world.moment("2026-11-24T12:10"),
        "incident.lead": world.moment("2026-11-24T11:10"),
    }
    letter = OutboxMessage.objects.get(kind="email")
    assert letter.payload["to"] == "director@example.org"
    assert "it is of high priority, since A service that users depend on is down" in str(
        letter.payload["body"]
    )
    assert "Next word: today at 11:30 GMT" in str(letter.payload["body"])
    for channel in (TEAM, ASK, PRISONS):
        assert "Why: Seen at 11:10" in last(world, channel)
        assert "High-priority incident" in world.said(channel)[0]
    world.press("Ada", "incident.resolve", incident.about, text="Over")
    assert Postmortem.objects.get().incident == incident


@pytest.mark.clause("priority.by-impact", "oncall.limit")
def test_one_that_becomes_high_out_of_hours_has_on_call_s_limit(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T20:00")
    incident = declare(world, criteria=[])
    assert "incident.limit" not in owed(incident)
    world.forward(minutes=10)
    assess(world, incident, "outage")
    assert owed(incident)["incident.limit"] == world.moment("2026-11-24T21:10")
    world.forward(minutes=60)
    assert "incident.plan" in owed(incident)
    assess(world, incident)
    assert set(owed(incident)) == {
        "incident.update",
        "incident.lead",
        "incident.takeover",
    }
    assert "It is of normal priority now." in "".join(world.said(TEAM))
    assess(world, incident, "outage")
    assert owed(incident)["incident.limit"] == world.moment("2026-11-24T22:10")


@pytest.mark.usefixtures("_mail")
@pytest.mark.clause("priority.by-impact", "incident.comms-leaders")
def test_one_that_was_not_so_bad_owes_less_and_leaders_hear_its_end(world: World) -> None:
    incident = declare(world)
    world.forward(minutes=65)
    assert [text for text in world.said(TEAM) if "Time to gather" in text]
    assess(world, incident)
    assert set(owed(incident)) == {"incident.update", "incident.lead"}
    assert not [text for text in world.said(TEAM) if "Time to gather" in text]
    with pytest.raises(GatheringRefused, match="of normal priority"):
        world.press("Ada", "incident.gather", incident.about, decided="Go on")
    assert set(owed(incident)) == {"incident.update", "incident.lead"}
    world.press("Ada", "incident.update", incident.about, text="Nearly", next="60")
    world.press("Ada", "incident.resolve", incident.about, text="All is well")
    bodies = [
        str(one.payload["body"])
        for one in OutboxMessage.objects.filter(kind="email").order_by("pk")
    ]
    said = [text.splitlines()[2].partition(". ")[0] for text in bodies]
    assert said == [
        "What is done: Ada of Cloud Platform declared it",
        "What changed: Ben assessed this anew: it is of normal priority, since none of the "
        "criteria applies",
        "How it ended: All is well",
    ]
    assert not any("Next word" in text for text in bodies[1:])
    assert not Postmortem.objects.exists()


def test_what_a_change_of_priority_would_do_is_said_beforehand(world: World) -> None:
    form = ACTIONS["incident.assess"].form
    assert form is not None
    incident, ada = declare(world, criteria=[]), world.person("Ada")
    note = form(incident.about, ada, world.at).note
    assert "It is of normal priority. With any of these ticked it becomes high" in note
    assert "within 20 minutes" in note and "gathers every 1 hour" in note
    assess(world, incident, "blocked")
    assert "With none of these ticked it becomes normal" in form(incident.about, ada, world.at).note
    with pytest.raises(CorrectionRefused, match="very same criteria"):
        assess(world, incident, "blocked")
    assess(world, incident, "outage")
    assert "it is still of high priority, since A service that users depend on is down" in last(
        world, TEAM
    )


@pytest.mark.clause("priority.by-impact", "postmortem.session")
def test_a_priority_that_is_corrected_afterwards_opens_or_withdraws_the_postmortem(
    world: World,
) -> None:
    incident = declare(world, criteria=[])
    world.press("Ada", "incident.resolve", incident.about, text="Over")
    assess(world, incident, "outage")
    draft = Postmortem.objects.get()
    about = f"postmortem:{draft.pk}"
    assert commitments.owed([about]).exists()
    correct(world, incident, title="Visits were down")
    assert commitments.owed([about]).get().text.endswith("about “Visits were down”")
    assess(world, incident)
    assert not Postmortem.objects.exists()
    assert not commitments.owed([about]).exists()
    assert owed(incident) == {}


def test_a_correction_is_a_reply_to_what_it_corrects(world: World) -> None:
    incident = declare(world)
    correct(world, incident, title="Visits are slow")
    for reply in Post.objects.filter(key__contains=":change:"):
        assert reply.thread is not None
        assert reply.thread.key == f"{incident.about}:in:{reply.channel.name}"
