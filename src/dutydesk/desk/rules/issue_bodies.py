"""A ticket's text as GitHub makes it of an issue form, so that what reads those reads ours.

Source: https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema
and what issues hold that were made by such forms: a heading for each element, `_No response_` for
one that was left out, every box with whether it is ticked, a fence around what has `render`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from dutydesk.desk.rules.tickets import FormField
from dutydesk.kernel.fences import closed, fence_after

NO_RESPONSE = "_No response_"
_HEADING = re.compile(r"(#{1,6})[ \t]+(.*\S)")
_TICKS = re.compile(r"`{3,}")
Filled = str | Sequence[str]


def body_of(
    pairs: Iterable[tuple[FormField, Filled]], *, asked_by: str, raised_by: str, link: str
) -> str:
    """Give a ticket's text: whence it comes, then each heading with what was filled in."""
    raised = f", raised by {raised_by}" if raised_by != asked_by else ""
    where = f" The conversation: {link}" if link else ""
    parts = (
        f"### {' '.join(part.label.split())}\n\n{_shown(part, given)}" for part, given in pairs
    )
    return "\n\n".join(chain((f"Asked by {asked_by}{raised}.{where}",), parts))


def _shown(part: FormField, given: Filled) -> str:
    chosen = [given] if isinstance(given, str) else list(given)
    if part.boxes:
        return "\n".join(f"- [{'X' if one in chosen else ' '}] {one}" for one in part.options)
    text = ", ".join(chosen).strip("\n")
    if not text.strip():
        return NO_RESPONSE
    if part.render:
        ticks = "`" * max([2, *(len(run) for run in _TICKS.findall(text))])
        return f"{ticks}`{part.render}\n{text}\n{ticks}`"
    return closed(text.strip())


def sections_of(body: str) -> list[tuple[str, str]]:
    """Give a ticket's text as pairs of a heading (empty for none) and what stands under it.

    What is fenced holds no heading. If there are headings such as a form makes, they alone count:
    a line `# so` of a log is none. What was left out is left out here too.
    """
    lines = list(_with_levels(body))
    only = 3 if any(level == 3 for level, _ in lines) else 0
    sections: list[tuple[str, list[str]]] = [("", [])]
    for level, line in lines:
        if level and only in (0, level):
            sections.append((line.lstrip("#").strip(), []))
        else:
            sections[-1][1].append(line)
    told = [(heading, "\n".join(text).strip()) for heading, text in sections]
    return [(heading, text) for heading, text in told if (heading or text) and text != NO_RESPONSE]


def _with_levels(body: str) -> Iterator[tuple[int, str]]:
    """Give each line with its level as a heading, 0 for none."""
    fence = ""
    for line in body.split("\n"):
        before, fence = fence, fence_after(line, fence)
        heading = None if before or fence else _HEADING.fullmatch(line.rstrip())
        yield len(heading[1]) if heading else 0, line
