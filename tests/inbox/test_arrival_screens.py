"""What came in can be looked at, looked through, and tried again."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import OperationalError

from dutydesk.alarms.flows import keys
from dutydesk.inbox.api import refused
from dutydesk.inbox.api.refused import MOST, RefusalTally
from dutydesk.inbox.commands import ArrivalCommands
from dutydesk.inbox.flows import arrivals, refusals, search, work
from dutydesk.inbox.flows.refusals import RefusalReason
from dutydesk.inbox.flows.search import ArrivalSearch
from dutydesk.inbox.models import Arrival, RefusedRequest
from dutydesk.inbox.rules import LONGEST, MASK, shown_body
from dutydesk.kernel.arrivals import ArrivalHandler, Arrived, WorkedOut
from dutydesk.kernel.refusals import Refused
from dutydesk.people.models import Account
from testing.arrivals import AlertDoor, put_aside, worked_out
from testing.screens import seen, visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T10:30")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    handler = ArrivalHandler(("json",), lambda all_, at: [WorkedOut(("service:1",)) for _ in all_])
    monkeypatch.setitem(work._handlers, "json", handler)
    return world


def came(world: World, count: int, sender: str = "Backups") -> list[int]:
    kept = arrivals.keep_all(
        [
            Arrived("json", "1", f'{{"title": "Backup {n}"}}'.encode(), world.at, sender=sender)
            for n in range(count)
        ]
    )
    return [number for number in kept if number]


def test_what_came_in_is_listed_narrowed_and_paged(world: World) -> None:
    mine = came(world, 60)
    came(world, 1, "Disks")
    worked_out(world.at)
    ada = visit("Ada")
    first = seen(ada.get("/arrivals/"))
    assert first.count("worked out") == 50 + 1, "one is an option of the form"
    assert f"json {mine[11]}" in first
    assert f"json {mine[10]}" not in first
    assert f"json {mine[0]}" in seen(ada.get(f"/arrivals/?before={mine[11]}"))
    assert f"json {mine[59]}" not in seen(ada.get("/arrivals/?sender=Disks"))
    found = search.find(ArrivalSearch(words='"Backup 7"'))
    assert [one.pk for one in found.arrivals] == [mine[7]]
    assert "Nothing among them is like that" in seen(ada.get("/arrivals/?q=nowhere"))


def test_looking_reads_no_more_than_is_good_and_says_where_to_look_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = came(world, 12)
    monkeypatch.setattr(search, "SEARCHED", 5)
    none = search.find(ArrivalSearch(words='"Backup 3"'))
    assert (list(none.arrivals), none.older) == ([], mine[7])
    on = search.find(ArrivalSearch(words='"Backup 3"', before=mine[7]))
    assert [one.pk for one in on.arrivals] == [mine[3]]
    last = search.find(ArrivalSearch(words='"Backup 3"', before=mine[2]))
    assert (list(last.arrivals), last.older) == ([], None)


def test_an_empty_inbox_teaches(world: World) -> None:
    assert "Nothing came in yet" in seen(visit("Ada").get("/arrivals/"))


def test_one_is_shown_as_it_was_sent_without_its_secrets_and_tried_again(world: World) -> None:
    aside = put_aside(world.at)
    ada = visit("Ada")
    shown = seen(ada.get(f"/arrivals/{aside.pk}"))
    assert '"title": "The backup failed"' in shown.replace("&quot;", '"')
    assert "severity is no text" in shown
    assert "Tried 6 times" in shown
    assert "hush" not in shown
    world.press("Ada", "arrival.retry", aside.about)
    worked_out(world.at)
    aside.refresh_from_db()
    assert (aside.outcome, aside.became, aside.problem) == ("done", ["service:1"], "")
    assert "Try again" not in seen(ada.get(f"/arrivals/{aside.pk}"))
    with pytest.raises(Refused, match="not put aside"):
        world.press("Ada", "arrival.retry", aside.about)


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b'{"routing_key": "s", "payload": {"api_key": "t"}}', 2),
        (b'{"dedup_key": "a", "groupKey": "b", "key": "c"}', 0),
        (b'{"routing_key": "s\\"t", "broken', 1),
        (b'[{"password": "", "token": ["x"]}]', 0),
        (b"[" * 5000, 0),
        ("Caf\N{LATIN SMALL LETTER E WITH ACUTE}".encode("latin-1"), 0),
    ],
)
def test_secrets_are_masked_wherever_they_stand(body: bytes, shown: int) -> None:
    assert shown_body(body).text.count(MASK) == shown


def test_a_long_body_is_cut_and_says_so() -> None:
    found = shown_body(b"x" * (LONGEST + 7))
    assert (len(found.text), found.more) == (LONGEST, 7)


def test_arrivals_are_listed_shown_and_tried_again_from_a_terminal(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    commands = ArrivalCommands(lambda: world.at)
    commands.listed()
    assert "Nothing came in" in capsys.readouterr().err
    (done,) = came(world, 1)
    worked_out(world.at)
    aside = put_aside(world.at)
    commands.listed(as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert [one["number"] for one in told["arrivals"]] == [aside.pk, done]
    commands.listed(aside=True)
    assert f"{aside.pk} 2026-11-24 10:30:00 json by Backups" in capsys.readouterr().out
    commands.show(aside.pk)
    out = capsys.readouterr().out
    assert "content-type: application/json" in out
    assert "hush" not in out
    commands.show(done, as_json=True)
    assert json.loads(capsys.readouterr().out)["became"] == ["service:1"]
    with pytest.raises(Refused, match="no arrival"):
        commands.show(aside.pk + 1)
    with pytest.raises(Refused, match="says not which"):
        commands.retry()
    commands.retry(everything=True)
    assert "1 are tried again now" in capsys.readouterr().out
    commands.retry(everything=True)
    assert "Nothing is put aside" in capsys.readouterr().out
    commands.retry(everything=True, as_json=True)
    assert json.loads(capsys.readouterr().out) == {"tried_again": 0, "put_aside": 0}
    commands_again = put_aside(world.at + timedelta(seconds=1))
    commands.retry(commands_again.pk)
    assert Arrival.objects.filter(outcome="waiting").count() == 2


def test_refusals_are_counted_kept_for_a_week_and_shown_beside_their_key(world: World) -> None:
    tally = RefusalTally(after=3600)
    wrong = RefusalReason("alertmanager", 403, "This key opens nothing.")
    body = RefusalReason("grafana", 400, "This is Alertmanager's; post it to …", "Cluster")
    for one in (wrong, wrong, body):
        tally.add(one, at=world.at)
    tally.write()
    tally.add(wrong, at=world.at + timedelta(minutes=1))
    tally.write()
    tally.write()
    keys.make_key(name="Cluster", by="Max", at=world.at)
    Account.objects.filter(name="Ada").update(is_administrator=True)
    shown = seen(visit("Ada").get("/alarms/keys/"))
    assert "This key opens nothing. no key, by alertmanager" in shown
    assert "3 times" in shown
    assert "refused of late" in shown
    assert "Refused within a week" in seen(visit("Ada").get("/arrivals/"))
    refusals.forget(at=world.at + timedelta(days=7))
    (left,) = refusals.lately(at=world.at)
    assert (left.count, left.reason) == (3, "This key opens nothing.")
    world.forward(days=8)
    assert "Refused within a week" not in seen(visit("Ada").get("/arrivals/"))


def test_a_flood_of_refusals_is_told_apart_only_so_far() -> None:
    tally = RefusalTally(after=3600)
    at = datetime(2026, 11, 24, tzinfo=UTC)
    for number in range(MOST + 50):
        tally.add(RefusalReason("json", 400, f"Reason {number}"), at=at)
    tally.write()
    assert RefusedRequest.objects.count() == MOST + 1
    assert RefusedRequest.objects.get(door="others").count == 50


def test_what_is_refused_while_the_database_is_away_is_counted_once_it_is_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tally = RefusalTally(after=3600)
    wrong, other = (RefusalReason("json", 400, why) for why in ("No object.", "No list."))
    tally.add(wrong, at=world.at)

    def away(_counts: object) -> None:
        raise OperationalError

    for minutes in (1, 2):
        with monkeypatch.context() as outage, pytest.raises(OperationalError):
            outage.setattr(refusals, "record", away)
            tally.write()
        tally.add(other, at=world.at + timedelta(minutes=minutes))
    tally.write()
    found = {one.reason: (one.count, one.last_at) for one in refusals.lately(at=world.at)}
    assert found == {
        "No object.": (1, world.at),
        "No list.": (2, world.at + timedelta(minutes=2)),
    }
    tally.write()
    assert sum(one.count for one in refusals.lately(at=world.at)) == 3


def test_what_the_alarm_doors_refuse_is_counted_by_key(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    token = keys.make_key(name="Cluster", by="Max", at=world.at)
    post = AlertDoor(lambda: world.at).post
    assert post("alertmanager/nobody", b"{}").status == 403
    assert post(f"grafana/{token}", b"hello").status == 400
    assert post("events/v2/enqueue", b"{}").status == 400
    refused.TALLY.write()
    counted = [(one.door, one.sender, one.count) for one in refusals.lately(at=world.at)]
    assert sorted(counted) == [
        ("alertmanager", "", 1),
        ("events", "", 1),
        ("grafana", "Cluster", 1),
    ]
