"""A page's text as it is read: without what only a program that publishes it would understand."""

import re

# Nothing in these is tried twice, however long a run of blanks, or how many tags there are.
_TAG = "<%(?:[^%]++|%(?!>))*+%>"
_LINE_END = re.compile(r"[ \t]*+\r?\n")
_ERB = re.compile(rf"^[ \t]*+{_TAG}{_LINE_END.pattern}|{_TAG}", re.M)
_FIRST_HEADING = re.compile(r"\A\s*+#[ \t]++([^\r\n]*+)(?:\r?\n|\Z)")
_BETWEEN = re.compile(r"[\W_]+")
FIRST_LINES = 280


def without_erb(text: str) -> tuple[str, int]:
    """Give a text without its ERB tags, and how many of them were left out."""
    last = text.rfind("%>") + 2  # None ends behind it, and to look for that again takes long.
    if last == 1:
        return text, 0
    if end := _LINE_END.match(text, last):
        last = end.end()
    left, count = _ERB.subn("", text[:last])
    return left + text[last:], count


def without_title(text: str, title: str) -> str:
    """Give a text without its first heading, if that says the title once more."""
    first = _FIRST_HEADING.match(text)
    if first and _bare(first[1]) == _bare(title):
        return text[first.end() :]
    return text


def _bare(words: str) -> str:
    return _BETWEEN.sub("", words).lower()


def first_lines(words: str, title: str) -> str:
    """Give how a text begins, briefly and on one line, without its title."""
    text = " ".join(words.removeprefix(title).split())
    if len(text) <= FIRST_LINES:
        return text
    return text[:FIRST_LINES].rsplit(" ", 1)[0] + " …"


def pieces(text: str) -> list[tuple[str, bool]]:
    """Give a marked text as its parts in order, each with whether it is marked."""
    parts = re.split("\x02([^\x02\x03]*)\x03", text)
    return [(part, place % 2 == 1) for place, part in enumerate(parts) if part]
