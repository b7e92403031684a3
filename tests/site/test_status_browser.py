"""The status page of a whole desk: to a stranger's browser, and while the database is away."""

import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser

from testing.browser import fits, keeps_nobody_out, opened
from testing.machine import eventually
from testing.markup import mistakes
from testing.status import shown
from testing.visitors import Visitor, first_account
from testing.whole_desk import Desk, ordinary_tuesday

NAMED = "status.test"
LONG = "a-service-with-" + "a-very-long-name-" * 5
GROUPS = '  groups: [{title: "For prisons and probation", services: [Prison visits]}]\n'


def get(desk: Desk, path: str = "") -> httpx.Response:
    return httpx.get(f"{desk.url}/status/{path}", timeout=60)


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    desk = Desk(ordinary_tuesday(11, 0), DUTYDESK_STATUS_HOST=NAMED)
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def ada(desk: Desk) -> Iterator[Visitor]:
    ada = first_account(desk, "Ada")
    for name in ("Prison visits", "Clusters", LONG):
        ada.send("/people/", what="service", name=name, user_facing="yes")
    assert get(desk).status_code == 404, "the shipped process shows nobody a status page"
    file = desk.home / "process.yaml"
    (desk.home / "new.yaml").write_text(shown(GROUPS), encoding="utf-8")
    (desk.home / "new.yaml").replace(file)
    eventually(lambda: get(desk).status_code == 200)
    ada.do(
        "incident.declare",
        "new",
        title="Visits " + "can't be booked " * 8,
        criteria=["outage"],
        services=["1"],
        user_impact="yes",
    )
    ada.do("incident.update", "incident:1", text="A disk is full. " * 20, next="30")
    ada.do("service.maintain", "service:3", reason="New disks", message="Back " * 60)
    ada.do(
        "announcement.announce",
        "new",
        title="New disks " * 9,
        text="The old are full.",
        services=["1", "2"],
        starts="2199-01-01T10:00",
        ends="2199-01-02T10:00",
        updates="2199-01-01T13:00",
    )
    yield ada


@pytest.mark.clause("incident.comms-users")
@pytest.mark.usefixtures("ada")
def test_a_stranger_sees_what_users_are_told_soon_after(desk: Desk) -> None:
    eventually(lambda: "A disk is full." in get(desk).text and "New disks" in get(desk).text)
    found = get(desk, "api/v2/summary.json").json()
    assert {one["name"]: one["status"] for one in found["components"]} == {
        "For prisons and probation": "major_outage",
        "Prison visits": "major_outage",
        "Clusters": "operational",
        LONG: "under_maintenance",
    }
    page = get(desk)
    assert "set-cookie" not in page.headers
    again = {"If-None-Match": page.headers["etag"]}
    assert httpx.get(f"{desk.url}/status/", headers=again, timeout=60).status_code in (200, 304)


@pytest.mark.usefixtures("ada")
def test_by_a_name_of_its_own_the_page_is_all_there_is(desk: Desk) -> None:
    named = {"Host": NAMED}
    with httpx.Client(base_url=desk.url, headers=named, timeout=60) as stranger:
        eventually(lambda: stranger.get("/status/").status_code == 200)
        first = stranger.get("/")
        assert (first.status_code, first.headers["location"]) == (302, "/status/")
        page = stranger.get("/status/feed.atom").text
        assert f"http://{NAMED}/status/" in page
        style = re.findall(r'href="(/static/[^"]+css)"', stranger.get("/status/").text)
        assert stranger.get(style[0]).status_code == 200
        for path in ("/owed/", "/account/login/", "/healthz", "/metrics", "/gate/clusters"):
            assert stranger.get(path).status_code == 404, path
        form = stranger.get("/status/subscribe")
        token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', form.text)[0]
        sent = {"email": "eve@example.org", "csrfmiddlewaretoken": token}
        asked = stranger.post("/status/subscribe", data=sent, headers={"Origin": f"http://{NAMED}"})
        assert "Look into your mail" in asked.text
    eventually(lambda: "eve@example.org" in [one.to for one in desk.postbox.mails])
    (mail,) = (one for one in desk.postbox.mails if one.to == "eve@example.org")
    assert f"http://{NAMED}/status/subscriptions/" in mail.body


@pytest.mark.usefixtures("ada")
def test_it_fits_any_screen_and_keeps_nobody_out(
    browser: Browser, desk: Desk, tmp_path: Path
) -> None:
    eventually(lambda: "New disks" in get(desk).text)
    still = {"reduced_motion": "reduce"}  # What fades in has not its contrast yet.
    page, wrong = opened(browser, desk, Visitor(desk), 360, color_scheme="light", **still)
    pages: dict[str, str] = {}
    for path in ("/status/", "/status/history", "/status/subscribe"):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200
        pages[path] = answer.text()
        assert page.locator("h1").count() == 1
        assert page.locator("script").count() == 0
        for width in (360, 1280):
            fits(page, path, width)
            keeps_nobody_out(page, path)
    assert wrong == []
    page.context.close()
    assert mistakes(pages, tmp_path) == []


@pytest.mark.usefixtures("ada")
def test_with_the_database_away_it_goes_by_what_it_last_saw(desk: Desk) -> None:
    eventually(lambda: "New disks" in get(desk).text)
    frozen = desk.children("postgres")
    for process in frozen:
        os.kill(process, signal.SIGSTOP)
    try:
        end = time.monotonic() + 4
        while time.monotonic() < end:
            for path in ("", "history", "feed.atom", "api/v2/status.json", "badge/clusters.svg"):
                assert get(desk, path).status_code == 200, path
        assert "A disk is full." in get(desk).text
    finally:
        for process in frozen:
            os.kill(process, signal.SIGCONT)
    eventually(desk.well)
