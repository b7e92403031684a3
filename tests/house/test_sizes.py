"""The house stays small enough to be read."""

import ast
from pathlib import Path

import dutydesk

HOUSE = Path(dutydesk.__file__).parent


def sources() -> list[Path]:
    return [file for file in HOUSE.rglob("*.py") if "migrations" not in file.parts]


def test_no_file_is_longer_than_350_lines() -> None:
    long = {str(f): n for f in sources() if (n := len(f.read_text().splitlines())) > 350}
    assert not long


def test_no_function_is_longer_than_45_lines() -> None:
    long = []
    for file in sources():
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > 45:
                    long.append(f"{file}:{node.lineno} {node.name} has {length} lines")
    assert not long


def test_the_stylesheet_and_script_stay_small() -> None:
    sizes = {f.name: f.stat().st_size for f in HOUSE.rglob("static/**/*") if f.is_file()}
    assert all(size < 25_000 for size in sizes.values()), sizes
