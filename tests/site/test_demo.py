"""The made-up desk: made by the desk's own flows, or in bulk; only where nobody works."""

from datetime import datetime
from pathlib import Path

import pytest
from django.db import connection, transaction
from typer.testing import CliRunner

from dutydesk.alarms.models import Alarm
from dutydesk.announcements.models import Announcement
from dutydesk.chat.models import Post
from dutydesk.cli import app
from dutydesk.commitments.models import Commitment
from dutydesk.desk.models import Question, SearchDocument, Ticket
from dutydesk.handovers.models import Handover
from dutydesk.incidents.models import Incident, Update
from dutydesk.journal.models import JournalEntry, Reaction
from dutydesk.kernel.periods import instant
from dutydesk.kernel.refusals import Refused
from dutydesk.oncall.models import Page
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Account, Engineer
from dutydesk.postmortems.models import Improvement, Postmortem
from dutydesk.process.flows import process
from dutydesk.process.models import ProcessVersion
from dutydesk.process.rules.check import DEFAULT_FILE
from dutydesk.rota.models import Shift
from dutydesk.site.demo import cast, commands, decade, fill, preparation
from dutydesk.site.demo.preparation import LONG_AGO
from dutydesk.site.serve import only_one
from testing.screens import visit

pytestmark = pytest.mark.django_db
DAYS = 2


def adopted(folder: Path) -> datetime:
    """Put the process in force that the demo has; give a Friday afternoon."""
    text = DEFAULT_FILE.read_text(encoding="utf-8")
    for before, after in commands._CHANGES:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    file = folder / "process.yaml"
    file.write_text(text, encoding="utf-8")
    process.adopt(file=file, at=LONG_AGO)
    return instant(datetime.fromisoformat("2026-11-27 15:20"), process.in_force().zone)


@pytest.mark.long
def test_some_days_of_a_made_up_team(tmp_path: Path) -> None:
    until, told = adopted(tmp_path), list[float]()
    refused = fill.fill(until=until, seed=1, days=DAYS, tell=told.append)
    assert refused == []
    assert told == sorted(told)
    assert told[-1] == 1
    assert Engineer.objects.count() == 9
    assert Question.objects.filter(state="solved").count() > 6
    assert Question.objects.filter(happiness__isnull=False).exists()
    assert Ticket.objects.exists()
    assert Question.objects.filter(state="open").exists()
    assert [p.incident.title[:15] for p in Postmortem.objects.order_by("pk")] == [
        "Nobody can book",
        "Card payments a",
    ]
    published, draft = Postmortem.objects.order_by("pk")
    assert published.publications.exists()
    assert not draft.publications.exists()
    assert Improvement.objects.filter(state="open").exists()
    assert Improvement.objects.filter(state="done").exists()
    assert Page.objects.filter(acknowledged_at__isnull=False).exists()
    assert Handover.objects.filter(state="accepted").exists()
    assert Announcement.objects.filter(starts_at__gt=until).exists()
    assert Incident.objects.get(state="open").title == "Case search is slower than usual"
    assert Alarm.objects.filter(state="firing").exists()
    _nothing_is_left_over(until)
    for address in ("/", "/measures/", "/incidents/", "/questions/", "/shifts/", "/handovers/"):
        assert visit(cast.ENGINEERS[0]).get(address).status_code == 200, address


def _nothing_is_left_over(until: datetime) -> None:
    """Nothing is in the future, owed to the outside, or waits for a worker."""
    assert not JournalEntry.objects.filter(at__gt=until).exists()
    assert not Post.objects.filter(at__gt=until).exists()
    assert not Reaction.objects.filter(due_at__lte=until).exists()
    assert not Reaction.objects.exclude(problem="").exists()
    assert not OutboxMessage.objects.filter(
        state__in=["owed", "trying"], due_at__lte=until
    ).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        assert cursor.fetchone() == (0,)


