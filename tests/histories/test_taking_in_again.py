"""A team's past is taken in again, or back: what people did here since stays."""

import importlib
from pathlib import Path
from unicodedata import normalize

import pytest
from django.db import connection

from dutydesk.incidents.flows import notes
from dutydesk.incidents.flows.notes import NoteWritten
from dutydesk.incidents.models import Incident, IncidentImportRow, Note
from dutydesk.journal.flows import journal
from dutydesk.people.flows import directory, people
from dutydesk.people.models import Account, Service
from dutydesk.postmortems.flows import passages, postmortems
from testing.past_files import NIGHT, put, run, status_page, take_in, utc
from testing.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _desk(tmp_path: Path) -> None:
    World(tmp_path / "desk", "2026-11-24T11:00")


def test_what_people_took_out_or_put_right_stays_so_when_it_is_imported_again(
    tmp_path: Path,
) -> None:
    folder = put(tmp_path, queue_DOT_md=NIGHT)
    take_in(folder)
    secret = Note.objects.get(text__startswith="An incident")
    notes.remove(note=secret.pk, by="Ada", at=utc("2026-11-24 11:00"))
    assert "1 the same" in take_in(folder).stdout
    put(tmp_path, queue_DOT_md=NIGHT.replace("Alerts fired", "Two alerts fired"))
    title = NIGHT.replace("Alerts fired", "Two alerts fired").replace("stood still", "stood")
    put(tmp_path, queue_DOT_md=title)
    told = take_in(folder)
    assert "1 changed" in told.stdout
    assert Incident.objects.get().title == "The queue stood"
    assert Note.objects.get(removed_at=None, text__contains="ired").text.startswith("Alerts fired")
    secret.refresh_from_db()
    assert secret.removed_at
    run("take-back", told.stdout.split()[-1])
    assert not Note.objects.filter(text="(removed)").exists()


def test_what_a_postmortem_can_t_say_stays_as_people_set_it(tmp_path: Path) -> None:
    folder = put(
        tmp_path, queue_DOT_md=NIGHT.replace("services: [prison VISITS, Unheard of]\n", "")
    )
    take_in(folder)
    incident = Incident.objects.get()
    assert incident.user_impact
    Incident.objects.update(priority="high", user_impact=False)
    incident.services.set(Service.objects.filter(name="Prison visits"))
    assert "1 the same" in take_in(folder).stdout
    incident.refresh_from_db()
    assert (incident.priority, incident.user_impact) == ("high", False)
    assert incident.services.get().name == "Prison visits"


def test_files_of_one_name_are_told_apart_by_their_days(tmp_path: Path) -> None:
    later = NIGHT.replace("2024-06", "2024-08")
    folder = put(tmp_path, a__postmortem_DOT_md=NIGHT, b__postmortem_DOT_md=later)
    for part in ("a", "b"):
        assert "1 new" in take_in(folder / part / "postmortem.md").stdout
    assert "0 new, 0 changed, 2 the same as before, 0 refused" in take_in(folder).stdout
    assert Incident.objects.count() == 2


def test_what_no_database_takes_is_refused_by_its_file(tmp_path: Path) -> None:
    folder = put(
        tmp_path,
        queue_DOT_md=NIGHT,
        **{
            "nul.md": NIGHT.replace("restarted", "restarted\x00"),
            "title.md": NIGHT.replace("title: The", 'title: "\\0The').replace(
                "still\ndate", 'still"\ndate'
            ),
            "far.md": NIGHT.replace("2024-06-01", "9999-12-31"),
        },
    )
    told = take_in(folder)
    assert "1 new, 0 changed, 0 the same as before, 3 refused" in told.stdout
    for place, why in (
        ("nul.md, timeline", "An entry holds a character that can't be stored."),
        ("title.md, incident", "The incident holds a character that can't be stored."),
        ("far.md, timeline", "The year 9999 can't be right."),
    ):
        assert why in next(line for line in told.stderr.splitlines() if line.startswith(place))


def test_halves_of_characters_in_a_page_s_json_end_no_import(tmp_path: Path) -> None:
    page = status_page(name="Checkout \ud800 fails", id="k\x00")
    told = take_in(put(tmp_path, incidents_DOT_json=page) / "incidents.json")
    assert "2 new" in told.stdout
    assert Incident.objects.get().title == "Checkout \ufffd fails"


