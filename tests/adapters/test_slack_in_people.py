"""Whoever does something in Slack is known here, or is asked to say who they are."""

from datetime import timedelta
from pathlib import Path

import pytest

from doubles.slack_workspace import Workspace
from dutydesk.chat.models import Post
from dutydesk.desk.models import Question
from dutydesk.people.flows import invitations, people
from dutydesk.people.flows.invitations import InvitationGone
from dutydesk.people.models import Account, Identity
from testing.slack import (
    ADA,
    ASK,
    BEN,
    RIA,
    UMA,
    UMI,
    UNA,
    changed,
    event,
    hear,
    message,
    reaction,
    slack_of,
    take_in,
    ts_of,
)
from testing.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, there: Workspace) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    slack_of(world, there)
    return world


def post(ts: str) -> Post:
    return Post.objects.get(key=f"slack:{ASK}:{ts}")


def test_whoever_has_no_account_posts_all_the_same(world: World) -> None:
    ts = ts_of(world.at)
    hear(world, event(message("Help", ts, by=UNA)))
    assert (post(ts).author, post(ts).account) == ("Una", None)
    hear(world, event(changed(ts, "Help me", ts_of(world.at, 1), user=UNA)))
    assert post(ts).words.body == "Help me"


def test_whoever_has_no_account_is_offered_to_connect_once_and_alone(
    world: World, there: Workspace
) -> None:
    for number in range(3):
        hear(world, event(message("Help", ts_of(world.at, number), by=UNA)))
        hear(world, event(message("Help", ts_of(world.at, 9 + number), by=UMA)))
    offers = there.called("chat.postEphemeral")
    assert [(one["channel"], one["user"]) for one in offers] == [(ASK, UNA)]
    assert "/desk connect" in offers[0]["text"]


def test_an_address_counts_only_if_our_own_workspace_vouches_for_it(
    world: World, there: Workspace
) -> None:
    there.users[BEN]["is_email_confirmed"] = False
    for number, by in enumerate((RIA, BEN)):
        hear(
            world, event(message("Let me in", ts_of(world.at, number), by=by, user_team="T0OTHER"))
        )
    assert {(one.account, one.email) for one in Identity.objects.all()} == {(None, "")}


def test_whoever_the_workspace_vouches_for_has_an_account_that_nobody_signs_in_with(
    world: World, there: Workspace
) -> None:
    hear(world, event(message("Help", ts_of(world.at), by=UMI)))
    made = Account.objects.get(email="umi@example.org")
    assert (made.name, made.has_usable_password()) == ("Umi", False)
    assert post(ts_of(world.at)).account == made
    assert not there.called("chat.postEphemeral")
    token, _ = invitations.invite(email="Umi@example.org", at=world.at)
    taken = invitations.accept(token=token, name="Umi E", password="long enough", at=world.at)
    assert taken == made and taken.has_usable_password()
    with pytest.raises(InvitationGone):
        invitations.accept(token=token, name="X", password="y" * 12, at=world.at)
    hear(world, event(message("More", ts_of(world.at, 1), by=UMI)))
    assert post(ts_of(world.at, 1)).author == "Umi E"


def test_an_engineer_without_an_account_acts_as_one_in_slack(world: World) -> None:
    people.save_engineer(name="Umi", email="umi@example.org", at=world.at)
    hear(world, event(message("Help", ts_of(world.at))))
    hear(world, event(reaction(ts_of(world.at), "eyes", by=UMI)))
    assert str(Question.objects.get().engineer) == "Umi"


def test_an_account_that_was_shut_acts_for_nobody_and_gets_no_other(world: World) -> None:
    Account.objects.create_user(email="umi@example.org", name="Umi")
    Account.objects.update(is_active=False)
    hear(world, event(message("Help", ts_of(world.at), by=UMI)))
    assert post(ts_of(world.at)).account is None
    assert Account.objects.filter(email="umi@example.org").count() == 1


@pytest.mark.clause("measure.happiness")
def test_whoever_only_slack_knew_is_asked_how_it_was(world: World, there: Workspace) -> None:
    hear(world, event(message("Help", ts_of(world.at), by=UMI)))
    question = Question.objects.get()
    world.press("Ada", "question.solve", question.about)
    asked = Post.objects.get(key=f"{question.about}:happiness")
    assert asked.only_for is not None and asked.only_for.email == "umi@example.org"


def test_while_slack_does_not_say_who_it_is_nothing_is_lost(world: World, there: Workspace) -> None:
    hear(world, event(message("First", ts_of(world.at))))
    there.mood = 500
    hear(world, event(message("Second", ts_of(world.at, 1), by=ADA)))
    hear(world, event(message("Third", ts_of(world.at, 2))))
    assert Post.objects.filter(key__startswith="slack:").count() == 1
    for _ in range(20):
        world.at += timedelta(seconds=2)
        take_in(world)
    said = list(Post.objects.filter(key__startswith="slack:").order_by("id"))
    assert [one.words.body for one in said] == ["First", "Second", "Third"]
    assert [one.author for one in said] == ["Uma", "Somebody in Slack", "Uma"]
