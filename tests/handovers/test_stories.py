"""Whole stories of handovers: weekends, evenings, turns, holidays, and those who never come."""

from pathlib import Path

import pytest

from dutydesk.commitments.models import Commitment
from dutydesk.handovers.flows import overview
from dutydesk.handovers.models import Handover
from dutydesk.kernel.periods import Period
from dutydesk.oncall.models import Page
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Service
from dutydesk.ports.delivery import Delivery
from dutydesk.rota.flows import edits
from dutydesk.routines.flows import checklists
from dutydesk.routines.models import ChecklistItem
from testing.handed import Handed
from testing.world import number

pytestmark = pytest.mark.django_db
TEAM = "#cloud-platform"


class Postbox:
    def deliver(self, parcel: Delivery) -> str:
        return parcel.key


@pytest.fixture(autouse=True)
def _mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(outbox._senders, "email", Postbox())


def begin(folder: Path, local: str) -> Handed:
    """Give a desk on which Ada has support, Ben is primary and Cy secondary."""
    world = Handed(folder, local)
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    return world


def said(world: Handed, beginning: str = "Handover: ") -> list[str]:
    return [text for text in world.said(TEAM) if text.startswith(beginning)]


def lines(handover: Handover) -> list[str]:
    return [f"{line.part}: {line.text}" for line in handover.lines.all()]


def states(handover: Handover) -> dict[str, str]:
    rows = Commitment.objects.filter(subject=handover.about).exclude(state="withdrawn")
    return {one.kind: one.state for one in rows}


def weekend(folder: Path) -> Handed:
    """Live from Friday evening to Monday at half past eight, with a bad Saturday between."""
    world = begin(folder, "2026-11-27T17:55")
    world.until("2026-11-28T02:10")
    quiet = world.alarm("Disk of live is full")  # Nobody is promised at two: it is held.
    world.until("2026-11-28T07:05")
    world.press("Ben", "page.acknowledge", Page.objects.get(subject=quiet.about).about)
    world.until("2026-11-28T07:45")
    world.alarm("Disk of live is full", firing=False)
    world.alarm("Certificate soon over", "warning")
    incident = world.incident("Ben", "Visits fail")
    world.until("2026-11-28T08:45")
    world.press("Ben", "incident.plan", incident.about, text="Cy restores the copy at ten")
    world.press("Ben", "incident.resolve", incident.about, text="The copy works")
    world.at = world.moment("2026-11-30T08:25")
    world.until("2026-11-30T08:30")
    return world


@pytest.mark.clause("support.day-start")
def test_on_monday_at_nine_support_gets_what_a_bad_weekend_left(tmp_path: Path) -> None:
    world = weekend(tmp_path)
    found = world.handover()
    assert (found.state, found.givers, found.takers) == ("draft", [number("Ben")], [number("Ada")])
    assert found.since == world.moment("2026-11-27T18:00")
    assert lines(found) == [
        "incidents: Visits fail: high priority; resolved Sat 28 Nov 08:45; Prison visits. "
        "Plan: Cy restores the copy at ten",
        "pages: Disk of live is full: Sat 28 Nov 02:10, called Ben, Cy; Ben had it after 4h55m; "
        "over Sat 28 Nov 07:45",
        "people: Ben was called 3 times, had pages for 40m, worked on incidents for 1h00m",
        "people: Cy was called 2 times",
        "alarms: “Certificate soon over”: a low alarm",
    ]
    world.press("Ben", "handover.write", found.about, text="The disk is **too small**", seen="0")
    world.until("2026-11-30T08:55")
    world.press("Ben", "handover.give", found.about)
    (post,) = said(world)
    assert post.startswith(
        "Handover: Start of day, Mon 30 Nov 09:00 | From Ben to Ada.\n"
        "The disk is **too small**\n• Incidents: Visits fail"
    )
    assert "Given by Ben at 08:55 GMT; Ada accepts it" in post
    assert any(text.startswith("Yours: Start of day") for text in world.said(TEAM, "Ada"))
    world.until("2026-11-30T09:02")
    world.press("Ada", "handover.accept", found.about)
    (post,) = said(world)
    assert "Ada has it, since 09:02 GMT" in post
    assert states(found) == {"handover.give": "kept", "handover.accept": "kept"}
    assert overview.waiting(world.at) == []
    assert overview.accepted("start of day", world.at)


@pytest.mark.clause("support.day-start")
def test_the_checklist_s_item_shows_the_handover_and_is_done_once_that_is_accepted(
    tmp_path: Path,
) -> None:
    world = weekend(tmp_path)
    world.until("2026-11-30T09:01")
    look_at_lists(world)
    found, items = world.handover(), ChecklistItem.objects.filter(text__contains="from on call")
    (post,) = (text for text in world.said(TEAM) if text.startswith("Start of the day"))
    assert "From Ben to Ada: given" in post
    assert "Start of day, Mon 30 Nov 09:00" in post
    assert items.get().done_at is None
    world.press("Ada", "handover.accept", found.about)
    world.until("2026-11-30T09:05")
    look_at_lists(world)
    assert items.get().done_at is not None