def test_an_incident_that_people_worked_on_stays_when_its_import_is_taken_back(
    tmp_path: Path,
) -> None:
    told = take_in(put(tmp_path, queue_DOT_md=NIGHT))
    incident = Incident.objects.get()
    journal.record(
        event=NoteWritten(incident.pk, 0),
        subject=incident.about,
        text="Ada put its priority right",
        at=utc("2026-11-24 11:00"),
    )
    assert "1 stay." in run("take-back", told.stdout.split()[-1]).stdout


def test_an_incident_that_another_was_merged_into_stays(tmp_path: Path) -> None:
    told = take_in(put(tmp_path, queue_DOT_md=NIGHT))
    Incident.objects.create(title="It too", state="merged", merged_into=Incident.objects.get())
    assert "1 stay." in run("take-back", told.stdout.split()[-1]).stdout


LOG = "Quarter,Incident,First Detected,Declared,Repaired,Resolved,Services\n"
TIMES = "2024-06-01 10:00,,,2024-06-01 11:00"


def test_what_happened_at_the_same_times_to_another_service_is_another(tmp_path: Path) -> None:
    Service.objects.create(name="Books", slug="books")
    for name, service in (("API down", "Prison visits"), ("Website down", "Books")):
        put(tmp_path, log_DOT_csv=f"{LOG}Q2 2024,{name},{TIMES},{service}\n")
        assert "1 new, 0 changed" in take_in(tmp_path / "past" / "log.csv").stdout
    put(tmp_path, log_DOT_csv=f"{LOG}Q2 2024,Books can't be had,{TIMES},Books\n")
    told = take_in(tmp_path / "past" / "log.csv")
    assert "0 new, 1 changed" in told.stdout
    assert "Until now it was called “Website down” here." in told.stderr
    titles = Incident.objects.order_by("pk").values_list("title", flat=True)
    assert list(titles) == ["API down", "Books can't be had"]


def test_another_postmortem_of_the_same_file_name_and_day_overwrites_none(tmp_path: Path) -> None:
    morning = (
        NIGHT.replace("stood still", "was full").replace("23:", "08:").replace("00:10", "09:00")
    )
    morning = morning.replace("2024-06-02 01:05", "09:30")
    folder = put(tmp_path, a__postmortem_DOT_md=NIGHT, b__postmortem_DOT_md=morning)
    assert "1 new" in take_in(folder / "a" / "postmortem.md").stdout
    told = take_in(folder / "b" / "postmortem.md")
    assert told.exit_code == 1
    assert "has the same file name and day, and went from 00:40 to 02:05" in told.stderr
    assert Incident.objects.get().title == "The queue stood still"
    put(tmp_path, a__postmortem_DOT_md=morning.replace("was full", "stood still"))
    assert "0 new, 1 changed" in take_in(folder / "a" / "postmortem.md").stdout


def test_an_incident_keeps_its_service_that_has_another_name_by_now(tmp_path: Path) -> None:
    folder = put(tmp_path, queue_DOT_md=NIGHT)
    take_in(folder)
    Service.objects.filter(name="Prison visits").update(name="Visits")
    told = take_in(folder)
    assert "1 the same" in told.stdout
    assert "No service here is called “prison VISITS”." in told.stderr
    assert [one.name for one in Incident.objects.get().services.all()] == ["Visits"]


def test_a_name_over_two_lines_is_one_line(tmp_path: Path) -> None:
    put(tmp_path, log_DOT_csv=f'{LOG}Q2 2024,"The queue\r\n\tstood  still",{TIMES},\n')
    assert "1 new" in take_in(tmp_path / "past" / "log.csv").stdout
    assert Incident.objects.get().title == "The queue stood still"


def test_of_two_imports_at_once_the_second_waits(tmp_path: Path) -> None:
    folder = put(tmp_path, queue_DOT_md=NIGHT)
    with connection.cursor() as cursor:
        take_in(folder)
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND pid = pg_backend_pid()"
        )
        assert cursor.fetchone()[0] == 1


def renamed(old: str, new: str) -> None:
    """Give a service another name, as somebody does on *People*."""
    service = Service.objects.get(name=old)
    ada = people.person(Account.objects.get(name="Ada"))
    directory.rename(about=service.about, name=new, by=ada, at=utc("2026-11-24 11:00"))


