"""The session is proposed when those who were in it are at work, and stands in their calendars."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest

from dutydesk.commitments.flows import commitments
from dutydesk.incidents.models import Incident
from dutydesk.kernel.forms import FormRefused
from dutydesk.kernel.periods import Period
from dutydesk.outbox.flows import outbox
from dutydesk.people.models import Engineer
from dutydesk.ports.delivery import MAIL, Delivery
from dutydesk.postmortems.flows import sessions
from dutydesk.postmortems.flows.events import PostmortemRefused
from dutydesk.postmortems.models import Postmortem, ReviewSession
from dutydesk.postmortems.rules.session_times import SessionTime, earliest
from dutydesk.process.rules.check import default_process
from dutydesk.rota.models import Absence
from testing.screens import seen, visit
from testing.world import World, number

pytestmark = [pytest.mark.django_db, pytest.mark.clause("postmortem.session")]
HOUR = timedelta(hours=1)


class Post:
    """Stands where the mail server is, and keeps what it is handed."""

    def __init__(self) -> None:
        self.mails: list[dict[str, Any]] = []

    def deliver(self, parcel: Delivery) -> str:
        self.mails.append(parcel.payload)
        return "kept"

    def calendars(self, name: str) -> list[tuple[str, int, datetime]]:
        """Give what somebody's calendar was told: the method, the sequence, and when it is."""
        found = []
        for mail in self.mails:
            if mail["to"] == f"{name.lower()}@example.org" and "calendar" in mail:
                read: Any = icalendar.Calendar.from_ical(mail["calendar"]["text"])
                [event] = read.walk("VEVENT")
                assert str(read["METHOD"]) == mail["calendar"]["method"]
                found.append((str(read["METHOD"]), int(event["SEQUENCE"]), event.start))
        return found


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    post = Post()
    monkeypatch.setitem(outbox._senders, MAIL, post)
    return post


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-24T16:30")
    world.shifts(support="Ada", primary="Ben")
    return world


def away(world: World, name: str, start: str, end: str) -> None:
    Absence.objects.create(
        engineer_id=number(name), start=world.moment(start), end=world.moment(end)
    )


def draft(world: World) -> Postmortem:
    """Let Ben lead an incident in which Cy is called for, until it is over."""
    world.press("Ada", "incident.declare", "new", criteria=["outage"], title="Visits fail")
    about = Incident.objects.latest("pk").about
    world.press("Ben", "incident.take-lead", about)
    world.press("Cy", "incident.join", about)
    world.press("Ada", "incident.resolve", about, text="It works again")
    return Postmortem.objects.get()


def test_it_is_proposed_at_the_earliest_time_at_which_the_lead_and_those_involved_can(
    world: World, post: Post
) -> None:
    away(world, "Cy", "2026-11-25T00:00", "2026-11-25T12:10")
    found = draft(world)
    session = ReviewSession.objects.get()
    assert {one.name for one in session.invited.all()} >= {"Ben", "Cy"}
    assert session.period == Period(
        world.moment("2026-11-25T12:30"), world.moment("2026-11-25T13:30")
    )
    start = world.moment("2026-11-25T12:30")
    assert post.calendars("Ben") == [("REQUEST", 0, start)]
    assert post.calendars("Cy") == [("REQUEST", 0, start)]
    assert post.calendars("Uma") == []
    page = seen(visit("Ben").get(f"/postmortems/{found.pk}"))
    assert "Planned" in page
    assert "Hold the postmortem session" in page