def look_at_lists(world: Handed) -> None:
    checklists.look_after(at=world.at)
    world.settle()


@pytest.mark.clause("support.day-end")
def test_on_friday_at_half_past_five_on_call_gets_the_incident_and_the_work_of_the_night(
    tmp_path: Path,
) -> None:
    world = begin(tmp_path, "2026-11-27T15:00")
    clusters = str(Service.objects.get(name="Clusters").pk)
    for title, day in (("New disks", "2026-11-28"), ("Another time", "2026-12-02")):
        times = {"starts": f"{day}T20:00", "ends": f"{day}T21:00", "updates": "21:00"}
        world.press(
            "Ada",
            "announcement.announce",
            "new",
            title=title,
            text="Soon",
            services=[clusters],
            **times,
        )
    world.until("2026-11-27T16:35")
    found = world.handover("end of day")
    assert "New disks: Sat 28 Nov 20:00 to 21:00 GMT, planned; Clusters" in " ".join(lines(found))
    assert "Another time: " not in " ".join(one for one in lines(found) if "work:" in one)
    incident = world.incident("Ada", "Visits fail")
    world.until("2026-11-27T17:30")
    told = lines(world.handover("end of day"))
    assert told[0].startswith("incidents: Visits fail: high priority; in progress")
    assert any("promises: The next update about “Visits fail”" in one for one in told)
    world.press("Ada", "handover.give", found.about)
    world.press("Ben", "handover.accept", found.about)
    world.until("2026-11-27T17:45")
    world.alarm("Registry is slow")
    world.until("2026-11-27T18:00")
    (post,) = said(world)
    assert "Since then: Registry is slow: high" in post
    late = said(world, "Since then")
    assert any("Alarms: Registry is slow" in one for one in late)
    assert [one.text for one in found.lines.filter(late=False)] == [
        one.partition(": ")[2] for one in told
    ], "what was accepted stays as it was"
    assert world.handover("end of day").state == "accepted"
    assert incident.state == "open"


@pytest.mark.clause("support.day-end", "support.day-start")
def test_what_somebody_takes_over_is_said_once_in_the_channel(tmp_path: Path) -> None:
    world = begin(tmp_path, "2026-11-24T15:00")
    world.incident("Ada", "Visits fail")
    world.until("2026-11-24T18:10")
    (post,) = said(world)
    assert "Open promises: The next update about “Visits fail”" in post
    assert "Ben, primary on call" in post
    assert said(world, "Handed over to Ben") == []
    assert OutboxMessage.objects.filter(payload__subject="Handed over to Ben").exists()
    assert any(text.startswith("Handed over to Ben") for text in world.said(TEAM, "Ben"))


@pytest.mark.clause("oncall.rota")
def test_the_turn_that_changes_on_the_monday_after_the_october_clock_change(
    tmp_path: Path,
) -> None:
    world = Handed(tmp_path, "2026-10-22T18:00")
    begins, changes, ends = map(
        world.moment, ("2026-10-19T10:00", "2026-10-26T10:00", "2026-11-02T10:00")
    )
    world.shift(begins, changes, primary="Ben")
    world.shift(changes, ends, primary="Cy")
    for clock in (19, 20, 21):
        world.until(f"2026-10-22T{clock}:00")
        world.alarm("Registry is slow")
        world.until(f"2026-10-22T{clock}:02")
        world.alarm("Registry is slow", firing=False)
    world.at = world.moment("2026-10-26T07:55")
    world.until("2026-10-26T08:00")
    found = world.handover("turn change")
    assert found.due_at == changes
    assert (found.since, found.until) == (begins, ends)
    told = lines(found)
    assert sum(one.startswith("pages: Registry is slow") for one in told) == 3
    assert "alarms: “Registry is slow” came 3 times, last Thu 22 Oct 21:00" in told
    assert OutboxMessage.objects.filter(subject=found.about).count() == 0
    world.until("2026-10-26T10:00")
    found.refresh_from_db()
    assert (found.state, found.given_by) == ("given", None)
    assert "Given as drafted, since nobody gave it at 10:00 GMT" in said(world)[-1]
    letter = OutboxMessage.objects.get(subject=found.about, payload__to="cy@example.org")
    assert "/handovers/accept/" in letter.payload["body"]
    world.press("Cy", "handover.accept", found.about)
    assert states(found) == {"handover.give": "missed", "handover.accept": "kept"}


