"""The command that fills a desk of its own with made-up work."""

import os
import secrets
import subprocess
import sys
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from dutydesk.data_folder import process_file
from dutydesk.kernel.periods import instant
from dutydesk.kernel.refusals import Refused
from dutydesk.settings import settings_in_force
from dutydesk.site.serve import database_of, only_one
from dutydesk.site.start_commands import Supervised

Into = Annotated[Path, typer.Option(help="The folder of the desk that is made.")]
Years = Annotated[
    int, typer.Option(min=0, max=50, help="Instead, so many years in bulk, for measuring.")
]
Seed = Annotated[int, typer.Option(help="Another number makes another history.")]
Until = Annotated[str, typer.Option(help="When it ends by the team's clock, instead of now.")]

_CHANGES = (
    ("  name: Cloud Platform\n", "  name: Cloud Platform (made up)\n"),
    ("  shown: off\n", "  shown: sign-in\n"),
    ('    shown: "off"\n', "    shown: sign-in\n"),
)


def demo(
    into: Into = Path("demo-desk"),
    years: Years = 0,
    until: Until = "",
    seed: Seed = 1,
    supervised: Supervised = False,
) -> None:
    """Fill a new desk with made-up work, to try things out in: a team, and two months of it.

    Nothing of it leaves the desk. It is in a folder of its own; remove that, and it is gone. With
    --years 10 it is 100,000 incidents and 1,000,000 questions, as fast as the disk takes them.
    Example: dutydesk demo --into demo-desk && DUTYDESK_HOME=demo-desk dutydesk serve
    """
    if supervised:
        _fill(years, until, seed)
        return
    folder = into.absolute()
    elsewhere = bool(settings_in_force().database_url.get_secret_value())
    _read_until(until, ZoneInfo("UTC"))
    with only_one(folder), database_of(folder, elsewhere):
        environment = os.environ | {"DUTYDESK_HOME": str(folder)}
        _ship(folder)
        words = ["--years", str(years), "--until", until, "--seed", str(seed)]
        _run(["demo", "--supervised", *words], environment)
    typer.echo(f"Start it with: DUTYDESK_HOME={into} dutydesk serve")


def _ship(folder: Path) -> None:
    """Leave a process whose name says that it is made up, unless one lies there."""
    if "DUTYDESK_PROCESS" in os.environ or (folder / "process.yaml").exists():
        return
    shipped: Path = import_module("dutydesk.process.rules.check").DEFAULT_FILE
    text = shipped.read_text(encoding="utf-8")
    for before, after in _CHANGES:
        text = text.replace(before, after)
    (folder / "process.yaml").write_text(text, encoding="utf-8")


def _run(words: list[str], environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "dutydesk", *words]
    done = subprocess.run(command, env=environment, check=False)
    if done.returncode:
        raise typer.Exit(done.returncode)


def _read_until(until: str, zone: ZoneInfo) -> datetime | None:
    try:
        return instant(datetime.fromisoformat(until), zone) if until else None
    except ValueError as error:
        raise Refused(
            f"“{until[:40]}” is no local time.", "Write it like “2026-11-24 15:00”."
        ) from error


def _fill(years: int, until: str, seed: int) -> None:
    preparation = import_module("dutydesk.site.demo.preparation")
    preparation.make_ready()
    end = _read_until(until, preparation.zone()) or preparation.now()
    progress = _Progress()
    kind = "decade" if years else "fill"
    span = {"years": years} if years else {}
    filling = import_module(f"dutydesk.site.demo.{kind}")
    filling.fill(until=end, seed=seed, tell=progress.tell, **span)
    progress.end()
    import_module("dutydesk.measures.flows.tallies").tally_all(at=end)
    _open_door()


def _open_door() -> None:
    """Give the first of the made-up people a password, and say it."""
    models = import_module("dutydesk.people.models")
    account = models.Account.objects.filter(is_administrator=True).first()
    word = secrets.token_urlsafe(9)
    account.set_password(word)
    account.save(update_fields=["password"])
    typer.echo(f"The made-up work is in {process_file().parent}.")
    typer.echo(f"Sign in as {account.email} with the password {word}")


class _Progress:
    """Says on the terminal how far it is; a line each tenth where nobody looks on."""

    def __init__(self) -> None:
        self._said = -1

    def tell(self, part: float) -> None:
        step = int(part * 100)
        live = sys.stderr.isatty()
        if step == self._said or (not live and step // 10 == self._said // 10):
            return
        self._said = step
        sys.stderr.write(f"\r{step:3d} %" if live else f"{step:3d} %\n")
        sys.stderr.flush()

    def end(self) -> None:
        if sys.stderr.isatty():
            sys.stderr.write("\n")
