"""Blocks of code in Markdown, line by line.

Source: https://spec.commonmark.org/0.31.2/#fenced-code-blocks.
"""

import re

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")


def fence_after(line: str, fence: str) -> str:
    """Give the fence that is open after a line; `fence` was before it, empty if none.

    Behind back-ticks that open one there are no more of them: on one line they are only code.
    """
    marks = _FENCE.fullmatch(line)
    if marks is None:
        return fence
    if not fence:
        return "" if marks[1][0] == "`" and "`" in marks[2] else marks[1]
    return "" if marks[1].startswith(fence) and not marks[2].strip(" \t\r") else fence


def closed(text: str) -> str:
    """Close a fence that is open at the end of a text: it would hold what comes after it too."""
    fence = ""
    for line in text.split("\n"):
        fence = fence_after(line, fence)
    return f"{text}\n{fence}" if fence else text
