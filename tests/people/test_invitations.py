"""A link lets in whom it was made for: one address, one engineer at most, once."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.actions import NotYours
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.tokens import digest_of
from dutydesk.people.flows import accounts, identities, invitations, people
from dutydesk.people.flows.invitations import InvitationGone
from dutydesk.people.flows.people import AddressTaken
from dutydesk.people.models import Account, Engineer, Invitation
from dutydesk.people.rules import BrokenPeopleFile, email_address
from testing.screens import seen, visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db
PASSWORD = "walking-desk-1"
WIDE = "".join(chr(ord(letter) + 0xFEE0) for letter in "dan") + "@example.org"


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path_factory.mktemp("home"), "2026-11-24T10:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    Account.objects.filter(name="Ada").update(is_administrator=True)
    for name in ("Dan", "Eli"):
        people.save_engineer(name=name, email=f"{name.lower()}@example.org", at=world.at)
    return world


def link(world: World, email: str, *, administrator: bool = False) -> str:
    return invitations.invite(email=email, at=world.at, administrator=administrator)[0]


def accept(world: World, token: str, **typed: str) -> Account:
    values = {"name": "Somebody", "password": PASSWORD, **typed}
    return invitations.accept(token=token, at=world.at, **values)


def engineer_of(account: Account) -> str:
    found = Engineer.objects.filter(account=account).first()
    return found.name if found else ""


def test_an_invitation_of_a_user_is_worth_no_engineer(world: World) -> None:
    hers = Client()
    asked = {"what": "invitation", "name": "Eve", "email": "eve@example.org"}
    text = visit("Ada").post("/people/", asked).text
    assert "acts for the engineer" not in text
    (welcome,) = set(re.findall(r"/welcome/[\w-]+", text))
    typed = {"email": "dan@example.org", "password": PASSWORD}
    assert hers.post(welcome, {"name": "Dan", **typed}).status_code == 422
    assert hers.post(welcome, {"name": "Eve", **typed}).status_code == 302
    eve = Account.objects.get(email="eve@example.org")
    assert engineer_of(eve) == ""
    assert not Account.objects.filter(email="dan@example.org").exists()
    assert Engineer.objects.get(name="Dan").account is None
    assert hers.get("/shifts/calendars/").status_code == 403


def test_an_administrator_s_link_for_an_engineer_says_so_and_joins_them(world: World) -> None:
    asked = {"what": "invitation", "name": "Dan", "email": "DAN@example.org"}
    text = seen(visit("Ada").post("/people/", asked))
    assert "acts for the engineer Dan" in text
    assert engineer_of(accept(world, link(world, "Dan@Example.org"))) == "Dan"
    made = JournalEntry.objects.filter(kind="invitation.made", actor="Ada").get()
    assert made.text == "A link was made that lets in the engineer Dan"


KINDS = ("user", "engineer", "administrator", "known", "joined", "slack", "first")
ADDRESSES = (
    "eve@example.org",
    "dan@example.org",
    "eli@example.org",
    "ben@example.org",
    "uma@example.org",
    "DAN@Example.ORG",
    "",
)
MADE_FOR = {"engineer": "dan", "known": "uma", "joined": "ben", "slack": "umi"}


def _made(world: World, kind: str) -> str:
    """Make a link of that kind, and give its secret."""
    if kind == "slack":
        email = "umi@example.org"
        identities.recognise(outside="slack:T:U", name="Umi", email=email, at=world.at)
    if kind == "first":
        Account.objects.update(is_administrator=False)
        return invitations.first_invitation(at=world.at) or ""
    email = f"{MADE_FOR.get(kind, 'eve')}@example.org"
    return link(world, email, administrator=kind == "administrator")


def _rights() -> dict[str, tuple[str, bool]]:
    """Give what each account may."""
    return {
        account.email: (engineer_of(account), account.is_administrator)
        for account in Account.objects.all()
    }


def _change(world: World, change: str) -> None:
    """Let something happen between a link's making and its use."""
    match change:
        case "becomes an engineer":
            people.save_engineer(name="Late", email="eve@example.org", at=world.at)
        case "moves":
            people.change_engineer(
                engineer=Engineer.objects.get(name="Dan").pk,
                name="",
                email="dan2@example.org",
                at=world.at,
            )
        case "leaves":
            for name in ("Dan", "Ben"):
                number = Engineer.objects.get(name=name).pk
                people.set_active(engineer=number, active=False, at=world.at)
        case "promoted":
            Account.objects.filter(name__in=("Ben", "Uma")).update(is_administrator=True)
        case "known in slack":
            email = "eve@example.org"
            identities.recognise(outside="slack:T:V", name="Eve", email=email, at=world.at)


