"""What users read of incidents that go on again, were none, or are part of another."""

from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.chat.flows import desk_posts
from dutydesk.incidents.flows import receipts
from dutydesk.incidents.models import Incident
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Service
from dutydesk.ports.delivery import MAIL
from dutydesk.status.flows import letters, posts, record
from dutydesk.status.models import Subscription
from testing.audiences import MailServer, declare, service
from testing.status import document, show, words
from testing.world import World

pytestmark = pytest.mark.django_db
COURTS = "#courts"
LATE = {"began": "2026-11-24T09:15", "repaired": "2026-11-24T10:30"}
AGAIN = "It began again: we are looking into a problem with Prison visits."
NONE = "This was declared by mistake: there was no such problem."


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setitem(outbox._senders, MAIL, MailServer())
    world.shifts(support="Ada", primary="Ben")
    show(world, tmp_path)
    subscribe(world, "eve")
    channel = f"channel:{desk_posts.place(COURTS).pk}"
    world.press("Uma", "status.subscribe", channel, services=[service()])
    world.at += timedelta(minutes=1)
    return world


def subscribe(world: World, name: str) -> None:
    Subscription.objects.create(
        email=f"{name}@example.org", everything=True, asked_at=world.at, confirmed_at=world.at
    )


def press(world: World, what: str, incident: Incident, **values: str) -> None:
    """Do it a minute later, and let workers look after subscribers twice."""
    world.at += timedelta(minutes=1)
    world.press("Ben", f"incident.{what}", incident.about, **values)
    look(world)


def look(world: World) -> None:
    for _ in range(2):
        letters.look_after(at=world.at)
        posts.look_after(at=world.at)
    world.settle()


def mails(name: str = "eve") -> list[str]:
    rows = OutboxMessage.objects.filter(payload__to=f"{name}@example.org").order_by("id")
    return [one.payload["body"].partition("\n\n")[0] for one in rows]


def heard(world: World) -> list[str]:
    """Give what the channel that subscribed was told, without what says that it is."""
    return [one.split(" | ")[1] for one in world.said(COURTS) if " | " in one]


def told(world: World, incident: Incident) -> list[tuple[str, str]]:
    """Give what stands on the page of an incident, oldest first, and how far it was by that."""
    key = f"incident-{incident.pk}"
    (entry,) = (one for one in record.read(at=world.at).entries if one.key == key)
    return [(one.text, entry.phase_at(one)) for one in reversed(entry.updates)]


@pytest.mark.clause("incident.comms-users", "incident.declare")
def test_what_was_over_when_it_was_declared_and_is_reopened_began_again(world: World) -> None:
    incident = declare(world, **LATE)
    look(world)
    (over,) = told(world, incident)
    press(world, "reopen", incident, reason="Ada's disk is full again")
    assert told(world, incident) == [over, (AGAIN, "investigating")]
    page = words(world)
    assert f"Investigating {AGAIN}" in page
    assert "Ada's disk" not in page
    assert mails() == heard(world) == [over[0], AGAIN]
    (entry,) = document(world, "incidents/unresolved")["incidents"]
    assert [one["status"] for one in entry["incident_updates"]] == ["investigating", "resolved"]
    read = receipts.of_incident(incident)
    assert "the status page" not in [one.place for one in read["declared"].places]
    places = [[place.place for place in one.places] for one in read.values()]
    public = ["the status page", "1 subscriber (e-mail)"]
    assert [one[-2:] for one in places if public[0] in one] == [public, public]


@pytest.mark.clause("incident.comms-users")
def test_what_goes_on_after_its_end_says_so_and_ends_again(world: World) -> None:
    incident = declare(world)
    look(world)
    press(world, "resolve", incident, text="It works", repaired="")
    press(world, "reopen", incident, reason="Too early")
    press(world, "update", incident, text="A disk", next="30", phase="identified")
    press(world, "resolve", incident, text="It works now", repaired="")
    assert told(world, incident) == [
        ("We are looking into a problem with Prison visits.", "investigating"),
        ("It works", "resolved"),
        (
            "It is not over: we are looking into a problem with Prison visits again.",
            "investigating",
        ),
        ("A disk", "identified"),
        ("It works now", "resolved"),
    ]
    assert mails() == heard(world) == [text for text, _ in told(world, incident)]


