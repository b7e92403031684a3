"""Our rotas beside PagerDuty's schedules: compared, taken over, and put there."""

import json
import ssl
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer

from doubles.pagerduty import API_KEY, PagerDuty, reference
from dutydesk.adapters.pagerduty.account import PagerDutyAccount
from dutydesk.adapters.pagerduty.schedules import OverrideSender, PagerDutySchedules
from dutydesk.kernel.periods import Period
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.rota.commands.outside import NoSchedules, OutsideCommands
from dutydesk.rota.flows import external_rotas, roster
from dutydesk.rota.flows.shift_build import EditRefused
from dutydesk.rota.rules.differences import RotaDifference, differences
from testing.world import World

pytestmark = pytest.mark.django_db
SCHEDULES = {"primary": "PI7DH85"}


@pytest.fixture
def double() -> Iterator[PagerDuty]:
    double = PagerDuty()
    try:
        yield double
    finally:
        double.close()


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-24T08:00")
    world.shifts(primary="Ada")
    return world


def account(double: PagerDuty) -> PagerDutyAccount:
    trusted = ssl.create_default_context(cadata=double.trusted)
    return PagerDutyAccount(api_key=API_KEY, api_url=double.url, verify=trusted)


@pytest.fixture
def commands(world: World, double: PagerDuty, monkeypatch: pytest.MonkeyPatch) -> OutsideCommands:
    monkeypatch.setitem(
        outbox._senders, external_rotas.KIND, OverrideSender(account(double), SCHEDULES)
    )
    there = PagerDutySchedules(account(double), SCHEDULES)
    return OutsideCommands(lambda: world.at, lambda: there)


def schedule(world: World, *rows: tuple[str, int, int], **other: Any) -> dict[str, Any]:
    """Give a schedule of layers in which people are on, by hours from now."""
    base = [(who, at(world, start), at(world, end)) for who, start, end in rows]
    return {
        "id": "PI7DH85",
        "type": "schedule",
        "name": "Primary",
        "time_zone": "Europe/London",
        "schedule_layers": [],
        "overrides_subschedule": {"rendered_schedule_entries": []},
        "base": base,
        **other,
    }


def at(world: World, hours: int) -> str:
    return (world.at + timedelta(hours=hours)).isoformat()


WEEK = 7 * 24


def test_a_difference_is_as_long_as_it_lasts_and_nobody_is_one_too() -> None:
    start = datetime.fromisoformat("2026-11-24T08:00:00Z")

    def period(first: int, last: int) -> Period:
        return Period(start + timedelta(hours=first), start + timedelta(hours=last))

    ours = [("Ada", period(0, 4)), ("Ben", period(4, 10))]
    theirs = [("Ada", period(-9, 2)), ("Ada", period(2, 5)), ("Ben", period(7, 20))]
    assert differences(ours, theirs, period(0, 12)) == [
        RotaDifference(period(4, 5), "Ben", "Ada"),
        RotaDifference(period(5, 7), "Ben", ""),
        RotaDifference(period(10, 12), "", "Ben"),
    ]
    assert differences(ours, ours, period(0, 12)) == []


def test_where_pagerduty_says_the_same_there_is_no_difference(
    world: World, double: PagerDuty, commands: OutsideCommands, capsys: pytest.CaptureFixture[str]
) -> None:
    double.schedules["PI7DH85"] = schedule(world, ("PADA", -5, 2 * WEEK))
    commands.diff(weeks=2)
    assert capsys.readouterr().out == "PagerDuty says the same as the desk.\n"


