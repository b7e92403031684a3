"""Measures a repository of 5,000 pages. Run alone: `.venv/bin/python bench/handbook.py`.

Serves a real repository over HTTP, reads it as a worker does, and prints what it finds. Makes its
own database in a folder of its own.
"""

import atexit
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from multiprocessing import Queue, get_context
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))
PAGES, FOLDERS, PICTURES, TIMES = 5_000, 100, 200, 40


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def page(chance: random.Random, number: int, words: list[str]) -> str:
    def some(count: int) -> str:
        return " ".join(chance.choices(words, k=count)).capitalize()

    parts = [f"---\ntitle: {some(4)} {number}\nalerts: [Alert{number}]\n---\n"]
    for _ in range(6):
        parts.append(f"## {some(3)}\n\n{some(60)}.\n\n- {some(8)}\n- `{some(2)}`\n")
        other = chance.randrange(PAGES)
        parts.append(f"[{some(2)}](../folder-{other % FOLDERS}/page-{other}.md#more)\n")
    parts.append(
        f"![plan](../img/{number % PICTURES}.png)\n\n|a|b|\n|-|-|\n|{some(2)}|{some(2)}|\n"
    )
    parts.append(f"```sh\nkubectl get pods -n {some(1)}\n```\n")
    return "\n".join(parts)


def serve(folder: Path, told: "Queue[str]") -> None:
    """Make the repository and give it out, in a process of its own; tell where."""
    from doubles.git_server import GitRepository, GitServer

    chance = random.Random(1)
    letters = "bcdfghklmnprstvz"
    words = [
        "".join(
            chance.choice(letters) + chance.choice("aeiou") for _ in range(chance.randint(2, 4))
        )
        for _ in range(5_000)
    ]
    files = {f"docs/folder-{n % FOLDERS}/page-{n}.md": page(chance, n, words) for n in range(PAGES)}
    pictures = {
        f"docs/img/{n}.png": b"\x89PNG\r\n\x1a\n" + chance.randbytes(20_000)
        for n in range(PICTURES)
    }
    repository = GitRepository(folder / "docs")
    repository.write({**files, **pictures})
    told.put(GitServer(folder).address)
    threading.Event().wait()


def memory() -> str:
    """Give what this process holds now, and the most that it held."""
    import resource

    import psutil

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{psutil.Process().memory_info().rss / 2**20:.0f} MiB held, {most:.0f} MiB at most"


def main() -> None:
    os.environ["DUTYDESK_HOME"] = home = tempfile.mkdtemp(prefix="dutydesk-bench-")
    atexit.register(shutil.rmtree, home)
    from testing.postgresql import start

    os.environ["DATABASE_URL"], _ = start()
    os.environ["DUTYDESK_HANDBOOK_HOSTS"] = "127.0.0.1"
    os.environ["DJANGO_SETTINGS_MODULE"] = "dutydesk.site.settings"
    context = get_context("spawn")
    told: Queue[str] = context.Queue()
    context.Process(target=serve, args=(Path(home), told), daemon=True).start()
    address = told.get()
    import django

    django.setup()
    from django.core.management import call_command

    from dutydesk.wiring import build

    call_command("migrate", verbosity=0)
    build()
    measure(address, Path(home))


def measure(address: str, home: Path) -> None:
    from doubles.git_server import GitRepository
    from dutydesk.handbook.flows import library, pulls
    from dutydesk.handbook.models import HandbookPage, HandbookRepository
    from dutydesk.process.flows import process
    from testing.handbook import named

    repository = object.__new__(GitRepository)
    repository.folder = home / "docs"
    at = datetime(2026, 11, 24, 11, tzinfo=UTC)
    (home / "process.yaml").write_text(named(f"{address}/docs/.git", ", folder: docs"))
    process.adopt(file=home / "process.yaml", at=at)

    def looked(what: str) -> None:
        nonlocal at
        at += timedelta(hours=2)
        began, worked = time.perf_counter(), time.process_time()
        pulls.look_after(at=at)
        took, worked = time.perf_counter() - began, time.process_time() - worked
        trouble = HandbookRepository.objects.get().trouble
        say(f"{what}: {took:.2f} s, {worked:.2f} s of work; {memory()}{trouble and ' ' + trouble}")

    say(f"before: {memory()}")
    looked(f"{PAGES} pages read for the first time")
    say(f"kept: {HandbookPage.objects.count()} pages")
    looked("unchanged")
    repository.write({"docs/folder-1/page-1.md": "# Changed\n"})
    looked("one page changed")
    repository.write(
        {f"docs/folder-{n % FOLDERS}/page-{n}.md": f"# Changed {n}\n" for n in range(1000)}
    )
    looked("1,000 pages changed")
    titles = list(HandbookPage.objects.values_list("title", flat=True)[2000 : 2000 + TIMES])
    for what, ask in (
        ("found by words", lambda title: library.find(title)),
        (
            "found for an alarm",
            lambda title: library.at_hand(runbook="", alerts=[title.split()[-1]], services=[]),
        ),
    ):
        taken = []
        for title in titles:
            began = time.perf_counter()
            ask(title)
            taken.append(time.perf_counter() - began)
        median, most = sorted(taken)[TIMES // 2] * 1000, max(taken) * 1000
        say(f"{what}: median {median:.1f} ms, most {most:.1f} ms")


if __name__ == "__main__":
    main()
