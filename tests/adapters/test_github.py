"""GitHub's senders and asker: servers that behave badly, the App's sign-in, no secret told."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from doubles.github import TOKEN, GitHub
from doubles.moody import Mood, MoodyServer
from dutydesk.adapters.github.account import GitHubAccount
from dutydesk.adapters.github.client import Client
from dutydesk.adapters.github.issues import GitHubAsker
from dutydesk.adapters.github.payloads import split_marker, with_marker
from dutydesk.adapters.github.projects import Projects
from dutydesk.adapters.github.sender import TicketSender
from dutydesk.kernel.kinds import MessageKind
from dutydesk.ports import tracker
from dutydesk.ports.delivery import Delivery, Sender, Undelivered
from dutydesk.ports.tracker import TrackerPlace
from testing.contract import AT, SenderContract

PLACE = TrackerPlace("acme/support", "Support board")
MARKER = "dutydesk:https://desk.example.org/tickets/1:abc"


def place() -> TrackerPlace:
    return PLACE


def client(url: str, **account: str) -> Client:
    return Client(GitHubAccount(**{"token": TOKEN, "api_url": url, **account}), place)


class TicketContract(SenderContract):
    """What any sender must do, with a server that answers as GitHub does when it is well."""

    secrets: ClassVar[tuple[str, ...]] = (TOKEN,)
    kind: ClassVar[MessageKind]
    told: ClassVar[Any]

    def sender(self, address: str, **patience: float) -> Sender:
        account = GitHubAccount(token=TOKEN, api_url=f"http://{address}")
        return TicketSender(self.kind, Client(account, place, **patience), Projects())

    def patience(self, sender: Any) -> float:
        return float(sender._client._patience)

    def server(self, servers: list[MoodyServer], mood: Mood) -> MoodyServer:
        says = json.dumps(self.told) if mood == "success" else f"{{'message': '{TOKEN}'}}"
        servers.append(MoodyServer(mood, says=says))
        return servers[-1]

    def test_a_second_try_that_may_be_a_repeat_and_a_late_one_say_so(
        self, servers: list[MoodyServer]
    ) -> None:
        """What a person would be told, GitHub is asked: see the double's stories."""
        server = self.server(servers, "success")
        self.sender(server.address).deliver(self.parcel(at=AT + timedelta(minutes=7)))
        assert TOKEN in server.asked[0]


ISSUE = {
    "number": 7,
    "node_id": "I_7",
    "html_url": "https://github.com/acme/support/issues/7",
    "labels": [{"name": "support team"}],
    "assignees": [{"login": "ada-gh"}],
    "updated_at": "2026-11-24T10:00:00Z",
    "id": 901,
}
AT_IT = {"number": 7, "node": "I_7", "what": "It"}


class TestCreating(TicketContract):
    kind, told = tracker.CREATE, ISSUE
    payload: ClassVar[dict[str, Any]] = {
        "title": "Visits", "body": "It fails.", "labels": ["support team"], "marker": MARKER,
        "what": "The ticket",
    }  # fmt: skip


class TestCommenting(TicketContract):
    kind, told = tracker.COMMENT, ISSUE
    payload: ClassVar[dict[str, Any]] = {
        **AT_IT, "author": "Ada", "body": "More.", "marker": f"{MARKER}#comment-1", "comment": 1,
    }  # fmt: skip


class TestLookingUp(TicketContract):
    kind, told = tracker.LOOK, {"data": {"nodes": []}}
    payload: ClassVar[dict[str, Any]] = {"node": "I_7", "what": "It"}


