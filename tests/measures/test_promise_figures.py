"""What became of promises: counted where they were settled, and explained."""

from collections import Counter
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dutydesk.commitments.models import Commitment
from dutydesk.handovers.models import Handover
from dutydesk.incidents.models import Gathering, Incident
from dutydesk.measures.flows.promises import PROMISES
from dutydesk.measures.rules.choices import PeriodChoice, containing, day_range
from dutydesk.measures.rules.figures import Figure, SubjectFigures
from dutydesk.measures.rules.tables import FigureLine
from dutydesk.people.models import Engineer
from dutydesk.postmortems.models import Improvement, Postmortem, Publication
from dutydesk.routines.models import Checklist, ChecklistItem
from testing import reviews
from testing.world import World

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, "2026-11-30T18:00")


def november(world: World) -> PeriodChoice:
    return containing("month", date(2026, 11, 1), world.zone)


def shown(world: World, choice: PeriodChoice | None = None) -> SubjectFigures:
    found = PROMISES.figures(choice or november(world), at=world.at)
    assert isinstance(found, SubjectFigures)
    return found


def figure(world: World, name: str) -> Figure:
    found = shown(world).figure(name)
    assert found is not None
    return found


def promised(world: World, ended: str, state: str, **facts: Any) -> Commitment:
    """Make a promise that was settled then, local time; it was due an hour later."""
    settled = world.moment(ended)
    due = settled - HOUR if state in ("late", "missed") else settled + HOUR
    facts = {"kind": "question.answer", "subject": "question:1", "owner": "cover", **facts}
    return Commitment.objects.create(
        text=f"It ended {ended}",
        state=state,
        settled_at=None if state == "open" else settled,
        made_at=due - HOUR,
        **{"due_at": due, **facts},
    )


def rows(figure: Figure) -> list[FigureLine]:
    assert figure.made_of is not None
    found = figure.made_of.first(100)
    assert len(found) == figure.made_of.count
    return found


def test_a_promise_counts_in_the_time_in_which_it_was_settled(world: World) -> None:
    promised(world, "2026-10-31T23:59", "missed")
    promised(world, "2026-11-01T00:00", "kept")
    promised(world, "2026-11-12T10:00", "late")
    promised(world, "2026-11-30T23:59", "kept", kind="incident.update")
    promised(world, "2026-12-01T00:00", "missed")
    found = figure(world, "in-time")
    assert (found.value, found.of) == (2 / 3, "of 3: 2 in time, 1 late, 0 missed")
    assert found.before == 0
    assert [line.cells[-1] for line in rows(found)] == ["kept", "late", "kept"]
    assert rows(found)[0].address == "/questions/1"
    kinds = shown(world).tables[0].first(9)
    assert [line.cells[:5] for line in kinds] == [
        ("incident: update", 1.0, 1, 0, 0),
        ("question: answer", 0.5, 1, 1, 0),
    ]
    whole = day_range(date(2026, 11, 1), date(2026, 11, 30), world.zone)
    assert shown(world, whole).figure("in-time").value == 2 / 3  # type: ignore[union-attr]


def test_what_was_not_counted_is_listed_with_the_reason(world: World) -> None:
    assert figure(world, "in-time").value is None, "of none there is no share"
    promised(world, "2026-11-12T10:00", "withdrawn")
    promised(world, "2026-11-13T10:00", "withdrawn", due_at=world.moment("2026-11-13T09:00"))
    promised(world, "2026-11-20T10:00", "open")
    promised(world, "2026-11-12T10:00", "kept", owner="")
    found = figure(world, "in-time")
    assert found.value is None
    assert [(one.count, one.reason.split(",")[0]) for one in found.left_out] == [
        (2, "withdrawn: no longer owed"),
        (1, "still open"),
    ]
    (line,) = shown(world).tables[0].first(9)
    assert line.cells[5:] == (2, 1, 1)
    for left in found.left_out:
        assert left.rows is not None
        assert len(left.rows.first(9)) == left.count


def gathering(world: World, incident: Incident, ended: str, state: str, **facts: Any) -> None:
    about = {"kind": "incident.gathering", "subject": incident.about, "owner": "whoever"}
    promised(world, ended, state, **{**about, **facts})


