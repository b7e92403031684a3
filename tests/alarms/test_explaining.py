"""What the desk says that it would do is what it then does."""

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from dutydesk.alarms.commands import AlarmCommands
from dutydesk.alarms.flows import ingestion
from dutydesk.alarms.flows import silences as silencing
from dutydesk.alarms.flows.explanations import explain
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules.explanation import Explanation, read_pairs
from dutydesk.alarms.rules.notifications import Notification, NotifiedAlert
from dutydesk.alarms.rules.silence_matchers import read_matchers
from dutydesk.chat.models import Post
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.refusals import Refused
from dutydesk.oncall.flows import escalation, forecasts
from dutydesk.oncall.flows.escalation import PageRequest
from dutydesk.oncall.models import Call, Page
from dutydesk.oncall.rules.forecast import Calls, Holds, Step, TellsTeam
from dutydesk.people.models import Engineer
from dutydesk.process.rules.check import DEFAULT_FILE
from dutydesk.rota.flows import edits
from testing.world import World

pytestmark = pytest.mark.django_db
TEXT = DEFAULT_FILE.read_text(encoding="utf-8")
HOURS = 11
MANY = 36  # Steps after which rounds only repeat themselves: so far it is followed.

MOMENTS = st.sampled_from(
    [
        "2026-11-24T08:57",
        "2026-11-24T17:52",
        "2026-11-24T21:48",
        "2026-11-24T02:00",
        "2026-11-27T21:58",
        "2026-03-28T21:57",
        "2026-03-29T01:00",
        "2026-10-24T21:59",
        "2026-10-25T01:30",
        "2026-12-24T17:30",
    ]
)
NAMES = st.sampled_from(["Ada", "Ben", "Cy"])
TURNS = st.lists(st.tuples(NAMES, st.integers(1, 30)), max_size=2)
ROTAS = st.fixed_dictionaries({"support": TURNS, "primary": TURNS, "secondary": TURNS})
SILENCES = st.lists(st.tuples(st.integers(0, 300), st.integers(1, 200)), max_size=2)
ORDERS = st.permutations(["support", "primary", "secondary"]).flatmap(
    lambda order: st.integers(1, 3).map(lambda count: order[:count])
)
LABELS = st.fixed_dictionaries(
    {},
    optional={
        "alertname": st.just("Down"),
        "severity": st.sampled_from(["critical", "page", "warning", "HIGH"]),
        "service": st.sampled_from(["Prison visits", "Clusters", "Unheard of"]),
        "namespace": st.sampled_from(["Clusters", "shop"]),
    },
)
SETTINGS = settings.get_profile("orders")


def world_with(
    folder: Path, local: str, rotas: dict[str, Any], order: list[str], minutes: int
) -> World:
    text = TEXT.replace("order: [support, primary, secondary]", f"order: [{', '.join(order)}]")
    text = text.replace("acknowledge_within: 5 minutes", f"acknowledge_within: {minutes} minutes")
    (folder / "process.yaml").write_text(text)
    world = World(folder, local)
    for duty, turns in rotas.items():
        start = world.at - timedelta(hours=2)
        for name, hours in turns:
            end = start + timedelta(hours=hours)
            who = Engineer.objects.get(name=name)
            with suppress(Refused):
                edits.add_shift(duty=duty, engineer=who.pk, start=start, end=end, at=start, by="")
            start = end
    return world


def did(page: Page, since: datetime) -> list[Step]:
    """Give what the desk did about a page and later ones of its alarm, in the rules' words."""
    every = Page.objects.filter(subject=page.subject)
    steps: list[Step] = [
        Calls(call.at, call.engineer_id, call.round)
        for call in Call.objects.filter(page__in=every, skipped=False)
    ]
    held = JournalEntry.objects.filter(subject=page.subject, kind="page.held")
    steps += [Holds(entry.at, None, False) for entry in held]
    for post in Post.objects.filter(channel__name="#cloud-platform", key__startswith="page:"):
        steps.append(TellsTeam(post.at, hole=post.key.endswith(":hole")))
    return in_order(step for step in steps if step.at >= since)


