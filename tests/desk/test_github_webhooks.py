"""What GitHub posts to the desk: who may, in which order it counts, and for how long it is kept."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser

from doubles.github import SECRET, recorded, signed
from dutydesk.adapters.github.payloads import GitHubWebhooks
from dutydesk.desk.flows import tracker_inbound, tracker_outbound
from dutydesk.desk.models import Ticket, TrackerDelivery
from dutydesk.inbox.models import Arrival
from dutydesk.ports.webhooks import Forged
from testing.arrivals import worked_out
from testing.tracked import Tracked, fresh, tracked
from testing.world import Moving

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tracked]:
    world = tracked(tmp_path, monkeypatch)
    yield world
    world.github.close()


def heard(secret: str, body: bytes, headers: dict[str, str]) -> object:
    webhooks = GitHubWebhooks(secret, tracker_outbound.place)
    return webhooks.read(body, webhooks.check(body, headers))


def test_of_words_about_a_comment_the_newest_counts_in_whatever_order(world: Tracked) -> None:
    ticket = world.raised()
    world.hears()
    world.catch_up()
    said = world.github.comment(1, "ada-gh", "The quota is 5.")
    world.later(minutes=5)
    world.github.edit_comment(said, "The quota is 50.")
    world.hears()  # The newest first.
    assert [one.body for one in ticket.comments.all()] == ["The quota is 50."]
    world.github.edit_comment(said, "The quota is 500.")  # In the same second.
    world.hears()
    world.catch_up()
    assert [one.body for one in ticket.comments.all()] == ["The quota is 500."]
    world.github.tell("issue_comment", "deleted", world.github.issues[1], comment=said)
    world.hears()
    assert [one.body for one in ticket.comments.all()] == ["(removed)"]


def test_what_comes_late_changes_nothing(world: Tracked) -> None:
    ticket = world.raised()
    world.hears()
    world.later(minutes=1)
    world.github.change(1, "closed", state="closed")
    world.later(minutes=1)
    world.github.change(1, "reopened", state="open")
    closed, reopened = world.github.webhooks
    tracker_inbound.hear_post(**reopened, at=world.at)
    tracker_inbound.hear_post(**closed, at=world.at)
    world.settle()
    assert fresh(ticket).closed_at is None


def test_a_late_word_of_its_beginning_does_not_undo_what_was_done_here_since(
    world: Tracked,
) -> None:
    ticket = world.raised()
    world.later(seconds=3)
    world.press("Ben", "ticket.close", ticket.about)
    opened = world.github.webhooks[0]
    tracker_inbound.hear_post(**opened, at=world.at)
    world.settle()
    assert fresh(ticket).closed_at is not None
    assert world.github.issues[1]["state"] == "closed"


def test_two_changes_of_one_second_are_told_apart_by_asking(world: Tracked) -> None:
    world.catch_up()
    ticket = world.raised()
    world.hears()
    world.later(minutes=6)
    world.catch_up()
    world.later(seconds=5)
    world.github.assign(1, "ada-gh")
    world.github.change(1, "closed", state="closed")
    for posted in world.github.webhooks:
        tracker_inbound.hear_post(**posted, at=world.at)
    world.settle()
    assert fresh(ticket).closed_at is None
    world.later(seconds=30)
    world.catch_up()
    assert (fresh(ticket).closed_at is not None, ticket.has_it) == (True, "Ada")


def test_forged_and_unknown_posts_are_refused_or_taken_without_a_change(
    world: Tracked, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    issue = world.github.open("outsider", "Mine", labels=("support team",))
    (posted,) = world.github.webhooks
    forged = signed("issues", {"issue": issue}, secret="another")

    def post(body: bytes, headers: dict[str, str]) -> int:
        answer = client.post(
            "/github/webhook", body, content_type="application/json", headers=headers
        )
        assert SECRET not in answer.content.decode()
        return answer.status_code

    assert post(**forged) == 403
    assert post(posted["body"] + b" ", posted["headers"]) == 403
    assert post(posted["body"], {}) == 403
    assert not Ticket.objects.exists()
    assert post(**posted) == 202
    assert post(**posted) == 202
    worked_out(world.at)
    assert Ticket.objects.count() == 1
    strange: tuple[Any, ...] = (
        {"zen": "Keep it logically awesome."},
        [],
        {"issue": None, "repository": 3},
    )
    for told in strange:
        assert post(**signed("issues", told)) == 202
    worked_out(world.at)
    assert not Arrival.objects.exclude(outcome="done").exists()
    assert client.post("/github/webhook", {"payload": "x"}).status_code == 415


def test_recorded_payloads_are_read_as_they_are_sent(world: Tracked) -> None:
    def read(name: str) -> object:
        told = recorded(name)
        if "repository" in told:
            told["repository"]["full_name"] = "Acme/Support"
        return heard(SECRET, **signed(name.partition(".")[0], told, "d1"))

    opened = read("issues.opened")
    assert opened.issue.title == "Spelling error in the README file"  # type: ignore[attr-defined]
    assert opened.issue.author == "Codertocat"  # type: ignore[attr-defined]
    assert read("issues.assigned").issue.logins == ("Codertocat",)  # type: ignore[attr-defined]
    assert read("issues.transferred").gone  # type: ignore[attr-defined]
    assert read("issue_comment.created").remark.body.startswith("You are")  # type: ignore[attr-defined]
    assert read("projects_v2_item.created") is None
    elsewhere = signed("issues", recorded("issues.opened"))
    assert heard(SECRET, **elsewhere) is None
    with pytest.raises(Forged):
        heard("other", **elsewhere)


def test_heard_words_are_forgotten_after_a_week(world: Tracked) -> None:
    world.github.open("outsider", "Mine", labels=("support team",))
    world.hears()
    assert TrackerDelivery.objects.exists()
    world.at += timedelta(days=8)
    world.catch_up()
    assert not TrackerDelivery.objects.exists()
