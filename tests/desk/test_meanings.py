"""What people write is known for what it is, where they write it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.desk.rules.deeds import Deed, Place, deed
from dutydesk.desk.rules.meanings import Meaning, said

LISTS = Path(__file__).parent / "sentences"
NAMES = ["Ada Lovelace", "Ben", "Cy", "Uma", "Una"]
RIGHT = 0.95


def sentences(name: str) -> Iterator[tuple[Place, Deed, str]]:
    """Give each sentence of a list with where it is written, and what has to follow."""
    place, wanted = Place.TOP, Deed.NOTHING
    for line in (LISTS / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            where, _, what = line[2:].partition(": ")
            place, wanted = Place(where), Deed(what)
        elif line and not line.startswith("#"):
            yield place, wanted, line.replace(" / ", "\n")


def test_the_lists_are_long_and_share_nothing() -> None:
    tuned, held_out = [
        {(place, text.casefold()) for place, _, text in sentences(name)}
        for name in ("tuned.txt", "held_out.txt")
    ]
    assert len({text for _, text in tuned | held_out}) >= 300
    assert len(held_out) * 3 >= len(tuned)
    assert {place for place, _ in tuned} == {place for place, _ in held_out} == set(Place)
    assert len(tuned & held_out) <= 10


@pytest.mark.parametrize("name", ["tuned.txt", "held_out.txt"])
def test_nearly_all_of_what_people_write_is_known_for_what_it_is(name: str) -> None:
    rows = list(sentences(name))
    wrong = [
        (place.value, text, wanted.value, found.value)
        for place, wanted, text in rows
        if (found := deed(place, said(text, NAMES))) != wanted
    ]
    assert len(wrong) <= (1 - RIGHT) * len(rows), wrong


@pytest.mark.parametrize("name", ["tuned.txt", "held_out.txt"])
def test_no_word_of_thanks_opens_anything_again(name: str) -> None:
    kept = [
        text
        for place, wanted, text in sentences(name)
        if place == Place.ASKER_SOLVED and wanted != Deed.REOPEN
    ]
    opened = [text for text in kept if deed(Place.ASKER_SOLVED, said(text, NAMES)) == Deed.REOPEN]
    assert kept
    assert not opened


@given(st.text(max_size=200), st.sampled_from(Place))
def test_whatever_somebody_writes_something_follows(text: str, place: Place) -> None:
    assert isinstance(deed(place, said(text, NAMES)), Deed)


@given(st.sampled_from([row for row in sentences("tuned.txt") if row[0] != Place.TEAM_TOP]))
def test_letters_and_space_around_change_nothing(row: tuple[Place, Deed, str]) -> None:
    place, wanted, text = row
    assert deed(place, said(f"  {text}  ", NAMES)) == wanted
    assert deed(place, said(text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}"), NAMES)) == wanted


def test_what_is_quoted_or_pasted_is_nobodys_word() -> None:
    assert said("> it fails again\nthanks!") == {Meaning.THANKS}
    assert Meaning.FAILS not in said("```\nerror: failed\n```")
    assert said(":tada:") == {Meaning.EMOJI}
    assert said("Thanks Ben", ["Ben"]) == {Meaning.THANKS}


@pytest.mark.parametrize("odd", ["thanks ", "the same ", "fixed ", "- ", "`", "<@", ":a", "ok "])
def test_a_post_made_to_be_slow_is_read_no_further_than_its_beginning(odd: str) -> None:
    assert said(odd * 50_000) == said((odd * 50_000)[:2000])