@pytest.fixture(scope="module")
def keys() -> tuple[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


@pytest.fixture
def github(keys: tuple[str, str]) -> Iterator[GitHub]:
    github = GitHub(public_key=keys[1])
    yield github
    github.close()


def parcel(payload: dict[str, Any]) -> Delivery:
    return Delivery("k", payload, 1, False, AT, AT)


def test_an_app_signs_in_with_its_private_key(github: GitHub, keys: tuple[str, str]) -> None:
    app = client(github.url, token="", app="4711", private_key=keys[0])
    sender = TicketSender(tracker.CREATE, app, Projects())
    assert sender.deliver(parcel(TestCreating.payload)).startswith("1 I_1 https://github.com/")
    assert sender.deliver(parcel(TestCreating.payload)).startswith("2 I_2 ")
    assert [one.partition(" ")[2] for one in github.asked].count(
        "/repos/acme/support/installation"
    ) == 1


@pytest.mark.parametrize("key", ["", "nonsense"])
def test_a_key_that_is_none_is_said_to_be_one_and_not_shown(github: GitHub, key: str) -> None:
    app = client(github.url, token="", app="4711", private_key=key or "-----BEGIN secret-key")
    with pytest.raises(Undelivered) as caught:
        TicketSender(tracker.CREATE, app, Projects()).deliver(parcel(TestCreating.payload))
    assert "secret-key" not in caught.value.reason
    assert not github.issues


def test_a_wrong_token_is_refused_for_good_and_not_shown(github: GitHub) -> None:
    with pytest.raises(Undelivered) as caught:
        TicketSender(tracker.CREATE, client(github.url, token="ghp_wrong"), Projects()).deliver(
            parcel(TestCreating.payload)
        )
    assert caught.value.permanent
    assert "see to its key" in caught.value.reason
    assert "ghp_wrong" not in caught.value.reason
    assert TOKEN not in repr(GitHubAccount(token=TOKEN, private_key="k", webhook_secret="s"))


def test_somebody_who_cannot_be_assigned_is_said_to_be_so(github: GitHub) -> None:
    github.open("somebody", "It")
    sender = TicketSender(tracker.ASSIGN, client(github.url), Projects())
    wanted = {"number": 1, "node": "I_1", "login": "nobody-gh", "before": ""}
    with pytest.raises(Undelivered, match="nobody give issues to nobody-gh") as caught:
        sender.deliver(parcel(wanted))
    assert caught.value.permanent


def test_pages_are_turned_by_their_links_and_none_elsewhere_is_followed(github: GitHub) -> None:
    for number in range(5):
        github.open("somebody", f"Issue {number}")
    github.issues[3]["pull_request"] = {"url": "x"}
    asker = GitHubAsker(client(github.url), Projects())
    assert [one.number for one in asker.changed(None)] == [1, 2, 4, 5]
    assert len(github.asked) == 3
    assert asker.template("none.yml") == ""
    github.url = "http://127.0.0.1:1"
    assert [one.number for one in asker.changed(None)] == [1, 2]


@pytest.mark.parametrize("size", [70_000, 10])
def test_an_issue_fits_however_long_it_is_and_its_marker_stays(github: GitHub, size: int) -> None:
    sender = TicketSender(tracker.CREATE, client(github.url), Projects())
    sender.deliver(parcel({**TestCreating.payload, "body": "é" * size}))
    assert len(github.issues[1]["body"]) <= 65_536
    assert github.issues[1]["body"].startswith(f"<!-- {MARKER} -->")


OURS = f"<!-- {MARKER} -->"


@pytest.mark.parametrize(
    ("text", "said", "marker"),
    [
        (f"{OURS}\n\nIt fails.\n", "It fails.\n", MARKER),
        (f"**Ada**:\n\nMore.\n\n{OURS}\n", "**Ada**:\n\nMore.", MARKER),
        (f"A word above\n\n{OURS}\n\nIt fails.", "A word above\n\nIt fails.", MARKER),
        (f"More.\n\n{OURS}\n\nA word below", "More.\n\nA word below", MARKER),
        (f"A word\n{OURS}\nIt fails.", "A word\n\nIt fails.", MARKER),
        (f"It {OURS}fails.", "It fails.", MARKER),
        (f"{OURS}\n\nOnce\n\n{OURS}\n\ntwice", "Once\n\ntwice", MARKER),
        (f"Not closed:\n```\n<a>\n\n{OURS}", "Not closed:\n```\n<a>", MARKER),
        (f"> {OURS}\n\nI agree", None, ""),
        (f"I agree\n\n> It fails.\n>\n> {OURS}", None, ""),
        (f"```\n{OURS}\n```\nis what it writes", None, ""),
        (f"It writes `{OURS}` there", None, ""),
        (f"So:\n\n    {OURS}\n\nis code", None, ""),
        (f"```\r\na\r\n```\r\n{OURS}\r\nmore", "```\r\na\r\n```\r\n\r\nmore", MARKER),
    ],
)
def test_a_marker_is_found_wherever_it_is_said_and_not_where_it_is_shown(
    text: str, said: str | None, marker: str
) -> None:
    assert split_marker(text) == (text if said is None else said, marker)


_SAID = st.lists(st.sampled_from(["It @ada fails", "", "<!-- so -->", "> `a`", "```", "    x"]))


@given(lines=_SAID, first=st.booleans())
def test_what_got_a_marker_is_read_as_it_was_before(lines: list[str], first: bool) -> None:
    text = "\n".join(lines).strip("\n")
    assert split_marker(with_marker(text, MARKER, first=first)) == (text, MARKER)
