"""Somebody fills in a form on the web, wrongly at first: what they read, and what is kept."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dutydesk.incidents.models import Incident
from dutydesk.people.models import Service
from testing.screens import squeezed, visit
from testing.world import Moving, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
DECLARE = "/do/incident.declare/new"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    return world


def declare(name: str, **filled: Any) -> Any:
    return visit(name).post(DECLARE, {**filled, "filled": "1"})


def field(answer: Any, name: str) -> str:
    """Give the part of the page in which a field stands."""
    parts = squeezed(answer.text).split('<div class="field ')[1:]
    (found,) = [part for part in parts if f'name="{name}"' in part]
    return found.split("</form>")[0]


def faulty(answer: Any) -> set[str]:
    """Name the fields that say of themselves that they are wrong, each with its reason before."""
    names = {"title", "services", "criteria", "user_impact", "began"}
    wrong = {name for name in names if 'aria-invalid="true"' in field(answer, name)}
    for name in names:
        shown = field(answer, name)
        assert (f'<p class="fault" id="e-{name}">' in shown) == (name in wrong)
        assert (f'aria-describedby="e-{name}' in shown) == (name in wrong)
    return wrong


def test_all_that_is_wrong_stands_beside_its_field_and_nothing_is_typed_again() -> None:
    service = Service.objects.get(name="Prison visits")
    sent = {"title": " ", "services": [str(service.pk), "0"], "criteria": "outage"}
    refused = declare("Ada", **sent, began="2026-11-24T11:01")
    assert refused.status_code == 422
    assert not Incident.objects.exists()
    assert "What is wrong stands with each field." in refused.text
    assert faulty(refused) == {"title", "services", "began"}
    assert "“What is wrong?” is missing. Fill it in." in field(refused, "title")
    assert "“Which services?” doesn&#x27;t offer that" in field(refused, "services")
    assert f'value="{service.pk}" checked' in field(refused, "services")
    assert 'value="outage" checked' in field(refused, "criteria")
    assert "checked" not in field(refused, "user_impact")
    assert "Give a time up to 2026-11-24T11:00." in field(refused, "began")
    assert 'value="2026-11-24T11:01"' in field(refused, "began")
    sent |= {"title": "Visits are down", "services": str(service.pk)}
    again = declare("Ada", **sent, began="2026-11-24T11:01")
    assert faulty(again) == {"began"}
    assert 'value="Visits are down"' in field(again, "title")
    assert again.text.count("Give a time up to 2026-11-24T11:00.") == 2  # Above, and beside it.
    assert declare("Ada", **sent, began="2026-11-24T10:59").status_code == 302
    incident = Incident.objects.get()
    assert (incident.title, list(incident.services.all())) == ("Visits are down", [service])


def test_a_time_that_the_clocks_show_twice_is_asked_for_with_its_offset() -> None:
    assert 'type="datetime-local"' in field(visit("Ada").get(DECLARE), "began")
    refused = declare("Ada", title="Visits are down", began="2026-10-25T01:30")
    assert faulty(refused) == {"began"}
    assert "2026-10-25T01:30+00:00 for the second" in field(refused, "began")
    assert 'type="text" value="2026-10-25T01:30"' in field(refused, "began")
    done = declare("Ada", title="Visits are down", began="2026-10-25T01:30+00:00")
    assert done.status_code == 302
    assert Incident.objects.get().fault_occurs == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_what_is_typed_into_a_form_is_shown_again_and_never_run() -> None:
    typed = '"><script>alert(1)</script>'
    refused = declare("Ada", title=typed * 20, services=typed, began=typed)
    assert faulty(refused) == {"title", "services", "began"}
    assert "<script>alert" not in refused.text
    assert "&lt;script&gt;alert(1)" in field(refused, "title")
    assert "&lt;script&gt;alert(1)" in field(refused, "began")
