"""What can't be done: one step before the border it can, and at the border it can't."""

import asyncio
import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dutydesk.adapters.maintenance_webhook.sender import WebhookSender
from dutydesk.alarms.flows import ingestion, silences
from dutydesk.alarms.flows.silences import SilenceDraft
from dutydesk.alarms.models import Silence
from dutydesk.alarms.rules.notifications import Notification, NotifiedAlert
from dutydesk.alarms.rules.silence_matchers import SilenceRefused, read_matchers
from dutydesk.incidents.api import MaintenancePage, retry_after
from dutydesk.incidents.flows.gate import GateStatus, Out
from dutydesk.incidents.flows.resolution import ResolutionRefused
from dutydesk.incidents.models import Incident
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.forms import FormRefused
from dutydesk.kernel.periods import Period
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows import people
from dutydesk.people.models import Engineer, Service
from dutydesk.ports.delivery import Delivery, Undelivered
from dutydesk.postmortems.models import Postmortem
from dutydesk.process.flows import process
from dutydesk.process.models import Approval
from dutydesk.rota.flows import cover_nominations, edits, pay_statements
from dutydesk.rota.flows.shift_build import EditRefused
from testing.screens import seen, visit
from testing.webhooks import Receiver
from testing.world import Moving, World, number

pytestmark = pytest.mark.django_db
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Ben")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    return world


def silence(world: World) -> Silence:
    wanted = SilenceDraft(
        read_matchers(("alertname=Down",)),
        starts_at=world.at,
        ends_at=world.at + DAY,
        reason="We repair it",
    )
    return silences.silence(wanted=wanted, by="Ada", at=world.at)


def test_there_are_five_hundred_silences_at_most_of_those_that_stand(world: World) -> None:
    first = silence(world)
    for _ in range(498):
        first.pk = None
        first._state.adding = True
        Silence.objects.bulk_create([first])
    last = silence(world)
    with pytest.raises(SilenceRefused, match="500 silences"):
        silence(world)
    assert Silence.objects.count() == 500
    world.press("Ada", "silence.lift", last.about)
    silence(world)
    with pytest.raises(SilenceRefused):
        silence(world)
    world.at += DAY
    silence(world)


def incident(world: World, began: str) -> str:
    services = [str(Service.objects.get(name="Prison visits").pk)]
    values: dict[str, Any] = {"criteria": ["outage"], "services": services, "began": began}
    world.press("Ada", "incident.declare", "new", title="Visits are down", **values)
    return f"incident:{Incident.objects.latest('id').pk}"


@pytest.mark.parametrize(
    ("repaired", "refused"),
    [
        ("2026-11-24T10:29", "before it began"),
        ("2026-11-24T10:30", ""),
        ("2026-11-24T11:00", ""),
        ("2026-11-24T11:01", "is too late"),
    ],
)
def test_nothing_is_repaired_before_it_began_or_in_the_future(
    world: World, repaired: str, refused: str
) -> None:
    about = incident(world, "2026-11-24T10:30")
    if refused:
        with pytest.raises((ResolutionRefused, FormRefused), match=refused):
            world.press("Ada", "incident.resolve", about, text="Over", repaired=repaired)
        assert Incident.objects.get().state == "open"
    else:
        world.press("Ada", "incident.resolve", about, text="Over", repaired=repaired)
        assert Incident.objects.get().repaired == world.moment(repaired)


def test_a_postmortem_s_session_is_held_once_and_is_on_record(world: World) -> None:
    about = incident(world, "")
    world.press("Ada", "incident.resolve", about, text="Over")
    found = Postmortem.objects.get()
    world.press("Ada", "postmortem.session", f"postmortem:{found.pk}", notes="More tests")
    held = Postmortem.objects.get().session_at
    world.at += DAY
    with pytest.raises(Refused, match="held already"):
        world.press("Ben", "postmortem.session", f"postmortem:{found.pk}", notes="None")
    found.refresh_from_db()
    assert (found.notes, found.session_at) == ("More tests", held)
    line = JournalEntry.objects.filter(kind="postmortem.session")
    said = [(one.subject, one.text, one.actor, one.at) for one in line]
    assert said == [(about, "The postmortem session was held", "Ada", held)]


def test_a_part_of_a_day_is_named_until_it_is_over(world: World) -> None:
    day = world.moment("2026-11-24T00:00")
    parts = cover_nominations.nominations(Period(day, day + DAY))
    part = next(one for one in parts if one.period.end > world.at)
    world.at = part.period.end - SECOND
    cover_nominations.name(number=part.number, engineer=number("Ben"), at=world.at, by="Ada")
    for later in (timedelta(), DAY):
        with pytest.raises(EditRefused, match="is over"):
            cover_nominations.name(
                number=part.number, engineer=number("Cy"), at=part.period.end + later, by="Ada"
            )
    world.at += SECOND
    answer = visit("Cy").post(f"/do/rota.cover/cover:{part.number}", follow=True)
    assert "That part of the day is over." in seen(answer)


