"""The status page follows what the team tells, in the words of the process."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dutydesk.announcements.models import Announcement
from dutydesk.incidents.models import Incident, Maintenance
from dutydesk.people.models import Service
from dutydesk.status.flows import record
from dutydesk.status.room import health
from dutydesk.status.rules.page import AS_JSON
from testing.screens import visit
from testing.status import body, document, show, words
from testing.world import Moving, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(support="Ada", primary="Ben")
    show(world, tmp_path)
    return world


def visits() -> Service:
    return Service.objects.get(name="Prison visits")


def declare(world: World, title: str = "Visits can't be booked", **values: str | list[str]) -> None:
    filled: dict[str, str | list[str]] = {
        "services": [str(visits().pk)],
        "criteria": ["outage"],
        "user_impact": "yes",
        "another": "yes",
    }
    world.press("Ada", "incident.declare", "new", title=title, **(filled | values))


def condition(world: World, slug: str = "prison-visits") -> str:
    found = {one.slug: one.condition for one in record.read(at=world.at).services}
    return found[slug]


@pytest.mark.clause("incident.comms-users", "announce.commitment", "incident.resolve")
def test_an_incident_is_followed_from_its_declaration_to_its_end(world: World) -> None:
    assert "Everything is working" in words(world)
    declare(world)
    incident = Incident.objects.get()
    page = words(world)
    assert "Something is down" in page
    assert "Visits can't be booked Major outage · Investigating · Prison visits" in page
    assert "We are looking into a problem with Prison visits." in page
    assert "Next update by today at 11:20 GMT" in page, "the first one is promised in 20 minutes"
    assert condition(world) == "major outage"
    assert condition(world, "clusters") == "operational"
    world.forward(minutes=10)
    world.press("Ada", "incident.update", incident.about, text="A disk is full", next="30")
    page = words(world)
    assert page.index("A disk is full") < page.index("We are looking into"), "newest first"
    assert "Next update by today at 11:40 GMT" in page
    world.forward(minutes=20)
    world.press("Ada", "incident.resolve", incident.about, text="It has more disks", repaired="")
    page = words(world)
    assert "Everything is working" in page
    assert "Visits can't be booked Resolved · Prison visits" in page
    assert "It has more disks" in page
    assert "Next update" not in page
    service = record.read(at=world.at).services[1]
    assert (service.name, service.record.days[-1].worst) == ("Prison visits", "major outage")
    assert service.record.days[-1].uptime == (11 * 60 + 30 - 30) * 10_000 // (11 * 60 + 30)


@pytest.mark.clause("announce.when", "announce.content", "announce.commitment")
def test_planned_work_is_shown_before_it_begins_while_it_goes_on_and_after(world: World) -> None:
    world.press(
        "Ada",
        "announcement.announce",
        "new",
        title="New disks",
        text="The old are full.",
        services=[str(visits().pk)],
        agreed="Bob of the prisons team",
        impact="Bookings are read-only.",
        starts="2026-11-24T13:00",
        ends="2026-11-24T15:00",
        updates="14:00",
    )
    work = Announcement.objects.get()
    page = words(world)
    assert "New disks Scheduled · Prison visits Planned for today at 13:00 GMT" in page
    assert "· expected to end today at 15:00 GMT Next update by today at 14:00 GMT" in page
    assert "The old are full. What to expect: Bookings are read-only." in page
    assert "Bob" not in page
    assert condition(world) == "operational"
    world.forward(hours=2)
    world.press("Ada", "announcement.start", work.about)
    assert condition(world) == "under maintenance"
    assert "Some services are under maintenance" in words(world)
    world.forward(hours=1)
    world.press("Ada", "announcement.finish", work.about, text="All is well")
    assert condition(world) == "operational"
    assert "New disks Finished · Prison visits" in words(world)
    days = record.read(at=world.at).services[1].record.days
    assert (days[-1].worst, days[-1].uptime) == ("under maintenance", 10_000)


def test_work_that_is_called_off_was_no_maintenance(world: World) -> None:
    starts, ends = "2026-11-24T13:00", "2026-11-24T15:00"
    values = {"title": "New disks", "text": "Full.", "starts": starts, "ends": ends}
    values["updates"] = "14:00"
    world.press("Ada", "announcement.announce", "new", **values, services=[str(visits().pk)])
    work = Announcement.objects.get()
    world.press("Ada", "announcement.cancel", work.about, text="Not today")
    assert "New disks Called off" in words(world)
    assert condition(world) == "operational"


@pytest.mark.clause("oncall.maintenance")
def test_a_service_that_is_taken_out_is_shown_with_what_everybody_may_read(world: World) -> None:
    out = {"reason": "Bob broke it", "message": "Back by noon."}
    world.press("Ada", "service.maintain", visits().about, **out)
    page = words(world)
    assert condition(world) == "under maintenance"
    assert "Prison visits is in maintenance Under maintenance" in page
    assert "Back by noon." in page
    assert "Bob" not in page
    world.forward(minutes=30)
    world.press("Ada", "maintenance.end", Maintenance.objects.get().about)
    assert condition(world) == "operational"
    assert "Prison visits was in maintenance Finished" in words(world)


def test_a_service_that_an_incident_took_out_is_down_by_whatever_name(world: World) -> None:
    declare(world, criteria=["degraded"])
    assert condition(world) == "degraded"
    service = str(visits().pk)
    world.press("Ada", "incident.maintain", Incident.objects.get().about, service=service)
    assert condition(world) == "major outage"


def test_an_incident_without_impact_on_users_is_nowhere(world: World) -> None:
    declare(world, "The spare database is slow", user_impact=[])
    assert not Incident.objects.get().user_impact
    for path in ("", "history", "feed.atom", "api/v2/incidents.json", "api/v2/summary.json"):
        assert "spare database" not in body(world, path)
    assert condition(world) == "operational"


def test_services_that_no_user_depends_on_are_nowhere(world: World) -> None:
    inside = Service.objects.create(name="Vault of keys", slug="vault", user_facing=False)
    declare(world, services=[str(visits().pk), str(inside.pk)])
    starts, ends = "2026-11-24T13:00", "2026-11-24T15:00"
    values = {"title": "Turn the keys", "text": "All.", "starts": starts, "ends": ends}
    values["updates"] = "14:00"
    world.press("Ada", "announcement.announce", "new", **values, services=[str(inside.pk)])
    world.press("Ada", "service.maintain", inside.about, reason="x", message="Vault words")
    for path in ("", "history", "feed.atom", "api/v2/summary.json", "api/v2/components.json"):
        said = body(world, path)
        assert not any(word in said for word in ("Vault", "vault", "Turn the keys")), path


def test_an_incident_on_no_service_that_is_shown_is_not_called_all_well(world: World) -> None:
    declare(world, services=[])
    assert "Something is down" in words(world)
    assert document(world, "status")["status"]["indicator"] == "major"


def test_groups_are_the_process_file_s_and_the_rest_comes_after(
    world: World, tmp_path: Path
) -> None:
    Service.objects.create(name="Archive", slug="archive")
    groups = "  groups: [{title: For prisons, services: [Prison visits, Not there any more]}]\n"
    show(world, tmp_path, groups)
    found = record.read(at=world.at).groups
    assert [(group.title, [one.name for one in group.services]) for group in found] == [
        ("For prisons", ["Prison visits"]),
        ("", ["Archive", "Clusters"]),
    ]
    declare(world)
    components = document(world, "components")["components"]
    assert [one["id"] for one in components] == [
        "group-1",
        "prison-visits",
        "archive",
        "clusters",
    ]
    group, visits_, archive, _ = components
    assert (group["group"], group["components"]) == (True, ["prison-visits"])
    assert (visits_["group_id"], archive["group_id"]) == ("group-1", None)
    assert group["status"] == visits_["status"] == "major_outage"


def test_a_group_that_names_no_service_is_said_on_the_health_page(
    world: World, tmp_path: Path
) -> None:
    assert list(health(world.at)) == []
    show(world, tmp_path, "  groups: [{title: Here, services: [Prison visits, Prisn vists]}]\n")
    (check,) = health(world.at)
    assert not check.well
    assert not check.vital
    assert "Prisn vists in its groups" in check.says
    assert "Prisn vists" not in check.public


def test_it_wears_the_team_s_title_logo_and_colours(world: World, tmp_path: Path) -> None:
    text = '  logo: https://img.example.org/l.svg\n  colours: {light: "#102030", dark: "#a0b0c0"}\n'
    show(world, tmp_path, text)
    assert '<img src="https://img.example.org/l.svg" alt="">' in body(world)
    assert "Cloud Platform status" in words(world)
    style = body(world, "style.css")
    assert "--own: #102030" in style
    assert "--own: #a0b0c0" in style


@pytest.mark.parametrize("stale", [False, True])
def test_it_says_when_it_was_read(world: World, stale: bool) -> None:
    page = words(world, stale=stale)
    assert "As of today at 11:00 GMT" in page
    assert ("what we knew today at 11:00 GMT" in page) is stale


def test_it_costs_the_same_queries_however_much_there_is(world: World) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            record.read(at=world.at)
        return len(queries)

    declare(world)
    starts, ends = "2026-11-24T13:00", "2026-11-24T15:00"
    values = {"title": "New disks", "text": "Full.", "starts": starts, "ends": ends}
    everything = [str(one.pk) for one in Service.objects.all()]
    world.press(
        "Ada", "announcement.announce", "new", **values, services=everything, updates="14:00"
    )
    few = asked()
    for number in range(4):
        Service.objects.create(name=f"Service {number}", slug=f"service-{number}")
        declare(world, f"Fault {number}", another="yes")
        incident = Incident.objects.latest("id")
        world.press("Ada", "incident.update", incident.about, text="More", next="30")
        world.press(
            "Ada", "announcement.announce", "new", **values, services=everything, updates="14:00"
        )
    assert asked() == few <= 16


def test_it_can_be_written_down_and_read_again(world: World) -> None:
    declare(world)
    page = record.read(at=world.at)
    assert AS_JSON.validate_json(AS_JSON.dump_json(page)) == page


def test_who_sees_it_is_the_process_file_s_to_say(world: World, tmp_path: Path) -> None:
    """Strangers come through the door; Django shows it to whoever signed in, or not at all."""
    assert "Everything is working" in visit("Uma").get("/status/").text
    show(world, tmp_path, who="sign-in")
    answer = visit("Uma").get("/status/history")
    assert "The last 90 days" in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert visit("Uma").get("/status/nothing").status_code == 404
    assert visit("Uma").post("/status/").status_code in (403, 405)
    show(world, tmp_path, who="off")
    for path in ("/status/", "/status/history", "/status/api/v2/summary.json"):
        assert visit("Uma").get(path).status_code == 404


def test_what_is_long_past_is_not_shown(world: World) -> None:
    declare(world)
    incident = Incident.objects.get()
    world.press("Ada", "incident.resolve", incident.about, text="Fine", repaired="")
    old = world.at - timedelta(days=95)
    times = {"declared": old, "detected": old, "repaired": old, "resolved": old}
    Incident.objects.filter(pk=incident.pk).update(**times)
    assert record.read(at=world.at).entries == ()
