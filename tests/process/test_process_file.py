"""The process file: every mistake at once, each with its line, what is wrong, what to write."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from dutydesk.kernel.periods import Period
from dutydesk.kernel.refusals import Refused
from dutydesk.process.flows import process as flows
from dutydesk.process.models import ProcessVersion
from dutydesk.process.rules.check import DEFAULT_FILE, check, default_process, schema
from dutydesk.process.words import document

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
TEXT = DEFAULT_FILE.read_text(encoding="utf-8")


def told(old: str, new: str) -> str:
    assert old in TEXT
    mistakes = check(TEXT.replace(old, new)).mistakes
    return "\n".join(str(mistake) for mistake in mistakes)


def test_the_shipped_process_is_sound() -> None:
    assert check(TEXT).mistakes == ()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"#ask-cloud-platform"', "ask", "line 110: ask.channel: “ask” is not a channel."),
        ("quick_limit: 15 minutes", "quick_limit: 15", "Write the unit too, like “15 minutes”."),
        ("quick_limit:", "quick_limt:", "Did you mean “quick_limit”?"),
        ("quick_limit: 15 minutes", "", "“quick_limit” is missing. Add it, like “15 minutes”."),
        ("zone: Europe/London", "zone: Lunnon", "“Lunnon” is not a time zone."),
        ("zone: Europe/London", "zone: localtime", "“localtime” is not a time zone."),
        ("zone: Europe/London", "zone: Factory", "“Factory” is not a time zone."),
        ("zone: Europe/London", "zone: posixrules", "“posixrules” is not a time zone."),
        ("zone: Europe/London", "zone: right/Europe/London", "is not a time zone."),
        ("subdivision: ENG", "subdivision: XYZ", "No public holidays are known for “GB XYZ”."),
        ("Mo-Fr 09:00-18:00; PH off", "Mo-Fry 9-18", "can't be read as opening hours from “y 9-18"),
        ("  working:", "  wrking:", "The process needs the clocks working too."),
        ("{asker}. {cover}", "{asker}. {covr}", "The desk can't fill in “{covr}”."),
        ("{asker}. {cover}", "{asker. {cover}", "Names in braces here: {asker} or {cover}."),
        ("starts: Monday 10:00", "starts: Mon 10", "Write it like “Monday 10:00”."),
        ("size: 3", "size: many", "“many” is not a whole number. Write one, like “3”."),
        ("size: 3", "size: 0", "0 is too small. Write 1 or more."),
        ("order: [support, ", "order: [primary, ", "“primary” is there twice."),
        ("order: [support", "order: [boss", "Write 'support', 'primary' or 'secondary'."),
        ("stint: 2 weeks", "stint: 7 weeks", "The stint is longer than the cycle."),
        ("version: 1", "version: 1\nversion: 2", "line 4: “version” is there twice."),
        ("  size: 3", " size: 3", "This is not YAML"),
        ("size: 3", "size: " + "[" * 5000, "This is nested too deep"),
    ],
)
def test_a_mistake_is_told_with_its_remedy(old: str, new: str, says: str) -> None:
    assert says in told(old, new)


def test_every_mistake_is_told_at_once_in_order_of_lines() -> None:
    text = TEXT.replace("size: 3", "size: many").replace("Monday 10:00", "Mon")
    mistakes = check(text.replace("zone: Europe/London", "zone: Lunnon")).mistakes
    assert [m.where for m in mistakes] == ["place.zone", "support.size", "on_call.turn.starts"]
    assert all(
        TEXT.splitlines()[m.line - 1].strip().startswith(m.where.split(".")[-1]) for m in mistakes
    )


@pytest.mark.parametrize(
    "text", ["", "just words", "- a\n- list", "a: [", "\x00", "version: {a: 1}"]
)
def test_whatever_is_in_the_file_the_answer_is_a_list_of_mistakes(text: str) -> None:
    assert check(text).process is None
    assert all(m.wrong and m.instead for m in check(text).mistakes)


def test_the_schema_names_every_section() -> None:
    assert set(schema()["properties"]) == set(default_process().model_dump())
    json.dumps(schema())


def test_the_document_tells_what_the_file_says() -> None:
    def read(text: str) -> str:
        process = check(text).process
        assert process is not None
        return "\n".join(line for chapter in document(process) for line in chapter.lines)

    assert "less than 15 minutes" in read(TEXT)
    changed = TEXT.replace("quick_limit: 15 minutes", "quick_limit: 25 minutes")
    assert "less than 25 minutes" in read(changed)
    assert "Mo-Fr 09:00-18:00; PH off" in read(TEXT)


@pytest.mark.django_db
def test_a_file_that_breaks_later_leaves_the_last_good_process_in_force(tmp_path: Path) -> None:
    file = tmp_path / "process.yaml"
    flows.ship(file)
    flows.adopt(file=file, at=AT)
    file.write_text(TEXT.replace("size: 3", "size: many"), encoding="utf-8")
    with pytest.raises(flows.BrokenProcess, match=r"support\.size"):
        flows.adopt(file=file, at=AT)
    assert not flows.follow(file=file, at=AT)
    assert flows.in_force().support.size == 3
    assert "support.size" in flows.trouble()[0]
    file.write_text(TEXT.replace("size: 3", "size: 4"), encoding="utf-8")
    assert flows.follow(file=file, at=AT)
    assert flows.in_force().support.size == 4
    assert flows.trouble() == ()


@pytest.mark.django_db
def test_a_file_that_is_gone_is_put_back_as_it_was_adopted_last(tmp_path: Path) -> None:
    """A desk that starts on an empty folder goes by the team's process, not by the default."""
    file = tmp_path / "desk" / "process.yaml"
    flows.provide(file)
    flows.adopt(file=file, at=AT)
    assert ProcessVersion.objects.get().text == TEXT
    theirs = TEXT.replace("size: 3", "size: 4")
    file.write_text(theirs, encoding="utf-8")
    flows.adopt(file=file, at=AT)
    file.unlink()
    flows.provide(file)
    flows.adopt(file=file, at=AT)
    assert (flows.in_force().support.size, ProcessVersion.objects.count()) == (4, 2)
    file.write_text("size: 5", encoding="utf-8")
    flows.provide(file)
    assert file.read_text(encoding="utf-8") == "size: 5", "what is there stays"
    with pytest.raises(Refused, match="can't be put there"):
        flows.provide(file / "process.yaml")


