"""A team's past as other tools keep it: postmortems, status pages, and what is refused of them."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.histories.rules.timeline_tables import WrittenTimeline, timeline_in
from dutydesk.incidents.models import Incident, IncidentImport, Note
from testing.past_files import NIGHT, put, run, status_page, take_in, utc
from testing.world import World

pytestmark = pytest.mark.django_db
UTC_CLOCK = ZoneInfo("UTC")
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _desk(tmp_path: Path) -> None:
    World(tmp_path / "desk", "2026-11-24T11:00")


def timeline(incident: Incident) -> list[tuple[str, str]]:
    return [(f"{one.happened_at:%d %H:%M}", one.text) for one in incident.notes.all()]


def test_a_postmortem_s_table_is_the_incident_s_timeline_across_midnight(tmp_path: Path) -> None:
    folder = put(tmp_path, queue_DOT_md=NIGHT, README_DOT_md="# Our postmortems")
    assert "1 new, 0 changed, 0 the same as before, 0 refused" in take_in(folder).stdout
    incident = Incident.objects.get()
    assert incident.title == "The queue stood still"
    assert (incident.detected, incident.declared) == (
        utc("2024-06-01 23:40"),
        utc("2024-06-01 23:52"),
    )
    assert (incident.repaired, incident.resolved) == (
        utc("2024-06-02 00:10"),
        utc("2024-06-02 01:05"),
    )
    assert timeline(incident) == [
        ("01 23:40", "Alerts fired for the queue"),
        ("01 23:52", "An incident was declared by Ada: incident declared"),
        ("02 00:10", "A consumer | worker was restarted; service restored"),
        ("02 01:05", "Incident resolved"),
    ]
    assert [one.name for one in incident.services.all()] == ["Prison visits"]
    assert incident.warnings == []


def test_a_heading_and_a_front_that_go_on_for_ever_hold_nothing_up(tmp_path: Path) -> None:
    """Looked at from each of their letters, they would take hours."""
    untitled = NIGHT.replace("title: The queue stood still\n", "")
    heading = untitled.replace("stood still", f"stood still {'# ' * 150_000}")
    folder = put(
        tmp_path, a_DOT_md=heading, b_DOT_md=NIGHT.replace("date", "\n" * 300_000 + "date")
    )
    told = take_in(folder)
    assert "1 new, 0 changed, 0 the same as before, 1 refused" in told.stdout
    assert "100000 is the most" in told.output
    assert Incident.objects.get().title == "The queue stood still"


def test_taken_in_again_a_postmortem_changes_what_changed_and_doubles_nothing(
    tmp_path: Path,
) -> None:
    folder = put(tmp_path, queue_DOT_md=NIGHT)
    take_in(folder)
    assert "0 new, 0 changed, 1 the same" in take_in(folder).stdout
    put(tmp_path, queue_DOT_md=NIGHT.replace("Alerts fired", "Two alerts fired"))
    trial = take_in(folder, "--dry-run")
    assert "1 changed" in trial.stdout
    assert timeline(Incident.objects.get())[0][1] == "Alerts fired for the queue"
    told = take_in(folder)
    assert "0 new, 1 changed" in told.stdout
    assert timeline(Incident.objects.get())[0][1] == "Two alerts fired for the queue"
    assert Note.objects.count() == 4
    assert "0 removed, 1 as before" in run("take-back", told.stdout.split()[-1]).stdout
    assert timeline(Incident.objects.get())[0][1] == "Alerts fired for the queue"
    first = IncidentImport.objects.earliest("pk").pk
    assert "1 removed" in run("take-back", str(first)).stdout
    assert not Note.objects.exists()


def test_an_entry_that_somebody_corrected_here_keeps_its_incident(tmp_path: Path) -> None:
    told = take_in(put(tmp_path, queue_DOT_md=NIGHT))
    Note.objects.filter(text__startswith="Alerts").update(text="One alert fired")
    assert "1 stay." in run("take-back", told.stdout.split()[-1]).stdout
    assert Incident.objects.exists()


def test_what_a_postmortem_doesn_t_say_is_warned_of_or_refused_by_its_file(tmp_path: Path) -> None:
    table = "| When | What |\n|---|---|\n| 09:58 | Slow |\n| 10:40 | Quick again |\n"
    folder = put(
        tmp_path,
        **{"2024-03-02-slow.md": table, "nowhen.md": table, "words.md": "# Nothing happened\n",
           "odd__bad.md": table.replace("09:58", "29:58").replace("# ", "") + "\n2024-05-05",
           "broken.md": "---\ntitle: [\n---\n", "later.md": "# Later 2031-01-01\n" + table},
    )  # fmt: skip
    (folder / "latin.md").write_bytes(b"# Gr\xf6\xdfe\n")
    told = take_in(folder)
    assert told.exit_code == 1
    assert "1 new, 0 changed, 0 the same as before, 6 refused" in told.stdout
    for place, why in (
        ("nowhen.md, timeline “09:58”", "Nothing says on which day it was."),
        ("words.md, timeline", "It has no timeline with times"),
        ("odd/bad.md, timeline “29:58”", "That is no time of day."),
        ("broken.md, front matter", "can't be read"),
        ("later.md, timeline “2031-01-01 09:58:00+00:00”", "That is still to come."),
        ("latin.md, file", "not UTF-8 text: byte 0xf6 at 4"),
    ):
        line = next(line for line in told.stderr.splitlines() if line.startswith(place))
        assert why in line
    assert "its first entry counts as that" in told.stderr
    incident = Incident.objects.get()
    assert incident.title == "Slow"
    # On the process's clock, which is London's: nothing says UTC.
    assert (incident.detected, incident.resolved) == (
        utc("2024-03-02 09:58"),
        utc("2024-03-02 10:40"),
    )


def test_statuspage_s_history_comes_with_its_updates_and_times(tmp_path: Path) -> None:
    file = put(tmp_path, incidents_DOT_json=status_page()) / "incidents.json"
    told = take_in(file)
    assert "2 new, 0 changed, 0 the same as before, 1 refused" in told.stdout
    assert "1 of them planned maintenance. 1 left out." in told.stdout
    assert "left out: Later: it is planned maintenance that isn't over yet" in told.stderr
    assert "incidents.json, incident zz, resolved “Still slow”: It still goes on." in told.stderr
    one = Incident.objects.get()
    assert (one.priority, one.user_impact, one.title) == ("high", True, "Checkout fails")
    assert (one.fault_occurs, one.declared) == (utc("2023-05-04 07:55"), utc("2023-05-04 08:05"))
    assert (one.repaired, one.resolved) == (utc("2023-05-04 08:20"), utc("2023-05-04 09:00"))
    assert timeline(one) == [("04 08:20", "Monitoring: We moved traffic.")]
    assert one.services.get().name == "Prison visits"
    put(tmp_path, incidents_DOT_json=status_page(name="Checkout failed", impact="none"))
    assert "0 new, 1 changed" in take_in(file).stdout
    one.refresh_from_db()
    assert (one.title, one.priority, one.user_impact) == ("Checkout failed", "normal", False)


def issue(number: int, title: str, label: str, closed: str | None) -> dict[str, object]:
    return {
        "number": number, "title": title, "labels": [{"name": label}, {"name": "our-site"}],
        "html_url": f"https://github.com/example/up/issues/{number}", "closed_at": closed,
        "created_at": "2022-02-02T02:02:02Z", "body": "HTTP code: 503",
    }  # fmt: skip


def test_upptime_s_issues_are_read_and_its_history_files_are_not(tmp_path: Path) -> None:
    over = "2022-02-02T03:02:02Z"
    issues = [
        issue(4, "🛑 Prison visits is down", "status", over),
        issue(5, "🛑 Other is down", "status", None),
        issue(6, "A feature", "question", over),
        issue(7, "New racks", "maintenance", over),
    ]
    yml = "url: https://example.org\nstatus: up\nstartTime: 2020-01-01T00:00:00.000Z\n"
    folder = put(tmp_path, **{"history__prison-visits.yml": yml})
    alone = take_in(folder)
    assert alone.exit_code == 2
    assert "say how a site is now" in alone.stderr
    put(tmp_path, **{"issues.json": json.dumps([issues[:2], issues[2:]])})
    told = take_in(folder)
    assert "1 new, 0 changed, 0 the same as before, 1 refused" in told.stdout
    assert "2 left out." in told.stdout
    one = Incident.objects.get()
    assert (one.title, one.services.get().name) == ("Prison visits is down", "Prison visits")
    assert (one.detected, one.resolved) == (utc("2022-02-02 02:02:02"), utc("2022-02-02 03:02:02"))
    assert timeline(one) == [("02 02:02", "HTTP code: 503")]


CSTATE = """---
title: Builds wait
date: 2023-01-10 10:00:00
resolved: true
resolvedWhen: 2023-01-10T12:30:00+01:00  # was later
# down | disrupted | notice
severity: down
affected:
  - Clusters
