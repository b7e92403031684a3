"""A bundle of pages: it calls whom each of its alarms is to call, at their hours, and no more."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules.notifications import Notification
from dutydesk.alarms.rules.notifications import NotifiedAlert as Told
from dutydesk.chat.models import Post
from dutydesk.oncall.flows import page_calls, storms
from dutydesk.oncall.models import Call, Page
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Engineer
from dutydesk.ports.delivery import MAIL, Delivery
from testing.screens import visit
from testing.storms import HIGH, begin, bundle_of, called, many, receive, reroute, telling
from testing.tries import tries
from testing.world import Moving

pytestmark = [pytest.mark.django_db, pytest.mark.clause("oncall.respond")]
# Who is called for each in the evening, when Ben is primary and Cy secondary.
CALLED = {
    "": {"Ben", "Cy"},
    "batch": {"Ben"},
    "reports": {"Ben", "Cy"},
    "archive": {"Ben", "Cy"},
}


@pytest.mark.clause("oncall.escalate")
@pytest.mark.parametrize("first", ["batch", ""])
@pytest.mark.parametrize("together", [True, False])
def test_each_alarm_of_a_storm_goes_on_to_those_whom_its_route_calls(
    tmp_path: Path, first: str, together: bool
) -> None:
    world = begin(tmp_path)
    jobs = [first, "batch" if first == "" else ""]
    told = [one for job in jobs for one in many(world, f"{job or 'V'}-", 8, job=job)]
    for part in [told] if together else [told[:8], told[8:]]:
        receive(world, *part)
    world.forward(minutes=5)
    whole, batch = bundle_of("V-7"), bundle_of("batch-7")
    assert (whole.duties, called(whole)) == ([], ["Ben", "Cy"])
    assert (batch.duties, called(batch)) == (["primary"], ["Ben", "Ben"])


STORMS = st.lists(
    st.tuples(
        st.lists(st.sampled_from(sorted(CALLED)), min_size=1, max_size=9),
        st.sampled_from(["Prison visits", "Clusters"]),
        st.integers(0, 40),
    ),
    min_size=1,
    max_size=4,
)


@tries(8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STORMS)
def test_a_storm_leaves_nobody_uncalled_and_calls_nobody_twice_for_the_same(
    tmp_path: Path, parts: list[tuple[list[str], str, int]]
) -> None:
    """Held to what is plain: who is called for an alarm is whom its own route names."""
    with transaction.atomic():
        world = begin(tmp_path)
        number = 0
        for jobs, service, wait in parts:
            told = []
            for job in jobs:
                number += 1
                told.append(telling(world, f"{job}-{number}", job=job, service=service))
            receive(world, *told)
            world.forward(seconds=wait)
        world.forward(minutes=6)
        alarms = {alarm.about: alarm for alarm in Alarm.objects.all()}
        pages = storms.latest_pages(list(alarms))
        for about, alarm in alarms.items():
            job = alarm.title.partition("-")[0]
            assert set(called(pages[about])) == CALLED[job], (job, parts)
        rounds = list(Call.objects.values_list("page", "round", "engineer"))
        assert len(rounds) == len(set(rounds))
        for page in Page.objects.filter(bundle=True):
            names = page.bundled.values_list("title", flat=True)
            assert len({name.partition("-")[0] for name in names}) == 1
        transaction.set_rollback(True)


@pytest.mark.clause("oncall.escalate")
@pytest.mark.parametrize("gone", [["Ben"], ["Ben", "Cy"]])
def test_a_storm_is_one_for_the_first_person_whom_something_reaches(
    tmp_path: Path, gone: list[str]
) -> None:
    world = begin(tmp_path)
    Engineer.objects.filter(name__in=gone).update(account=None)
    receive(world, *many(world, "V", 8))
    receive(world, *many(world, "W", 8))
    assert Page.objects.filter(bundle=False).count() == 5
    assert Page.objects.get(bundle=True).bundled.count() == 11
    reached = Call.objects.filter(skipped=False).values_list("engineer__name", flat=True)
    assert list(reached) == (["Cy"] * 6 if gone == ["Ben"] else [])


@pytest.mark.clause("oncall.escalate")
def test_a_bundle_calls_whom_a_changed_route_calls(tmp_path: Path) -> None:
    world = begin(tmp_path)
    receive(world, *many(world, "B", 8, job="batch"))
    world.forward(minutes=1)
    reroute(tmp_path, world, "{job: batch}, page: [primary]", "{job: batch}, page: [secondary]")
    bundle = bundle_of("B7")
    assert (bundle.duties, called(bundle)) == (["secondary"], ["Ben", "Cy"])
    world.forward(minutes=15)
    assert called(bundle) == ["Ben", *["Cy"] * 4], "and Ben no more"


def test_a_bundle_of_which_some_are_routed_otherwise_calls_for_all_of_them(tmp_path: Path) -> None:
    world = begin(tmp_path)
    told = many(world, "B", 8, job="batch")
    labels = {**told[7].alerts[0].labels, "queue": "slow"}
    slow = Told("a", True, labels, told[7].alerts[0].annotations, world.at)
    receive(world, *told[:7], Notification(told[7].group_key, (slow,)))
    first = "    - {name: Batch,"
    reroute(
        tmp_path, world, first, "    - {name: S, match: {queue: slow}, page: [secondary]}\n" + first
    )
    bundle = bundle_of("B7")
    assert (bundle.duties, called(bundle)) == (["primary", "secondary"], ["Ben"])
    world.forward(minutes=5)
    assert called(bundle) == ["Ben", "Cy"]


@pytest.mark.clause("hours.closed")
@pytest.mark.parametrize("has", [True, False])
def test_a_bundle_calls_at_any_hour_only_while_one_of_its_alarms_does(
    tmp_path: Path, has: bool
) -> None:
    world = begin(tmp_path, "2026-11-24T21:50")
    clusters = many(world, "C", 4, service="Clusters")
    receive(world, *many(world, "V", 8), *clusters)
    bundle = bundle_of("C3")
    assert bundle == bundle_of("V7") and bundle.anyway
    if has:
        world.press("Ben", "page.acknowledge", bundle.about)
    world.forward(minutes=40)
    before = called(bundle)
    assert before[-1] == "Ben" if has else len(before) > 6, "after ten, too"
    for one in clusters:
        receive(world, telling(world, one.group_key[2:], service="Clusters", firing=False))
    bundle.refresh_from_db()
    assert (bundle.state, bundle.anyway) == ("held", False)
    assert bundle.held_until == world.moment("2026-11-25T07:00")
    world.forward(hours=8)
    assert called(bundle) == before, "nobody is called for what can wait"
    world.forward(minutes=31)
    assert called(bundle)[len(before) :] == ["Ben"]


class Taken:
    """Takes every mail."""

    def deliver(self, parcel: Delivery) -> str:
        return parcel.key


def news() -> list[str]:
    """Give the subjects of the mails that told of what joined."""
    mails = OutboxMessage.objects.filter(kind=MAIL, key__contains=":more").order_by("pk")
    return [mail.payload["body"] for mail in mails]


@pytest.mark.clause("oncall.escalate", "oncall.limit")
def test_whoever_has_just_taken_a_bundle_is_told_what_joins_it_and_called_in_five_minutes(
    tmp_path: Path,
) -> None:
    world = begin(tmp_path)
    outbox.deliver_with(MAIL, Taken())
    receive(world, *many(world, "V", 8))
    bundle = bundle_of("V7")
    world.press("Ben", "page.acknowledge", bundle.about)
    for number in range(10):
        world.forward(seconds=3)
        receive(world, telling(world, f"W{number}"))
    assert called(bundle) == ["Ben"], "once for all of it, who works on it"
    (mail,) = news()
    assert "W0 is down, Prison visits" in mail and "called today at 19:05 GMT" in mail
    (said,) = [said for said in world.said(HIGH) if said.startswith("More came")]
    assert "W9 is down, Prison visits; W8 is down" in said
    assert any("Asked again: today at 19:05 GMT" in said for said in world.said(HIGH))
    world.forward(minutes=4, seconds=29)
    assert called(bundle) == ["Ben"]
    world.forward(seconds=1)
    assert called(bundle) == ["Ben", "Ben"], "nobody said that they saw it"
    world.forward(minutes=5)
    assert called(bundle) == ["Ben", "Ben", "Cy"]


def test_what_joins_just_before_the_hours_end_is_called_for_in_them(tmp_path: Path) -> None:
    world = begin(tmp_path, "2026-11-24T21:57")
    receive(world, *many(world, "V", 8))
    bundle = bundle_of("V7")
    world.press("Ben", "page.acknowledge", bundle.about)
    world.forward(seconds=20)
    receive(world, telling(world, "W1"))
    assert called(bundle) == ["Ben", "Ben"]


def test_who_says_that_they_have_what_joined_too_is_not_called_for_it(tmp_path: Path) -> None:
    world = begin(tmp_path)
    outbox.deliver_with(MAIL, Taken())
    receive(world, *many(world, "V", 8))
    bundle = bundle_of("V7")
    world.press("Ben", "page.acknowledge", bundle.about)
    world.forward(seconds=20)
    receive(world, telling(world, "W1"))
    world.press("Ben", "page.acknowledge", bundle.about)
    assert not [said for said in world.said(HIGH) if said.startswith("More came")]
    world.forward(seconds=20)
    receive(world, telling(world, "W2"))
    assert len(news()) == 2, "what comes after that is news again"
    world.press("Ben", "page.acknowledge", bundle.about)
    world.forward(minutes=29)
    assert called(bundle) == ["Ben"]
    world.forward(minutes=1)
    assert called(bundle) == ["Ben", "Ben"]


def test_the_link_and_the_screen_offer_to_have_what_joined_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = begin(tmp_path)
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    receive(world, *many(world, "V", 8))
    bundle = bundle_of("V7")
    ben = Engineer.objects.get(name="Ben")
    link = page_calls.link(bundle, ben).removeprefix(settings.BASE_URL)
    client, offered = Client(), "I have what came since too"
    client.post(link)
    assert offered not in client.get(link).content.decode()
    world.at += timedelta(seconds=20)
    receive(world, telling(world, "W1"))
    assert offered in client.get(link).content.decode()
    assert "I have it too" in visit("Ben").get(f"/pages/{bundle.pk}").content.decode()
    assert "I have it too" not in visit("Cy").get(f"/pages/{bundle.pk}").content.decode()
    client.post(link)
    bundle.refresh_from_db()
    assert bundle.answered_at == world.at
    assert bundle.acknowledged_at == world.at - timedelta(seconds=20), "since when he has it"
    assert offered not in client.get(link).content.decode()


def test_who_took_a_bundle_longer_ago_is_called_at_once_for_what_joins_it(tmp_path: Path) -> None:
    world = begin(tmp_path)
    receive(world, *many(world, "V", 8))
    bundle = bundle_of("V7")
    world.press("Ben", "page.acknowledge", bundle.about)
    world.forward(minutes=6)
    receive(world, *many(world, "W", 8))
    assert called(bundle) == ["Ben", "Ben"]


def test_what_is_told_of_what_joined_says_that_it_is_over(tmp_path: Path) -> None:
    world = begin(tmp_path)
    told = many(world, "V", 8)
    receive(world, *told)
    bundle = bundle_of("V7")
    world.press("Ben", "page.acknowledge", bundle.about)
    receive(world, telling(world, "W1"))
    key = f"{bundle.about}:more"
    assert "have it too" in Post.objects.get(key__startswith=key).words.buttons[0].label
    world.at += timedelta(seconds=1)
    for name in [*(one.group_key[2:] for one in told), "W1"]:
        receive(world, telling(world, name, firing=False))
    assert Post.objects.get(key__startswith=key).words.title == "Page over"
    world.forward(minutes=30)
    assert called(bundle) == ["Ben"]