@pytest.mark.django_db
def test_of_two_workers_that_see_a_changed_file_the_second_waits(tmp_path: Path) -> None:
    """A row that is there can't be waited for: what is new isn't seen by who waited for the old."""
    file = tmp_path / "process.yaml"
    flows.ship(file)
    with connection.cursor() as cursor:
        for text in (TEXT, TEXT.replace("size: 3", "size: 4")):
            file.write_text(text, encoding="utf-8")
            flows.adopt(file=file, at=AT)
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
                " AND pid = pg_backend_pid()"
            )
            assert cursor.fetchone() == (1,)


@pytest.mark.django_db
@pytest.mark.clause("process.approved")
def test_the_process_in_force_names_who_approved_it(tmp_path: Path) -> None:
    file = tmp_path / "process.yaml"
    flows.ship(file)
    flows.adopt(file=file, at=AT)
    flows.adopt(file=file, at=AT)
    version = ProcessVersion.objects.get()
    flows.approve(version=version.pk, name="Ada", at=AT)
    flows.approve(version=version.pk, name="Ada", at=AT)
    assert [a.name for a in version.approvals.all()] == ["Ada"]
    assert flows.in_force().approved == ()


@pytest.mark.django_db
def test_an_old_version_that_is_no_longer_sound_counts_as_the_one_in_force(tmp_path: Path) -> None:
    long_ago = AT - timedelta(days=400)
    old = TEXT.replace("{asker}. {cover}", "{asker!r}. {cover}")
    ProcessVersion.objects.create(text=old, digest="old", adopted_at=long_ago)
    file = tmp_path / "process.yaml"
    flows.ship(file)
    flows.adopt(file=file, at=AT)
    assert flows.in_force_at(long_ago) == flows.in_force()
    assert [one for _, one in flows.over(Period(long_ago, AT))] == [flows.in_force()]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "spoilt",
    [TEXT.replace("size: 3", "size: many"), "caf\udce9", None],
    ids=["a mistake", "not UTF-8", "gone"],
)
def test_a_desk_starts_on_a_broken_file_only_if_it_has_another_in_force(
    tmp_path: Path, spoilt: str | None
) -> None:
    file = tmp_path / "process.yaml"

    def spoil() -> None:
        file.unlink(missing_ok=True)
        if spoilt is not None:
            file.write_text(spoilt, errors="surrogateescape")

    spoil()
    with pytest.raises(Refused, match=r"process\.yaml"):
        flows.begin(file=file, at=AT)
    assert flows.trouble() == ()
    file.write_text(TEXT)
    flows.begin(file=file, at=AT)
    spoil()
    flows.begin(file=file, at=AT + timedelta(days=1))
    assert flows.in_force().support.size == 3
    assert len(flows.trouble()) == 1
    file.write_text(TEXT)
    flows.begin(file=file, at=AT + timedelta(days=2))
    assert flows.trouble() == ()


@pytest.mark.django_db
def test_a_desk_of_today_does_not_run_on_what_it_calls_broken() -> None:
    ProcessVersion.objects.create(text="broken", digest="old", adopted_at=AT)
    with pytest.raises(flows.NoProcess, match="another version of the desk"):
        flows.in_force()


@pytest.mark.django_db
def test_a_process_that_a_restored_backup_brought_is_gone_by_though_its_number_was_known() -> None:
    ours, theirs = TEXT, TEXT.replace("Cloud Platform", "Cloud Restored")
    assert ours != theirs
    version = ProcessVersion.objects.create(text=ours, digest="ours", adopted_at=AT)
    assert "Restored" not in flows.in_force().team.name
    ProcessVersion.objects.filter(pk=version.pk).update(text=theirs, digest="theirs")
    assert "Restored" in flows.in_force().team.name
    assert flows.in_force_at(AT) == flows.in_force()
