"""What people write about an entry of the timeline stays with it, whatever its words become."""

import importlib
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import connection

from dutydesk.incidents.models import Deploy, Incident
from dutydesk.people.flows import directory
from dutydesk.people.models import Service
from dutydesk.postmortems.flows import chronicle
from dutydesk.postmortems.models import Passage, Postmortem
from testing import reviews
from testing.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.clause("postmortem.timeline")]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A desk on which an incident is over that began with a deployment, before it was declared."""
    world = World(tmp_path, "2026-11-24T11:00")
    about = world.press("Ada", "incident.declare", "new", criteria=["outage"], title="No visits")
    world.press("Ada", "incident.resolve", about.show, text="It works again")
    incident, visits = Incident.objects.get(), Service.objects.get(name="Prison visits")
    incident.services.add(visits)
    incident.fault_occurs = world.moment("2026-11-24T10:00")
    incident.repaired = world.moment("2026-11-24T10:40")
    incident.save()
    Deploy.objects.create(
        service=visits, version="1.4", by="Cy", told_by="Argo", told_at=incident.fault_occurs,
        at=incident.fault_occurs - timedelta(microseconds=998_500),
    )  # fmt: skip
    return world


def keys(world: World) -> dict[str, str]:
    """Give by what each entry is that the journal doesn't have the key of words about it."""
    every = chronicle.entries(Incident.objects.get(), at=world.at)
    return {one.entry.mark: f"note.{one.key}" for one in every if one.entry.mark}


def test_an_estimate_and_another_name_of_a_service_lose_no_words(world: World) -> None:
    before = keys(world)
    assert list(before) == ["deploy", "began", "repaired"]
    for key in before.values():
        reviews.write(world, Postmortem.objects.get(), key, "Why then?")
    Incident.objects.update(estimated=True)
    about = Service.objects.get(name="Prison visits").about
    directory.rename(about=about, name="Visits", by=world.person("Ada"), at=world.at)
    assert keys(world) == before


def formerly(mark: str, words: str) -> str:
    return f"note.{mark}-{sha256(words.encode()).hexdigest()[:12]}"


def test_words_that_went_by_an_entry_s_own_are_kept_by_an_upgrade(world: World) -> None:
    deployed = f"{Deploy.objects.get().at} Prison visits 1.4 was deployed by Cy"
    lost = formerly("repaired", "Users had it back, as estimated")
    for key, text in (
        (formerly("deploy", deployed), "A new client"),
        (formerly("began", "It began, as estimated"), "By the logs"),
        (lost, "About ten"),
        (formerly("repaired", "Users had it back"), "By the graph"),
        ("summary", "No visits"),
    ):
        Passage.objects.create(postmortem=Postmortem.objects.get(), key=key, text=text, version=1)
    names = importlib.import_module("dutydesk.postmortems.migrations.0012_names_of_entries")
    with connection.cursor() as cursor:
        for statement in (names.TIMES, names.DEPLOYS, names.TIMES):
            cursor.execute(statement)
    now = keys(world)
    assert dict(Passage.objects.values_list("key", "text")) == {
        now["deploy"]: "A new client",
        now["began"]: "By the logs",
        now["repaired"]: "By the graph",
        lost: "About ten",
        "summary": "No visits",
    }