def test_it_is_moved_by_an_engineer_and_called_off_and_calendars_follow(
    world: World, post: Post
) -> None:
    found = draft(world)
    who = [str(number(name)) for name in ("Ben", "Ada")]
    away(world, "Ada", "2026-11-26T00:00", "2026-11-27T00:00")
    done = world.press(
        "Ada", "postmortem.invite", found.about, start="2026-11-26T14:00", people=who
    )
    assert done.says == "They are invited. Not at work then, or busy: Ada."
    moved = world.moment("2026-11-26T14:00")
    first = post.calendars("Ben")[0]
    assert post.calendars("Ben") == [first, ("REQUEST", 1, moved)]
    assert [one[:2] for one in post.calendars("Cy")] == [("REQUEST", 0), ("CANCEL", 1)]
    uids = {
        str(icalendar.Calendar.from_ical(mail["calendar"]["text"]).walk("VEVENT")[0]["UID"])
        for mail in post.mails
        if "calendar" in mail
    }
    assert len(uids) == 1
    world.press("Ben", "postmortem.call-off", found.about)
    assert post.calendars("Ada")[-1] == ("CANCEL", 2, moved)
    assert commitments.owed([found.about]).count() == 1
    with pytest.raises(PostmortemRefused, match="No session is planned"):
        world.press("Ben", "postmortem.call-off", found.about)
    again = world.press(
        "Ben", "postmortem.invite", found.about, start="2026-11-27T10:00", people=who
    )
    assert again.says == "They are invited."
    assert post.calendars("Ada")[-1][:2] == ("REQUEST", 3)


def test_what_can_t_be_planned_is_refused(world: World) -> None:
    found = draft(world)
    with pytest.raises(FormRefused, match="too early"):
        world.press(
            "Ada",
            "postmortem.invite",
            found.about,
            start="2026-11-24T10:00",
            people=[str(number("Ben"))],
        )
    with pytest.raises(FormRefused, match="“With whom\\?” is missing"):
        world.press("Ada", "postmortem.invite", found.about, start="2026-11-26T14:00")
    given: dict[str, Any] = {"postmortem": found.pk, "by": world.person("Ada"), "at": world.at}
    with pytest.raises(PostmortemRefused, match="past already"):
        sessions.plan(start=world.at, who=[number("Ben")], **given)
    Engineer.objects.filter(name="Cy").update(active=False)
    with pytest.raises(PostmortemRefused, match="Nobody is invited"):
        sessions.plan(start=world.at + HOUR, who=[number("Cy")], **given)
    world.press("Ada", "postmortem.session", found.about, notes="")
    with pytest.raises(PostmortemRefused, match="no session to come"):
        sessions.plan(start=world.at + HOUR, who=[number("Ben")], **given)


def test_one_that_was_held_says_who_was_there(world: World) -> None:
    found = draft(world)
    people = [str(number(name)) for name in ("Ada", "Cy")]
    world.press("Ada", "postmortem.session", found.about, people=people, notes="We saw a lot")
    assert "with Ada, Cy" in seen(visit("Uma").get(f"/postmortems/{found.pk}"))
    assert not commitments.owed([found.about]).exists()


def test_calendars_are_told_when_the_incident_goes_on_and_when_it_is_over_again(
    world: World, post: Post
) -> None:
    about = draft(world).incident.about
    world.press("Ada", "incident.reopen", about, reason="It fails again")
    assert [one[:2] for one in post.calendars("Ben")] == [("REQUEST", 0), ("CANCEL", 1)]
    world.forward(hours=1)
    world.press("Ada", "incident.resolve", about, text="Over")
    assert post.calendars("Ben")[-1][:2] == ("REQUEST", 2)


def test_where_they_never_can_together_as_few_as_can_be_are_missing_and_not_the_lead() -> None:
    process = default_process()
    clock, zone = process.clock("working"), process.zone
    at = datetime(2026, 11, 24, 17, 20, tzinfo=zone)
    until = datetime(2026, 11, 26, 18, tzinfo=zone)

    def on(day: int, start: int, end: int) -> Period:
        return Period(
            datetime(2026, 11, day, start, tzinfo=zone), datetime(2026, 11, day, end, tzinfo=zone)
        )

    def found(busy: dict[int, list[Period]]) -> SessionTime | None:
        return earliest(clock, busy, after=at, until=until, length=HOUR)

    assert found({1: []}) == SessionTime(on(25, 9, 10))
    always = [Period(at, until + timedelta(days=30))]
    assert found({1: [on(25, 0, 12)], 2: always}) == SessionTime(on(25, 12, 13), (2,))
    both = found({1: [on(25, 0, 23)], 2: [on(26, 0, 23)], 3: always})
    assert both == SessionTime(on(26, 9, 10), (2, 3))
    friday = datetime(2026, 11, 27, 17, 30, tzinfo=zone)
    late = earliest(clock, {1: []}, after=friday, until=friday + HOUR, length=HOUR)
    assert late == SessionTime(on(30, 9, 10))
