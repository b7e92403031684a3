"""What is owed goes with the duty, and whoever takes over is told; whole stories of incidents."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dutydesk.commitments.flows import commitments
from dutydesk.commitments.models import Commitment
from dutydesk.incidents.flows import duty_handovers, owners
from dutydesk.incidents.flows.role_handovers import NothingToKeep
from dutydesk.incidents.models import Incident
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Engineer, Service
from dutydesk.ports.delivery import Delivery
from testing.world import World

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.clause("support.day-end", "support.day-start", "hours.overlap"),
]
TEAM = "#cloud-platform"


class Postbox:
    def deliver(self, parcel: Delivery) -> str:
        return parcel.key


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Give a Tuesday morning: Ada has support this week, Ben is primary, Cy secondary."""
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setitem(outbox._senders, "email", Postbox())
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    return world


def declared(world: World, by: str = "Ada", **values: Any) -> Incident:
    service = str(Service.objects.get(name="Prison visits").pk)
    filled = {"title": "Visits fail", "services": [service], "criteria": ["outage"]}
    world.press(by, "incident.declare", "new", user_impact="yes", **{**filled, **values})
    return Incident.objects.latest("id")


def until(world: World, local: str) -> None:
    world.forward(seconds=(world.moment(local) - world.at).total_seconds())


def told(world: World) -> list[str]:
    return [text for text in world.said(TEAM) if text.startswith("Handed over to")]


def owner(world: World, incident: Incident, kind: str = "update") -> str:
    owed = commitments.owed([incident.about]).get(kind=f"incident.{kind}")
    return owners.named([owed], at=world.at)[0].by


def update(world: World, who: str, incident: Incident, text: str, following: str = "60") -> None:
    world.press(who, "incident.update", incident.about, text=text, next=following)


def test_on_call_is_told_at_the_beginning_of_its_evening_what_it_owes_from_six_on(
    world: World,
) -> None:
    until(world, "2026-11-24T16:45")
    incident = declared(world, criteria=[])
    until(world, "2026-11-24T16:59")
    update(world, "Ada", incident, "We look into it", "120")
    assert told(world) == []
    until(world, "2026-11-24T17:00")
    assert len(told(world)) == 1
    (text,) = told(world)
    assert text.startswith(
        "Handed over to Ben | Ben: these 2 are yours from today at 18:00 GMT on."
    )
    assert "The next update about “Visits fail”: due today at 18:59 GMT" in text
    assert "/owed/" in text
    letter = OutboxMessage.objects.get(payload__subject="Handed over to Ben")
    assert letter.payload["to"] == "ben@example.org"
    assert any("these 2 are yours" in one for one in world.said(TEAM, "Ben")[-3:])
    until(world, "2026-11-24T18:30")
    assert len(told(world)) == 1, "once, and not again at six"


def test_what_came_while_both_are_there_is_told_at_six(world: World) -> None:
    until(world, "2026-11-24T17:30")
    declared(world, criteria=[])
    until(world, "2026-11-24T18:00")
    assert len(told(world)) == 1
    assert "yours from now on" in told(world)[0]


def test_support_is_told_at_nine_what_is_owed_from_then_on(world: World) -> None:
    until(world, "2026-11-24T19:00")
    incident = declared(world, by="Ben", criteria=[])
    update(world, "Ben", incident, "It can wait until the morning", "240")
    until(world, "2026-11-25T08:59")
    before = len(told(world))
    until(world, "2026-11-25T09:00")
    new = told(world)[before:]
    assert len(new) == 1
    assert new[0].startswith("Handed over to Ada")
    assert "The next update about “Visits fail”" in new[0]


def test_nothing_owed_is_nothing_said_and_nothing_is_waited_for(world: World) -> None:
    incident = declared(world)
    duty_handovers.look_after(at=world.at)
    waits = Commitment.objects.filter(kind="duty.handover", state="open")
    assert waits.get().due_at == world.moment("2026-11-24T17:00")
    world.press("Ada", "incident.resolve", incident.about, text="Over")
    duty_handovers.look_after(at=world.at)
    assert not waits.exists()
    world.forward(days=2)
    assert told(world) == []


def test_what_a_lead_owes_stays_the_lead_s_and_is_told_to_nobody_else(world: World) -> None:
    until(world, "2026-11-24T16:45")
    incident = declared(world)
    world.press("Cy", "incident.take-lead", incident.about)
    until(world, "2026-11-24T18:10")
    assert told(world) == []
    assert owner(world, incident) == "Cy, lead"


def test_an_announcement_s_promises_are_handed_over_too(world: World) -> None:
    until(world, "2026-11-24T15:00")
    disks = [str(Service.objects.get(name="Clusters").pk)]
    times = {"starts": "2026-11-24T15:30", "ends": "2026-11-24T20:00", "updates": "19:00"}
    world.press(
        "Ada",
        "announcement.announce",
        "new",
        title="New disks",
        text="Soon",
        services=disks,
        **times,
    )
    until(world, "2026-11-24T17:00")
    assert "Say how “New disks” is going: due today at 19:00 GMT" in told(world)[-1]


