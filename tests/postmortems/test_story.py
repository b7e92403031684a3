"""A high-priority incident, from its resolution to what everybody reads, and to its last change."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from dutydesk.commitments.flows import commitments
from dutydesk.commitments.models import Commitment
from dutydesk.desk.models import Ticket
from dutydesk.incidents.models import Incident
from dutydesk.outbox.flows import outbox
from dutydesk.ports.delivery import MAIL, Delivery
from dutydesk.postmortems.flows import chronicle
from dutydesk.postmortems.models import Improvement, Postmortem
from dutydesk.process.flows import process
from testing import reviews
from testing.screens import seen, visit
from testing.world import Moving, World, number

pytestmark = pytest.mark.django_db
TEAM = "#cloud-platform"
WRITTEN = {
    "summary": "The disk of the booking database was full for **half an hour**.",
    "impact": "Nobody could book a visit.",
    "contributing-factors": "- No alert looked at that disk\n- Old logs are never removed",
    "luck": "It was during support hours.",
}


class Mails:
    """Stands where the mail server is."""

    def __init__(self) -> None:
        self.subjects: list[tuple[str, str]] = []

    def deliver(self, parcel: Delivery) -> str:
        self.subjects.append((parcel.payload["to"], parcel.payload["subject"]))
        return "kept"


@pytest.mark.clause(
    "postmortem.blameless",
    "postmortem.session",
    "postmortem.timeline",
    "postmortem.improvements",
    "postmortem.publish",
)
def test_from_its_resolution_to_its_publication_and_to_the_end_of_its_improvements(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails = Mails()
    monkeypatch.setitem(outbox._senders, MAIL, mails)
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(support="Ada", primary="Ben")
    _everybody_reads(world, tmp_path)
    found = _it_is_over(world)
    _the_session_is_planned_and_held(world, found, mails)
    _it_is_written_together(world, found)
    first, second = _improvements_come_out_of_it(world, found)
    _it_is_published(world, found)
    _one_is_done_and_the_other_chased(world, first, second)


def _everybody_reads(world: World, folder: Path) -> None:
    file = folder / "process.yaml"
    text = file.read_text(encoding="utf-8").replace('    shown: "off"', "    shown: public")
    file.write_text(text, encoding="utf-8")
    process.adopt(file=file, at=world.at)


def _it_is_over(world: World) -> Postmortem:
    world.press(
        "Ada",
        "incident.declare",
        "new",
        criteria=["outage"],
        title="Visits fail",
        user_impact="yes",
    )
    about = Incident.objects.get().about
    world.press("Ben", "incident.take-lead", about)
    world.forward(minutes=15)
    world.press("Ben", "incident.note", about, text="A disk is full", at="2026-11-24T11:10")
    world.press("Ada", "incident.update", about, text="We make room", next="30")
    world.forward(minutes=15)
    world.press("Ada", "incident.resolve", about, text="Visits can be booked again")
    return Postmortem.objects.get()


def _the_session_is_planned_and_held(world: World, found: Postmortem, mails: Mails) -> None:
    subject = "Postmortem session: Visits fail"
    assert ("ben@example.org", subject) in mails.subjects
    [owed] = commitments.owed([found.about])
    assert owed.due_at == world.moment("2026-12-01T18:00")
    start = found.session.start
    assert start == world.moment("2026-11-24T13:30")
    world.forward(hours=(start - world.at).total_seconds() / 3600 + 1)
    entries = chronicle.entries(found.incident, at=world.at)
    key = next(one.key for one in entries if one.entry.text == "A disk is full")
    walk = visit("Ada").get(f"/postmortems/{found.pk}/walk?entry={key}")
    assert "A disk is full" in seen(walk)
    reviews.write(world, found, f"factor.{key}", "No alert on disks", "Ben")
    people = [str(number("Ada")), str(number("Ben"))]
    world.press("Ada", "postmortem.session", found.about, people=people, notes="We add alerts")
    assert not commitments.owed([found.about]).exists()


def _it_is_written_together(world: World, found: Postmortem) -> None:
    for place, (key, text) in enumerate(WRITTEN.items()):
        reviews.write(world, found, key, text, ("Ada", "Ben")[place % 2])


def _improvements_come_out_of_it(world: World, found: Postmortem) -> tuple[Improvement, ...]:
    for title, owner, priority, due in (
        ("Alert on disks", "Ben", "high", ""),
        ("Rotate logs", "Cy", "normal", "2026-11-25T12:00"),
    ):
        world.press(
            "Ada", "improvement.add", found.about, title=title, owner=str(number(owner)),
            priority=priority, kind="detect", due=due,
        )  # fmt: skip
    first, second = Improvement.objects.order_by("pk")
    world.press("Ben", "improvement.ticket", first.about)
    return first, second


def _it_is_published(world: World, found: Postmortem) -> None:
    reviews.decide_all(world, found)
    world.press("Ben", "postmortem.sign=lead", found.about)
    ada = visit("Ada")
    assert "Nothing is missing." in seen(ada.get(f"/postmortems/{found.pk}/publish"))
    seen_words = reviews.seen_now(world, found)
    world.press("Ada", "postmortem.publish", found.about, seen=seen_words)
    read = seen(Client().get(f"/postmortems/published/{found.pk}"))
    for words in ("half an hour", "No alert on disks", "Alert on disks", "by the lead", "Luck"[1:]):
        assert words in read
    for name in ("Ada", "Ben", "Cy"):
        assert name not in read
    assert "as it is published" in seen(ada.get(f"/incidents/{found.incident_id}"))


def _one_is_done_and_the_other_chased(
    world: World, first: Improvement, second: Improvement
) -> None:
    world.press("Ben", "ticket.close", Ticket.objects.get().about)
    first.refresh_from_db()
    assert first.state == "done"
    assert "Rotate logs" in seen(visit("Cy").get("/improvements/"))
    world.forward(days=1)
    assert any("Overdue improvement | Rotate logs" in text for text in world.said(TEAM))
    assert "late" in seen(visit("Cy").get("/improvements/"))
    world.press("Cy", "improvement.done", second.about)
    outcomes = Commitment.objects.filter(kind="improvement.do").order_by("pk")
    assert [one.state for one in outcomes] == ["kept", "late"]
    posts = len(world.said(TEAM))
    world.forward(seconds=timedelta(days=1).total_seconds())
    assert not any("Rotate logs" in text for text in world.said(TEAM)[posts:])