@pytest.mark.clause("support.day-start", "hours.working")
def test_a_bank_holiday_is_on_call_s_and_is_handed_over_on_the_day_after(tmp_path: Path) -> None:
    world = begin(tmp_path, "2026-12-24T17:50")
    world.until("2026-12-28T12:00")
    world.alarm("Certificate soon over", "warning")
    world.until("2026-12-29T08:45")
    days = Handover.objects.filter(kind="start of day")
    (found,) = days
    assert found.due_at == world.moment("2026-12-29T09:00")
    assert found.since == world.moment("2026-12-24T18:00")


@pytest.mark.clause("support.day-start")
def test_who_never_comes_is_chased_and_then_another_covers(tmp_path: Path) -> None:
    world = begin(tmp_path, "2026-11-25T08:00")
    world.alarm("Certificate soon over", "warning")
    world.until("2026-11-25T09:29")
    found = world.handover()
    assert (found.state, found.given_by) == ("given", None)
    assert said(world, "Not accepted yet") == []
    world.until("2026-11-25T10:31")
    chased = said(world, "Not accepted yet")
    assert len(chased) == 3
    assert all(text.startswith("Not accepted yet | Ada: Start of day") for text in chased)
    letters = OutboxMessage.objects.filter(
        subject=found.about, payload__to="ada@example.org"
    ).order_by("pk")
    assert letters.count() == 1
    world.press("Cy", "handover.accept", found.about)
    assert "Cy has it, for Ada, since 10:31 GMT" in said(world)[-1]
    assert states(found)["handover.accept"] == "late"
    world.until("2026-11-25T12:00")
    assert len(said(world, "Not accepted yet")) == 3


@pytest.mark.clause("support.day-start")
def test_nobody_on_support_is_said_until_the_rota_names_somebody(tmp_path: Path) -> None:
    world = Handed(tmp_path, "2026-11-25T08:00")
    world.shifts(primary="Ben")
    world.alarm("Certificate soon over", "warning")
    world.until("2026-11-25T09:31")
    found = world.handover()
    assert "nobody on support accepts it" in said(world)[-1]
    (chased,) = said(world, "Not accepted yet")
    assert "@cloud-platform-team" in chased
    assert "Nobody has support just now" in chased
    world.shift(world.at, world.moment("2026-11-25T18:00"), support="Cy")
    world.until("2026-11-25T09:40")
    found.refresh_from_db()
    assert found.takers == [number("Cy")]
    assert any(text.startswith("Yours: Start of day") for text in world.said(TEAM, "Cy"))


@pytest.mark.clause("support.day-start", "support.day-end")
def test_who_has_both_duties_is_asked_for_nothing(tmp_path: Path) -> None:
    world = Handed(tmp_path, "2026-11-24T16:00")
    world.shifts(support="Ada", primary="Ada")
    world.until("2026-11-24T19:00")
    world.alarm("Certificate soon over", "warning")
    world.until("2026-11-25T09:10")
    kinds = {one.kind: one.state for one in Handover.objects.all()}
    assert kinds == {"end of day": "same", "start of day": "same"}
    assert said(world) == []
    assert not Commitment.objects.filter(kind__startswith="handover.").exists()
    assert lines(world.handover()) == ["alarms: “Certificate soon over”: a low alarm"]


@pytest.mark.clause("support.day-end")
def test_a_corrected_rota_asks_the_right_people(tmp_path: Path) -> None:
    world = Handed(tmp_path, "2026-11-24T16:00")
    world.shifts(support="Ada", primary="Ben")
    world.incident("Ada", "Visits fail", criteria=[])
    world.until("2026-11-24T16:35")
    start, end = world.moment("2026-11-24T17:00"), world.moment("2026-11-25T10:00")
    edits.override(
        duty="primary",
        span=Period(start, end),
        add=number("Cy"),
        remove=number("Ben"),
        at=world.at,
        by="Ada",
    )
    world.until("2026-11-24T18:00")
    found = world.handover("end of day")
    assert found.takers == [number("Cy")]
    (post,) = said(world, "Handover: End of day")
    assert "From Ada to Cy." in post
    assert any(text.startswith("Yours: End of day") for text in world.said(TEAM, "Cy"))
    assert not any(text.startswith("Yours: End of day") for text in world.said(TEAM, "Ben"))


@pytest.mark.clause("support.day-start", "support.day-end")
def test_nothing_to_hand_over_closes_by_itself_without_a_word(tmp_path: Path) -> None:
    world = begin(tmp_path, "2026-11-24T16:00")
    world.until("2026-11-25T09:10")
    assert {one.state for one in Handover.objects.all()} == {"nothing"}
    assert said(world) == []
    assert overview.accepted("start of day", world.at)