@pytest.mark.clause("incident.resolve", "incident.comms-users")
def test_whoever_was_told_of_it_is_told_once_that_there_was_none(world: World) -> None:
    incident = declare(world)
    look(world)
    world.at += timedelta(minutes=1)
    subscribe(world, "late")
    press(world, "mistake", incident, reason="Ben read it wrongly")
    assert mails()[1:] == heard(world)[1:] == [NONE]
    assert mails("late") == [], "they were never told of it"
    page = words(world)
    assert "Declared by mistake · Prison visits" in page and NONE in page
    assert "Resolved" not in page and "Ben read it" not in page
    visits = next(one for one in record.read(at=world.at).services if one.name == "Prison visits")
    assert visits.record.uptime == 10_000, "no time was lost"
    press(world, "reopen", incident, reason="It was one")
    again = "It is a problem after all: we are looking into a problem with Prison visits."
    assert mails()[2:] == mails("late") == heard(world)[2:] == [again]


@pytest.mark.clause("incident.broadcast", "incident.comms-users")
def test_whoever_was_told_of_a_part_is_told_what_it_is_part_of_and_hears_of_that(
    world: World,
) -> None:
    part = declare(world)
    clusters = str(Service.objects.get(name="Clusters").pk)
    whole = declare(world, title="The network is down", services=[clusters], another="yes")
    look(world)
    assert len(heard(world)) == 1, "it subscribed to another service"
    press(world, "merge", part, into=str(whole.pk), reason="One cause, says Ben")
    says = "This turned out to be part of “The network is down”, and goes on there."
    begun = "We are looking into a problem with Clusters, Prison visits."
    assert mails()[2:] == [says]
    assert set(heard(world)[1:]) == {says, begun}, "of the other they hear now"
    page = words(world)
    assert "Part of another · Prison visits" in page and "says Ben" not in page
    press(world, "resolve", whole, text="It is back", repaired="")
    assert mails()[3:] == heard(world)[3:] == ["It is back"]


@pytest.mark.clause("incident.comms-users")
def test_what_users_do_not_know_of_is_not_named_to_them(world: World) -> None:
    part = declare(world)
    whole = declare(world, title="Vic's laptop", services=[], another="yes")
    look(world)
    press(world, "merge", part, into=str(whole.pk), reason="One cause")
    Incident.objects.filter(pk=whole.pk).update(user_impact=False)
    assert "Vic's laptop" not in words(world)
    assert told(world, part)[-1][0] == (
        "This turned out to be part of another problem that we work on, and goes on there."
    )


def affects_users(world: World, incident: Incident) -> None:
    changed = {"title": incident.title, "services": service(), "user_impact": "yes"}
    press(world, "correct", incident, reason="They can't book", **changed)


@pytest.mark.clause("incident.comms-users")
def test_what_turns_out_to_affect_users_long_after_is_their_news_at_once(world: World) -> None:
    incident = declare(world, user_impact="")
    world.press("Ben", "incident.update", incident.about, text="A disk is full", next="30")
    world.at += timedelta(hours=3)
    look(world)
    assert mails() == [] and heard(world) == []
    affects_users(world, incident)
    look(world)
    assert len(mails()) == 1 and "A disk is full" in mails()[0]
    assert len(heard(world)) == 1
    world.at += timedelta(minutes=5)
    subscribe(world, "late")
    look(world)
    assert (len(mails()), mails("late")) == (1, [])


def test_nobody_wrote_a_word_of_it_and_users_hear_that_it_is_looked_into(world: World) -> None:
    incident = declare(world, user_impact="")
    world.at += timedelta(hours=3)
    affects_users(world, incident)
    assert len(mails()) == 1 and "We are looking into a problem with Prison visits." in mails()[0]