def test_where_it_differs_is_said_with_who_is_on_here_and_there(
    world: World, double: PagerDuty, commands: OutsideCommands, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = (("PADA", -5, 48), ("PBEN", 48, 72), ("PMALLORY", 72, 96))
    double.schedules["PI7DH85"] = schedule(world, *rows)
    with pytest.raises(typer.Exit) as left:
        commands.diff(weeks=1)
    assert left.value.exit_code == 1
    assert capsys.readouterr().out.splitlines() == [
        "primary: Thu 26 Nov 08:00 to Fri 27 Nov 08:00 GMT: here Ada, there Ben",
        "primary: Fri 27 Nov 08:00 to Sat 28 Nov 08:00 GMT: here Ada, there mallory@example.org",
        "primary: Sat 28 Nov 08:00 to Tue 1 Dec 08:00 GMT: here Ada, there nobody",
    ]
    with pytest.raises(typer.Exit):
        commands.diff(weeks=1, as_json=True)
    first = json.loads(capsys.readouterr().out)[0]
    assert (first["duty"], first["ours"], first["theirs"]) == ("primary", "Ada", "Ben")


def test_a_schedule_of_shifts_is_compared_too(
    world: World, double: PagerDuty, commands: OutsideCommands, capsys: pytest.CaptureFixture[str]
) -> None:
    def assignment(who: dict[str, str], start: int, end: int) -> dict[str, Any]:
        return {
            "type": "computed_shift_assignment",
            "start_time": at(world, start),
            "end_time": at(world, end),
            "member": who,
        }

    shifts = [
        assignment({"type": "user_member", "user_id": "PADA"}, -5, 100),
        assignment({"type": "empty_member"}, 100, WEEK),
    ]
    double.schedules["PI7DH85"] = {
        "id": "PI7DH85",
        "type": "schedule_v3",
        "rotations": [],
        "final_schedule": {"type": "final_schedule", "computed_shift_assignments": shifts},
    }
    with pytest.raises(typer.Exit):
        commands.diff(weeks=1)
    assert "here Ada, there nobody" in capsys.readouterr().out
    with pytest.raises(NoSchedules):
        commands.take_over(duty="primary")


def deliver(world: World) -> None:
    for message in OutboxMessage.objects.filter(kind=external_rotas.KIND, state="owed").order_by(
        "id"
    ):
        outbox.deliver(message_id=message.pk, now=lambda: world.at)


def test_ours_is_put_there_after_it_was_shown(
    world: World, double: PagerDuty, commands: OutsideCommands, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = (("PADA", -5, 48), ("PBEN", 48, WEEK))
    double.schedules["PI7DH85"] = schedule(world, *rows)
    commands.push(weeks=1, dry_run=True)
    told = capsys.readouterr().out
    assert "primary: Thu 26 Nov 08:00 to Tue 1 Dec 08:00 GMT Ada" in told
    assert "Nothing was put there." in told
    assert not OutboxMessage.objects.exists()
    commands.push(weeks=1, yes=True)
    commands.push(weeks=1, yes=True)
    deliver(world)
    assert [row["user"]["id"] for row in double.overrides["PI7DH85"]] == ["PADA"]
    commands.diff(weeks=1)
    commands.push(weeks=1, yes=True)
    assert "There is nothing to put there." in capsys.readouterr().out


def test_what_an_override_cannot_mend_is_said(
    world: World, double: PagerDuty, commands: OutsideCommands, capsys: pytest.CaptureFixture[str]
) -> None:
    del double.users["PADA"]
    double.schedules["PI7DH85"] = schedule(world, ("PBEN", -5, WEEK))
    commands.push(weeks=1, yes=True)
    assert "nobody there has that address" in capsys.readouterr().err
    assert not OutboxMessage.objects.exists()


def test_theirs_is_taken_over_by_addresses_wholly_and_once(
    world: World, double: PagerDuty, commands: OutsideCommands, capsys: pytest.CaptureFixture[str]
) -> None:
    users = [{"user": reference("user", who, "A. N. Other")} for who in ("PBEN", "PADA")]
    layer = {
        "id": "L1",
        "rotation_virtual_start": "2026-11-23T10:00:00Z",
        "rotation_turn_length_seconds": 604800,
        "users": users,
        "restrictions": [],
    }
    rendered = {"start": at(world, 100 * 24), "end": at(world, 101 * 24), "user": users[0]["user"]}
    double.schedules["PI7DH85"] = schedule(
        world,
        schedule_layers=[layer],
        overrides_subschedule={"rendered_schedule_entries": [rendered]},
    )
    with pytest.raises(EditRefused, match="Ben would be primary beside Ada"):
        commands.take_over(duty="primary")
    with pytest.raises(EditRefused, match="Ben would be primary beside Ada") as refused:
        commands.take_over(duty="primary", replace=True)
    assert "put on by hand" in refused.value.remedy
    commands.take_over(duty="primary", beside=True, by="Ada")
    assert (
        "Took in 1 rotations and 1 shifts; 0 changed and 0 ended; 0 were here already"
        in capsys.readouterr().out
    )
    later = world.at + timedelta(days=60)
    on = roster.on_shift(duty="primary", at=later)
    assert on is not None
    assert on.name in ("Ada", "Ben")
    commands.take_over(duty="primary")
    assert (
        "Took in 0 rotations and 0 shifts; 0 changed and 0 ended; 2 were here already"
        in capsys.readouterr().out
    )
    with pytest.raises(NoSchedules):
        commands.take_over(duty="secondary")


@pytest.mark.parametrize("mood", ["refusal", "garbage"])
def test_a_pagerduty_that_does_not_say_is_a_plain_no(
    world: World, double: PagerDuty, commands: OutsideCommands, mood: str
) -> None:
    double.mood = mood  # type: ignore[assignment]
    with pytest.raises(NoSchedules, match="PagerDuty did not say"):
        commands.diff(weeks=1)


def test_without_settings_the_commands_say_what_to_set(world: World) -> None:
    with pytest.raises(NoSchedules, match="DUTYDESK_PAGERDUTY_SCHEDULES"):
        OutsideCommands(lambda: world.at, lambda: None).diff(weeks=1)
