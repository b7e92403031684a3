"""What people once typed, or might, and was a fault: each is answered with what is wrong."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from dutydesk import cli
from dutydesk.adapters.clock import RehearsalClock, TooFar
from dutydesk.chat.flows import channels
from dutydesk.chat.models import Channel
from dutydesk.incidents.models import Incident
from dutydesk.kernel.refusals import Refused
from dutydesk.oncall.models import Page
from dutydesk.people.models import Account
from testing.screens import visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db
HUGE = "9" * 5000


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Ben")
    channels.open_channels()
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    Account.objects.filter(name="Ada").update(is_administrator=True)
    return world


@pytest.fixture
def ada(world: World) -> Client:
    return visit("Ada")


@pytest.mark.parametrize("number", ["99999999999999999999", "9223372036854775808", "9" * 900])
@pytest.mark.parametrize(
    "path",
    ["/alarms/{}", "/channels/{}", "/pages/{}", "/shifts/{}", "/services/maintenance/{}",
     "/pages/contact-methods/?engineer={}", "/shifts/statement.csv?engineer={}&month=2026-11",
     "/do/incident.update/incident:{}"],
)  # fmt: skip
def test_a_number_that_no_row_can_have_is_not_there(ada: Client, path: str, number: str) -> None:
    assert ada.get(path.format(number)).status_code == 404


def test_a_channel_is_shown_whatever_before_is(ada: Client) -> None:
    channel = Channel.objects.all()[0]
    for before in (HUGE, "9" * 25, "-1", "²", "soon"):
        assert ada.get(f"/channels/{channel.pk}", {"before": before}).status_code == 200


def test_what_a_terminal_shows_can_be_pasted(world: World, ada: Client) -> None:
    channel = Channel.objects.get(name="#cloud-platform")
    sent = {"text": "\x1b[31mred\x1b[0m and\x07 a\x0cpage"}
    assert ada.post(f"/channels/{channel.pk}", sent).status_code == 302
    assert "red" in world.said("#cloud-platform")[-1]


def test_looking_at_the_channels_changes_nothing(ada: Client) -> None:
    assert Channel.objects.count() == 4
    Channel.objects.all().delete()
    assert ada.get("/channels/").status_code == 200
    assert not Channel.objects.exists()


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"what": "file", "text": "engineers: 2026-99-99"}, "This is not YAML"),
        ({"what": "file", "text": f"engineers: {HUGE}"}, "There is a number of more than"),
        (
            {"what": "file", "text": 'engineers: [{name: "\\0", email: a@b.c}]'},
            "can&#x27;t be seen",
        ),
        ({"what": "file", "text": "[" * 20_000}, "nested too deep"),
        ({"what": "engineer", "name": "Eve", "email": "e" * 294 + "@example.org"}, "not an e-mail"),
        ({"what": "engineer", "name": "Eve", "email": "a@b.c\r\nBcc: x@y.z"}, "not an e-mail"),
        ({"what": "service", "name": "Maps", "team": "987654321"}, "team"),
        ({"what": "left", "engineer": HUGE}, "“Who” has"),
        ({"what": "left", "engineer": "987654321"}, "That engineer isn&#x27;t there."),
    ],
)
def test_what_is_typed_under_people_is_refused_with_the_reason(
    ada: Client, sent: dict[str, str], says: str
) -> None:
    answer = ada.post("/people/", sent)
    assert answer.status_code == 422
    assert says in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/shifts/calendars/", {"revoke": HUGE}),
        ("/shifts/shares/", {"engineer": HUGE, "standing": "new"}),
        ("/shifts/cover", {"part": HUGE, "engineer": HUGE}),
        ("/process/", {"version": HUGE}),
        ("/alarms/heartbeats/", {"pause": HUGE}),
        ("/alarms/keys/", {"rotate": HUGE}),
    ],
)
def test_a_huge_number_in_a_form_is_somebody_who_is_not_there(
    ada: Client, path: str, sent: dict[str, Any]
) -> None:
    assert ada.post(path, sent).status_code < 500


def test_a_service_that_is_not_there_has_no_heartbeat(ada: Client) -> None:
    sent = {"name": "Backup", "every": "1 day", "grace": "1 hour", "service": "987654321"}
    answer = ada.post("/alarms/heartbeats/", sent)
    assert answer.status_code == 422
    assert "offer that, or not any more." in answer.content.decode()


def test_what_can_t_be_stored_is_refused_in_any_field_and_address(ada: Client) -> None:
    channel = Channel.objects.all()[0]
    for sent in (b"text=a%00b", b"a%00b=x", b"text=" + b"x" * 1_000_001):
        answer = ada.generic(
            "POST", f"/channels/{channel.pk}", sent, "application/x-www-form-urlencoded"
        )
        assert answer.status_code == 400
        assert b"That was not done" in answer.content
    for path in ("/pages/answer/%00", f"/pages/answer/{'x' * 2000}", "/find?q=%00"):
        assert ada.get(path).status_code == 400


@pytest.mark.parametrize("chosen", ["9999999999", "99999999999999", HUGE, "-5", "soon"])
def test_the_next_update_is_within_what_can_be_chosen(
    world: World, ada: Client, chosen: str
) -> None:
    world.press("Ada", "incident.declare", "new", title="Down", filled="1")
    about = f"incident:{Incident.objects.get().pk}"
    sent = {"text": "We look", "next": chosen, "filled": "1"}
    answer = ada.post(f"/do/incident.update/{about}", sent)
    assert answer.status_code == 422
    assert not world.said("#cloud-platform")[-1].startswith("We look")


def test_a_page_is_put_off_until_the_time_that_was_typed_with_its_offset(world: World) -> None:
    found = world.press("Ben", "page.rehearse", f"rehearsal:{world.person('Ben').engineer}")
    page = Page.objects.get(pk=int(found.show.partition(":")[2]))
    Page.objects.filter(pk=page.pk).update(only=None)
    world.press("Ben", "page.acknowledge", found.show)
    until = (world.at + timedelta(minutes=40)).replace(tzinfo=None).isoformat()
    world.press("Ben", "page.snooze", found.show, until=f"{until}+00:00", filled="1")
    page.refresh_from_db()
    assert page.snoozed_until == world.at + timedelta(minutes=40)
    earlier = (world.at + timedelta(minutes=20)).replace(tzinfo=None).isoformat()
    with pytest.raises(Refused):  # 20 minutes on in a zone an hour ahead is past.
        world.press("Ben", "page.snooze", found.show, until=f"{earlier}+01:00", filled="1")


def test_a_rehearsal_goes_no_further_than_ten_years(tmp_path: Path) -> None:
    clock = RehearsalClock(tmp_path / "ahead")
    clock.forward(timedelta(days=3000))
    for by in (timedelta(days=3000), timedelta(days=9_999_999)):
        with pytest.raises(TooFar, match="at most 3660 days ahead"):
            clock.forward(by)
    assert clock.offset() == timedelta(days=3000)


def test_a_rehearsal_is_moved_on_to_a_time_by_the_team_s_clocks(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    moved: list[timedelta] = []

    def move(by: timedelta) -> datetime:
        moved.append(by)
        return world.at + by

    for name, what in (
        ("now", lambda: world.at),
        ("rehearses", lambda: True),
        ("move_clock", move),
    ):
        monkeypatch.setattr(f"dutydesk.site.commands.{name}", what)

    def run(*typed: str) -> str:
        monkeypatch.setattr("sys.argv", ["dutydesk", "rehearse", *typed])
        with pytest.raises(SystemExit) as end:
            cli.main()
        said = capsys.readouterr()
        assert bool(said.err) == bool(end.value.code)
        return said.out + said.err

    wanted = (world.at + timedelta(days=2, hours=1)).astimezone(world.zone)
    assert f"It is {wanted.astimezone(UTC):%Y-%m-%d %H:%M} UTC" in run("--to", f"{wanted:%a %H:%M}")
    assert moved == [timedelta(days=2, hours=1)]
    assert "is over already" in run("--to", "2020-01-01T10:00")
    assert "is not a time" in run("--to", "soon")
    for both in ((), ("--to", "Mon 10:00", "--forward", "1 hour")):
        assert "Say how far" in run(*both)
    assert len(moved) == 1


@pytest.mark.parametrize(
    "typed",
    [
        ["page", "acknowledge", "1", "--as", "\udcff"],
        ["page", "show", "9" * 30],
        ["silence", "lift", "9" * 30, "--by", "Ada"],
        ["silence", "add", "a=~(b", "--for", "1 hour", "--reason", "x", "--by", "Ada"],
        ["silence", "add", "a=b", "--for", "9" * 5000, "--reason", "x", "--by", "Ada"],
        ["rota", "show", "--from", "9999-12-31"],
        ["rota", "show", "--from", "0001-01-01"],
        ["who", "--at", "0001-01-01T00:00+14:00"],
        ["explain", "alert", "a=b", "--at", "9999-12-31T23:59-14:00"],
        ["invite", "a@b.c\r\nBcc: x@y.z"],
        ["hours", "--from", "0001-01-01T00:00", "--to", "9999-12-31T00:00"],
    ],
)
def test_a_command_refuses_what_is_beyond_bounds_without_a_traceback(
    world: World,
    typed: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.argv", ["dutydesk", *typed])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code in (1, 2)
    said = capsys.readouterr()
    assert said.err
    assert "Traceback" not in said.err + said.out
