"""One word is written once, and reaches each audience in its own place and wording."""

from pathlib import Path

import pytest

from dutydesk.incidents.models import Incident
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.flows import accounts, people
from dutydesk.people.models import Account, Engineer, LeadershipContact, Service, Team
from dutydesk.ports.delivery import MAIL
from dutydesk.process.rules.check import DEFAULT_FILE, check
from dutydesk.wiring import rooms
from testing.audiences import ASK, PRISONS, TEAM, MailServer, adopt, declare, letters, service
from testing.world import World, number

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> MailServer:
    server = MailServer()
    monkeypatch.setitem(outbox._senders, MAIL, server)
    return server


@pytest.fixture
def world(tmp_path: Path, mail: MailServer) -> World:
    return World(tmp_path, "2026-11-24T11:00")


def last(world: World, channel: str) -> str:
    return world.said(channel)[-1]


@pytest.mark.clause("incident.comms-users", "incident.comms-team", "incident.comms-leaders")
def test_each_audience_reads_an_update_in_its_own_words(world: World) -> None:
    incident = declare(world)
    world.forward(minutes=10)
    text = "We *restore* the database.\n\nIt is the third node that lost its disk."
    world.press("Ada", "incident.update", incident.about, text=text, next="30")
    for channel in (ASK, PRISONS):
        assert last(world, channel).startswith(f"Update: Visits can't be booked | {text}")
    assert f"| @cloud-platform-team {text} |" in last(world, TEAM)
    letter = letters()[-1]
    assert letter["subject"] == "Update: Visits can't be booked"
    assert letter["body"].splitlines() == [
        "For users: those of Prison visits are affected: a service that users depend on is down.",
        "Since: today at 11:00 GMT",
        "What is done: We restore the database.",
        "Next word: today at 11:40 GMT",
        "",
        f"All of it: /incidents/{incident.pk}",
    ]


@pytest.mark.clause("incident.comms-team")
def test_an_update_of_a_normal_incident_calls_no_group(world: World) -> None:
    incident = declare(world, criteria=[])
    world.press("Ada", "incident.update", incident.about, text="We look", next="30")
    assert "@cloud-platform-team" not in last(world, TEAM)


@pytest.mark.clause("incident.comms-leaders", "incident.resolve")
def test_leaders_hear_of_the_start_what_is_put_right_and_the_end(world: World) -> None:
    incident = declare(world)
    world.forward(minutes=20)
    reason = {"reason": "They are slow"}
    world.press(
        "Ben", "incident.correct", incident.about, title="Visits are slow", user_impact="yes",
        services=[service()], **reason,
    )  # fmt: skip
    world.forward(minutes=40)
    world.press("Ada", "incident.resolve", incident.about, text="It *works* again.")
    world.press("Ada", "incident.mistake", incident.about, reason="It was a drill")
    subjects = [one["subject"] for one in letters()]
    assert subjects == [
        "High-priority incident: Visits can't be booked",
        "Corrected: Visits are slow",
        "Resolved: Visits are slow",
        "Declared by mistake: Visits are slow",
    ]
    end = letters()[2]["body"]
    assert "For users: those of Prison visits were affected" in end
    assert "From today at 11:00 GMT to today at 12:00 GMT: 1 hour" in end
    assert "How it ended: It works again." in end
    assert "Next word" not in end


@pytest.mark.clause("incident.comms-leaders")
def test_the_process_file_names_leaders_by_their_names_or_addresses(
    world: World, tmp_path: Path
) -> None:
    adopt(world, tmp_path, who="[Ben, Uma, Boss@example.org, director@example.org]")
    declare(world)
    written = (
        OutboxMessage.objects.filter(kind=MAIL).order_by("pk").values_list("payload__to", flat=True)
    )
    assert sorted(written) == [
        "Boss@example.org", "ben@example.org", "director@example.org", "uma@example.org",
    ]  # fmt: skip


@pytest.mark.clause("incident.comms-leaders")
def test_leaders_hear_of_normal_incidents_only_if_the_process_says_all(
    world: World, tmp_path: Path
) -> None:
    incident = declare(world, criteria=[])
    world.press("Ada", "incident.update", incident.about, text="We look", next="60")
    world.press("Ada", "incident.resolve", incident.about, text="Over")
    assert letters() == []
    adopt(world, tmp_path, hear_of="all")
    other = declare(world, criteria=[], title="Another")
    world.press("Ada", "incident.resolve", other.about, text="Over")
    assert [one["subject"] for one in letters()] == ["Incident: Another", "Resolved: Another"]


