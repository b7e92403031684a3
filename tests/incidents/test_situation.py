"""The affected team is told of an incident what is so, and never what isn't."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from dutydesk.incidents import words
from dutydesk.incidents.flows.situation import wording
from dutydesk.incidents.models import Incident, Maintenance
from dutydesk.incidents.rules.situation import Situation
from dutydesk.people.models import Service
from dutydesk.process.flows import process
from dutydesk.process.rules.check import DEFAULT_FILE, check, default_process
from dutydesk.process.rules.limits import OnCallWords
from testing.world import World

pytestmark = pytest.mark.clause("oncall.inform")
AT = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)
OPENS = datetime(2026, 11, 25, 9, tzinfo=UTC)
ZONE = default_process().zone


def situations() -> Iterator[Situation]:
    """Give every combination of what may be so."""
    services = ((), ("Visits",), ("Ingress", "Visits"))
    out = ((), ("Ingress",), ("Visits",), ("Ingress", "Visits"))
    worked = (None, timedelta(hours=1, minutes=15))
    yes, takeover, update = (False, True), (None, OPENS), (None, AT + timedelta(minutes=20))
    since = AT - timedelta(hours=3)
    for facts in product(services, out, worked, yes, yes, takeover, yes, update):
        of, gone, so_long, *rest = facts
        yield Situation(of, since, gone, so_long, *rest)  # type: ignore[arg-type]  # as declared


@pytest.mark.parametrize("wordings", [OnCallWords(), default_process().on_call.words])
def test_no_combination_of_facts_says_what_is_not_so(wordings: OnCallWords) -> None:
    for now in situations():
        text = words.informed(wordings, now, zone=ZONE, at=AT)
        assert ("aintenance" in text) == bool(now.out), text
        if "It is in maintenance" in text:
            assert set(now.services) <= set(now.out), text
        for name in ("Ingress", "Visits"):
            assert name in text or name not in now.services, text
            assert name not in text or name in now.services + now.out, text
            told = text.partition("In maintenance for now: ")[2].partition(".")[0]
            assert name not in told or name in now.out, text
        assert ("1 hour 15 minutes" in text) == (now.worked is not None), text
        assert ("is working on it now" in text) == now.working, text
        assert ("Our support team has it" in text) == now.support, text
        goes_on = "tomorrow at 09:00 GMT" in text
        assert goes_on == (now.takeover is not None), text
        assert ("a plan" in text) == (now.planned and now.takeover is not None), text
        assert ("today at 20:50 GMT" in text) == (now.update is not None), text
        assert "{" not in text
        assert "  " not in text


def test_the_limits_own_wording_is_said_where_all_of_it_is_so() -> None:
    now = Situation(("Visits",), AT, ("Visits",), timedelta(hours=1), takeover=OPENS)
    text = words.informed(OnCallWords(), now, zone=ZONE, at=AT)
    assert text == (
        "We worked on a problem with Visits for 1 hour and could not solve it yet. It is in "
        "maintenance for now. We go on tomorrow at 09:00 GMT, and will tell you here how it goes."
    )


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(support="Ben", primary="Ada")
    return world


def declare(world: World, *, users: str = "yes") -> Incident:
    services = [str(service.pk) for service in Service.objects.order_by("name")]
    filled = {"title": "Visits fail", "began": "", "user_impact": users}
    criteria = ["outage"]
    world.press(
        "Ada", "incident.declare", "new", services=services[1:], criteria=criteria, **filled
    )
    return Incident.objects.latest("id")


def told(incident: Incident, world: World) -> str:
    return wording(Incident.objects.get(pk=incident.pk), world.at)


@pytest.mark.django_db
def test_through_a_night_and_a_morning_it_says_what_is_so_just_then(world: World) -> None:
    incident = declare(world)
    begun = "We know of a problem with Prison visits since today at 19:00 GMT, and it is not solved"
    assert told(incident, world) == (
        f"{begun} yet. On call is working on it now. Our support team takes it up tomorrow at "
        "09:00 GMT. You hear more today at 19:20 GMT at the latest."
    )
    world.forward(hours=1)
    assert "On call worked on it for 1 hour." in told(incident, world)
    assert "aintenance" not in told(incident, world)
    assert "You hear more" not in told(incident, world), "its update is late"
    service = str(incident.services.get().pk)
    until = "2026-11-25T12:00"
    world.press("Ada", "incident.maintain", incident.about, service=service, until=until)
    assert told(incident, world).startswith("We worked on a problem with Prison visits for 1 hour")
    world.press("Ada", "incident.plan", incident.about, text="Ben restores it")
    assert told(incident, world).endswith("how it goes. There is a plan for then.")
    world.press("Ben", "incident.more-time", incident.about, amount="900", reason="Nearly there")
    assert "On call is working on it now. In maintenance for now: Prison visits." in told(
        incident, world
    )
    world.forward(minutes=15)
    assert "for 1 hour 15 minutes" in told(incident, world)
    world.press("Ada", "maintenance.end", Maintenance.objects.get().about)
    assert "aintenance" not in told(incident, world)
    world.at = world.moment("2026-11-25T08:00")
    assert "takes it up today at 09:00 GMT" in told(incident, world)
    world.at = world.moment("2026-11-25T08:55")
    world.forward(minutes=5)
    assert told(incident, world) == (
        "We know of a problem with Prison visits since Tue 24 Nov at 19:00 GMT, and it is not "
        "solved yet. Our support team has it."
    )


@pytest.mark.django_db
def test_where_nobody_has_support_nobody_is_said_to_have_it(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    incident = declare(world, users="")
    assert told(incident, world) == (
        "We know of a problem with Prison visits since today at 11:00 GMT, and it is not solved "
        "yet."
    ), "nor is an update promised that would not be told there"


@pytest.mark.django_db
def test_a_team_s_file_from_before_keeps_its_wording_and_says_it_only_where_it_is_so(
    world: World, tmp_path: Path
) -> None:
    text = DEFAULT_FILE.read_text(encoding="utf-8")
    before, rest = text.split("    # Said once the limit was reached", 1)
    old = '    inform: "{service}: {limit}, off, until {next}."\n'
    file = tmp_path / "old.yaml"
    file.write_text(before + old + "\npostmortems:" + rest.split("\npostmortems:", 1)[1])
    assert check(file.read_text()).mistakes == ()
    process.adopt(file=file, at=world.at)
    incident = declare(world)
    assert told(incident, world).startswith("We know of a problem")
    world.forward(hours=1)
    service = str(incident.services.get().pk)
    world.press("Ada", "incident.maintain", incident.about, service=service, until="")
    assert told(incident, world) == "Prison visits: 1 hour, off, until tomorrow at 09:00 GMT."


def test_a_sentence_that_the_desk_cant_fill_in_is_a_mistake() -> None:
    text = DEFAULT_FILE.read_text(encoding="utf-8").replace("for now: {out}", "for now: {next}")
    (mistake,) = check(text).mistakes
    assert "{next}" in str(mistake)
    assert "{service} or {out}" in str(mistake)
