"""A world whose tickets are on GitHub."""

from pathlib import Path

import pytest

from doubles.github import SECRET, TOKEN, GitHub
from dutydesk.adapters.github.account import GitHubAccount
from dutydesk.adapters.github.client import Client
from dutydesk.adapters.github.issues import GitHubAsker
from dutydesk.adapters.github.payloads import GitHubWebhooks
from dutydesk.adapters.github.projects import Projects
from dutydesk.adapters.github.sender import TicketSender
from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.desk.flows import tracker_inbound, tracker_outbound, tracker_reconciliation
from dutydesk.desk.models import Question, Ticket
from dutydesk.outbox.flows import outbox
from dutydesk.ports.tracker import LOOK, TOLD
from dutydesk.process.flows import process
from testing.asked import ask
from testing.world import World

ASK = "#ask-cloud-platform"
SETTINGS = """tracker: github
    repository: acme/support
    project: Support board
    template: help.yml
    logins: {Ada: ada-gh, Ben: ben-gh}
"""


class Tracked(World):
    """A world whose tickets are on GitHub; what GitHub posts arrives when time goes on."""

    github: GitHub
    asker: GitHubAsker

    def hears(self) -> None:
        """Deliver what GitHub posts, twice and the newest first, until nothing follows."""
        while self.github.webhooks:
            posted, self.github.webhooks[:] = list(self.github.webhooks), []
            for one in (*reversed(posted), *posted):
                tracker_inbound.hear_post(**one, at=self.at)
            self.settle()

    def later(self, **by: int) -> None:
        self.forward(**by)
        self.github.at = self.at

    def catch_up(self) -> None:
        tracker_reconciliation.look_after(asker=self.asker, at=self.at)
        self.settle()

    def raised(self, text: str = "It fails.", **values: str) -> Ticket:
        post = people_posts.post(
            by=Author.of(self.person("Uma")), channel=ASK, text=text, at=self.at
        )
        self.settle()
        given = {"title": "Visits", "body": text, "p2": text} | values
        self.press("Ben", "thread.ticket", post.about, **given)
        return Ticket.objects.latest("id")


def tracked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tracked:
    """Give a world whose desk is wired to a GitHub of its own."""
    world = Tracked(tmp_path, "2026-11-24T11:00")
    file = tmp_path / "process.yaml"
    file.write_text(file.read_text().replace("tracker: built-in\n", SETTINGS))
    process.adopt(file=file, at=world.at)
    world.github = GitHub()
    world.github.at = world.at
    client = Client(GitHubAccount(token=TOKEN, api_url=world.github.url), tracker_outbound.place)
    projects = Projects()
    world.asker = GitHubAsker(client, projects)
    for kind in (*TOLD, LOOK):
        sender = TicketSender(kind, client, projects)
        monkeypatch.setitem(outbox._senders, kind, sender)
    monkeypatch.setattr(
        tracker_inbound.LISTENER, "who", GitHubWebhooks(SECRET, tracker_outbound.place)
    )
    return world


FORM = """
name: Ask for help
title: "[help] "
labels: [support team, from-desk]
body:
  - type: markdown
    attributes: {value: Thanks!}
  - type: textarea
    id: what
    attributes: {label: What do you need?, description: In your own words}
    validations: {required: true}
  - type: dropdown
    attributes: {label: Which environment?, options: [live, staging]}
  - type: input
    attributes: {label: Service}
  - type: checkboxes
    attributes: {label: Before, options: [{label: I searched}]}
"""


def fresh(ticket: Ticket) -> Ticket:
    ticket.refresh_from_db()
    return ticket


def raised(world: Tracked) -> tuple[Question, Ticket]:
    """Give a question that goes on in a ticket."""
    question = ask(world)
    world.press("Ben", "ticket.raise", question.about, title="Visits", body="It")
    world.hears()
    world.later(minutes=5)
    return question, Ticket.objects.get(question=question)
