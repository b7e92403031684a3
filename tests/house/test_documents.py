"""What the documents name is there: settings, and files that they link to."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
SETTING = re.compile(r"\bDUTYDESK_[A-Z_]*[A-Z]\b")
# Made of parts: `_FILE` for any secret, and what is asked for by a vendor's name.
PARTS = re.compile(r"f\"(DUTYDESK_[A-Z]+_)\{")


def code() -> str:
    return "\n".join(file.read_text() for file in (ROOT / "src").rglob("*.py"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_settings_that_are_named_exist(document: Path) -> None:
    known = set(SETTING.findall(code()))
    begins = tuple(PARTS.findall(code()))
    named = {name.removesuffix("_FILE") for name in SETTING.findall(document.read_text())}
    unknown = {n for n in named if n not in known and f"{n}_FILE" not in known}
    assert not {name for name in unknown if not name.startswith(begins)}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_files_that_are_linked_exist(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text()):
        assert (document.parent / target).exists(), target
