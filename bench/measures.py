"""Measures the pages of the measures with ten years of a large team's work: 100,000 incidents and
1,000,000 questions. Run alone: `.venv/bin/python bench/measures.py [FOLDER]`.

It makes them by `dutydesk demo --years 10`, or copies the FOLDER in which that was done.
"""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from testing.visitors import Visitor, welcome  # noqa: E402
from testing.whole_desk import Desk  # noqa: E402

YEARS, TIMES, MOST_PAGES = 10, 20, 80
WHO = "ada@demo.example.org"


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
            f" {TIMES} each. Target: p95 within 300 ms.", "",
            "| screen | p50 | p95 |", "|---|---|---|",
        ]  # fmt: skip
        for path in pages(visitor.see):
            taken = [_once(visitor, path) for _ in range(TIMES)]
            p50, p95 = (f"{at(taken, percent) * 1000:.0f} ms" for percent in (50, 95))
            lines.append(f"| `{path}` | {p50} | {p95} |")
        return [*lines, ""]
    finally:
        desk.close()


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
