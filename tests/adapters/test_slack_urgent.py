"""On call is paged from a question's thread in Slack, after somebody said what is wrong."""

from pathlib import Path

import pytest

from doubles.slack_workspace import Workspace
from dutydesk.desk.models import Question
from dutydesk.oncall.models import Page
from dutydesk.process.flows import process
from testing.slack import UMA, event, hear, message, slack_of, ts_of
from testing.slack_person import Person
from testing.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.clause("hours.out-of-hours")]


def test_whoever_asked_out_of_hours_pages_on_call_from_slack(
    tmp_path: Path, there: Workspace
) -> None:
    world = World(tmp_path, "2026-11-24T20:00")
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    file, limit = tmp_path / "process.yaml", "  quick_limit: 15 minutes\n"
    file.write_text(file.read_text().replace(limit, f"{limit}  urgent: {{}}\n"))
    process.adopt(file=file, at=world.at)
    uma = Person(world, slack_of(world, there), UMA)
    hear(world, event(message("Visits are down", ts_of(world.at))))
    question = Question.objects.get()
    uma.does(uma.pressed("question.page", question.about))
    view = there.called("views.open")[-1]["view"]
    assert "Ben is called now" in str(view["blocks"])
    assert not Page.objects.exists()  # It is confirmed first.
    why = {"type": "plain_text_input", "value": "Nobody can book"}
    for _ in range(2):
        done = uma.does(uma.filled(view, why=dict(why)), "slack:the same bytes")
        assert "On call is paged." in str(done)
    assert Page.objects.get().title == "Urgent, Uma says: Nobody can book"
    again = uma.does(uma.filled(view, why=dict(why)))
    assert again["errors"] == {"why": "On call is paged about it already. Go on in its thread."}
    assert there.refused == []
