"""Alarms that begin are stored in one call, with the same outcome as the careful way has."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from dutydesk.alarms.flows import ingestion, new_alarms, silences
from dutydesk.alarms.flows.silences import SilenceDraft
from dutydesk.alarms.models import Alarm, Alert
from dutydesk.alarms.rules.notifications import Notification, apart
from dutydesk.alarms.rules.notifications import NotifiedAlert as Told
from dutydesk.alarms.rules.silence_matchers import Matcher
from dutydesk.chat.flows import post_mirror
from dutydesk.chat.models import Post, PostMirror
from dutydesk.journal.models import JournalEntry
from testing.world import World

pytestmark = pytest.mark.django_db
Way = Callable[[Sequence[Notification], World], object]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, "2026-11-24T11:00")


def told(world: World, group: str, *names: str, firing: bool = True, **labels: str) -> Notification:
    return Notification(
        group,
        tuple(
            Told(
                name, firing, {"alertname": name, **labels}, {"summary": f"{name} is ill"}, world.at
            )
            for name in names
        ),
    )


def quickly(tellings: Sequence[Notification], world: World) -> object:
    return new_alarms.open_all(told=tellings, at=world.at)


def carefully(tellings: Sequence[Notification], world: World) -> object:
    return ingestion._receive_all(tellings, apart(tellings), world.at)


def left_by(way: Way, tellings: Sequence[Notification], world: World) -> list[object]:
    """Give everything that a way leaves in the database, with the numbers taken out; undo it."""
    with transaction.atomic():
        assert way(tellings, world) is not None
        alarms = list(Alarm.objects.order_by("group_key"))
        numbers = {alarm.pk: index for index, alarm in enumerate(alarms)}
        said = Post.objects.order_by("message__title", "key")
        left = [
            [{**vars(alarm), "id": 0, "_state": 0} for alarm in alarms],
            [
                {**vars(one), "id": 0, "_state": 0, "alarm_id": numbers[one.alarm_id]}
                for one in Alert.objects.order_by("alarm__group_key", "fingerprint")
            ],
            sorted((post.channel.name, post.words.title, post.words.facts) for post in said),
            sorted(
                JournalEntry.objects.filter(subject__startswith="alarm:").values_list(
                    "kind", "text", "actor", "clause", "at"
                )
            ),
        ]
        transaction.set_rollback(True)
    return left


def test_both_ways_leave_the_same(world: World) -> None:
    tellings = [
        told(world, "one", "A", severity="warning"),
        told(world, "two", "B", "C", "B", service="Clusters"),
        told(world, "three", "D", runbook_url="https://runbooks.example/d"),
    ]
    left = left_by(quickly, tellings, world)
    assert left == left_by(carefully, tellings, world)
    assert [len(part) for part in left if isinstance(part, list)] == [3, 4, 3, 3]


def test_what_a_silence_quiets_is_quiet_either_way(world: World) -> None:
    silences.silence(
        wanted=SilenceDraft(
            (Matcher("alertname", "=", "A"),), world.at, world.at + timedelta(hours=1), "Known"
        ),
        by="Ada",
        at=world.at,
    )
    world.settle()
    tellings = [told(world, "one", "A"), told(world, "two", "B")]
    assert new_alarms.open_all(told=tellings, at=world.at) is None  # Nobody has asked yet.
    carefully([told(world, "zero", "Z")], world)
    left = left_by(quickly, tellings, world)
    assert left == left_by(carefully, tellings, world)
    silenced = [alarm["silence_id"] for alarm in left[0]]  # type: ignore[attr-defined]
    assert [bool(one) for one in silenced] == [True, False, False]


@pytest.mark.parametrize("why", ["it is high", "it is over", "its group fires already", "empty"])
def test_what_is_not_that_plain_is_left_whole_to_the_careful_way(world: World, why: str) -> None:
    ingestion.receive(told=told(world, "known", "K"), at=world.at)
    plain = told(world, "plain", "P")
    other = {
        "it is high": told(world, "high", "H", severity="critical"),
        "it is over": told(world, "over", "O", firing=False),
        "its group fires already": told(world, "known", "K2"),
        "empty": Notification("none", ()),
    }[why]
    before = Alarm.objects.count(), Alert.objects.count(), Post.objects.count()
    assert new_alarms.open_all(told=[plain, other], at=world.at) is None
    assert before == (Alarm.objects.count(), Alert.objects.count(), Post.objects.count())
    ingestion.receive_all(told=[plain, other], at=world.at)
    assert Alarm.objects.filter(group_key="plain").count() == 1


def test_what_is_told_twice_in_one_batch_is_left_to_the_careful_way(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = told(world, "plain", "P")
    with monkeypatch.context() as patched:
        patched.delattr(new_alarms, "open_all")
        first, second = ingestion.receive_all(told=[plain, plain], at=world.at)
    assert first == second == Alarm.objects.get()


def test_no_number_is_given_twice(world: World) -> None:
    for number in range(5):
        found = ingestion.receive_all(
            told=[told(world, f"{number} {each}", "A") for each in range(number + 1)], at=world.at
        )
        assert None not in found
    assert Alarm.objects.count() == 15


def test_a_chat_outside_is_owed_what_is_stored_either_way(world: World) -> None:
    post_mirror.mirror_to("slack")
    plain, high = told(world, "plain", "P"), told(world, "high", "H", severity="critical")
    assert new_alarms.open_all(told=[plain], at=world.at) is not None
    assert new_alarms.open_all(told=[high], at=world.at) is None
    ingestion.receive(told=high, at=world.at)
    owed = PostMirror.objects.filter(owed=True, post__key__startswith="alarm:")
    assert sorted(owed.values_list("urgent", flat=True)) == [False, True]
