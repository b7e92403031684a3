"""The monthly report in plain sentences, all of them computed from its figures."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from dutydesk.measures.rules.figures import Figure
from dutydesk.measures.rules.values import Value, write

_NUMBER = re.compile(r"\d[\d.,:]*")
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def sentences(figures: Iterable[Figure], before: str, clock: str) -> list[str]:
    """Give a sentence for each of the first figures; `before` names the month before."""
    return [_sentence(one, before, clock) for one in figures]


def markdown(
    title: str,
    said: Sequence[str],
    subjects: Mapping[str, Sequence[Figure]],
    before: str,
    left_out: Sequence[str],
) -> str:
    """Give the report as Markdown: its sentences, and every figure beside the month before."""
    lines = [f"# {title}", "", *(f"- {sentence}" for sentence in said)]
    for name, figures in subjects.items():
        lines += ["", f"## {name}", "", f"| Figure | Value | {before} | Target | Of |"]
        lines.append("|---|---|---|---|---|")
        lines += [_row(one) for one in figures]
    if left_out:
        lines += ["", "## Not counted", "", *(f"- {one}" for one in left_out)]
    return "\n".join(lines) + "\n"


def figures_differ(one: str, other: str) -> bool:
    """Say whether two reports of a month tell a figure otherwise, whatever words are around it.

    Those are compared that both have: an upgrade may bring a figure, or put it in other words.
    """
    told, now = _told(one), _told(other)
    return any(told[name] != now[name] for name in told.keys() & now.keys())


def _told(text: str) -> dict[tuple[str, str], list[str]]:
    """Give the numbers of each figure's row, by its subject and title."""
    found: dict[tuple[str, str], list[str]] = {}
    subject = ""
    for line in text.splitlines():
        if line.startswith("## "):
            subject = line
        elif line.startswith("| "):
            title, *cells = line.strip("| ").split(" | ")
            found[subject, title] = _NUMBER.findall(" ".join(cells))
    return found


def _row(one: Figure) -> str:
    cells = (
        one.title,
        one.written,
        write(one.before, one.unit),
        one.wanted or "none",
        one.counted_of,
    )
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _sentence(one: Figure, before: str, clock: str) -> str:
    by_name = {"incidents": _incidents, "recovery": _recovery, "happiness": _happiness}
    says = by_name.get(one.name, _plainly)(one, before, clock)
    return f"{says[0].upper()}{says[1:]}{_target(one)}."


def _incidents(one: Figure, before: str, clock: str) -> str:
    count, earlier = _number(one.value), _number(one.before)
    difference = count - earlier
    compared = f"as many as in {before}"
    if difference:
        more = "more" if difference > 0 else "fewer"
        compared = f"{counted(abs(difference))} {more} than in {before}"
    return f"{counted(count)} incident{'' if count == 1 else 's'}, {compared}; {one.of}"


def _recovery(one: Figure, before: str, clock: str) -> str:
    if one.value is None:
        return "no time to recovery could be measured"
    of = one.of.removeprefix("median ")
    return f"half were over within {one.written} ({clock}), {_compared(one, before)}; {of}"


def _happiness(one: Figure, before: str, clock: str) -> str:
    if one.value is None:
        return "nobody said how happy they were"
    return f"happiness was {one.written} {one.of}; {_compared(one, before)}"


def _plainly(one: Figure, before: str, clock: str) -> str:
    if one.value is None:
        return f"{one.title.lower()} is not known"
    of = f" {one.of}" if one.of else ""
    return f"{one.title.lower()} was {one.written}{of}; {_compared(one, before)}"


def _compared(one: Figure, before: str) -> str:
    if one.before is None:
        return f"nothing is known of {before}"
    earlier = write(one.before, one.unit)
    return f"as in {before}" if earlier == one.written else f"after {earlier} in {before}"


def _target(one: Figure) -> str:
    if one.target is None:
        return ""
    met = one.target.met(one.value)
    if met is None:
        return f". The target is {one.wanted}"
    return f". The target, {one.wanted}, was {'met' if met else 'missed'}"


def _number(value: Value) -> int:
    return int(value) if value is not None and not isinstance(value, timedelta) else 0


def counted(count: int) -> str:
    """Write a small number as a word."""
    return _SMALL[count] if count < len(_SMALL) else str(count)