def test_a_shift_that_changes_hands_tells_whoever_has_it_then(world: World) -> None:
    start = world.moment("2027-01-12T09:00")
    world.at = start
    world.shift(start, start + timedelta(hours=3), support="Ben")
    world.shift(start + timedelta(hours=3), start + timedelta(hours=6), support="Cy")
    declared(world, by="Ben", criteria=[])
    world.forward(hours=3)
    assert told(world)[-1].startswith("Handed over to Cy")


@pytest.mark.clause("incident.lead", "incident.hourly", "announce.commitment")
def test_a_high_incident_in_hours_is_led_told_of_and_gathered_about(world: World) -> None:
    incident = declared(world)
    world.forward(minutes=4)
    world.press("Ben", "incident.take-lead", incident.about)
    world.press("Ben", "incident.call-on", incident.about, on_call="yes", reason="More hands")
    world.press("Cy", "incident.take-role=communications", incident.about)
    assert incident.help_requests.get().answer == "joins"
    world.forward(minutes=12)
    update(world, "Cy", incident, "The database is full")
    world.forward(minutes=44)
    world.press("Ben", "incident.gather", incident.about, decided="We move the logs away")
    update(world, "Cy", incident, "We move the logs away")
    world.forward(minutes=30)
    world.press("Ben", "incident.resolve", incident.about, text="It works again")
    history = commitments.history([incident.about]).filter(state__in=["kept", "late", "missed"])
    states = {(one.kind, one.state) for one in history}
    assert states == {
        ("incident.lead", "kept"),
        ("incident.help", "kept"),
        ("incident.update", "kept"),
        ("incident.gathering", "kept"),
    }
    assert told(world) == []
    assert not [text for text in world.said(TEAM) if text.startswith("Overdue")]


@pytest.mark.clause("oncall.respond", "hours.closed", "announce.commitment", "incident.lead")
def test_one_that_starts_at_twenty_to_ten_runs_into_closed_hours_and_is_never_nobody_s(
    world: World,
) -> None:
    until(world, "2026-11-24T21:40")
    incident = declared(world, by="Ben")
    assert owner(world, incident) == "Ben, primary on call"
    assert owner(world, incident, "lead") == "Ben, primary on call"
    until(world, "2026-11-24T21:50")
    to_ben = OutboxMessage.objects.filter(
        key__contains=":owes:", payload__to="ben@example.org"
    ).order_by("pk")
    assert to_ben.filter(payload__subject__startswith="Choose who leads").count() == 2
    world.press("Cy", "incident.join", incident.about)
    until(world, "2026-11-24T22:05")
    assert owner(world, incident) == "Ben, works on it", "nobody is promised any more"
    assert told(world) == [], "it is still Ben's"
    world.press("Ben", "incident.leave", incident.about)
    assert owner(world, incident) == "Cy, joined"
    world.press("Cy", "incident.take-lead", incident.about)
    update(world, "Cy", incident, "We restore the backup")
    until(world, "2026-11-24T23:05")
    late = OutboxMessage.objects.filter(
        key__contains=":owes:", payload__to="cy@example.org"
    ).order_by("pk")
    assert late.filter(payload__subject__startswith="The next update").exists()
    world.at = world.moment("2026-11-25T08:50")
    until(world, "2026-11-25T09:00")
    assert owner(world, incident) == "Cy, lead"
    world.press("Ada", "incident.take-lead", incident.about)
    assert owner(world, incident) == "Ada, lead"


