"""The words that people see on `/glossary` are those that the code is named after."""

import re
from pathlib import Path

from dutydesk.site.glossary import words

WRITTEN = Path(__file__).parents[2] / "docs" / "glossary.md"


def test_every_word_on_the_screen_is_in_the_glossary() -> None:
    known = set(re.findall(r"\*\*(.+?)\*\*", WRITTEN.read_text(encoding="utf-8")))
    shown = {noun.strip() for word in words() for noun in word.nouns.split(",")}
    assert len(shown) > 20
    assert shown - known == set()


def test_every_place_that_the_glossary_names_is_there() -> None:
    house = WRITTEN.parents[1] / "src" / "dutydesk"
    rows = [row.split("|") for row in WRITTEN.read_text(encoding="utf-8").splitlines()[6:]]
    assert len(rows) > 40
    for row in rows:
        folder = ""
        for place in re.findall(r"`([a-z_/]+\.py)`", row[4]):
            folder = place.rpartition("/")[0] or folder
            assert (house / (place if "/" in place else f"{folder}/{place}")).exists(), place