CHANGES = ("", "becomes an engineer", "moves", "leaves", "promoted", "known in slack")


@settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    kind=st.sampled_from(KINDS),
    typed=st.sampled_from(ADDRESSES),
    changes=st.lists(st.sampled_from(CHANGES), max_size=2),
    data=st.booleans(),
)
def test_no_account_ever_gets_more_than_the_link_was_made_for(
    world: World, kind: str, typed: str, changes: list[str], data: bool
) -> None:
    from_here = transaction.savepoint()
    try:
        _prove(world, kind, typed, changes, twice=data)
    finally:
        transaction.savepoint_rollback(from_here)


def _prove(world: World, kind: str, typed: str, changes: list[str], *, twice: bool) -> None:
    token = _made(world, kind)
    made = Invitation.objects.get(token_hash=digest_of(token))
    its, grants = made.email, made.administrator
    whom = made.engineer.name if made.engineer else ""
    for change in changes:
        _change(world, change)
    before, engineers = _rights(), set(Engineer.objects.values_list("name", flat=True))
    for _ in range(1 + twice):
        try:
            accept(world, token, email=typed)
        except Refused:
            continue
    gained = {email: got for email, got in _rights().items() if before.get(email) != got}
    if kind == "first":  # It is for whoever has it, who is the first administrator.
        assert len(gained) <= 1
        return
    assert set(gained) <= {its}
    for engineer, administrator in gained.values():
        # A new administrator is an engineer of their own, and no other one.
        assert engineer in ("", whom) or (grants and engineer not in engineers)
        assert not administrator or grants
    used = Invitation.objects.filter(pk=made.pk).exclude(used_at=None).exists()
    if used and before.get(its, ("", False)) != ("", False):
        assert before[its] in ((whom, grants), (whom, False))


@pytest.mark.parametrize("spelling", ["DAN@EXAMPLE.ORG", " dan@example.org ", WIDE])
def test_every_spelling_of_an_address_is_one_address(world: World, spelling: str) -> None:
    first = link(world, "dan@example.org")
    second = link(world, spelling)
    with pytest.raises(InvitationGone):
        accept(world, first)
    assert accept(world, second).email == "dan@example.org"
    assert email_address("a@münchen.example") == email_address("A@XN--MNCHEN-3YA.example")


@pytest.mark.parametrize(
    "wrong",
    [
        "dаn@example.org",  # noqa: RUF001 -- a Cyrillic letter
        "dan@example.org\r\nBcc: x@example.org",
        "dan",
        "@example.org",
        "dan@",
        "dan@example",
        "d an@example.org",
        "dan@" + "x" * 300 + ".org",
        "dan@-..org",
        "dan@exa mple.org",
        "\0@example.org",
    ],
)
def test_what_is_no_address_gets_no_link(world: World, wrong: str) -> None:
    with pytest.raises(BrokenPeopleFile, match="is not an e-mail address"):
        link(world, wrong)


def test_a_link_ends_when_its_engineer_is_reached_elsewhere_or_leaves(world: World) -> None:
    token = link(world, "dan@example.org")
    people.change_engineer(
        engineer=Engineer.objects.get(name="Dan").pk, name="", email="dan2@example.org", at=world.at
    )
    with pytest.raises(InvitationGone):
        accept(world, token)
    token = link(world, "eli@example.org")
    eli = Engineer.objects.get(name="Eli")
    people.set_active(engineer=eli.pk, active=False, at=world.at)
    with pytest.raises(InvitationGone):
        accept(world, token)
    with pytest.raises(Refused, match="Eli has left the team"):
        link(world, "eli@example.org")
    people.set_active(engineer=eli.pk, active=True, at=world.at)
    with pytest.raises(InvitationGone):
        accept(world, token)
    assert engineer_of(accept(world, link(world, "eli@example.org"))) == "Eli"


