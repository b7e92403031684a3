"""Those who tell senior leadership are written to in the chat too, where the process says so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from doubles.slack_workspace import Workspace
from dutydesk.chat.flows import post_mirror
from dutydesk.incidents.flows import leaders, receipts
from dutydesk.kernel.tellings import Receipts
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Account, Identity
from dutydesk.ports.delivery import MAIL
from dutydesk.ports.direct_messages import DIRECT
from dutydesk.process.flows import process
from dutydesk.process.rules.check import DEFAULT_FILE, check
from testing.audiences import TEAM, MailServer, declare, preview, shown
from testing.slack import BEN, slack_of, workspace
from testing.world import World

pytestmark = pytest.mark.django_db
SHIPPED = "  leaders:\n    who: []\n    hear_of: high\n    direct: false\n"
DIRECTOR, BENS, MESSAGE = "Director (e-mail)", "Ben (e-mail)", "Ben (direct message)"


@pytest.fixture
def there() -> Iterator[Workspace]:
    found = workspace()
    yield found
    found.close()


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: Workspace) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Ben")
    post_mirror.mirror_to("slack")
    for kind, sender in slack_of(world, there).senders().items():
        monkeypatch.setitem(outbox._senders, kind, sender)
    monkeypatch.setitem(outbox._senders, MAIL, MailServer())
    ben = Account.objects.get(name="Ben")
    Identity.objects.create(
        outside=f"slack:T111:{BEN}", name="Ben", account=ben, looked_at=world.at
    )
    adopt(world, tmp_path, "true")
    return world


def adopt(world: World, folder: Path, direct: str) -> None:
    text = DEFAULT_FILE.read_text(encoding="utf-8")
    assert SHIPPED in text
    file = folder / "direct.yaml"
    changed = SHIPPED.replace("[]", "[Ben]").replace("false", direct)
    file.write_text(text.replace(SHIPPED, changed), encoding="utf-8")
    process.adopt(file=file, at=world.at)


def written(there: Workspace) -> list[str]:
    """Give what Ben was written in Slack, in his own messages with the desk."""
    return [one["text"] for one in there.called("chat.postMessage") if one["channel"] == BEN]


def of_leaders(found: Receipts) -> dict[str, str]:
    return {one.place: one.state for one in found.places if one.audience.startswith("Those who")}


@pytest.mark.clause("incident.comms-leaders")
def test_whoever_is_known_there_reads_each_word_by_mail_and_by_direct_message(
    world: World, there: Workspace
) -> None:
    before = shown(preview(world, "Ada", "incident.declare", "new", title="x", criteria=["outage"]))
    assert {DIRECTOR, BENS, MESSAGE} <= set(before)
    incident = declare(world)
    (said,) = written(there)
    assert said.startswith("High-priority incident: Visits can't be booked\n\nFor users: ")
    world.press("Ada", "incident.resolve", incident.about, text="It works")
    assert [one.partition(":")[0] for one in written(there)] == [
        "High-priority incident",
        "Resolved",
    ]
    delivered = dict.fromkeys((DIRECTOR, BENS, MESSAGE), "delivered")
    assert [
        of_leaders(found)
        for name, found in receipts.of_incident(incident).items()
        if name == "declared" or name.startswith("update:")
    ] == [delivered, delivered]


@pytest.mark.clause("incident.comms-leaders")
def test_a_message_that_is_refused_is_said_in_the_team_s_channel(
    world: World, there: Workspace
) -> None:
    there.mood = "account_inactive"
    incident = declare(world)
    untold = [said for said in world.said(TEAM) if "did not reach Ben by direct message" in said]
    assert len(untold) == 1 and "account_inactive" in untold[0]
    assert of_leaders(receipts.of_incident(incident)["declared"])[MESSAGE] == "failed"


def test_without_mail_only_whoever_is_not_written_to_has_to_be_told(
    world: World, there: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(outbox._senders, MAIL)
    declare(world)
    for letter in OutboxMessage.objects.filter(kind=MAIL).order_by("pk"):
        outbox.deliver(message_id=letter.pk, now=lambda: world.at)
    world.settle()
    (untold,) = (said for said in world.said(TEAM) if "No e-mail leaves" in said)
    assert untold.endswith("Tell them yourself: Director.")
    assert len(written(there)) == 1


def test_nobody_is_written_to_unless_the_process_says_so_and_they_are_known(
    world: World, tmp_path: Path, there: Workspace
) -> None:
    everybody = leaders.everybody()
    assert MESSAGE in leaders.places(everybody)
    Account.objects.filter(name="Ben").update(is_active=False)
    assert MESSAGE not in leaders.places(everybody)
    Account.objects.filter(name="Ben").update(is_active=True)
    adopt(world, tmp_path, "false")
    assert MESSAGE not in leaders.places(everybody)
    declare(world)
    assert written(there) == []


def test_check_says_what_is_wrong_with_it() -> None:
    text = DEFAULT_FILE.read_text(encoding="utf-8")
    (wrong,) = check(text.replace(SHIPPED, SHIPPED.replace("false", "sometimes"))).mistakes
    assert "direct" in str(wrong)
    assert not check(text.replace("    direct: false\n", "")).mistakes
    assert DIRECT.taker == "the chat outside"
