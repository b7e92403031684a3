"""One service, two declarations within minutes: two incidents that turn out to be one."""

from pathlib import Path

import pytest

from dutydesk.commitments.flows import commitments
from dutydesk.incidents.flows.declaration import DeclarationRefused
from dutydesk.incidents.models import COUNTED, Incident
from dutydesk.kernel.subjects import number_of
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Service, Team
from dutydesk.ports.delivery import MAIL
from dutydesk.postmortems.models import Postmortem
from dutydesk.status.flows import letters
from dutydesk.status.models import Subscription
from testing.audiences import ASK, PRISONS, TEAM, MailServer, service
from testing.status import show
from testing.world import World

pytestmark = pytest.mark.django_db
EVERYBODY = (TEAM, ASK, PRISONS, "#courts")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setitem(outbox._senders, MAIL, MailServer())
    world.shifts(support="Ada", primary="Ben")
    show(world, tmp_path)
    courts = Team.objects.create(name="Courts", channel="#courts")
    Service.objects.create(name="Court lists", team=courts)
    Subscription.objects.create(
        email="eve@example.org", everything=True, asked_at=world.at, confirmed_at=world.at
    )
    world.at = world.moment("2026-11-24T11:01")
    return world


def declare(world: World, who: str, title: str, *services: str, **more: str) -> Incident:
    told: dict[str, str | list[str]] = {"services": [service(one) for one in services], **more}
    told |= {"criteria": ["outage"], "user_impact": "yes"}
    about = world.press(who, "incident.declare", "new", title=title, **told).show
    return Incident.objects.get(pk=number_of(about, "incident"))


def forward(world: World, minutes: int) -> None:
    """Let time pass; a worker looks after subscribers."""
    world.forward(minutes=minutes)
    letters.look_after(at=world.at)
    world.settle()


def mails(to: str) -> list[str]:
    rows = OutboxMessage.objects.filter(kind=MAIL, payload__to=f"{to}@example.org").order_by("id")
    return [one.payload["subject"] for one in rows]


def owed(world: World, incident: Incident) -> dict[str, str]:
    """Give what is owed of it and when, on the clock of the wall."""
    return {
        one.kind.partition(".")[2]: f"{one.due_at.astimezone(world.zone):%H:%M}"
        for one in commitments.owed([incident.about])
    }


@pytest.mark.clause(
    "incident.broadcast", "incident.lead", "announce.commitment", "incident.hourly",
    "incident.comms-users", "incident.comms-team", "incident.comms-leaders", "incident.resolve",
)  # fmt: skip
def test_two_that_two_people_declare_of_one_service_go_on_as_one(world: World) -> None:
    # At 11:01 Ada declares that visits can't be booked; everybody concerned hears of it.
    first = declare(world, "Ada", "Visits can't be booked", "Prison visits")
    forward(world, 3)

    # At 11:04 Cy declares that lists are empty, of the same service. The desk says that Ada did.
    with pytest.raises(DeclarationRefused, match="Ada declared incident"):
        declare(world, "Cy", "Lists are empty", "Prison visits", "Court lists")

    # Cy is sure that it is another one, and declares it; both are of high priority.
    second = declare(world, "Cy", "Lists are empty", "Prison visits", "Court lists", another="yes")
    assert first.high and second.high

    # Ada leads the one and Cy the other; Ben writes the updates of the second.
    world.press("Ada", "incident.take-lead", first.about)
    world.press("Cy", "incident.take-lead", second.about)
    world.press("Ben", "incident.take-role=communications", second.about)

    # At 11:09 Ada promises users of the first the next word for 11:24; the second's is for 11:54.
    forward(world, 5)
    world.press("Ada", "incident.update", first.about, text="We look at the database", next="15")
    world.press("Ben", "incident.update", second.about, text="We look at the lists", next="45")
    forward(world, 2)

    # At 11:11 Ben finds that it is one database, and merges the first into the second.
    reason = {"into": str(second.pk), "reason": "One database is behind both"}
    world.press("Ben", "incident.merge", first.about, **reason)
    forward(world, 0)
    goes_on_as_one(world, first, second)
    ends_for_everybody(world, first, second)


def goes_on_as_one(world: World, first: Incident, second: Incident) -> None:
    """See who leads, what is owed, and that everybody who was told is told once."""
    second.refresh_from_db()

    # Cy leads, Ada is in it, and Ben goes on writing its updates.
    assert second.lead is not None and second.lead.name == "Cy"
    there = second.participants.filter(left=None).values_list("engineer__name", flat=True)
    assert set(there) == {"Ada", "Ben", "Cy"}
    terms = second.role_terms.filter(ended=None)
    assert set(terms.values_list("role", "engineer__name")) == {
        ("lead", "Cy"),
        ("communications", "Ben"),
    }

    # Nothing is owed of the first; the second's next word comes when the first's was promised.
    assert owed(world, first) == {}
    assert owed(world, second) == {"update": "11:24", "gathering": "12:01"}

    # Each channel that was told of the first is told once where it goes on.
    says = "This goes on as “Lists are empty”, said Ben. Why: One database is behind both"
    merged = f"Merged: {first.title} | {says}"
    for channel in (TEAM, ASK, PRISONS):
        assert world.said(channel).count(merged) == 1
    assert not [said for said in world.said("#courts") if "Merged" in said]

    # Those who tell senior leadership, and the subscriber, read of both and of the merge.
    assert mails("director") == [
        "High-priority incident: Visits can't be booked",
        "High-priority incident: Lists are empty",
        "Update: Visits can't be booked",
        "Update: Lists are empty",
        "Merged: Visits can't be booked",
    ]
    page = "Cloud Platform status"
    assert mails("eve")[-1] == f"{page}: Visits can't be booked"


def ends_for_everybody(world: World, first: Incident, second: Incident) -> None:
    """Tell the next word and the end, and see that everybody hears each of them once."""
    # At 11:20 Ben writes the word that was promised to both, in time.
    forward(world, 9)
    world.press("Ben", "incident.update", second.about, text="A disk is full", next="45")
    kept = commitments.history([second.about]).filter(kind="incident.update", state="kept").last()
    assert kept is not None and kept.settled_at == world.at
    assert kept.due_at == world.moment("2026-11-24T11:24")
    before = mails("eve")

    # At 11:40 Cy resolves it: each place that heard the start of either hears the end, once.
    forward(world, 20)
    world.press("Cy", "incident.resolve", second.about, text="It has more disks")
    forward(world, 1)
    for channel in EVERYBODY:
        ends = [said for said in world.said(channel) if "It has more disks" in said]
        root, reply = sorted(ends, key=lambda said: "Services" not in said)
        assert root.startswith("Resolved: Lists are empty") and "Resolved" in reply
    assert mails("director")[-2:] == ["Update: Lists are empty", "Resolved: Lists are empty"]
    assert len(mails("eve")) == len(before) + 2  # That a disk is full, and the end.

    # One incident counts, with one postmortem, and nothing is owed of either but that.
    assert Incident.objects.filter(COUNTED).get() == second
    assert Postmortem.objects.get().incident == second
    assert owed(world, first) == owed(world, second) == {}