def test_an_address_that_became_an_engineer_s_later_is_joined_by_an_administrator_alone(
    world: World,
) -> None:
    token = link(world, "eve@example.org")
    by = world.person("Ben")
    people.save_engineer(name="Eve", email="eve@example.org", at=world.at, by=by)
    eve = accept(world, token, name="Eve")
    assert engineer_of(eve) == ""
    people.save_engineer(name="Eve", email="eve@example.org", at=world.at, by=by)
    assert engineer_of(eve) == ""
    with pytest.raises(NotYours):
        accounts.join_engineer(account=eve.pk, by=by, at=world.at)
    accounts.join_engineer(account=eve.pk, by=world.person("Ada"), at=world.at)
    assert engineer_of(eve) == "Eve"


def test_a_link_made_before_names_nobody_and_makes_a_user(world: World) -> None:
    token = link(world, "dan@example.org")
    Invitation.objects.update(engineer=None)
    assert engineer_of(accept(world, token)) == ""
    token = link(world, "ben@example.org")
    Invitation.objects.update(engineer=None)
    with pytest.raises(InvitationGone):
        accept(world, token)
    old, _ = invitations._make(world.at)  # Without an address, and not an administrator's.
    with pytest.raises(InvitationGone):
        accept(world, old, email="eli@example.org")


def test_two_links_for_one_engineer_let_one_in(world: World) -> None:
    first, second = link(world, "dan@example.org"), link(world, "dan@example.org")
    with pytest.raises(InvitationGone):
        accept(world, first)
    accept(world, second)
    with pytest.raises(InvitationGone):
        accept(world, second)
    late = link(world, "eli@example.org")
    with pytest.raises(InvitationGone):
        invitations.accept(
            token=late, name="Eli", password=PASSWORD, at=world.at + timedelta(days=1)
        )


def test_an_account_made_meanwhile_with_a_password_is_not_the_link_s(world: World) -> None:
    token = link(world, "eve@example.org")
    Account.objects.create_user(email="eve@example.org", name="Eve", password=PASSWORD)
    with pytest.raises(AddressTaken, match="There is an account for eve"):
        accept(world, token)
    Account.objects.filter(name="Eve").update(is_active=False)
    with pytest.raises(Refused, match="account is closed"):
        link(world, "eve@example.org")


def test_whoever_slack_knows_gets_a_password_and_no_engineer_s_account(world: World) -> None:
    identities.recognise(outside="slack:T:U", name="Umi", email="umi@example.org", at=world.at)
    token = link(world, "umi@example.org")
    people.save_engineer(name="Umi", email="umi@example.org", at=world.at)
    umi = Account.objects.get(email="umi@example.org")
    assert engineer_of(umi) == "Umi"
    with pytest.raises(InvitationGone):
        accept(world, token)
    assert not Account.objects.get(pk=umi.pk).has_usable_password()
    assert accept(world, link(world, "umi@example.org")) == umi


def test_the_first_link_is_over_once_there_is_an_administrator(world: World) -> None:
    Account.objects.update(is_administrator=False)
    token = invitations.first_invitation(at=world.at) or ""
    Account.objects.filter(name="Ada").update(is_administrator=True)
    with pytest.raises(InvitationGone):
        accept(world, token, email="eve@example.org")
    assert invitations.first_invitation(at=world.at) is None


def test_the_first_administrator_has_a_name_of_their_own(world: World) -> None:
    Account.objects.update(is_administrator=False)
    token = invitations.first_invitation(at=world.at) or ""
    with pytest.raises(AddressTaken, match="an engineer called Dan with another address"):
        accept(world, token, name="Dan", email="other@example.org")
    assert not Account.objects.filter(email="other@example.org").exists()
    assert engineer_of(accept(world, token, name="Dan", email="dan@example.org")) == "Dan"


@pytest.mark.parametrize("name", ["Uma", "Ben"])
def test_only_administrators_invite(world: World, name: str) -> None:
    asked = {"what": "invitation", "name": "Eve", "email": "eve@example.org"}
    answer = visit(name).post("/people/", asked)
    assert answer.status_code == 422
    assert "Only administrators invite people" in answer.text
    assert not Invitation.objects.exists()