def test_an_import_is_taken_back_whatever_its_services_are_called_by_now(tmp_path: Path) -> None:
    """Also if another service has got the name."""
    folder = put(tmp_path, queue_DOT_md=NIGHT)
    take_in(folder)
    put(tmp_path, queue_DOT_md=NIGHT.replace("[prison VISITS, Unheard of]", "[Clusters]"))
    told = take_in(folder)
    renamed("Prison visits", "Visits")
    renamed("Clusters", "Prison visits")
    assert "1 as before" in run("take-back", told.stdout.split()[-1]).stdout
    assert Incident.objects.get().services.get().name == "Visits"


def test_imports_that_named_services_are_taken_back_after_an_upgrade(tmp_path: Path) -> None:
    folder = put(tmp_path, queue_DOT_md=NIGHT)
    first = take_in(folder)
    put(tmp_path, queue_DOT_md=NIGHT.replace("[prison VISITS, Unheard of]", "[Clusters]"))
    second = take_in(folder)
    made, changed = IncidentImportRow.objects.order_by("pk")
    assert made.after and changed.before and changed.after
    made.after["services"] = changed.before["services"] = ["Prison visits"]
    changed.after["services"] = ["Clusters", "Gone"]
    IncidentImportRow.objects.bulk_update([made, changed], ["before", "after"])
    renamed("Prison visits", "Visits")
    renamed("Clusters", "Engines")
    numbers = importlib.import_module("dutydesk.incidents.migrations.0011_imported_services")
    with connection.cursor() as cursor:
        for statement in numbers.NUMBERS:
            cursor.execute(statement)
    assert "1 as before" in run("take-back", second.stdout.split()[-1]).stdout
    assert Incident.objects.get().services.get().name == "Visits"
    assert "1 removed" in run("take-back", first.stdout.split()[-1]).stdout


def test_a_name_is_known_again_however_its_letters_are_put_together(tmp_path: Path) -> None:
    """Some systems write an accent as a character of its own."""
    whole, apart = (normalize(form, "caf\u00e9") for form in ("NFC", "NFD"))
    assert "1 new" in take_in(put(tmp_path / "a", **{f"{whole}.md": NIGHT})).stdout
    again = put(tmp_path / "b", **{f"{apart}.md": NIGHT})
    assert "0 new, 0 changed, 1 the same" in take_in(again).stdout
    kept = Incident.objects.get()
    kept.imported_key = normalize("NFD", kept.imported_key or "")
    kept.save()
    assert "0 new, 0 changed, 1 the same" in take_in(again).stdout, "as it was kept before"
    for name, end in ((whole, "11:00"), (apart, "11:30")):
        row = f"Q2 2024,The {name} is down,2024-06-08 10:00,,,2024-06-08 {end},\n"
        put(tmp_path, log_DOT_csv=LOG + row)
        told = take_in(tmp_path / "past" / "log.csv")
    assert "0 new, 1 changed" in told.stdout
    assert Incident.objects.filter(title=f"The {whole} is down").count() == 1


def test_what_people_wrote_about_an_entry_in_a_postmortem_stays_with_it(tmp_path: Path) -> None:
    folder, at = put(tmp_path, queue_DOT_md=NIGHT), utc("2026-11-24 11:00")
    take_in(folder)
    incident, ada = Incident.objects.get(), people.person(Account.objects.get(name="Ada"))
    found = postmortems.open_by_hand(incident=incident.pk, by=ada, at=at)
    about = {one.text.split()[0]: f"note.n{one.pk}" for one in incident.notes.all()}
    for key in about.values():
        passages.write(postmortem=found.pk, key=key, text="Why?", version=0, by=ada, at=at)
    changed = NIGHT.replace("Alerts fired", "Two alerts fired").replace("23:52", "23:55")
    changed = changed.replace("| 00:10 |", "| 00:10 | Ada looked |\n| 00:10 |")
    put(tmp_path, queue_DOT_md=changed)
    told = take_in(folder)
    assert "1 changed" in told.stdout
    now = {f"note.n{one.pk}": one.text.split()[0] for one in incident.notes.all()}
    assert [now.get(key) for key in about.values()] == ["Two", "An", "A", "Incident"]
    assert len(now) == 5
    assert "1 the same" in take_in(folder).stdout, "in whichever order those of a minute stand"
    run("take-back", told.stdout.split()[-1])
    then = {one.text.split()[0]: f"note.n{one.pk}" for one in incident.notes.all()}
    assert then == about
