"""A process whose turns are all too short to be handed over says so when it is checked."""

from datetime import UTC, datetime

import pytest

from dutydesk.process.rules.check import DEFAULT_FILE, check

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
TEXT = DEFAULT_FILE.read_text(encoding="utf-8")
SHORT = TEXT.replace("    length: 1 week\n", "    length: 6 hours\n")
LENGTH = next(n for n, line in enumerate(SHORT.splitlines(), 1) if line == "    length: 6 hours")
CHANGE = next(n for n, line in enumerate(SHORT.splitlines(), 1) if line == "  - when: turn change")
HANDOVERS = SHORT[SHORT.index("handovers:\n") : SHORT.index("# Whoever approves")]
WRONG = "hands nothing over: no turn ever does."


def warned(text: str) -> list[str]:
    checked = check(text, at=AT)
    assert checked.process is not None, checked.mistakes
    return [str(one) for one in checked.warnings]


def test_turns_that_are_all_cover_are_told_with_the_line_and_what_to_write() -> None:
    (line,) = warned(SHORT)
    assert line.startswith(f"line {CHANGE}: handovers.2.turn_from: A turn on call lasts 6 hours")
    assert WRONG in line
    assert "Write 6 hours or less as turn_from" in line


def test_the_line_is_that_of_the_key_where_it_is_written() -> None:
    written = SHORT.replace(
        "  - when: turn change\n", "  - when: turn change\n    turn_from: 7 hours\n"
    )
    assert warned(written)[0].startswith(f"line {CHANGE + 1}: ")
    assert "less than 7 hours" in warned(written)[0]


def test_a_process_that_names_no_handovers_is_told_where_its_turns_are() -> None:
    (line,) = warned(SHORT.replace(HANDOVERS, ""))
    assert line.startswith(f"line {LENGTH}: on_call.turn.length: ")


@pytest.mark.parametrize("length", ["8 hours", "1 week"])
def test_turns_that_are_handed_over_are_not_told(length: str) -> None:
    assert warned(SHORT.replace("6 hours", length)) == []


def test_without_a_handover_at_a_turn_change_nothing_is_missed() -> None:
    without = HANDOVERS[: HANDOVERS.index("  - when: turn change")]
    assert warned(SHORT.replace(HANDOVERS, without)) == []