def test_a_desk_that_is_in_use_is_left_as_it_is(tmp_path: Path) -> None:
    until = adopted(tmp_path)
    Account.objects.create_user(email="ada@example.org", name="Ada")
    for fill_it in (
        lambda: fill.fill(until=until, seed=1),
        lambda: decade.fill(until=until, seed=1, years=1),
    ):
        with pytest.raises(fill.NotEmpty, match="has an account already") as refused:
            fill_it()
        assert "--into" in refused.value.remedy
    assert not Engineer.objects.exists()


def test_a_database_in_use_gets_no_process_and_no_channels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Account.objects.create_user(email="ada@example.org", name="Ada")
    file = tmp_path / "process.yaml"
    monkeypatch.setattr(preparation, "make_secrets", lambda: None)
    monkeypatch.setattr(preparation, "process_file", lambda: file)
    with pytest.raises(fill.NotEmpty, match="has an account already"):
        preparation.make_ready()
    assert not file.exists()
    assert not ProcessVersion.objects.exists()


def test_years_in_bulk_are_consistent(tmp_path: Path) -> None:
    until = adopted(tmp_path)
    decade.fill(until=until, seed=1, years=2, questions=200, incidents=30)
    assert Question.objects.count() == 400
    assert Incident.objects.count() == Page.objects.count() == 60
    question = Question.objects.select_related("post", "engineer").get(pk=200)
    answer = question.post.replies.get()
    assert answer.at == question.answered_at
    assert question.post.words.body.startswith(tuple(t.asks for t in cast.TALKS))
    assert SearchDocument.objects.filter(kind="question").count() == 400
    kept = Commitment.objects.get(subject=question.about)
    assert kept.settled_at == question.answered_at
    assert (kept.state == "kept") == (kept.settled_at <= kept.due_at)
    for one in Incident.objects.all():
        assert one.detected and one.declared and one.repaired and one.resolved
        assert one.detected < one.declared < one.resolved <= until
        assert one.repaired < one.resolved
    assert Update.objects.count() == 120
    assert Postmortem.objects.count() == Incident.objects.filter(priority="high").count() > 0
    assert Shift.objects.filter(duty="primary", end__lte=until).count() > 60
    assert Shift.objects.filter(duty="primary", end__gt=until).exists()
    assert Question.objects.exclude(state="solved").count() == 25
    Question.objects.create(post=Post.objects.create(
        key="new", channel=question.post.channel, author="A", message={"body": "?"}, at=until
    ), asked_at=until)  # fmt: skip


def test_the_same_number_makes_the_same(tmp_path: Path) -> None:
    until, seen = adopted(tmp_path), []
    for seed in (7, 7, 8):
        with transaction.atomic():
            decade.fill(until=until, seed=seed, years=1, questions=20, incidents=5)
            rows = Incident.objects.order_by("pk").values_list("title", "detected", "repaired")
            seen.append([list(rows), sorted(Question.objects.values_list("asked_at", "kind"))])
            transaction.set_rollback(True)
    assert seen[0] == seen[1]
    assert seen[0] != seen[2]


def test_the_command_refuses_before_it_begins(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    for words, reason in (
        (["--until", "yesterday"], "“yesterday” is no local time."),
        ([], f"Another desk is running on the data folder {folder}."),
    ):
        with only_one(folder):
            told = CliRunner().invoke(app, ["demo", "--into", str(folder), *words])
        assert isinstance(told.exception, Refused)
        assert told.exception.reason == reason
    assert [one.name for one in folder.iterdir()] == ["lock"]


def test_its_process_says_that_it_is_made_up_and_one_s_own_is_left(tmp_path: Path) -> None:
    file = tmp_path / "process.yaml"
    commands._ship(tmp_path)
    assert "name: Cloud Platform (made up)" in file.read_text(encoding="utf-8")
    file.write_text("mine", encoding="utf-8")
    commands._ship(tmp_path)
    assert file.read_text(encoding="utf-8") == "mine"


def test_progress_is_a_line_each_tenth_where_nobody_looks_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    progress = commands._Progress()
    for part in (0.0, 0.05, 0.1, 0.1, 0.19, 0.35, 1.0):
        progress.tell(part)
    progress.end()
    assert capsys.readouterr().err.split() == ["0", "%", "10", "%", "35", "%", "100", "%"]
