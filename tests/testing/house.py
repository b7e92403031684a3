"""What of the code is larger, or named otherwise, than the house wants it."""

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from dutydesk.kernel import addresses

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
HOUSE = ROOT / "src" / "dutydesk"
LONGEST_FILE, LONGEST_FUNCTION, WIDEST_TEMPLATE = 350, 45, 120
TYPED_PATH = re.compile(r"""\b(?:href|src|action|formaction|hx-\w+)=["']/""")
# Where paths may be typed: the table of them, and what vendors call theirs.
TYPE_PATHS = (
    "src/dutydesk/adapters/",
    "src/dutydesk/kernel/addresses.py",
    "src/dutydesk/site/settings.py",
    "src/dutydesk/slack/addresses.py",
)
OURS = {path.split("/")[1] for path in addresses.PATHS.values()} - {""} | {
    *("account", "alarms", "calendar", "do", "gate", "github", "live", "maintenance", "metrics"),
    *("pagerduty", "slack", "static", "style"),
}
# Nouns, though they end as what somebody does.
NOUNS = {"staffing", "wiring"}


def sources() -> Iterator[Path]:
    """Give every file of Python that somebody writes and reads."""
    for folder in (HOUSE, TESTS):
        yield from (f for f in sorted(folder.rglob("*.py")) if "migrations" not in f.parts)


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


def named(file: Path) -> str:
    return str(file.relative_to(ROOT))


def long_files() -> set[str]:
    return {named(f) for f in sources() if len(f.read_text().splitlines()) > LONGEST_FILE}


def long_functions() -> set[str]:
    return {
        f"{named(file)}: {node.name}"
        for file in sources()
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    }


def wide_templates() -> set[str]:
    pages = [*HOUSE.rglob("*.html"), *HOUSE.rglob("templates/**/*.txt")]
    return {
        named(file)
        for file in pages
        if any(len(line) > WIDEST_TEMPLATE for line in file.read_text().splitlines())
    }


def typed_paths() -> set[str]:
    """Name the files that type the path of a screen, which the name of its route gives."""
    pages = HOUSE.rglob("templates/**/*.html")
    return {named(file) for file in pages if TYPED_PATH.search(file.read_text())} | {
        named(file)
        for file in HOUSE.rglob("*.py")
        if not named(file).startswith(TYPE_PATHS) and any(map(ours, texts(parsed(file))))
    }


def texts(code: ast.AST) -> Iterator[str]:
    """Give every text in the code, and every part of one that stands between its values."""
    for node in ast.walk(code):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def ours(text: str) -> bool:
    """Say whether the text is a path of the desk, or begins with one."""
    first = re.match(r"/([a-z-]+)(?![\w ])", text)
    return first is not None and first[1] in OURS


def gerunds() -> set[str]:
    """Name the modules that are called after what somebody does, and not after a thing."""
    modules = {f for f in sources() if not f.name.startswith("test_")}
    return {named(f) for f in modules if f.stem.endswith("ing") and f.stem not in NOUNS}


def names_in_two_rooms() -> set[str]:
    """Name the classes of one name that two rooms have, with the rooms."""
    rooms: dict[str, set[str]] = defaultdict(set)
    for file in HOUSE.rglob("*.py"):
        if "migrations" not in file.parts:
            for node in parsed(file).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    rooms[node.name].add(file.relative_to(HOUSE).parts[0])
    return {f"{name}: {', '.join(sorted(of))}" for name, of in rooms.items() if len(of) > 1}


LOOKS: dict[str, Callable[[], set[str]]] = {
    "long files": long_files,
    "long functions": long_functions,
    "wide templates": wide_templates,
    "typed paths": typed_paths,
    "gerunds": gerunds,
    "names in two rooms": names_in_two_rooms,
}