def test_who_would_rather_not_is_there_all_the_same_and_who_is_away_is_not(world: World) -> None:
    day = world.moment("2026-11-25T00:00")
    part = cover_nominations.nominations(Period(day, day + DAY))[0]
    for wish, name in ((True, "Ben"), (False, "Cy")):
        edits.be_away(
            engineer=number(name), span=Period(day, day + DAY), at=world.at, by=name, wish=wish
        )
    cover_nominations.name(number=part.number, engineer=number("Ben"), at=world.at, by="Ada")
    with pytest.raises(EditRefused, match="Cy is away then"):
        cover_nominations.name(number=part.number, engineer=number("Cy"), at=world.at, by="Ada")


def test_only_the_process_in_force_is_approved(world: World, tmp_path: Path) -> None:
    older = process.version_in_force()
    file = tmp_path / "process.yaml"
    file.write_text(file.read_text() + "\n# Read again.\n")
    process.adopt(file=file, at=world.at)
    page = visit("Ada").post("/process/", {"version": str(older.pk)}, follow=True)
    assert "The process has changed since you opened this page." in seen(page)
    assert not Approval.objects.exists()
    newest = str(process.version_in_force().pk)
    page = visit("Uma").post("/process/", {"version": newest}, follow=True)
    assert "Engineers of the team approve the process." in seen(page)
    assert not Approval.objects.exists()
    visit("Ada").post("/process/", {"version": newest})
    assert [(str(one.version_id), one.name) for one in Approval.objects.all()] == [(newest, "Ada")]


def alarm(world: World, *, firing: bool) -> None:
    labels = {"alertname": "Down", "severity": "critical"}
    told = NotifiedAlert("a", firing, labels, {}, world.at, None if firing else world.at)
    ingestion.receive(told=Notification("g", (told,)), at=world.at)
    world.settle()


def test_the_journal_says_that_an_alarm_began_and_that_it_is_over(world: World) -> None:
    alarm(world, firing=True)
    world.at += 60 * SECOND
    alarm(world, firing=False)
    alarm(world, firing=False)
    line = JournalEntry.objects.filter(kind__in=("alarm.raised", "alarm.resolved")).order_by("id")
    assert [(one.kind, one.text, one.at) for one in line] == [
        ("alarm.raised", "Alarm: Down", world.at - 60 * SECOND),
        ("alarm.resolved", "Alarm over: Down", world.at),
    ]


@pytest.mark.parametrize(
    ("left", "waits"),
    [(0.001, 1), (0.9, 1), (1, 1), (59.5, 60), (3600, 3600), (3601, 3600), (0, 300), (-5, 300)],
)
def test_users_of_what_is_away_wait_a_second_at_least_and_an_hour_at_most(
    world: World, left: float, waits: int
) -> None:
    out = Out(
        service="Visits",
        since=world.at - DAY,
        until=world.at + timedelta(seconds=left),
        message="",
        next_update=None,
    )
    assert retry_after(out, world.at) > timedelta()
    sent: list[Any] = []

    class Seen:
        async def now(self) -> GateStatus:
            return GateStatus({"visits": "Visits"}, {"visits": out}, ZoneInfo("UTC"), "Platform")

    async def send(event: Any) -> None:
        sent.append(event)

    async def ask() -> None:
        page = MaintenancePage(Seen(), lambda: world.at)  # type: ignore[arg-type]
        await page({"path": "/maintenance/visits", "method": "GET"}, None, send)  # type: ignore[arg-type]

    asyncio.run(ask())
    assert sent[0]["status"] == 503
    assert dict(sent[0]["headers"])[b"retry-after"] == str(waits).encode()


@pytest.fixture
def receivers() -> Iterator[tuple[Receiver, Receiver]]:
    first, second = Receiver(), Receiver()
    yield first, second
    first.close()
    second.close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_what_is_signed_for_one_address_goes_to_no_other(
    world: World, receivers: tuple[Receiver, Receiver], status: int
) -> None:
    first, second = receivers
    first.elsewhere, first.statuses = second.url, [status]
    secret = people.set_webhook(service=Service.objects.get(name="Clusters").pk, address=first.url)
    assert secret is not None
    sender = WebhookSender(lambda _service: (first.url, secret), ["127.0.0.1"])
    parcel = Delivery("k", {"service": 1, "body": {"on": True}}, 1, False, world.at, world.at)
    with pytest.raises(Undelivered, match=f"answered {status}"):
        sender.deliver(parcel)
    assert len(first.received) == 1
    assert second.received == []


@pytest.mark.parametrize("mark", ["=", "+", "-", "@", "\t", "\r"])
def test_a_name_is_no_formula_in_a_statement(world: World, mark: str) -> None:
    Engineer.objects.filter(name="Ben").update(name=f"{mark}1+1|' /C calc'!A0")
    ben = Engineer.objects.get(name__startswith=mark)
    text = pay_statements.statement(engineer=ben, month=world.at.date().replace(day=1), at=world.at)
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert any("calc" in cell for cell in cells)
    assert [cell for cell in cells if "calc" in cell and cell.startswith(mark)] == []
