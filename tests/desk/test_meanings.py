"""What people write is known for what it is, where they write it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.desk.rules.consequences import Consequence, Scene, consequence
from dutydesk.desk.rules.meanings import Meaning, said

LISTS = Path(__file__).parent / "sentences"
NAMES = ["Ada Lovelace", "Ben", "Cy", "Uma", "Una"]
RIGHT = 0.95


def sentences(name: str) -> Iterator[tuple[Scene, Consequence, str]]:
    """Give each sentence of a list with where it is written, and what has to follow."""
    scene, wanted = Scene.TOP, Consequence.NOTHING
    for line in (LISTS / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            where, _, what = line[2:].partition(": ")
            scene, wanted = Scene(where), Consequence(what)
        elif line and not line.startswith("#"):
            yield scene, wanted, line.replace(" / ", "\n")


def test_the_lists_are_long_and_share_nothing() -> None:
    tuned, held_out = [
        {(scene, text.casefold()) for scene, _, text in sentences(name)}
        for name in ("tuned.txt", "held_out.txt")
    ]
    assert len({text for _, text in tuned | held_out}) >= 300
    assert len(held_out) * 3 >= len(tuned)
    assert {scene for scene, _ in tuned} == {scene for scene, _ in held_out} == set(Scene)
    assert len(tuned & held_out) <= 10


@pytest.mark.parametrize("name", ["tuned.txt", "held_out.txt"])
def test_nearly_all_of_what_people_write_is_known_for_what_it_is(name: str) -> None:
    rows = list(sentences(name))
    wrong = [
        (scene.value, text, wanted.value, found.value)
        for scene, wanted, text in rows
        if (found := consequence(scene, said(text, NAMES))) != wanted
    ]
    assert len(wrong) <= (1 - RIGHT) * len(rows), wrong


@pytest.mark.parametrize("name", ["tuned.txt", "held_out.txt"])
def test_no_word_of_thanks_opens_anything_again(name: str) -> None:
    kept = [
        text
        for scene, wanted, text in sentences(name)
        if scene == Scene.ASKER_SOLVED and wanted != Consequence.REOPEN
    ]
    opened = [
        text
        for text in kept
        if consequence(Scene.ASKER_SOLVED, said(text, NAMES)) == Consequence.REOPEN
    ]
    assert kept
    assert not opened


@pytest.mark.parametrize("name", ["tuned.txt", "held_out.txt"])
def test_no_question_that_goes_on_is_ended(name: str) -> None:
    ends = {Consequence.SOLVE, Consequence.WORD}
    ended = [
        (scene.value, text)
        for scene, wanted, text in sentences(name)
        if wanted not in ends and consequence(scene, said(text, NAMES)) in ends
    ]
    assert not ended


@given(st.text(max_size=200), st.sampled_from(Scene))
def test_whatever_somebody_writes_something_follows(text: str, scene: Scene) -> None:
    assert isinstance(consequence(scene, said(text, NAMES)), Consequence)


@given(st.sampled_from([row for row in sentences("tuned.txt") if row[0] != Scene.TEAM_TOP]))
def test_letters_and_space_around_change_nothing(row: tuple[Scene, Consequence, str]) -> None:
    scene, wanted, text = row
    assert consequence(scene, said(f"  {text}  ", NAMES)) == wanted
    assert (
        consequence(scene, said(text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}"), NAMES))
        == wanted
    )


def test_what_is_quoted_or_pasted_is_nobodys_word() -> None:
    assert said("> it fails again\nthanks!") == {Meaning.THANKS}
    assert Meaning.FAILS not in said("```\nerror: failed\n```")
    assert said(":tada:") == {Meaning.EMOJI}
    assert said("Thanks Ben", ["Ben"]) == {Meaning.THANKS}
    assert said("Tom, is it there?") == {Meaning.ASKS, Meaning.CALLS, Meaning.SAYS}
    assert said("Also, is it there?") >= {Meaning.ASKS, Meaning.ADDS}
    assert Meaning.CALLS not in said("Also, is it there?")


@pytest.mark.parametrize("odd", ["thanks ", "the same ", "fixed ", "- ", "`", "<@", ":a", "ok "])
def test_a_post_made_to_be_slow_is_read_no_further_than_its_beginning(odd: str) -> None:
    assert said(odd * 50_000) == said((odd * 50_000)[:2000])
