"""Where blocks of code begin and end is what CommonMark says."""

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dutydesk.kernel.fences import fence_after

# No mark of a list, a quotation or HTML, inside which other rules hold.
_LINES = st.lists(
    st.tuples(
        st.sampled_from(["", " ", "   ", "    "]),
        st.sampled_from(["", "```", "````", "~~~", "~~~~", "``", "a"]),
        st.sampled_from(["", " ", "sh", "a `b`", "a```", " ```", "~~~", " b ~~~ c"]),
    ).map("".join),
    max_size=8,
)


def fenced(lines: list[str]) -> set[int]:
    """Give the lines that are of a block of code, its fences too."""
    found, fence = set(), ""
    for place, line in enumerate(lines):
        before, fence = fence, fence_after(line, fence)
        if before or fence:
            found.add(place)
    return found


@example(lines=["``` ```", "aaa"])  # The specification's own: 138 to 147.
@example(lines=["~~~~~~", "aaa", "~~~ ~~"])
@example(lines=["~~~~    ruby startline=3 $%@#$", "def foo(x)", "~~~~~~~"])
@example(lines=["````;", "````"])
@example(lines=["``` aa ```", "foo"])
@example(lines=["~~~ aa ``` ~~~", "foo", "~~~"])
@example(lines=["```", "``` aaa", "```"])
@given(lines=_LINES)
def test_a_line_is_of_a_block_of_code_exactly_where_commonmark_says(lines: list[str]) -> None:
    lines = [*lines, "the end"]  # What is open at the end has it too.
    blocks = MarkdownIt("commonmark").parse("\n".join(lines))
    told = {place for one in blocks if one.type == "fence" and one.map for place in range(*one.map)}
    assert fenced(lines) == told
