"""People say by what they are reached: added, verified, put in order, seen by nobody else."""

import re
from pathlib import Path

import pytest
from django.test import Client

from dutydesk.chat.models import Post
from dutydesk.journal.models import JournalEntry
from dutydesk.oncall.flows import contact_methods
from dutydesk.oncall.models import ContactMethod
from dutydesk.oncall.rules.notification_rules import mask
from dutydesk.outbox.models import DeliveryAttempt, OutboxMessage
from dutydesk.people.flows import attempts, people
from dutydesk.people.models import Account, Engineer
from testing.pages import alarm, hook, method, page
from testing.screens import visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(primary="Ben", secondary="Cy")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    return world


def test_a_contact_method_is_verified_by_the_link_in_its_test(world: World) -> None:
    with hook() as push:
        one = method(world, "Ben", push, verified=False)
        ben = visit("Ben")
        said = ben.post("/pages/contact-methods/", {"what": "test", "method": one.pk}, follow=True)
        assert "A test goes to hook 1" in said.content.decode()
        world.settle()
        link = re.findall(r"/pages/contact-methods/confirm/\S+", push.json()[0]["message"])[0]
        stranger = Client()
        assert "Did the test reach you?" in stranger.get(link).content.decode()
        one.refresh_from_db()
        assert one.verified_at is None
        assert "It reached you" in stranger.post(link).content.decode()
        one.refresh_from_db()
        assert one.verified_at == world.at
        assert stranger.post(link).status_code == 410


def test_a_contact_method_is_verified_by_the_code_in_its_last_test(world: World) -> None:
    with hook() as push:
        one = method(world, "Ben", push, verified=False)
        ben = visit("Ben")

        def code(typed: str) -> int:
            sent = {"what": "code", "method": one.pk, "code": typed}
            return ben.post("/pages/contact-methods/", sent).status_code

        def sent() -> str:
            ben.post("/pages/contact-methods/", {"what": "test", "method": one.pk})
            world.settle()
            return str(re.findall(r"code is (\d{6})", push.json()[-1]["message"])[0])

        assert code("") == 422
        first = sent()
        again = ben.post("/pages/contact-methods/", {"what": "test", "method": one.pk})
        assert "less than a minute ago" in again.content.decode()
        world.forward(minutes=2)
        second = sent()
        assert code(first) == 422 or first == second
        world.forward(hours=25)
        assert code(second) == 422
        assert code(sent()) == 302
    one.refresh_from_db()
    assert one.verified_at == world.at


def test_nobody_guesses_a_code(world: World) -> None:
    with hook() as push:
        one = method(world, "Ben", push, verified=False)
        one.code, one.tested_at = "123456", world.at
        one.save(update_fields=["code", "tested_at"])
        ben = visit("Ben")

        def code(typed: str) -> str:
            sent = {"what": "code", "method": one.pk, "code": typed}
            return ben.post("/pages/contact-methods/", sent, follow=True).content.decode()

        for guess in range(attempts.PER_ACCOUNT):
            assert "not the last test" in code(f"{guess:06}")
        assert "Too many tries." in code("123456")
        world.forward(minutes=15)
        assert "is verified" in code("123456")


def test_an_address_is_shown_masked_and_written_nowhere_else(world: World) -> None:
    with hook("refusal") as push:
        address = f"json://{push.address}/very-secret-hook"
        ben = visit("Ben")
        added = {"what": "add", "name": "Push", "address": address, "delay": "0"}
        shown = ben.post("/pages/contact-methods/", added, follow=True).content.decode()
        assert "json://…hook" in shown
        ContactMethod.objects.update(verified_at=world.at)
        alarm(world)
        assert len(push.asked) == 1
        seen = [
            shown,
            ben.get("/pages/contact-methods/").content.decode(),
            ben.get(f"/pages/{page().pk}").content.decode(),
            ben.get(page().subject.replace(":", "s/").join("/ ").strip()).content.decode(),
            *(str(row) for row in OutboxMessage.objects.values()),
            *(str(row) for row in DeliveryAttempt.objects.values()),
            *(str(row) for row in JournalEntry.objects.values()),
            *(str(row) for row in Post.objects.values()),
        ]
        assert not [text for text in seen if "very-secret" in text or push.address in text]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("json://127.0.0.1:80/abcdefgh", "json://…efgh"),
        ("pover://u@t", "pover://…"),
        ("ada@example.org", "….org"),
        ("chat", "chat"),
    ],
)
def test_a_mask_shows_four_characters_at_most(address: str, shown: str) -> None:
    assert mask(address) == shown


def test_contact_methods_are_one_s_own_and_administrators_may_open_them(world: World) -> None:
    with hook() as push:
        one = method(world, "Ben", push)
    ben = Engineer.objects.get(name="Ben")
    mine = {"what": "remove", "method": one.pk}
    assert visit("Cy").post("/pages/contact-methods/", mine).status_code == 422
    assert visit("Cy").get(f"/pages/contact-methods/?engineer={ben.pk}").status_code == 403
    assert visit("Uma").get("/pages/contact-methods/").status_code == 403
    Account.objects.filter(name="Uma").update(is_administrator=True)
    uma = visit("Uma")
    assert f"?engineer={ben.pk}" in uma.get("/pages/contact-methods/").content.decode()
    changed = uma.post(
        f"/pages/contact-methods/?engineer={ben.pk}", {**mine, "what": "delay", "delay": "7"}
    )
    assert changed.status_code == 302
    one.refresh_from_db()
    assert one.delay == 7
    assert visit("Ben").post("/pages/contact-methods/", mine).status_code == 302
    assert not ContactMethod.objects.exists()
    assert "Ben is no longer reached by hook 1" in JournalEntry.objects.last().text  # type: ignore[union-attr]


def test_a_wrong_contact_method_is_refused_with_what_to_do_and_keeps_what_was_typed(
    world: World,
) -> None:
    ben = visit("Ben")
    for address, says in (
        ("pover://nobody", "pover://{user_key}@{token}"),
        ("syslog://", "not an address of a service"),
        ("ben@home.example", "no mail server"),
    ):
        typed = {"what": "add", "name": "Mine", "address": address, "delay": "0"}
        answer = ben.post("/pages/contact-methods/", typed)
        assert answer.status_code == 422
        assert says in answer.content.decode()
        assert 'value="Mine"' in answer.content.decode()
    for wrong in ({"delay": "61"}, {"delay": "-1"}, {"delay": "x"}, {"name": ""}):
        typed = {"what": "add", "name": "Mine", "address": "ntfys://topic", "delay": "0", **wrong}
        assert ben.post("/pages/contact-methods/", typed).status_code == 422
    assert not ContactMethod.objects.exists()


def test_contact_methods_are_put_in_order(world: World) -> None:
    with hook() as push:
        method(world, "Ben", push)
        second = contact_methods.add(
            engineer=Engineer.objects.get(name="Ben").pk,
            name="chat",
            address="chat",
            delay=0,
            at=world.at,
            by="Ben",
        )
    visit("Ben").post("/pages/contact-methods/", {"what": "up", "method": second.pk})
    ben = Engineer.objects.select_related("account").get(name="Ben")
    assert [route.name for route in contact_methods.of(ben)] == ["chat", "hook 1"]
    people.set_active(engineer=ben.pk, active=False, at=world.at)
    ben.refresh_from_db()
    assert contact_methods.of(ben) == ()
