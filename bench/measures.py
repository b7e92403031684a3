"""Measures the pages of the measures with ten years of a large team's work: 100,000 incidents and
1,000,000 questions. Run alone: `.venv/bin/python bench/measures.py [FOLDER]`.

Fills a folder with `dutydesk demo --years 10`, unless the one that is named is filled already.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))
YEARS, TIMES, MOST_PAGES = 10, 20, 60
TARGET = 0.3


def crawl(see: "dict[str, str]", begin: str, ask) -> Iterator[str]:  # type: ignore[no-untyped-def]
    """Give each page under /measures/ that the pages before link to, its first choice of each kind."""
    waiting, known = [begin], {begin}
    while waiting and len(see) < MOST_PAGES:
        path = waiting.pop(0)
        see[path] = ask(path)
        yield path
        for link in re.findall(r'href="([^"#]+)', see[path]):
            link = link.replace("&amp;", "&")
            link = path.split("?")[0] + link if link.startswith("?") else link
            if link.startswith("/measures/") and link not in known:
                known.add(link)
                waiting.append(link)


def measure(folder: Path | None = None) -> list[str]:
    """Give the lines of the report."""