@pytest.mark.clause("incident.hourly")
def test_a_gathering_is_missed_if_the_incident_ends_after_its_time(world: World) -> None:
    real = Incident.objects.create(title="Down", priority="high")
    drill = Incident.objects.create(title="Drill", priority="high", exercise=True)
    gathering(world, real, "2026-11-12T10:00", "kept")
    gathering(world, real, "2026-11-12T12:00", "late")
    gathering(world, real, "2026-11-12T13:00", "withdrawn")
    skipped_at = world.moment("2026-11-12T13:00")
    Gathering.objects.create(
        incident=real, answers={}, decided="Busy", skipped=True, by="Ada", at=skipped_at
    )
    past = world.moment("2026-11-12T14:00")
    gathering(world, real, "2026-11-12T14:30", "withdrawn", due_at=past)
    gathering(world, real, "2026-11-12T14:45", "withdrawn")
    gathering(world, real, "2026-11-20T10:00", "open", due_at=past)
    gathering(world, drill, "2026-11-12T10:00", "kept")
    found = figure(world, "gatherings")
    assert found.of == "of 4: 1 held in time, 1 late, 1 left out by saying so, 1 missed"
    assert found.value == 3 / 4
    assert [line.cells[-1] for line in rows(found)] == [
        "missed",
        "left out, by saying so",
        "held late",
        "held in time",
    ]
    assert [one.count for one in found.left_out] == [1, 1, 1]


def test_routines_tell_whose_items_were_left_and_who_did_the_others(world: World) -> None:
    for day, done in ((2, "09:50"), (3, "10:30"), (4, "")):
        comes = world.moment(f"2026-11-{day:02}T09:30")
        checklist = Checklist.objects.create(
            routine="start", kind="routine.day-start", day=date(2026, 11, day), title="Start",
            who="support", patience=HOUR, comes_at=comes, due_at=comes + HOUR / 2, people=["Ada"],
            closes_at=comes + 8 * HOUR, closed_at=comes + 8 * HOUR,
            done_at=world.moment(f"2026-11-{day:02}T{done}") if done else None,
        )  # fmt: skip
        for place, by in enumerate(("Ben", "", None)):
            done_at = None if by is None and not done else comes
            ChecklistItem.objects.create(
                checklist=checklist, place=place, text="Look", done_by=by or "", done_at=done_at
            )
    found = figure(world, "routines")
    assert found.value == 1 / 3
    assert found.of.endswith("1 in time, 1 late, 1 with something left undone (1 item)")
    (line,) = shown(world).tables[1].first(9)
    assert line.cells == ("Start", 1, 1, 1, 9, 3, 5, 1, "Ben")
    assert [line.cells[-1] for line in rows(found)] == ["left undone", "late", "in time"]


def test_handovers_count_where_their_time_came_and_tell_how_soon(world: World) -> None:
    states = ("accepted", "accepted", "missed", "nothing", "same", "given")
    for day, state in enumerate(states, start=2):
        due = world.moment(f"2026-11-{day:02}T17:00")
        Handover.objects.create(
            kind=Handover.Kind.END, due_at=due, since=due - HOUR, until=due + HOUR, state=state,
            giver="support", taker="primary", drafted_at=due, read_at=due, given_at=due,
            accepted_at=due + day * HOUR if state == "accepted" else None,
        )  # fmt: skip
    found = figure(world, "handovers")
    assert (found.value, found.of) == (2 / 3, "of 3: 2 accepted, 1 missed")
    assert [one.count for one in found.left_out] == [1, 1, 1]
    (line,) = shown(world).tables[2].first(9)
    assert line.cells == ("End of day", 2, 1, 2.5 * HOUR, 3, 1)


def test_postmortems_and_improvements_are_held_against_the_times_of_the_process(
    world: World,
) -> None:
    taken = {}
    for day, held, published in ((2, 4, 9), (3, 20, None), (27, None, None)):
        resolved = world.moment(f"2026-11-{day:02}T12:00")
        incident = Incident.objects.create(title=f"Of {day}", state="resolved", resolved=resolved)
        one = Postmortem.objects.create(
            incident=incident,
            opened_at=resolved,
            session_at=world.moment(f"2026-11-{held:02}T12:00") if held else None,
        )
        promised(
            world, "2026-11-30T10:00", "withdrawn", kind="postmortem.session",
            subject=one.about, due_at=resolved + timedelta(days=7),
        )  # fmt: skip
        if published:
            at = world.moment(f"2026-11-{published:02}T12:00")
            Publication.objects.create(postmortem=one, number=1, report={}, by="Ada", at=at)
            taken[day] = at - resolved
        for improvement, (due, done) in enumerate(((10, 9), (10, 11), (12, None), (29, None))):
            if day == 2:
                Improvement.objects.create(
                    postmortem=one, title=f"Number {improvement}", made_by="Ada", made_at=resolved,
                    owner=Engineer.objects.first(), due_at=world.moment(f"2026-11-{due}T12:00"),
                    state="done" if done else ("dropped" if due == 29 else "open"),
                    settled_at=world.moment(f"2026-11-{done:02}T12:00") if done else None,
                )  # fmt: skip
    assert figure(world, "sessions").of == "of 2: 1 in time, 1 late or not held"
    assert [one.count for one in figure(world, "sessions").left_out] == [1]
    written = figure(world, "publications")
    assert (written.value, written.of[:16]) == (taken[2], "median of 1 of 3")
    assert [one.count for one in written.left_out] == [2]
    improved = figure(world, "improvements")
    assert improved.of == "of 3: 1 in time, 1 late, 1 overdue"
    assert [(one.reason, one.count) for one in improved.left_out] == [("dropped, for a reason", 1)]


