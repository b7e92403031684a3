"""User teams, services and leadership contacts are renamed, and taken away if nothing is theirs."""

from pathlib import Path

import pytest
from django.test import Client

from dutydesk.incidents.flows import leaders
from dutydesk.incidents.models import Incident
from dutydesk.people.flows import directory, people
from dutydesk.people.flows.directory import EntryInUse
from dutydesk.people.flows.people import NameTaken
from dutydesk.people.models import Service, Team
from testing.screens import seen, visit
from testing.tellings import alert, evening, tell
from testing.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path) -> World:
    return evening(tmp_path)


def send(client: Client, what: str, **fields: str) -> str:
    answer = client.post("/people/", {"what": what, **fields}, follow=True)
    assert answer.status_code == 200, answer.text
    return seen(answer)


def refused(client: Client, what: str, **fields: str) -> str:
    answer = client.post("/people/", {"what": what, **fields})
    assert answer.status_code == 422
    return answer.text


def test_a_mistyped_address_is_told_nothing_more_once_it_is_corrected(world: World) -> None:
    dora = people.save_contact(name="Dora", email="dora@exmaple.org", at=world.at)
    world.press("Ben", "incident.declare", "new", title="All is down", criteria=["outage"])
    incident = Incident.objects.get()
    assert "dora@exmaple.org" in reached(incident)
    saved = send(visit("Ben"), "contact", name="Dora", email="dora@example.org")
    assert "Dora is saved." in saved
    assert {one for one in reached(incident) if "dora" in one} == {"dora@example.org"}
    assert "Dora is removed." in send(visit("Ben"), "remove", which=dora.about)
    assert {one for one in reached(incident) if "dora" in one} == set()
    assert reached(incident)
    assert "isn&#x27;t there any more" in refused(visit("Ben"), "remove", which=dora.about)
    people.save_contact(name="Dora", email="dora@exmaple.org", at=world.at)
    assert "dora@exmaple.org" in reached(incident)


def reached(incident: Incident) -> set[str]:
    return {one.email for one in leaders.told(Incident.objects.get(pk=incident.pk).leaders)}


def test_what_is_renamed_stays_the_same_one(world: World) -> None:
    visits, prisons = Service.objects.get(name="Prison visits"), Team.objects.get(name="Prisons")
    alarm = tell(world, alert("Down", world.at))
    assert alarm is not None
    ben = visit("Ben")
    said = send(ben, "rename-service", which=visits.about, name=" Visits ")
    assert "It is called Visits now." in said
    send(ben, "rename-team", which=prisons.about, name="Prison service")
    now = Service.objects.get(pk=visits.pk)
    assert (now.name, now.slug, now.team) == ("Visits", visits.slug, prisons)
    screen = ben.get(f"/alarms/{alarm.pk}").text
    assert f'<a href="/services/{visits.pk}">Visits</a>' in screen


def test_two_have_no_like_name(world: World) -> None:
    courts = Service.objects.get(name="Courts").about
    with pytest.raises(NameTaken, match="called dns"):
        directory.rename(about=courts, name="dns", by=world.person("Ben"), at=world.at)
    directory.rename(about=courts, name="COURTS", by=world.person("Ben"), at=world.at)
    assert Service.objects.filter(name="COURTS").exists()
    assert "is missing" in refused(visit("Ben"), "rename-service", which=courts, name=" ")


def test_what_has_anything_on_record_stays(world: World) -> None:
    tell(world, alert("Down", world.at))
    visits, prisons = Service.objects.get(name="Prison visits"), Team.objects.get(name="Prisons")
    for used in (visits, prisons):
        with pytest.raises(EntryInUse, match="can't be removed"):
            directory.remove(about=used.about, by=world.person("Ben"), at=world.at)
    dns = Service.objects.get(name="DNS")
    world.press("Ben", "incident.declare", "new", title="DNS is slow", services=[str(dns.pk)])
    assert "can&#x27;t be removed" in refused(visit("Ben"), "remove", which=dns.about)
    assert Service.objects.filter(pk__in=[dns.pk, visits.pk]).count() == 2
    courts = Service.objects.get(name="Courts").about
    directory.rename(about=courts, name="Court", by=world.person("Ben"), at=world.at)
    assert directory.remove(about=courts, by=world.person("Ben"), at=world.at) == "Court"


def test_only_engineers_remove_and_rename(world: World) -> None:
    courts = Service.objects.get(name="Courts").about
    for what in ("remove", "rename-service"):
        assert "engineers" in refused(visit("Uma"), what, which=courts, name="X")
    assert "Remove Courts" not in visit("Uma").get("/people/").text
    assert "Remove Courts" in visit("Ben").get("/people/").text
