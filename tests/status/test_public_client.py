"""A public program that reads Statuspage's documents reads ours: a Prometheus exporter."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from dutydesk.incidents.models import Incident
from dutydesk.people.models import Service
from testing.status import answers, show
from testing.world import World

pytestmark = pytest.mark.django_db
READ = """
import json, logging
from statuspage_prometheus_exporter.service_checker import SERVICES, check_service_status
print(json.dumps(check_service_status("desk", SERVICES["desk"])))
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Ben")
    show(world, tmp_path)
    return world


class Page:
    """The status page as it was at a moment, behind a real HTTP server."""

    def __init__(self) -> None:
        self.bodies: Mapping[str, tuple[str, bytes]] = {}
        page = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kind, body = page.bodies[self.path]
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()

    def shows(self, world: World) -> None:
        found = answers(world).get("api/v2/summary.json", stale=False)
        assert found is not None
        self.bodies = {"/status/api/v2/summary.json": (found.kind, found.body)}


@pytest.fixture
def page() -> Iterator[Page]:
    page = Page()
    yield page
    page.server.shutdown()
    page.server.server_close()


def read(page: Page, folder: Path) -> Any:
    """Let the exporter look once, with nothing kept from before."""
    folder.mkdir()
    host = f"http://127.0.0.1:{page.server.server_address[1]}"
    service = {"name": "Desk", "type": "status_page", "url": f"{host}/status/api/v2/summary.json"}
    (folder / "services.json").write_text(json.dumps({"desk": service}))
    environment = {**os.environ, "SERVICES_JSON_PATH": str(folder / "services.json")}
    done = subprocess.run(
        [sys.executable, "-c", READ], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["success"], found
    return found


def test_it_reads_services_incidents_and_planned_work(
    world: World, page: Page, tmp_path: Path
) -> None:
    page.shows(world)
    well = read(page, tmp_path / "well")
    assert (well["status"], well["raw_status"]) == (1, "none")
    assert {one["name"]: one["status"] for one in well["component_metadata"]} == {
        "Clusters": "operational",
        "Prison visits": "operational",
    }
    visits = str(Service.objects.get(name="Prison visits").pk)
    values: dict[str, str | list[str]] = {"services": [visits], "criteria": ["outage"]}
    world.press("Ada", "incident.declare", "new", title="Visits fail", user_impact="yes", **values)
    about, times = Incident.objects.get().about, {"starts": "2026-11-24T13:00", "updates": "14:00"}
    world.press("Ada", "incident.update", about, text="A disk", next="30", phase="identified")
    world.press(
        "Ada", "announcement.announce", "new", title="New disks", text="Full.", services=[visits],
        ends="2026-11-24T15:00", **times,
    )  # fmt: skip
    page.shows(world)
    ill = read(page, tmp_path / "ill")
    assert (ill["status"], ill["raw_status"]) == (0, "critical")
    (incident,) = ill["incident_metadata"]
    assert (incident["name"], incident["status"], incident["impact"]) == (
        "Visits fail",
        "identified",
        "critical",
    )
    assert incident["affected_components"] == ["Prison visits"]
    assert {one["name"]: one["status_value"] for one in ill["component_metadata"]} == {
        "Clusters": 1,
        "Prison visits": 0,
    }
    (work,) = ill["maintenance_metadata"]
    assert (work["name"], work["status"]) == ("New disks", "scheduled")
    assert work["scheduled_start"] == "2026-11-24T13:00:00.000Z"
    world.press("Ada", "incident.resolve", about, text="It is back", repaired="")
    page.shows(world)
    assert read(page, tmp_path / "again")["raw_status"] == "none"
