"""The handbook's pages are those of its repositories, and the last good ones stay."""

import shutil
from pathlib import Path

import pytest
from django.db import connection, transaction

from doubles.git_server import Files
from dutydesk.handbook.flows import page_store, trouble
from dutydesk.handbook.models import HandbookPage, HandbookPicture, HandbookRepository
from dutydesk.handbook.rules import bounds
from dutydesk.journal.models import JournalEntry
from dutydesk.process.flows import process
from testing.handbook import PNG, Book, named
from testing.world import World, as_if_committed

pytestmark = pytest.mark.django_db
PAGES: Files = {
    "README.md": "# Our docs\n\nSee [the runbook](runbooks/KubePodCrashLooping.md).\n",
    "runbooks/KubePodCrashLooping.md": "# KubePodCrashLooping\n\n![plan](../img/plan.png)\n",
    "img/plan.png": PNG,
    "img/unused.png": PNG,
    "values.yaml": "a: 1",
}


@pytest.fixture
def world(tmp_path: Path) -> World:
    as_if_committed()
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada")
    return world


@pytest.fixture
def book(world: World, tmp_path: Path) -> Book:
    return Book(world, tmp_path, PAGES)


@pytest.mark.clause("docs.repo")
def test_pages_and_their_pictures_are_read_from_git(book: Book) -> None:
    assert book.paths() == ["README.md", "runbooks/KubePodCrashLooping.md"]
    page = book.page("README.md")
    assert (page.title, page.broken) == ("Our docs", 0)
    assert page.changed_commit == book.row.commit == book.repository.git("rev-parse", "HEAD")
    assert [one.path for one in HandbookPicture.objects.all()] == ["img/plan.png"]
    assert book.row.trouble == ""


