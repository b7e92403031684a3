"""What is installed is what was locked: each file by its hash, the build's tools too."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def locked(file: str) -> dict[str, str]:
    """Give each package of a file with all that is written of it."""
    entries = re.split(r"\n(?=\S)", (ROOT / file).read_text())
    return {entry.partition("==")[0].partition("[")[0].strip(): entry for entry in entries}


def test_nothing_is_installed_without_a_hash() -> None:
    commands = [
        line for line in (ROOT / "Makefile").read_text().splitlines() if "pip install" in line
    ]
    assert commands
    for command in commands:
        alone = "--no-deps" in command and "--no-build-isolation" in command
        assert "--require-hashes" in command or alone, command


def test_what_builds_the_package_is_locked_with_its_hash() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for needed in project["build-system"]["requires"]:
        assert needed in project["dependency-groups"]["build"]
        name = re.split(r"[<>=~!]", needed)[0]
        for file in ("requirements.txt", "requirements-dev.txt"):
            assert "--hash=sha256:" in locked(file)[name]
