"""People are roles in what is published, whoever knows them and however they are named."""

from pathlib import Path

import pytest

from dutydesk.incidents.models import Incident
from dutydesk.people.flows import people
from dutydesk.people.models import Account, Engineer, Identity
from dutydesk.postmortems.flows import people_roles
from dutydesk.postmortems.rules.redactions import Internal, redact
from dutydesk.postmortems.rules.surnames import surname, surnames
from testing.world import World

pytestmark = pytest.mark.clause("postmortem.publish")


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("Ada Lovelace", "Lovelace"),
        ("Ludwig van der Berg", "Berg"),
        ("Zoë Smith-Jones", "Smith-Jones"),
        ("Ada", ""),
        ("Bo Li", ""),
        ("Will Green", ""),
        ("bell hooks", ""),
        ("", ""),
    ],
)
def test_a_surname_is_one_that_no_ordinary_word_is_taken_for(name: str, last: str) -> None:
    assert surname(name) == last


def test_of_two_with_one_surname_neither_s_role_is_said() -> None:
    called = {"Ada Byron": "the lead", "Ben Byron": "an engineer", "Cy Dent": "the scribe"}
    assert surnames(called, [*called, "Nobody Known"], "somebody") == {
        "Byron": "somebody",
        "Dent": "the scribe",
    }


@pytest.mark.django_db
def test_those_whom_only_a_chat_knows_and_surnames_of_those_who_were_there_are_roles(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    for short, whole in (("Ada", "Ada Lovelace"), ("Ben", "Ben Babbage"), ("Cy", "Cy Zimmer")):
        Engineer.objects.filter(name=short).update(name=whole)
        Account.objects.filter(name=short).update(name=whole)
    ada = Account.objects.get(name="Ada Lovelace")
    for number, (name, account) in enumerate(
        [("Vic Turing", None), ("countess.ada", ada), ("deploys", None)]
    ):
        Identity.objects.create(
            outside=f"slack:T1:U{number}", name=name, account=account, looked_at=world.at
        )
    world.press("Ada Lovelace", "incident.declare", "new", criteria=["outage"], title="Visits fail")
    incident = Incident.objects.get()
    world.press("Ben Babbage", "incident.take-lead", incident.about)
    incident.refresh_from_db()
    inside = Internal(people_roles.everybody(incident))
    text = (
        "Babbage asked Lovelace; Zimmer the town, babbage the engine. Vic Turing and countess.ada"
    )
    assert redact(f"{text} saw deploys.", inside, ()) == (
        "The lead asked the reporting engineer; Zimmer the town, babbage the engine. A user and "
        "the reporting engineer saw deploys."
    )
    assert "Cy Zimmer" not in redact("It was Cy Zimmer", inside, ())


@pytest.mark.django_db
def test_a_name_that_somebody_had_before_is_their_role_too(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    world.press("Ada", "incident.declare", "new", criteria=["outage"], title="Visits fail")
    incident = Incident.objects.get()
    for name in ("Ada Byron", "Ada Lovelace"):
        people.save_engineer(name=name, email="ada@example.org", at=world.at)
    people.save_engineer(name="Ben Byron", email="ben@example.org", at=world.at)
    inside = Internal(people_roles.everybody(incident))
    assert redact("Ada Byron and Ben, whom Ada Lovelace knows", inside, ()) == (
        "The reporting engineer and an engineer, whom the reporting engineer knows"
    )
