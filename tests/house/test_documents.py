"""What the documents name is there: settings, and files that they link to."""

import re
from pathlib import Path

import pytest

from dutydesk.settings.commands import table
from dutydesk.settings.variables import NAMES

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
SETTING = re.compile(r"\bDUTYDESK_[A-Z_]*[A-Z]\b")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_settings_that_are_named_exist(document: Path) -> None:
    assert not set(SETTING.findall(document.read_text())) - NAMES


def test_the_table_of_settings_says_what_the_settings_say() -> None:
    """`dutydesk settings --markdown` writes it."""
    written = (ROOT / "docs" / "operating.md").read_text()
    rows = [line for line in written.splitlines() if line.startswith(("| `DUTYDESK_", "| `DATA"))]
    assert rows == list(table())[2:]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_files_that_are_linked_exist(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text()):
        assert (document.parent / target).exists(), target
