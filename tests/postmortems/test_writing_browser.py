"""The script that saves what is typed, in a real browser, answered by the desk's own views."""

from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from dutydesk.incidents.models import Incident
from dutydesk.postmortems.flows import passages
from dutydesk.postmortems.models import Postmortem
from testing import reviews
from testing.browsed import HOST, Here, answered_by
from testing.screens import visit
from testing.world import Moving, World

pytestmark = [pytest.mark.django_db, pytest.mark.clause("postmortem.publish")]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.press("Ada", "incident.declare", "new", criteria=["outage"], title="Visits fail")
    world.press("Ada", "incident.resolve", Incident.objects.get().about, text="It works again")
    return world


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
