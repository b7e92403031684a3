"""Who there is: loaded from a file, invited by link, leaving."""

from datetime import UTC, datetime, timedelta

import pytest

from dutydesk.people.flows import invitations, people
from dutydesk.people.flows.invitations import InvitationGone
from dutydesk.people.models import Account, Engineer, Service, Team
from dutydesk.people.rules import BrokenPeopleFile, read_people

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
FILE = """
engineers: [{name: Ada, email: Ada@example.org}]
teams:
  - name: Prisons
    channel: "#prisons"
    services: [{name: Visits, page_anyway: true}]
services: [{name: Clusters, user_facing: false}]
leadership: [{name: Director, email: director@example.org}]
"""


@pytest.mark.django_db
def test_a_file_is_loaded_twice_and_adds_once() -> None:
    counts = people.load(file=read_people(FILE), at=AT)
    people.load(file=read_people(FILE.replace("#prisons", "#visits")), at=AT)
    assert counts == {"engineer": 1, "team": 1, "service": 2, "leadership contact": 1}
    assert Team.objects.get().channel == "#visits"
    assert Service.objects.get(name="Visits").page_anyway
    assert Service.objects.get(name="Clusters").team is None
    assert Engineer.objects.get().email == "ada@example.org"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("Ada@example.org", "nowhere", "engineers.0.email"),
        ('"#prisons"', "prisons", "write it like “#team-a”"),
        ("user_facing", "usr_facing", "services.0.usr_facing"),
        ("engineers:", "engineers: [", "This is not YAML"),
        ("engineers:", "engineers: " + "[" * 5000, "nested too deep"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_place(old: str, new: str, says: str) -> None:
    with pytest.raises(BrokenPeopleFile, match=says):
        read_people(FILE.replace(old, new))


@pytest.mark.django_db
def test_a_link_makes_one_account_once_and_in_time() -> None:
    token = invitations.first_invitation(at=AT)
    assert token is not None
    details = {"name": "Ada", "email": "Ada@Example.org", "password": "walking-desk-1"}
    with pytest.raises(InvitationGone):
        invitations.accept(token=token, at=AT + timedelta(days=2), **details)
    account = invitations.accept(token=token, at=AT, **details)
    assert account.is_administrator and account.is_engineer
    assert people.person(account).engineer is not None
    with pytest.raises(InvitationGone):
        invitations.accept(token=token, at=AT, **details)
    assert invitations.first_invitation(at=AT) is None
    assert Account.objects.count() == 1


@pytest.mark.django_db
def test_whoever_left_is_no_engineer_any_more() -> None:
    people.load(file=read_people(FILE), at=AT)
    token, _ = invitations.invite(email="ada@example.org", at=AT)
    account = invitations.accept(token=token, at=AT, name="Ada", password="walking-desk-1")
    assert account.is_engineer
    people.set_active(engineer=Engineer.objects.get().pk, active=False, at=AT)
    assert people.person(account).engineer is None
    assert not account.is_engineer
