"""A handbook whose pages stand in a real Git repository, read in process."""

from datetime import timedelta
from pathlib import Path

from doubles.git_server import Files, GitRepository
from dutydesk.adapters.git.remote import GitSource
from dutydesk.handbook.flows import pulls
from dutydesk.handbook.models import HandbookPage, HandbookRepository
from dutydesk.process.flows import process
from dutydesk.process.rules.check import DEFAULT_FILE
from testing.world import World

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
NONE = "  repositories: []\n  read_by: team\n"
WEB = "https://git.example.org/team/docs"


def named(
    url: str, text: str = "", read_by: str = "team", more: str = "", shipped: str = ""
) -> str:
    """Give the shipped process with one repository, `docs`; `text` are further keys of it."""
    shipped = shipped or DEFAULT_FILE.read_text(encoding="utf-8")
    assert NONE in shipped
    one = f"    - {{name: docs, url: {url}, branch: main, web: {WEB}{text}}}\n"
    return shipped.replace(NONE, f"  repositories:\n{one}{more}  read_by: {read_by}\n")


class Book:
    """A repository that the process names, and a worker's round that reads it."""

    def __init__(
        self,
        world: World,
        folder: Path,
        files: Files,
        text: str = "",
        read_by: str = "team",
        shipped: str = "",
    ) -> None:
        self.shipped = shipped
        self.world = world
        self.folder = folder
        self.repository = GitRepository(folder / "docs")
        self.repository.write(files)
        self.connect()
        self.adopt(text, read_by)
        self.look()

    def connect(self) -> None:
        """Let the process read it."""
        pulls.SOURCE.connect(GitSource(self.folder / "home", secrets={}, local=True))

    def adopt(self, text: str = "", read_by: str = "team") -> None:
        file = self.folder / "handbook.yaml"
        url = f"file://{self.repository.folder}"
        file.write_text(named(url, text, read_by, shipped=self.shipped), encoding="utf-8")
        process.adopt(file=file, at=self.world.at)

    def write(self, files: Files) -> None:
        """Commit these files, and let them be read when their turn comes."""
        self.repository.write(files)
        self.later()

    def later(self) -> None:
        self.world.at += timedelta(hours=1, minutes=1)
        self.look()

    def look(self) -> None:
        pulls.look_after(at=self.world.at)
        self.world.settle()

    @property
    def row(self) -> HandbookRepository:
        return HandbookRepository.objects.get(name="docs")

    def page(self, path: str) -> HandbookPage:
        return HandbookPage.objects.get(repository__name="docs", path=path)

    def paths(self) -> list[str]:
        return list(HandbookPage.objects.values_list("path", flat=True))
