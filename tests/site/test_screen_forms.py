"""Forms of screens say all that is wrong at once, beside its field, and lose nothing typed."""

from pathlib import Path

import pytest

from dutydesk.rota.models import Shift
from testing.screens import visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-23T08:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    return world


ROTATION = {
    "what": "rotation", "duty": "primary", "places": "Ada\nZoe", "length": "1,5",
    "unit": "weekly", "starts": "soon", "zone": "Mars/Olympus", "windows": "Funday 10-11",
}  # fmt: skip
OVERRIDE = {"what": "override", "duty": "primary", "add": "", "start": "today", "end": ""}
SILENCE = {
    "matchers": "severity=", "reason": "", "lasts": "2 hours", "until": "tonight",
    "windows": "nights",
}  # fmt: skip
OFFER = {"what": "offer", "start": "soon", "end": "", "asked": ""}
BEAT = {"name": "x" * 101, "every": "often", "grace": "a moon", "severity": "", "service": ""}
TEAM = {"what": "team", "name": "x" * 101, "channel": "prisons"}


@pytest.mark.parametrize(
    ("path", "typed", "wrong"),
    [
        ("/shifts/change/", ROTATION, ("places", "length", "starts", "zone", "windows")),
        ("/shifts/change/", OVERRIDE, ("start", "end")),
        ("/alarms/silences/new", SILENCE, ("reason", "until", "windows")),
        ("/shifts/plan/", {"weeks": "53", "afresh": "yes"}, ("weeks",)),
        ("/alarms/heartbeats/", BEAT, ("name", "every", "grace", "severity")),
        ("/shifts/{shift}", OFFER, ("offer-start", "offer-end")),
        ("/people/", TEAM, ("team-name", "team-channel")),
    ],
)
def test_each_fault_stands_beside_its_field_and_what_was_typed_stays(
    world: World, path: str, typed: dict[str, str], wrong: tuple[str, ...]
) -> None:
    world.shifts(primary="Ada")
    path = path.format(shift=Shift.objects.get().pk)
    answer = visit("Ada").post(path, typed)
    text = answer.text
    assert answer.status_code == 422
    assert text.count('class="fault"') == len(wrong)
    assert "describedby=&quot;" not in text
    for name in wrong:
        assert f'<p class="fault" id="e-{name}">' in text, name
        assert f'aria-describedby="e-{name}' in text, name
    for value in typed.values():
        assert value in text, value


def test_an_example_with_quotation_marks_stays_within_its_attribute(world: World) -> None:
    page = visit("Ada").get("/alarms/silences/new").text
    assert 'placeholder="alertname=&quot;VisitsDown&quot;"' in page