def end_of(steps: Sequence[Step], begins: datetime) -> datetime:
    """Give until when to follow what was foretold: for `HOURS`, or for so `MANY` steps."""
    longest = begins + timedelta(hours=HOURS) - timedelta(seconds=1)
    return longest if len(steps) <= MANY else steps[MANY].at - timedelta(seconds=1)


def follow(world: World, end: datetime) -> None:
    world.forward(seconds=int((end - world.at).total_seconds()))


def in_order(steps: Any) -> list[Step]:
    """Leave out until when it is held, which the next step shows, and order by time."""
    plain = [Holds(s.at, None, False) if isinstance(s, Holds) else s for s in steps]
    return sorted(plain, key=lambda step: (step.at, type(step).__name__, str(step)))


def alert(labels: dict[str, str], at: datetime) -> Notification:
    return Notification("group", (NotifiedAlert("print", True, labels, {}, at),))


@SETTINGS
@given(MOMENTS, ROTAS, ORDERS, st.sampled_from([3, 5, 20]), LABELS, SILENCES)
def test_what_is_explained_is_what_is_done(
    tmp_path: Path,
    local: str,
    rotas: dict[str, Any],
    order: list[str],
    minutes: int,
    labels: dict[str, str],
    silences: list[tuple[int, int]],
) -> None:
    with transaction.atomic():
        world = world_with(tmp_path, local, rotas, order, minutes)
        begins = world.at
        for later, lasts in silences if labels.get("severity") else ():
            silence(world, later, lasts, labels["severity"])
        said = explain(labels=labels, annotations={}, at=begins, ahead=timedelta(hours=HOURS))
        assert not Page.objects.exists()
        alarm = ingestion.receive(told=alert(labels, begins), at=begins)
        end = end_of(said.course.steps if said.course else (), begins)
        follow(world, end)
        compare(said, alarm, end)
        transaction.set_rollback(True)


def silence(world: World, later: int, lasts: int, severity: str) -> None:
    starts = world.at + timedelta(minutes=later)
    ends = starts + timedelta(minutes=lasts)
    wanted = silencing.SilenceDraft(
        read_matchers([f"severity={severity}"]), starts, ends, "Repairs"
    )
    silencing.silence(wanted=wanted, by="Ada", at=world.at)
    world.settle()


def compare(said: Explanation, alarm: Alarm | None, end: datetime) -> None:
    assert alarm is not None
    assert said.routed.severity == alarm.severity
    assert said.service == (alarm.service.name if alarm.service else "")
    assert said.title == alarm.title
    assert Post.objects.get(key__startswith="alarm:").channel.name == said.routed.channel
    page = Page.objects.first()
    assert (page is None) == (said.course is None or not said.course.steps)
    if page is not None and said.course is not None:
        foretold = [step for step in said.course.steps if step.at <= end]
        assert in_order(foretold) == did(page, said.at)


@SETTINGS
@given(MOMENTS, ROTAS, ORDERS, st.booleans(), st.integers(0, 200))
def test_what_comes_next_of_a_page_is_what_comes(
    tmp_path: Path, local: str, rotas: dict[str, Any], duties: list[Any], anyway: bool, later: int
) -> None:
    with transaction.atomic():
        world = world_with(tmp_path, local, rotas, ["support", "primary", "secondary"], 5)
        wanted = PageRequest("alarm:1", "Down", "", anyway, "thread", None, tuple(duties))
        page = escalation.page(wanted=wanted, at=world.at)
        world.forward(minutes=later)
        page.refresh_from_db()
        said = forecasts.of_page(page=page, at=world.at, ahead=timedelta(hours=HOURS))
        begins, end = world.at + timedelta(microseconds=1), end_of(said.steps, world.at)
        follow(world, end)
        assert in_order(step for step in said.steps if step.at <= end) == did(page, begins)
        transaction.set_rollback(True)


