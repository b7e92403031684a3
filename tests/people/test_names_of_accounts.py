"""Nobody goes by a name that is somebody else's: what they do is on record by it."""

import pytest
from django.test import Client

from dutydesk.journal.models import JournalEntry
from dutydesk.people.flows import identities, invitations, people
from dutydesk.people.models import Account
from testing.world import Moving, World

pytestmark = pytest.mark.django_db
PASSWORD = "walking-desk-1"


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path_factory.mktemp("home"), "2026-11-24T10:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    people.save_engineer(name="Dan", email="dan@example.org", at=world.at)
    return world


def link(world: World, email: str) -> str:
    return invitations.invite(email=email, at=world.at)[0]


def accept(world: World, token: str, name: str) -> Account:
    return invitations.accept(token=token, name=name, password=PASSWORD, at=world.at)


TAKEN = (
    "Ada",
    "ada",
    " A d a ",
    "Ada\u200b",
    "A\u200dda",
    "\u2066Ada\u2069",
    "Ａｄａ",  # noqa: RUF001 -- wide letters
    "Duty Desk",
    "the  desk",
    "Whoever runs the desk",
    "Ada\nBen",
    "Eve\u2028Ada",
    "\u200b",
    "Director",
)


@pytest.mark.parametrize("typed", TAKEN)
def test_nobody_who_is_invited_goes_by_another_s_name(world: World, typed: str) -> None:
    token, hers = link(world, "eve@example.org"), Client()
    values = {"name": typed, "password": PASSWORD}
    answer = hers.post(f"/welcome/{token}", values)
    assert answer.status_code == 422
    assert not Account.objects.filter(email="eve@example.org").exists()
    assert hers.post(f"/welcome/{token}", values | {"name": " Eve\u200b Ada "}).status_code == 302
    assert Account.objects.get(email="eve@example.org").name == "Eve Ada"


def test_a_name_that_the_process_knows_is_for_whom_an_administrator_invites_by_it(
    world: World,
) -> None:
    token, _ = invitations.invite(name="Director", email="d@example.org", at=world.at)
    assert accept(world, token, name="director").name == "director"
    theirs = link(world, "director@example.org")
    assert accept(world, theirs, name="Director").name == "Director"


def test_an_engineer_who_is_invited_has_their_own_name(world: World) -> None:
    token = link(world, "dan@example.org")
    hers = Client()
    assert "Your name" not in hers.get(f"/welcome/{token}").content.decode()
    assert hers.post(f"/welcome/{token}", {"name": "Ada", "password": PASSWORD}).status_code == 302
    dan = Account.objects.get(email="dan@example.org")
    assert (dan.name, people.person(dan).name) == ("Dan", "Dan")
    assert JournalEntry.objects.filter(subject=dan.about, text__startswith="Dan made").exists()


def test_an_account_that_had_another_name_has_its_engineer_s_once_it_is_theirs(
    world: World,
) -> None:
    eve = accept(world, link(world, "eve@example.org"), name="Evelyn")
    people.save_engineer(name="Eve", email="eve@example.org", at=world.at)
    eve.refresh_from_db()
    assert (eve.name, people.person(eve).name) == ("Eve", "Eve")
    Account.objects.filter(pk=eve.pk).update(name="Evelyn")  # As it was before that was so.
    assert people.person(Account.objects.get(pk=eve.pk)).name == "Eve"


@pytest.mark.parametrize(
    ("called", "kept"),
    [
        ("ada", "umi@example.org"),
        ("Ada\u200b", "umi@example.org"),
        ("The desk", "umi@example.org"),
        ("\u200b", "umi@example.org"),
        ("Umi\u200b", "Umi"),
    ],
)
def test_nobody_in_slack_goes_by_an_engineer_s_name(world: World, called: str, kept: str) -> None:
    identities.recognise(outside="slack:T:U", name=called, email="umi@example.org", at=world.at)
    assert Account.objects.get(email="umi@example.org").name == kept
