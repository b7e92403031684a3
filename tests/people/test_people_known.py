"""People are known by their address: nobody gets another's by having the same name."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dutydesk.commitments.flows import commitments, wordings
from dutydesk.commitments.models import Commitment
from dutydesk.commitments.rules import Promise
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.actions import NotYours
from dutydesk.kernel.refusals import Refused
from dutydesk.oncall.rules.promises import ACKNOWLEDGE
from dutydesk.people.flows import people
from dutydesk.people.flows.people import AddressTaken, EngineerRenamed, NameTaken
from dutydesk.people.models import Account, Engineer
from dutydesk.people.rules import read_people
from testing.screens import visit
from testing.world import World, number

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, "2026-11-25T10:00")


def addresses() -> dict[str, str]:
    return dict(Engineer.objects.values_list("name", "email"))


@pytest.mark.parametrize("name", ["Ben", "ben", " Ben ", "Ben\u200b", "B\u200den", "\ufeffBen"])
def test_a_second_ben_changes_nothing_of_the_first_one(world: World, name: str) -> None:
    before = addresses()
    said = "Ben is somebody else: ben@example.org. Tell the two apart by their names"
    with pytest.raises(NameTaken, match=said):
        people.save_engineer(name=name, email="ben2@example.org", at=world.at)
    two = "engineers:\n  - {name: Eli, email: eli@example.org}\n  - {name: Ben, email: b2@x.org}\n"
    with pytest.raises(NameTaken):
        people.load(file=read_people(two), at=world.at)
    assert addresses() == before
    people.save_engineer(name="Ben B., jr.", email="ben2@example.org", at=world.at)
    assert addresses() == before | {"Ben B., jr.": "ben2@example.org"}


def test_a_name_is_one_however_its_letters_are_coded(world: World) -> None:
    zoe = people.save_engineer(name="Zoe\u0308", email="zoe@example.org", at=world.at)
    assert zoe.name == "Zo\u00eb"
    with pytest.raises(NameTaken, match="Zo\u00eb is somebody else"):
        people.save_engineer(name="ZOE\u0308", email="zoe2@example.org", at=world.at)
    with pytest.raises(Refused, match="holds nothing that can be seen"):
        people.save_engineer(name="\u200b\u2060", email="zoe2@example.org", at=world.at)
    joined = people.save_engineer(name="نی\u200cکی", email="ali@example.org", at=world.at)
    assert joined.name == "نی\u200cکی"


def test_a_leaver_s_name_brings_nobody_back(world: World) -> None:
    people.set_active(engineer=number("Ben"), active=False, at=world.at)
    with pytest.raises(NameTaken, match=r"ben@example\.org and has left"):
        people.save_engineer(name="Ben", email="ben2@example.org", at=world.at)
    assert not Engineer.objects.get(name="Ben").active
    people.save_engineer(name="Ben", email="ben@example.org", at=world.at)
    assert Engineer.objects.get(name="Ben").active


def test_the_same_address_with_another_name_renames_them_and_what_they_owe(world: World) -> None:
    commitments.promise(
        kind=ACKNOWLEDGE,
        subject="page:1",
        owner="Ben",
        text="An answer",
        times=Promise(due_at=world.at),
        at=world.at,
    )
    ben = number("Ben")
    people.save_engineer(name="Benjamin", email="BEN@example.org", at=world.at)
    world.settle()
    assert Engineer.objects.get(pk=ben).name == "Benjamin"
    assert Account.objects.get(email="ben@example.org").name == "Benjamin"
    assert Commitment.objects.get().owner == "Benjamin"
    told = JournalEntry.objects.get(kind="engineer.renamed")
    assert told.text == "Ben is now called Benjamin"


def test_what_they_owe_is_locked_before_they_are(world: World) -> None:
    """Whoever holds a promise may be about to name them: nobody waits for the other in a circle."""
    with CaptureQueriesContext(connection) as asked:
        people.change_engineer(engineer=number("Ben"), name="Benny", email="", at=world.at)
    said = [each["sql"] for each in asked]
    locks = [sql for sql in said if "FOR " in sql and 'FROM "people_engineer"' in sql]
    assert locks
    assert all("FOR NO KEY UPDATE" in sql for sql in locks)
    written = {sql.split('"')[1]: sql for sql in said if sql.startswith("UPDATE")}
    assert list(written) == ["commitments_commitment", "people_account", "people_engineer"]
    assert "ORDER BY" in (owed := written["commitments_commitment"])
    assert owed.endswith("FOR UPDATE)")


def test_what_is_promised_while_somebody_gets_another_name_goes_along(world: World) -> None:
    people.change_engineer(engineer=number("Ben"), name="Benny", email="", at=world.at)
    commitments.promise(
        kind=ACKNOWLEDGE,
        subject="page:1",
        owner="Ben",
        text="An answer",
        times=Promise(due_at=world.at),
        at=world.at,
    )
    world.settle()
    assert Commitment.objects.get().owner == "Benny"


def test_what_somebody_owes_follows_two_new_names_whichever_is_heard_of_first(
    world: World,
) -> None:
    commitments.promise(
        kind=ACKNOWLEDGE,
        subject="page:1",
        owner="Ben",
        text="An answer",
        times=Promise(due_at=world.at),
        at=world.at,
    )
    for name in ("Benjamin", "Benny"):
        people.save_engineer(name=name, email="ben@example.org", at=world.at)
    people.save_engineer(name="Benjamin", email="cy@example.org", at=world.at)
    told = JournalEntry.objects.filter(kind="engineer.renamed").order_by("-pk")
    for entry in told:
        wordings.rename_late(event=EngineerRenamed.from_json(entry.data), at=world.at)
    assert Commitment.objects.get().owner == "Benny"


@pytest.mark.parametrize("heard", ["one by one", "the last first"])
def test_two_who_swap_their_names_keep_what_each_owes(world: World, heard: str) -> None:
    for name in ("Ben", "Cy"):
        commitments.promise(
            kind=ACKNOWLEDGE,
            subject=f"page:{number(name)}",
            owner=name,
            text="An answer",
            times=Promise(due_at=world.at),
            at=world.at,
        )
    ben, cy = (f"page:{number(name)}" for name in ("Ben", "Cy"))
    for name, whose in (("Benny", "ben"), ("Ben", "cy"), ("Cy", "ben")):
        world.at += timedelta(minutes=1)
        people.save_engineer(name=name, email=f"{whose}@example.org", at=world.at)
        if heard == "one by one":
            world.settle()
    for entry in JournalEntry.objects.filter(kind="engineer.renamed").order_by("-pk"):
        wordings.rename_late(event=EngineerRenamed.from_json(entry.data), at=world.at)
    world.settle()
    owed = dict(Commitment.objects.values_list("subject", "owner"))
    assert owed == {ben: "Cy", cy: "Ben"}


def test_who_is_called_what_is_theirs_and_administrators_to_change(world: World) -> None:
    ben = number("Ben")
    with pytest.raises(NotYours, match="Only Ben and administrators change how Ben is called"):
        people.save_engineer(
            name="Benny", email="ben@example.org", at=world.at, by=world.person("Cy")
        )
    with pytest.raises(AddressTaken, match=r"cy@example\.org is Cy's address"):
        people.change_engineer(engineer=ben, name="", email="CY@example.org", at=world.at)
    mine = world.person("Ben")
    people.change_engineer(engineer=ben, name="Benny", email="", at=world.at, by=mine)
    assert addresses()["Benny"] == "ben@example.org"
    people.change_engineer(engineer=ben, name="BENNY", email="b@example.org", at=world.at, by=mine)
    assert addresses()["BENNY"] == "b@example.org"


def test_one_changes_one_s_own_name_and_administrators_anybody_s_on_the_page(
    world: World,
) -> None:
    cy = visit("Cy")
    answer = cy.post("/people/", {"what": "change", "who": number("Ben"), "name": "Benny"})
    assert "Ben" in addresses(), answer.text
    assert answer.status_code == 422
    cy.post("/people/", {"what": "change", "who": number("Cy"), "name": "Cyrus"})
    assert addresses()["Cyrus"] == "cy@example.org"


def test_who_is_on_the_team_is_not_taken_off_it_by_being_added_again(world: World) -> None:
    typed = {"what": "engineer", "name": "Ben", "email": "ben@example.org"}
    answer = visit("Ada").post("/people/", {**typed, "joins": "2099-12-01T10:00"})
    assert answer.status_code == 422
    assert "They are on the team already" in answer.text
    assert Engineer.objects.get(name="Ben").joins_at is None