def test_only_the_duties_of_a_route_are_paged(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(primary="Ben", secondary="Cy")
    wanted = PageRequest("alarm:1", "Down", "", False, "thread", None, ("secondary",))
    page = escalation.page(wanted=wanted, at=world.at)
    world.forward(minutes=5)
    assert [call.engineer.name for call in page.calls.all()] == ["Cy", "Cy"]


def test_nothing_comes_next_once_somebody_has_it(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(primary="Ben")
    page = escalation.page(wanted=PageRequest("alarm:1", "Down", "", False, "t", None), at=world.at)
    world.press("Ben", "page.acknowledge", page.about)
    page.refresh_from_db()
    assert forecasts.of_page(page=page, at=world.at).steps == ()


@pytest.mark.clause("hours.closed")
def test_the_command_tells_of_a_held_night_minute_by_minute(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = TEXT.replace(
        "  high_severities: [critical, page, high]\n",
        "  high_severities: [critical, page, high]\n  routes:\n"
        "    - {name: Batch, match: {namespace: /batch-.*/}, priority: low}\n"
        "    - {name: Shops, match: {namespace: shop}, priority: high, service: Prison visits}\n",
    )
    (tmp_path / "process.yaml").write_text(text)
    world = World(tmp_path, "2026-11-24T02:00")
    world.shifts(primary="Ben", secondary="Cy")
    commands = AlarmCommands(lambda: world.at)
    commands.alert(["namespace=shop,severity=warning"], ["summary=It is down"])
    told = capsys.readouterr().out
    assert "Passed by: Batch, since namespace is shop, not /batch-.*/" in told
    assert "Goes by: Shops" in told
    assert "Service: Prison visits" in told
    assert "Shown: in #high-priority-alarms, as “It is down”" in told
    assert "at once  it is held until today at 07:00 GMT: nobody is promised before" in told
    assert "Tue 24 Nov 07:00 GMT    +5h00m  Ben is called by chat" in told
    assert "Tue 24 Nov 07:05 GMT    +5h05m  Cy is called by chat" in told
    assert "#cloud-platform is told that the page was answered by nobody" in told
    assert "Stops when: somebody presses “I have it”" in told
    commands.alert(["namespace=batch-1,severity=critical"], moment="2026-11-24T19:00")
    low = capsys.readouterr().out
    assert "Goes by: Batch" in low
    assert "Priority: low; nobody is paged" in low
    commands.alert(["severity=critical"], moment="2026-11-24T19:00", as_json=True, hours=1)
    row = json.loads(capsys.readouterr().out)
    assert row["steps"][0] == {"at": "2026-11-24T19:00:00+00:00", "what": "Ben is called by chat"}
    assert [one["rule"] for one in row["passed"]] == ["Batch", "Shops"]
    assert not Page.objects.exists()


@pytest.mark.clause("hours.closed")
def test_a_silence_is_explained_with_its_end_and_the_calls_after_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(primary="Ben")
    silence(world, 0, 30, "critical")
    AlarmCommands(lambda: world.at).alert(["severity=critical"], hours=1)
    told = capsys.readouterr().out
    assert "Silenced: until today at 19:30 GMT, by silence" in told
    assert "(Ada: Repairs)" in told
    assert "Tue 24 Nov 19:30 GMT      +30m  Ben is called by chat" in told
    assert "19:00 GMT   at once" not in told


def test_labels_are_read_as_people_type_them() -> None:
    assert read_pairs(["a=b, c=d"]) == {"a": "b", "c": "d"}
    assert read_pairs(["summary=Down, and out,x=1", 'y="two words"']) == {
        "summary": "Down, and out",
        "x": "1",
        "y": "two words",
    }
    assert read_pairs(["a=b\nc=d=e"]) == {"a": "b", "c": "d=e"}
    with pytest.raises(Refused, match="not a label with its value"):
        read_pairs(["nothing"])