@pytest.mark.clause("oncall.respond", "announce.commitment")
def test_across_the_clock_change_an_hour_is_an_hour_and_the_morning_is_seven(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-10-24T21:30")
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    incident = declared(world, by="Ben")
    world.press("Ben", "incident.take-lead", incident.about)
    world.at = world.moment("2026-10-25T00:30")
    update(world, "Ben", incident, "We wait for the copy")
    owed = commitments.owed([incident.about]).get(kind="incident.update")
    assert owed.due_at - world.at == timedelta(hours=1)
    update(world, "Ben", incident, "Still copying", "60")
    world.forward(hours=1)
    update(world, "Ben", incident, "Half of it", "60")
    owed = commitments.owed([incident.about]).get(kind="incident.update")
    assert f"{owed.due_at.astimezone(world.zone):%H:%M %Z}" == "01:30 GMT", "the hour that is twice"
    world.press("Ben", "incident.give-back=lead", incident.about)
    world.press("Ben", "incident.leave", incident.about)
    assert owner(world, incident) == ("nobody is on until today at 07:00 GMT, then Ben")
    before = len(told(world))
    world.forward(hours=1)
    world.at = world.moment("2026-10-25T06:50")
    until(world, "2026-10-25T07:00")
    new = told(world)[before:]
    assert len(new) == 1
    assert new[0].startswith("Handed over to Ben")
    assert "from now on" in new[0]


def hand_over(world: World) -> list[str]:
    return [one for one in world.said(TEAM) if one.startswith("Hand over?")]


@pytest.mark.clause("incident.lead")
def test_communications_goes_to_whoever_is_on_if_nobody_hands_it_over(world: World) -> None:
    until(world, "2026-11-24T16:30")
    incident = declared(world)
    world.press("Ada", "incident.take-role=communications", incident.about)
    update(world, "Ada", incident, "We look into it")
    until(world, "2026-11-24T17:20")
    update(world, "Ada", incident, "We still look")
    assert hand_over(world) == []
    until(world, "2026-11-24T18:01")
    (asked,) = hand_over(world)
    assert asked == (
        "Hand over? Visits fail | Ada, your turn is over, and you have communications. Hand it "
        "over, or say that you go on. Otherwise it is Ben's from today at 18:15 GMT on."
    )
    assert OutboxMessage.objects.get(payload__subject="Hand over? Visits fail").payload["to"] == (
        "ada@example.org"
    )
    assert owner(world, incident) == "Ada, communications"
    until(world, "2026-11-24T18:16")
    assert owner(world, incident) == "Ben, communications"
    said = "Ben, primary on call, has communications now: Ada's turn is over, and nobody handed it"
    assert any(said in one for one in world.said(TEAM) if one.startswith("Who does what"))
    assert any(said in one for one in world.said(TEAM) if one.startswith("Yours now: Visits fail"))
    holder = incident.role_terms.get(role="communications", ended=None).engineer.name
    assert holder == "Ben"
    world.at = world.moment("2026-11-24T21:50")
    until(world, "2026-11-24T22:30")
    assert len(hand_over(world)) == 1, "Ben is on again in the morning"


@pytest.mark.clause("incident.lead")
def test_communications_of_the_evening_goes_to_whoever_is_on_in_the_morning(world: World) -> None:
    evening, morning = (world.moment(f"2027-01-{at}") for at in ("12T18:00", "13T07:00"))
    world.at = evening
    world.shift(evening, evening + timedelta(hours=4), primary="Ben")
    world.shift(morning, morning + timedelta(hours=3), primary="Cy")
    incident = declared(world, by="Ben", criteria=[])
    world.press("Ben", "incident.take-role=communications", incident.about)
    update(world, "Ben", incident, "It can wait", "240")
    until(world, "2027-01-12T22:01")
    (asked,) = hand_over(world)
    assert asked.endswith("Otherwise it is Cy's from tomorrow at 07:00 GMT on.")
    world.at = world.moment("2027-01-13T06:50")
    until(world, "2027-01-13T06:59")
    assert owner(world, incident) == "Ben, communications"
    until(world, "2027-01-13T07:00")
    assert owner(world, incident) == "Cy, communications"


@pytest.mark.clause("incident.lead")
def test_whoever_goes_on_or_hands_it_over_keeps_what_was_owed(world: World) -> None:
    until(world, "2026-11-24T17:50")
    kept, given = declared(world), declared(world, title="Lists fail", another="yes")
    free = declared(world, by="Cy", title="Mails fail", another="yes")
    for incident in (kept, given):
        world.press("Ada", "incident.take-role=communications", incident.about)
    with pytest.raises(NothingToKeep, match="Nobody asked you"):
        world.press("Ada", "incident.keep-role", kept.about)
    outsider = Engineer.objects.create(name="Dee", email="dee@example.org")
    sent = {"role": "communications", "engineer": str(outsider.pk)}
    world.press("Cy", "incident.give-role", free.about, **sent)
    until(world, "2026-11-24T18:05")
    assert len(hand_over(world)) == 2, "Dee had no turn that could end"
    world.press("Ada", "incident.keep-role", kept.about)
    cy = {"role": "communications", "engineer": str(Engineer.objects.get(name="Cy").pk)}
    world.press("Ada", "incident.give-role", given.about, **cy)
    until(world, "2026-11-24T18:30")
    assert [owner(world, one) for one in (kept, given, free)] == [
        "Ada, communications",
        "Cy, communications",
        "Dee, communications",
    ]
    states = commitments.history([kept.about, given.about]).filter(kind="incident.role-handover")
    assert set(states.values_list("state", flat=True)) == {"kept"}


def test_whoever_has_the_lead_or_another_role_is_asked_once_their_turn_is_over(
    world: World,
) -> None:
    incident = declared(world)
    world.press("Ada", "incident.take-lead", incident.about)
    world.press("Ada", "incident.take-role=scribe", incident.about)
    world.press("Cy", "incident.take-role=communications", incident.about)
    world.at = world.moment("2026-11-24T17:30")
    until(world, "2026-11-24T17:59")
    asked = [one for one in world.said(TEAM) if one.startswith("Still yours?")]
    assert asked == []
    until(world, "2026-11-24T18:30")
    asked = [one for one in world.said(TEAM) if one.startswith("Still yours?")]
    assert asked == [
        "Still yours? Visits fail | Ada, your turn is over, and you have the lead and scribe. "
        "It stays yours until you give it to somebody."
    ]
    incident.refresh_from_db()
    assert incident.lead is not None and incident.lead.name == "Ada"