def test_only_what_changed_is_read_again(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    first = book.page("README.md")
    book.write(
        {
            "runbooks/KubePodCrashLooping.md": "# Crash looping\n\nRestart it.\n",
            "img/plan.png": None,
            "new.md": "# New\n",
        }
    )
    assert book.page("README.md").pk == first.pk
    changed = book.page("runbooks/KubePodCrashLooping.md")
    assert (changed.title, changed.changed_known) == ("Crash looping", True)
    assert not HandbookPicture.objects.exists()
    assert "new.md" in book.paths()
    monkeypatch.setattr("dutydesk.adapters.git.remote.GitSource.pull", None)
    book.later()  # It stands where it stood, so it isn't pulled.
    assert book.row.looked_at == book.world.at
    assert book.row.trouble == ""


def test_what_the_database_refuses_of_a_repository_is_kept_with_it(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(**_: object) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE SQLSTATE '54000'; END $$")

    monkeypatch.setattr(page_store, "keep", refused)
    book.write({"new.md": "# New\n"})
    assert book.row.trouble == "The desk itself fails on it (OperationalError)."


def test_a_page_that_is_gone_leaves_links_that_lead_nowhere(book: Book) -> None:
    book.write({"runbooks/KubePodCrashLooping.md": None})
    assert book.paths() == ["README.md"]
    assert book.page("README.md").broken == 1
    book.write({"runbooks/KubePodCrashLooping.md": "# Back\n"})
    assert book.page("README.md").broken == 0


def test_only_pages_of_its_folder_are_shown(book: Book) -> None:
    book.adopt(", folder: runbooks")
    book.later()
    assert book.paths() == ["runbooks/KubePodCrashLooping.md"]
    assert HandbookPicture.objects.count() == 1
    book.adopt(", folder: gone")
    book.later()
    assert "no folder “gone”" in book.row.trouble
    assert book.paths() == ["runbooks/KubePodCrashLooping.md"]


def test_what_the_process_names_no_more_is_gone(book: Book, world: World) -> None:
    process.adopt(file=world_file(book), at=world.at)
    book.later()
    assert not HandbookRepository.objects.exists()
    assert not HandbookPage.objects.exists()


def world_file(book: Book) -> Path:
    file = book.folder / "none.yaml"
    process.ship(file)
    return file


@pytest.mark.clause("docs.repo")
def test_a_repository_that_is_gone_keeps_its_pages_and_is_told_of_once(
    book: Book, world: World
) -> None:
    moved = book.folder / "moved"
    shutil.move(book.repository.folder, moved)
    for _ in range(3):
        book.later()
    assert len(book.paths()) == 2
    row = book.row
    assert (row.tries, row.trouble_since is not None) == (3, True)
    (check,) = trouble.health(world.at)
    assert not check.well
    assert not check.vital
    assert "docs" in check.says
    assert "docs" not in check.public
    team = process.in_force().team.channel
    (told,) = [text for text in world.said(team) if "no such repository" in text]
    assert "Its pages stay as they were last read." in told
    world.press("Ada", "repository.read", row.about)
    shutil.move(moved, book.repository.folder)
    pulled = world.at
    book.look()
    assert (book.row.trouble, book.row.looked_at) == ("", pulled)
    assert "Its pages are up to date." in " ".join(world.said(team))
    kinds = list(JournalEntry.objects.filter(kind__startswith="handbook.").values_list("kind"))
    assert kinds == [("handbook.failed",), ("handbook.read-again",)]
    (check,) = trouble.health(world.at)
    assert check.well


def test_what_passes_by_itself_is_told_of_only_when_it_stays(
    book: Book, world: World, tmp_path: Path
) -> None:
    file = tmp_path / "away.yaml"
    file.write_text(named("http://127.0.0.1:9/docs"), encoding="utf-8")
    process.adopt(file=file, at=world.at)
    pulls = "dutydesk.handbook.flows.pulls.SOURCE.who._inside"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pulls, ("127.0.0.1",))
        for told in (0, 0, 1, 1):
            book.later()
            team = process.in_force().team.channel
            assert len([text for text in world.said(team) if "can't be reached" in text]) == told


def test_one_repository_in_trouble_keeps_no_other_from_being_read(
    world: World, tmp_path: Path
) -> None:
    book = Book(world, tmp_path, PAGES)
    url = f"file://{book.repository.folder}"
    more = (
        "    - {name: a-gone, url: file:///nowhere}\n    - {name: z-gone, url: file:///nowhere}\n"
    )
    file = tmp_path / "three.yaml"
    file.write_text(named(url, more=more), encoding="utf-8")
    process.adopt(file=file, at=world.at)
    book.write({"new.md": "# New\n"})
    assert "new.md" in book.paths()
    assert HandbookRepository.objects.exclude(trouble="").count() == 2


def test_history_written_anew_is_followed(book: Book) -> None:
    book.repository.write({"README.md": "# Instead\n"})
    book.repository.git("checkout", "--quiet", "--orphan", "other")
    book.repository.git("branch", "--quiet", "--delete", "--force", "main")
    book.repository.git("branch", "--quiet", "--move", "main")
    book.write({"README.md": "# Anew\n"})
    assert book.page("README.md").title == "Anew"


def test_what_is_too_much_or_odd_is_left_out_and_said(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "MOST_PAGES", 4)
    (book.repository.folder / "link.md").symlink_to("README.md")
    book.write(
        {
            "big.md": "x" * 10 * 2**20,
            "binary.md": b"\x00\xff\xfe# Not text",
            "latin.md": "# Caf\xe9".encode("latin-1"),
            "README.md": "![a](fake.png) ![b](img/plan.png)",
            "fake.png": b"<svg onload=alert(1)>",
            "z.md": "# Beyond",
        }
    )
    left_out = dict(book.row.left_out)
    assert "512 KiB is the most" in left_out["big.md"]
    assert "symbolic link" in left_out["link.md"]
    assert "no picture" in left_out["fake.png"]
    assert "beyond the first 4" in left_out[""]
    assert book.page("latin.md").notes == ["what is no UTF-8; it is shown as �"]
    assert book.page("binary.md").title
    assert len(book.paths()) == 3


def test_two_workers_never_read_one_repository_at_once(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def tip(self: object, origin: object) -> str:
        asked.append("tip")
        book.look()  # Another worker's round, meanwhile.
        return book.row.commit

    monkeypatch.setattr("dutydesk.adapters.git.remote.GitSource.tip", tip)
    book.later()
    assert asked == ["tip"]
