"""Those who tell senior leadership are told by contact methods of their own too, in their order."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from doubles.slack_workspace import Workspace
from dutydesk.chat.flows import post_mirror
from dutydesk.incidents.flows import leaders, receipts
from dutydesk.incidents.models import Incident
from dutydesk.oncall.models import ContactMethod
from dutydesk.outbox.flows import outbox
from dutydesk.people.models import Account, Engineer, Identity
from dutydesk.ports.contact_methods import CONTACT_METHOD
from dutydesk.ports.delivery import MAIL, Delivery, Undelivered
from dutydesk.process.flows import process
from dutydesk.process.rules.check import DEFAULT_FILE
from testing.audiences import TEAM, MailServer, declare, preview, shown
from testing.screens import seen, visit
from testing.slack import BEN, slack_of, workspace
from testing.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.clause("incident.comms-leaders")]
SHIPPED = "  leaders:\n    who: []\n    hear_of: high\n    direct: false\n"
MAIL_TO_BEN, DIRECT_TO_BEN = "Ben (e-mail)", "Ben (direct message)"


class Push:
    """Carries messages to contact methods, but to those that it refuses."""

    def __init__(self) -> None:
        self.refuses: set[str] = set()
        self.busy: set[str] = set()
        self.carried: list[str] = []

    def deliver(self, parcel: Delivery) -> str:
        name = ContactMethod.objects.get(pk=parcel.payload["contact_method"]).name
        if name in self.refuses:
            raise Undelivered("the service refused it (400)", permanent=True)
        if name in self.busy:
            raise Undelivered("the service is busy (503)")
        self.carried.append(f"{name}: {parcel.payload['subject']}")
        return "taken"


@pytest.fixture
def there() -> Iterator[Workspace]:
    found = workspace()
    yield found
    found.close()


@pytest.fixture
def push() -> Push:
    return Push()


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: Workspace, push: Push) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Cy")
    post_mirror.mirror_to("slack")
    senders = slack_of(world, there).senders() | {MAIL: MailServer(), CONTACT_METHOD: push}
    for kind, sender in senders.items():
        monkeypatch.setitem(outbox._senders, kind, sender)
    Identity.objects.create(
        outside=f"slack:T111:{BEN}", name="Ben", account=Account.objects.get(name="Ben"),
        looked_at=world.at,
    )  # fmt: skip
    adopt(world, tmp_path, "true")
    return world


def adopt(world: World, folder: Path, direct: str) -> None:
    text = DEFAULT_FILE.read_text(encoding="utf-8")
    file = folder / "own.yaml"
    changed = SHIPPED.replace("[]", "[Ben]").replace("false", direct)
    file.write_text(text.replace(SHIPPED, changed), encoding="utf-8")
    process.adopt(file=file, at=world.at)


def set_up(world: World, *methods: str, verified: bool = True) -> None:
    """Let Ben have these contact methods, in this order."""
    for order, name in enumerate(methods):
        kind = {"chat": "chat", "ben@home.example": "e-mail"}.get(name, "push")
        ContactMethod.objects.create(
            engineer=Engineer.objects.get(name="Ben"), name=name, kind=kind, order=order,
            address=name if kind != "push" else f"ntfys://{name}", made_at=world.at,
            verified_at=world.at if verified else None,
        )  # fmt: skip


def states(incident: Incident) -> dict[str, str]:
    found = receipts.of_incident(incident)["declared"].places
    return {one.place: one.state for one in found if one.place.startswith("Ben (")}


def test_the_first_of_their_own_tells_them_too_and_its_receipt_says_so(
    world: World, push: Push
) -> None:
    set_up(world, "phone", "tablet")
    before = shown(preview(world, "Ada", "incident.declare", "new", title="x", criteria=["outage"]))
    assert {MAIL_TO_BEN, DIRECT_TO_BEN, "Ben (phone)"} <= set(before)
    assert "Ben (tablet)" not in before
    incident = declare(world)
    assert push.carried == ["phone: High-priority incident: Visits can't be booked"]
    places = (MAIL_TO_BEN, DIRECT_TO_BEN, "Ben (phone)")
    assert states(incident) == dict.fromkeys(places, "delivered")
    world.press("Ada", "incident.resolve", incident.about, text="It works")
    assert [one.partition(":")[2][:9] for one in push.carried] == [" High-pri", " Resolved"]


def test_the_next_is_used_when_one_fails_and_the_team_hears_of_the_last_alone(
    world: World, push: Push
) -> None:
    set_up(world, "phone", "tablet", "watch")
    push.refuses, push.busy = {"phone"}, {"tablet"}
    incident = declare(world)
    assert push.carried == ["watch: High-priority incident: Visits can't be booked"]
    assert [states(incident)[f"Ben ({name})"] for name in ("phone", "tablet", "watch")] == [
        "failed", "waiting", "delivered",
    ]  # fmt: skip
    assert not [said for said in world.said(TEAM) if "did not reach Ben" in said]


def test_one_that_fails_is_marked_on_its_page_until_it_carries_again(
    world: World, push: Push
) -> None:
    set_up(world, "phone", "tablet", "watch")
    push.refuses, push.busy = {"phone"}, {"tablet"}
    incident = declare(world)
    failing = {one.name: one.failing_why for one in ContactMethod.objects.order_by("order")}
    assert failing == {
        "phone": "the service refused it (400)", "tablet": "the service is busy (503)", "watch": "",
    }  # fmt: skip
    assert ContactMethod.objects.get(name="phone").failing_since is not None
    assert "failing" in seen(visit("Ben").get("/pages/contact-methods/"))
    push.refuses, push.busy = set(), set()
    world.press("Ada", "incident.resolve", incident.about, text="It works")
    assert ContactMethod.objects.get(name="phone").failing_since is None


def test_the_team_is_told_once_none_of_them_is_left(world: World, push: Push) -> None:
    set_up(world, "phone", "tablet")
    push.refuses = {"phone", "tablet"}
    declare(world)
    (said,) = (said for said in world.said(TEAM) if "did not reach Ben" in said)
    assert "by tablet: the service refused it (400)" in said


def test_chat_that_comes_first_is_the_direct_message_and_a_phone_comes_after_it(
    world: World, push: Push, there: Workspace
) -> None:
    set_up(world, "chat", "phone")
    declare(world)
    assert push.carried == []
    there.mood = "account_inactive"
    world.press("Ada", "incident.resolve", Incident.objects.get().about, text="It works")
    assert [one.partition(":")[0] for one in push.carried] == ["phone"]


def test_an_address_that_the_e_mail_goes_to_anyhow_gets_no_second_one(world: World) -> None:
    ben = Engineer.objects.get(name="Ben")
    set_up(world, "ben@home.example")
    assert "Ben (ben@home.example)" in leaders.places(leaders.everybody())
    Engineer.objects.filter(pk=ben.pk).update(email="ben@home.example")
    assert "Ben (ben@home.example)" not in leaders.places(leaders.everybody())


def test_what_is_not_verified_or_not_wanted_is_not_used(
    world: World, tmp_path: Path, push: Push
) -> None:
    set_up(world, "phone", verified=False)
    assert "Ben (phone)" not in leaders.places(leaders.everybody())
    ContactMethod.objects.update(verified_at=world.at)
    assert "Ben (phone)" in leaders.places(leaders.everybody())
    adopt(world, tmp_path, "false")
    declare(world)
    assert push.carried == []
