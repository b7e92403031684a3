"""Measures the pages of the measures with ten years of a large team's work: 100,000 incidents and
1,000,000 questions. Run alone: `.venv/bin/python bench/measures.py [FOLDER]`.

It makes them by `dutydesk demo --years 10`, or copies the FOLDER in which that was done.
"""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from start import processor_time

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from testing.visitors import Visitor, welcome  # noqa: E402
from testing.whole_desk import Desk  # noqa: E402

YEARS, TIMES, MOST_PAGES = 10, 20, 80
SUBJECTS = ("availability", "incidents", "recovery", "happiness", "promises", "support", "on-call",
            "requests")  # fmt: skip
WHO = "ada@demo.example.org"
QUIET = 0.25
"""Seconds of the processor in five, which a desk that nobody uses takes at most."""


class Filled(Desk):
    """A whole desk with ten years in it. `took`: how long they took to make, in seconds."""

    filled: Path | None = None
    took = 0.0

    def start(self) -> "subprocess.Popen[bytes]":
        if not (self.home / "postgresql").exists():
            begun = time.perf_counter()
            if self.filled is None:
                done = self.command("demo", "--years", str(YEARS), "--into", str(self.home))
                assert done.returncode == 0, done.stdout + done.stderr
            else:
                subprocess.run(["cp", "-a", f"{self.filled}/.", self.home], check=True)
            self.took = time.perf_counter() - begun
        return super().start()


def pages(see: Callable[[str], str], begin: str = "/measures/") -> Iterator[str]:
    """Give each page of the measures that those before link to, and one choice of each kind."""
    waiting, known = [begin], {_kind(begin)}
    for path in waiting:
        yield path
        for found in re.findall(r'href="([^"#]+)', see(path)):
            link = found.replace("&amp;", "&")
            link = path.partition("?")[0] + link if link.startswith("?") else link
            if link.startswith(begin) and _kind(link) not in known and len(known) < MOST_PAGES:
                known.add(_kind(link))
                waiting.append(link)


def _kind(link: str) -> str:
    """Give a page and the names of what is chosen on it: other values are the same kind."""
    path, _, chosen = link.partition("?")
    return re.sub(r"\d+", "n", path) + "?" + "&".join(sorted(re.findall(r"(\w+)=", chosen)))


def measure(at: Callable[[list[float], int], float], filled: Path | None = None) -> list[str]:
    """Give the lines of the report."""
    Filled.filled = filled
    desk = Filled(fresh=True)
    try:
        made = desk.command("invite", WHO)
        visitor = Visitor(desk)
        welcome(visitor, made.stdout.strip(), "Ada")
        lines = [
            f"## Measures, with {YEARS} years: 100,000 incidents, 1,000,000 questions", "",
            f"Made by `dutydesk demo --years {YEARS}` in {desk.took:.0f} s. Every page under"
            " /measures/ that those before it lead to, whole requests over the loopback,"
            f" {TIMES} each, and each subject of a month, a quarter, a year and ten. Target: p95"
            " within 300 ms. The processor's time is that of the desk and its database together,"
            " for one request; where others use the machine too, it says more than the wall clock.",
            "",
            "| screen | p50 | p95 | processor |", "|---|---|---|---|",
        ]  # fmt: skip
        _wait_for_tallies(desk)
        _wait_until_quiet(desk)
        of_times = [f"/measures/{one}?{asked}" for one in SUBJECTS for asked in _periods()]
        for path in dict.fromkeys((*of_times, *pages(visitor.see))):
            before = _processor(desk)
            taken = [_once(visitor, path) for _ in range(TIMES)]
            spent = (_processor(desk) - before) / TIMES
            p50, p95 = (f"{at(taken, percent) * 1000:.0f} ms" for percent in (50, 95))
            lines.append(f"| `{path}` | {p50} | {p95} | {spent * 1000:.0f} ms |")
        return [*lines, ""]
    finally:
        desk.close()


def _periods() -> list[str]:
    """Give what asks for the last whole month, quarter and year, and for all of it."""
    today = datetime.now(UTC).date()
    last = today.replace(day=1) - timedelta(days=1)
    parts = [f"each={each}&from={last}" for each in ("month", "quarter")]
    begins = today.replace(year=today.year - YEARS, day=1)
    return [
        *parts,
        f"each=year&from={today.year - 1}-01-01",
        f"each=range&from={begins}&to={today}",
    ]


def _wait_for_tallies(desk: Desk) -> None:
    """Wait until workers have tallied every closed day of a folder that an older version made."""
    with psycopg.connect((desk.home / "database-url").read_text().strip()) as database:
        database.autocommit = True
        while database.execute(_NOT_TALLIED).fetchone() != (0,):
            time.sleep(5)


def _wait_until_quiet(desk: Desk) -> None:
    """Wait until what follows from a start and from new rows is over: vacuum and statistics."""
    spent, last = _processor(desk), time.monotonic() + 240
    while time.monotonic() < last:
        time.sleep(5)
        before, spent = spent, _processor(desk)
        if spent - before < QUIET:
            return


_NOT_TALLIED = """
SELECT greatest(now()::date - 9 - min(asked_at)::date
    - (SELECT count(*) FROM measures_talliedday), 0) FROM desk_question
"""


def _processor(desk: Desk) -> float:
    """Give the processor's time, in seconds, that the desk and its database have spent so far."""
    first = int((desk.home / "postgresql" / "postmaster.pid").read_text().split()[0])
    return processor_time(desk.process.pid, first)


def _once(visitor: Visitor, path: str) -> float:
    begun = time.perf_counter()
    visitor.see(path)
    return time.perf_counter() - begun


def _percentile(values: list[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


if __name__ == "__main__":
    named = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    sys.stdout.write("\n".join(measure(_percentile, named)) + "\n")