def test_a_name_that_nobody_has_is_said_where_the_desk_says_how_it_is(
    world: World, tmp_path: Path
) -> None:
    health = next(room.health for room in rooms() if room.name == "incidents")
    assert health is not None
    assert list(health(world.at)) == []
    adopt(world, tmp_path, who="[Nobody At All, Ben]")
    (found,) = health(world.at)
    assert not found.well
    assert "Nobody At All in incidents.leaders" in found.says
    assert "Nobody" not in found.public


def test_what_is_neither_a_name_nor_an_address_is_a_mistake_in_the_file() -> None:
    text = DEFAULT_FILE.read_text(encoding="utf-8")
    (mistake,) = check(text.replace("who: []", 'who: ["boss@"]')).mistakes
    assert "“boss@” is not an e-mail address." in str(mistake)
    (mistake,) = check(text.replace("who: []", "who: [Ada, Ada]")).mistakes
    assert "“Ada” is there twice." in str(mistake)


@pytest.mark.clause("incident.resolve")
def test_everybody_who_was_told_of_the_start_is_told_of_the_end(world: World) -> None:
    courts = Team.objects.create(name="Courts", channel="#courts")
    lists = Service.objects.create(name="Court lists", team=courts)
    incident = declare(world)
    world.press(
        "Ben", "incident.correct", incident.about, title=incident.title, user_impact="",
        services=[str(lists.pk)], reason="It is only the lists",
    )  # fmt: skip
    world.press(
        "Ben", "incident.correct", incident.about, title=incident.title, user_impact="yes",
        services=[str(lists.pk)], reason="Users see it",
    )  # fmt: skip
    LeadershipContact.objects.all().delete()
    LeadershipContact.objects.create(name="Deputy", email="deputy@example.org")
    world.press("Ada", "incident.assess", incident.about, criteria=[], reason="It is slow only")
    world.press("Ada", "incident.resolve", incident.about, text="It works again")
    for channel in (TEAM, ASK, PRISONS, "#courts"):
        assert last(world, channel).endswith("It works again"), channel
    for to in ("director@example.org", "deputy@example.org"):
        assert letters(to)[-1]["subject"] == f"Resolved: {incident.title}", to


@pytest.mark.clause("incident.resolve", "incident.comms-leaders")
def test_leaders_who_were_told_of_a_part_hear_the_end_of_the_whole(world: World) -> None:
    whole = declare(world, criteria=[], title="The database is down")
    part = declare(world, title="Visits are down", another="yes")
    LeadershipContact.objects.all().delete()
    world.press("Ada", "incident.merge", part.about, into=str(whole.pk), reason="One cause")
    world.press("Ada", "incident.resolve", whole.about, text="Over")
    assert letters()[-1]["subject"] == "Resolved: The database is down"


def test_whoever_left_the_desk_is_no_leader(world: World, tmp_path: Path) -> None:
    adopt(world, tmp_path, who="[Ben, Uma]")
    Engineer.objects.filter(name="Ben").update(active=False)
    Account.objects.filter(name__in=["Ben", "Uma"]).update(is_active=False)
    declare(world)
    assert letters("ben@example.org") == letters("uma@example.org") == []


def test_whoever_leaves_after_the_start_hears_no_more_though_they_were_told(
    world: World, tmp_path: Path
) -> None:
    adopt(world, tmp_path, who="[Ben, Uma, Cy]")
    incident = declare(world)
    people.set_active(engineer=number("Ben"), active=False, at=world.at)
    accounts.close(account=Account.objects.get(name="Uma").pk, by=None, at=world.at)
    adopt(world, tmp_path)  # Cy is off the list by now.
    world.press("Ada", "incident.update", incident.about, text="We look", next="60")
    heard = {to: len(letters(f"{to}@example.org")) for to in ("ben", "uma", "cy", "director")}
    assert heard == {"ben": 1, "uma": 1, "cy": 2, "director": 2}


def test_a_long_text_is_cut_at_a_word_for_leaders(world: World) -> None:
    incident = declare(world)
    world.press("Ada", "incident.update", incident.about, text="word " * 200, next="60")
    line = letters()[-1]["body"].splitlines()[2]
    assert line.endswith("word…")
    assert len(line) < 430
    assert Incident.objects.get().updates.get().text == ("word " * 200).strip()
