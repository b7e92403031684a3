"""What two people wrote at once is joined, and nobody's words are lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.kernel.merge import merge

LINES = st.lists(st.sampled_from(["a", "b", "c", "d", ""]), max_size=8)
TEXTS = LINES.map("\n".join)
TABLE = (
    ("both added elsewhere", "a\nb\nc", "x\na\nb\nc", "a\nb\nc\ny", "x\na\nb\nc\ny"),
    ("one changed, one added", "a\nb\nc", "a2\nb\nc", "a\nb\nc\nd", "a2\nb\nc\nd"),
    ("one took a line out", "a\nb\nc", "a\nc", "a\nb\nc\nd", "a\nc\nd"),
    ("both wrote the same", "a", "a\nb", "a\nb", "a\nb"),
    ("both changed a line", "a\nb\nc", "a\nx\nc", "a\ny\nc", None),
    ("both began an empty one", "", "mine", "theirs", None),
)


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "joined"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_what_is_joined_and_what_is_not(
    base: str, mine: str, theirs: str, joined: str | None
) -> None:
    assert merge(base, mine, theirs) == joined


def test_a_text_of_very_many_like_lines_is_not_joined() -> None:
    many = "\n".join(["-"] * 320)
    assert merge(many, f"mine\n{many}", f"{many}\ntheirs") is None
    few = "\n".join(["-"] * 300)
    assert merge(few, f"mine\n{few}", f"{few}\ntheirs") == f"mine\n{few}\ntheirs"


@given(TEXTS, TEXTS)
def test_where_one_changed_nothing_the_other_s_text_stands(base: str, text: str) -> None:
    assert merge(base, text, base) == text
    assert merge(base, base, text) == text
    assert merge(base, text, text) == text


@given(TEXTS, TEXTS, TEXTS)
def test_it_is_the_same_whoever_saves_first(base: str, mine: str, theirs: str) -> None:
    assert merge(base, mine, theirs) == merge(base, theirs, mine)


@given(TEXTS, TEXTS, TEXTS)
def test_no_new_line_of_either_is_lost(base: str, mine: str, theirs: str) -> None:
    joined = merge(base, mine, theirs)
    if joined is not None:
        new = (set(mine.split("\n")) | set(theirs.split("\n"))) - set(base.split("\n")) - {""}
        assert new <= set(joined.split("\n"))


@given(LINES, st.integers(0, 8), st.integers(0, 8))
def test_lines_that_are_put_in_apart_from_each_other_are_all_there(
    lines: list[str], first: int, second: int
) -> None:
    base = [f"{place} {line}" for place, line in enumerate(lines)]
    here, there = min(first, len(base)), min(second, len(base))
    mine = [*base[:here], "mine", *base[here:]]
    theirs = [*base[:there], "theirs", *base[there:]]
    joined = merge("\n".join(base), "\n".join(mine), "\n".join(theirs))
    if here == there:
        assert joined is None
    else:
        assert joined is not None
        assert [one for one in joined.split("\n") if one not in ("mine", "theirs")] == base
        assert {"mine", "theirs"} <= set(joined.split("\n"))
