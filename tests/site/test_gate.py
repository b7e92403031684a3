"""A service goes into maintenance and back before a real nginx, whatever becomes of the desk."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from testing.machine import eventually, free_port
from testing.proxies import Nginx, Site
from testing.visitors import Visitor, first_account, invite
from testing.whole_desk import Desk, ordinary_tuesday

PEOPLE = """
teams:
  - name: Prisons
    channel: "#prisons"
    services: [{name: Prison visits}]
services: [{name: Clusters}]
"""


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    desk = Desk(ordinary_tuesday(19, 0))
    try:
        yield desk
    finally:
        desk.close()


@pytest.fixture(scope="module")
def ada(desk: Desk) -> Visitor:
    ada = first_account(desk, "Ada")
    ada.send("/people/", what="file", text=PEOPLE)
    return ada


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


@pytest.fixture
def nginx(tmp_path: Path, desk: Desk, ada: Visitor, site: Site) -> Iterator[Nginx]:
    nginx = Nginx(tmp_path, desk.port, site.port)
    yield nginx
    nginx.close()


def said(answer: httpx.Response) -> str:
    """Give a page with single spaces, whatever the form of its template."""
    return " ".join(answer.text.split())


def number_of(ada: Visitor, service: str) -> str:
    return str(re.findall(rf'href="/services/(\d+)">\s*{service}\s*<', ada.see("/services/"))[0])


def take_out(ada: Visitor, service: str = "Prison visits", **values: str) -> None:
    about = f"service:{number_of(ada, service)}"
    answer = ada.do("service.maintain", about, reason="New disks", **values)
    assert f"{service} is in maintenance" in said(answer)
    eventually(lambda: gate_of(ada, service).status_code == 403)


def put_back(ada: Visitor, service: str = "Prison visits") -> None:
    about = re.findall(r"/do/maintenance\.end/(maintenance:\d+)", ada.see("/services/"))[0]
    question = ada.do("maintenance.end", about)
    assert f"Put {service} back now" in said(question), "it is asked for confirmation"
    ada.send(f"/do/maintenance.end/{about}", filled="1")
    eventually(lambda: gate_of(ada, service).status_code == 204)


def gate_of(ada: Visitor, service: str) -> httpx.Response:
    return ada.client.get(f"/gate/{service.lower().replace(' ', '-')}")


@pytest.fixture
def _visits_out(ada: Visitor) -> Iterator[None]:
    take_out(ada, message="Back soon, we <b>promise</b>.")
    yield
    put_back(ada)


def gate(desk: Desk, slug: str, method: str = "GET") -> httpx.Response:
    return httpx.request(method, f"{desk.url}/gate/{slug}", timeout=60)


@pytest.mark.clause("oncall.maintenance")
def test_nginx_shows_the_maintenance_page_and_then_the_site_again(
    nginx: Nginx, ada: Visitor, site: Site
) -> None:
    assert nginx.client.get("/").text == "the site says "
    assert nginx.client.post("/book", content=b"Tuesday").text == "the site says Tuesday"
    take_out(ada)
    page = eventually(lambda: _page(nginx))
    assert page is not None
    assert "Prison visits is in maintenance" in said(page)
    assert int(page.headers["retry-after"]) > 60
    before = len(site.asked)
    assert nginx.client.post("/book", content=b"Wednesday" * 9999).status_code == 503
    head = nginx.client.head("/")
    assert head.status_code == 503
    assert head.text == ""
    assert len(site.asked) == before, "the site hears nothing while it is in maintenance"
    put_back(ada)
    eventually(lambda: nginx.client.get("/").text == "the site says ")
    for path, status in (("/forbidden", 403), ("/broken", 500)):
        answer = nginx.client.get(path)
        assert (answer.status_code, answer.text) == (status, "the site says "), "its own is kept"


def _page(nginx: Nginx) -> httpx.Response | None:
    answer = nginx.client.get("/any/page?with=query")
    return answer if answer.status_code == 503 else None


@pytest.mark.clause("oncall.maintenance")
def test_the_site_stays_open_while_the_desk_is_stopped_hangs_or_fails(
    tmp_path: Path, desk: Desk, ada: Visitor, site: Site, nginx: Nginx
) -> None:
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir()
    alone = Nginx(nowhere, free_port(), site.port)
    try:
        assert alone.client.get("/").text == "the site says "
        assert alone.client.post("/", content=b"still").text == "the site says still"
    finally:
        alone.close()
    webs = desk.children("web")
    for web in webs:
        os.kill(web, signal.SIGSTOP)
    try:
        assert nginx.client.get("/").text == "the site says "
    finally:
        for web in webs:
            os.kill(web, signal.SIGCONT)
    beside = tmp_path / "beside"
    beside.mkdir()
    failing = Nginx(beside, site.port, site.port)
    try:
        assert failing.client.get("/").text == "the site says "
        assert "GET /gate/prison-visits" in site.asked
    finally:
        failing.close()


@pytest.mark.usefixtures("_visits_out")
def test_the_gate_answers_every_method_and_opens_for_a_slip_of_the_pen(desk: Desk) -> None:
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"):
        assert gate(desk, "prison-visits", method).status_code == 403
        opened = gate(desk, "clusters", method)
        assert (opened.status_code, opened.headers["dutydesk-gate"]) == (204, "open")
    unknown = gate(desk, "prison-vists")
    assert (unknown.status_code, unknown.headers["dutydesk-gate"]) == (204, "open; unknown service")
    assert "set-cookie" not in unknown.headers


@pytest.mark.usefixtures("_visits_out")
def test_the_page_says_what_somebody_wrote_and_nothing_of_ours(desk: Desk, ada: Visitor) -> None:
    address = f"{desk.url}/maintenance/prison-visits"
    page = httpx.get(address)
    assert page.status_code == 503
    assert "Back soon, we &lt;b&gt;promise&lt;/b&gt;." in page.text
    assert "New disks" not in page.text
    assert "<script" not in page.text
    about = re.findall(r"/do/maintenance\.say/(maintenance:\d+)", _screen(ada))[0]
    ada.do("maintenance.say", about, message="Back at nine.")
    eventually(lambda: "Back at nine." in said(httpx.get(address)))
    assert httpx.get(f"{desk.url}/maintenance/nothing").status_code == 404
    back = httpx.get(f"{desk.url}/maintenance/clusters")
    assert (back.status_code, back.headers["retry-after"]) == (503, "1")
    assert "Clusters is back" in said(back)


def _screen(ada: Visitor) -> str:
    return ada.see(f"/services/{number_of(ada, 'Prison visits')}")


@pytest.mark.clause("oncall.maintenance", "announce.commitment")
def test_the_page_names_the_incidents_next_update_and_not_its_title(
    desk: Desk, ada: Visitor
) -> None:
    service = number_of(ada, "Clusters")
    declared = ada.do(
        "incident.declare", "new", title="Bob broke etcd", services=[service], criteria=["outage"]
    )
    incident = f"incident:{declared.url.path.rpartition('/')[2]}"
    ada.do("incident.maintain", incident, service=service)
    address = f"{desk.url}/maintenance/clusters"
    first = eventually(lambda: _next_update(address))
    page = httpx.get(address).text
    assert "Bob broke etcd" not in page
    ada.do("incident.update", incident, text="We are on it", next="45")
    eventually(lambda: _next_update(address) > first)
    ada.do("incident.resolve", incident, text="Fine", repaired="")
    put_back(ada, "Clusters")


def _next_update(address: str) -> str:
    """Give the time of day that the page names, if it names one."""
    found = re.search(r"Next update\s*</dt>\s*<dd>\s*today at (\d\d:\d\d)", httpx.get(address).text)
    return found[1] if found else ""


def test_an_administrator_sets_a_webhook_and_sees_its_secret_once(desk: Desk, ada: Visitor) -> None:
    webhook = {"service": number_of(ada, "Clusters"), "address": "https://a.example/x"}
    ben = invite(desk, ada, "Ben")
    ada.send("/people/", what="engineer", name="Ben", email="ben@example.org")
    refused = ben.send("/people/", what="webhook", **webhook)
    assert "Only administrators set webhooks." in refused.text
    shown = ada.send("/people/", what="webhook", **webhook)
    assert shown.headers["cache-control"] == "no-store"
    secret = re.findall(r"whsec_[\w+/]+=*", shown.text)[0]
    assert secret not in ada.see("/people/")
    assert "webhook for maintenance" in ada.see("/people/")
    wrong = ada.send("/people/", what="webhook", **{**webhook, "address": "nowhere"})
    assert wrong.status_code == 422
    ada.send("/people/", what="webhook", **{**webhook, "address": ""})
    assert "webhook for maintenance" not in ada.see("/people/")


def test_every_web_process_hears_of_it(desk: Desk, ada: Visitor) -> None:
    port = free_port()
    environment = desk.environment | {
        "DATABASE_URL": (desk.home / "database-url").read_text().strip()
    }
    other = subprocess.Popen(
        [sys.executable, "-m", "dutydesk", "web", "--port", str(port)], env=environment
    )
    try:
        address = f"http://127.0.0.1:{port}/gate/prison-visits"
        eventually(lambda: httpx.get(address).status_code == 204)
        for expected, change in ((403, take_out), (204, put_back)):
            change(ada)
            eventually(lambda expected=expected: httpx.get(address).status_code == expected)  # type: ignore[misc]
    finally:
        other.terminate()
        other.wait(60)


@pytest.mark.usefixtures("_visits_out")
def test_with_the_database_away_both_go_by_what_they_last_saw(desk: Desk) -> None:
    address = f"{desk.url}/maintenance/prison-visits"
    assert gate(desk, "prison-visits").status_code == 403
    frozen = desk.children("postgres")
    for process in frozen:
        os.kill(process, signal.SIGSTOP)
    try:
        # Answers that come before it thaws waited for nothing of it, also once they are old.
        end = time.monotonic() + 4
        while time.monotonic() < end:
            assert gate(desk, "prison-visits").status_code == 403
            assert gate(desk, "clusters").status_code == 204
        assert "Prison visits is in maintenance" in said(httpx.get(address))
    finally:
        for process in frozen:
            os.kill(process, signal.SIGCONT)
    for process in desk.children("postgres"):
        os.kill(process, signal.SIGKILL)
    assert gate(desk, "prison-visits").status_code == 403
    assert httpx.get(address).status_code == 503
    eventually(desk.well)