@pytest.mark.clause("postmortem.session")
def test_what_there_is_nothing_to_review_of_is_in_no_figure_of_reviews(world: World) -> None:
    """Its incident was none; or it was of high priority for a while only."""
    declared = {
        title: world.press("Ada", "incident.declare", "new", criteria=criteria, title=title).show
        for title, criteria in (("Visits fail", ["outage"]), ("Books are slow", []))
    }
    for about in declared.values():
        world.press("Ada", "incident.resolve", about, text="It works again")
    world.press("Ada", "postmortem.open", declared["Books are slow"])
    for criteria in (["outage"], []):
        about = declared["Books are slow"]
        world.press("Ada", "incident.assess", about, criteria=criteria, reason="Seen")
    draft = Postmortem.objects.get(incident__title="Visits fail")
    reviews.write(world, draft, "impact", "Nobody could book.")
    world.at = world.moment("2026-12-09T11:00")
    assert figure(world, "sessions").of == "of 1: 0 in time, 1 late or not held"
    world.press("Ada", "incident.mistake", declared["Visits fail"], reason="The wrong alarm")
    sessions, written = figure(world, "sessions"), figure(world, "publications")
    assert sessions.of == "of 0: 0 in time, 0 late or not held"
    assert [(one.count, one.reason) for one in sessions.left_out] == [
        (1, "for which nobody owed a session")
    ]
    assert (written.of, [one.count for one in written.left_out]) == (
        "none of 1 could be measured",
        [1],
    )


def test_every_review_is_in_one_part_of_its_figure_and_the_rows_add_up(world: World) -> None:
    resolved, counts = world.moment("2026-11-20T12:00"), Counter[str]()
    past, to_come = (world.moment(f"2026-{day}T18:00") for day in ("11-27", "12-04"))
    sessions = (None, past - HOUR, past + HOUR)
    for due, state, held, gone in product(
        (None, past, to_come), ("open", "kept", "withdrawn"), sessions, (None, resolved)
    ):
        incident = Incident.objects.create(title="Down", state="resolved", resolved=resolved)
        one = Postmortem.objects.create(
            incident=incident, opened_at=resolved, session_at=held, withdrawn_at=gone
        )
        if due is not None:
            promised(
                world, "2026-11-30T10:00", state,
                kind="postmortem.session", subject=one.about, due_at=due,
            )  # fmt: skip
        if gone:
            counts["withdrawn"] += 1
        elif due is None or (held is None and state == "withdrawn"):
            counts["not owed"] += 1
        elif held is None:
            counts["waiting" if due > world.at else "late"] += 1
        else:
            counts["in time" if held <= due else "late"] += 1
    found = figure(world, "sessions")
    judged = counts["in time"] + counts["late"]
    assert found.of.startswith(f"of {judged}: {counts['in time']} in time, {counts['late']} late")
    assert [one.count for one in found.left_out] == [counts["waiting"], counts["not owed"]]
    assert len(rows(found)) == judged
    every = judged + sum(one.count for one in found.left_out)
    assert every == counts.total() - counts["withdrawn"]
    for left in (*found.left_out, *figure(world, "publications").left_out):
        assert left.rows is not None
        assert len(left.rows.first(100)) == left.count


def test_however_much_there_is_it_takes_the_same_few_questions(world: World) -> None:
    with CaptureQueriesContext(
        connection,
    ) as few:
        shown(world)
    for number in range(30):
        promised(world, "2026-11-12T10:00", "kept", subject=f"question:{number}")
    with CaptureQueriesContext(connection) as many:
        shown(world)
    assert len(many) == len(few) <= 20
