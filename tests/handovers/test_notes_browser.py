"""The script that saves a handover's note as it is typed, in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dutydesk.handovers.flows import notes
from dutydesk.handovers.flows.notes import SeenNote
from testing.browsed import HOST, Here, answered_by
from testing.handed import Handed
from testing.screens import visit
from testing.world import Moving

pytestmark = [pytest.mark.django_db, pytest.mark.clause("support.day-start")]


def test_a_note_is_saved_as_one_types_joined_with_what_others_wrote_or_shown_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = Handed(tmp_path, "2026-11-25T08:00")
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    world.alarm("Certificate soon over", "warning")
    world.at = world.moment("2026-11-25T08:30")
    world.look()
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    expect.set_options(timeout=60_000)
    here = Here()
    client, ben, number = visit("Ada"), world.person("Ben"), world.handover().pk

    def by_ben(text: str) -> None:
        seen, at = SeenNote(), world.at
        here.do(lambda: notes.write(handover=number, text=text, seen=seen, by=ben, at=at))

    def kept() -> str:
        return here.do(lambda: world.handover().note)

    def script(page: Page) -> None:
        page.route("**/*", lambda route: answered_by(client, route, here))
        page.goto(f"{HOST}/handovers/{number}")
        form = page.locator("#note-0")
        area, said = form.locator("textarea"), form.locator("[data-said]")
        area.fill("Disk\nTape")
        expect(said).to_have_text("Saved")
        by_ben("Disk is full\nTape")
        area.fill("Disk\nTape\nCy knows it")
        expect(said).to_have_text("Saved, with what others wrote")
        assert area.input_value() == kept() == "Disk is full\nTape\nCy knows it"
        by_ben("Only the tape")
        area.fill("Only the disk")
        expect(said).to_contain_text("Ben wrote here meanwhile")
        assert (kept(), area.input_value()) == ("Only the tape", "Only the disk")

    here.browse(script)