section: issue
---
*Resolved*: builds run. {{< track "2023-01-10 11:30:00" >}}

We look for why. {{< track "2023-01-10 10:10:00" >}}
"""


def test_cstate_s_folder_is_read_with_what_it_tracks(tmp_path: Path) -> None:
    open_ = CSTATE.replace("resolved: true", "resolved: false")
    toml = 'title = "Slow"\ndate = 2023-02-01T10:00:00Z\nresolved = true\nseverity = "notice"\n'
    toml = f"+++\n{toml}+++\n"
    note = CSTATE.replace("section: issue", "section: issue\ninformational: true")
    folder = put(
        tmp_path,
        **{"issues__2023-01-10-builds.md": CSTATE, "issues__open.md": open_,
           "issues__slow.md": toml, "issues__note.md": note,
           "_index.md": "---\ntitle: Us\n---\n", "package.json": "{}"},
    )  # fmt: skip
    told = take_in(folder)
    assert "2 new, 0 changed, 0 the same as before, 1 refused" in told.stdout
    assert "issues/open.md, resolved “Builds wait”: It still goes on." in told.stderr
    assert "it only informs" in told.stderr
    one = Incident.objects.get(title="Builds wait")
    assert (one.declared, one.resolved) == (utc("2023-01-10 10:00"), utc("2023-01-10 11:30"))
    assert (one.priority, one.services.get().name) == ("high", "Clusters")
    assert timeline(one) == [
        ("10 10:10", "We look for why."),
        ("10 11:30", "*Resolved*: builds run."),
    ]
    assert not Incident.objects.get(title="Slow").user_impact


def test_json_that_is_no_history_is_refused_by_name(tmp_path: Path) -> None:
    for text in ('{"name": "x"}', "[1, 2]", '[{"a": 1}]', "{", "[" * 100_000):
        told = take_in(put(tmp_path, some_DOT_json=text) / "some.json")
        assert told.exit_code == 2, text[:20]
        assert "some.json" in told.stderr
        assert "Nothing of it was kept." in told.stderr


def test_a_byte_that_is_no_utf_8_late_in_a_log_leaves_nothing_of_it(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    head = "quarter,incident,first_detected,declared,repaired,resolved\n"
    row = "Q2 2022,Outage {},2022-04-12T11:07:00Z,,,2022-04-12T12:20:00Z\n"
    sound = "".join(row.format(number) for number in range(300))
    file.write_bytes((head + sound).encode() + b"Q2 2022,Gr\xf6\xdfe,,,,\n")
    told = take_in(file)
    assert told.exit_code == 2
    assert "Nothing of it was kept." in told.stderr
    assert not Incident.objects.exists()
    assert not IncidentImport.objects.exists()


@pytest.mark.parametrize("order", ["first, then second", "second, then first"])
def test_imports_that_told_of_one_incident_are_taken_back_in_any_order(
    tmp_path: Path, order: str
) -> None:
    file = tmp_path / "log.csv"
    numbers = []
    for end in ("12:20", "12:40"):
        file.write_text(
            "quarter,incident,first_detected,declared,repaired,resolved\n"
            f"Q2 2022,Outage,2022-04-12T11:07:00Z,,,2022-04-12T{end}:00Z\n"
        )
        numbers.append(take_in(file).stdout.split()[-1])
    if order.startswith("second"):
        numbers.reverse()
    told = [run("take-back", number).stdout for number in numbers]
    assert not Incident.objects.exists()
    assert "1 removed, 0 as before, 0 stay." in told[-1]


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2025, 1, 1)),  # noqa: DTZ001
    st.lists(st.integers(0, 11 * 60), max_size=12),
    st.sampled_from(["{:%H:%M}", "{:%H:%M:%S}", "{:%Y-%m-%d %H:%M}", "{:%I:%M %p}"]),
)
def test_times_of_a_table_go_on_past_midnight(
    began: datetime, pauses: list[int], form: str
) -> None:
    moments = [began.replace(second=0, microsecond=0)]
    for pause in pauses:
        moments.append(moments[-1] + pause * MINUTE)
    rows = "\n".join(f"| {form.format(one)} | thing {n} |" for n, one in enumerate(moments))
    body = f"## Timeline\n\n| Time (UTC) | Event |\n|:--|---|\n{rows}\n"
    told = timeline_in(body, moments[0].date(), ZoneInfo("Europe/London"))
    assert (told.trouble, told.zone, told.untimed) == (None, UTC_CLOCK, ())
    assert told.entries == [
        (f"{one:%Y-%m-%d %H:%M:%S}+00:00", f"thing {n}") for n, one in enumerate(moments)
    ]


def test_a_table_of_something_else_is_no_timeline() -> None:
    for body in (
        "| Owner | Task |\n|---|---|\n| Ada | at 10:30 |\n",
        "| Time |\n|---|\n| 10:30 |\n",
    ):
        told = timeline_in(body, date(2024, 1, 1), UTC_CLOCK)
        assert told == WrittenTimeline([], UTC_CLOCK)
