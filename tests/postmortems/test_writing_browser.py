"""The script that saves what is typed, in a real browser, answered by the desk's own views."""

import queue
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Page, Route, expect, sync_playwright

from dutydesk.incidents.models import Incident
from dutydesk.postmortems.flows import passages
from dutydesk.postmortems.models import Postmortem
from testing import reviews
from testing.machine import needs
from testing.screens import visit
from testing.world import Moving, World

T = TypeVar("T")
HOST = "http://testserver"
pytestmark = [pytest.mark.django_db, pytest.mark.clause("postmortem.publish")]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.press("Ada", "incident.declare", "new", criteria=["outage"], title="Visits fail")
    world.press("Ada", "incident.resolve", Incident.objects.get().about, text="It works again")
    return world


def answered_by(client: Client, route: Route, here: "Here") -> None:
    """Answer a browser's request as the desk would."""
    asked = route.request
    path = asked.url.removeprefix(HOST)
    if path.startswith("/static/"):
        file = finders.find(path.removeprefix("/static/"))
        assert isinstance(file, str)
        route.fulfill(path=file)
    elif path.startswith("/live"):
        route.fulfill(status=204)
    else:
        kind = asked.headers.get("content-type", "application/octet-stream")
        sent, accept = asked.post_data or "", {"Accept": asked.headers.get("accept", "")}
        answer = here.do(
            lambda: client.generic(asked.method, path, sent, content_type=kind, headers=accept)
        )
        headers = {"content-type": answer.headers["Content-Type"]}
        route.fulfill(status=answer.status_code, body=answer.content, headers=headers)


class Here:
    """Lets a browser, which has a thread of its own, have things done where the database is."""

    def __init__(self) -> None:
        self.asked: queue.Queue[Callable[[], None] | None] = queue.Queue()

    def do(self, what: Callable[[], T]) -> T:
        """Give what comes of it, from the thread in which the test itself runs."""
        told: queue.Queue[T] = queue.Queue()
        self.asked.put(lambda: told.put(what()))
        return told.get(timeout=60)

    def browse(self, script: Callable[[Page], None]) -> None:
        """Run the script in a browser, and do here what is asked for meanwhile."""
        with ThreadPoolExecutor(1) as threads:
            running = threads.submit(self._run, script)
            running.add_done_callback(lambda _: self.asked.put(None))
            while (what := self.asked.get(timeout=120)) is not None:
                what()
            running.result()

    def _run(self, script: Callable[[Page], None]) -> None:
        with sync_playwright() as playwright:
            path = needs("chromium")
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            page = browser.new_page()
            page.set_default_timeout(60_000)
            script(page)
            browser.close()


def test_it_saves_as_one_types_joins_what_others_wrote_and_shows_both_where_it_can_t(
    world: World,
) -> None:
    expect.set_options(timeout=60_000)
    client, found, here = visit("Ada"), Postmortem.objects.get(), Here()
    here.browse(lambda page: _writes(page, here, world, client, found))


def _writes(page: Page, here: Here, world: World, client: Client, found: Postmortem) -> None:
    def by_ben(text: str) -> None:
        here.do(lambda: reviews.write(world, found, "summary", text, "Ben"))

    def kept() -> str:
        return here.do(lambda: passages.texts(found)["summary"].text)

    page.route("**/*", lambda route: answered_by(client, route, here))
    page.goto(f"{HOST}/postmortems/{found.pk}")
    section = page.locator("#section-summary")
    section.get_by_text("Write", exact=True).click()
    area = section.get_by_label("Summary")
    area.fill("One **bold** line\n\nA second")
    expect(section.locator("[data-says]")).to_contain_text("Saved at")
    expect(section.locator("[data-shown] strong")).to_have_text("bold")
    by_ben("One **bold** line\n\nA second\n\nBen's third")
    area.fill("One **bold** line, and more\n\nA second")
    expect(section.locator("[data-says]")).to_contain_text("with what others wrote")
    assert area.input_value() == "One **bold** line, and more\n\nA second\n\nBen's third"
    by_ben("Ben's own")
    area.fill("Ada should have asked")
    expect(section.locator("[data-theirs] pre")).to_have_text("Ben's own")
    expect(section.locator("[data-says]")).to_contain_text("wrote in the same lines")
    assert kept() == "Ben's own"
    assert area.input_value() == "Ada should have asked"
    section.get_by_role("button", name="Save").click()
    expect(section.locator("[data-says]")).to_contain_text("Saved at")
    expect(section.locator("[data-hints]")).to_contain_text("should have")
    assert kept() == "Ada should have asked"
    _walks(page, found)


def _walks(page: Page, found: Postmortem) -> None:
    page.goto(f"{HOST}/postmortems/{found.pk}/walk")
    with page.expect_navigation():  # Until its script listens.
        page.keyboard.press("j")
    expect(page.locator(".head span")).to_contain_text("2 of")
    page.keyboard.press("k")
    expect(page.locator(".head span")).to_contain_text("1 of")
