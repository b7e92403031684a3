"""`dutydesk check` and `dutydesk hours`, as somebody types them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def dutydesk(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DUTYDESK", "DATA"))}
    environment["DJANGO_SETTINGS_MODULE"] = "dutydesk.site.settings"
    return subprocess.run(
        [sys.executable, "-m", "dutydesk", *words],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=environment,
        check=False,
    )


@pytest.mark.clause("hours.support")
@pytest.mark.parametrize(
    ("clock", "start", "end", "seconds"),
    [
        ("support", "2021-05-10T12:15", "2021-05-11 10:00", 4 * 3600 + 45 * 60),
        ("elapsed", "2025-01-13T10:13", "2025-01-14T16:00Z", 29 * 3600 + 47 * 60),
    ],
)
def test_hours_prints_seconds_of_a_clock(
    clock: str, start: str, end: str, seconds: int, tmp_path: Path
) -> None:
    words = ["hours", "--clock", clock, "--from", start, "--to", end, "--json"]
    printed = dutydesk(*words, cwd=tmp_path)
    assert json.loads(printed.stdout) == {"clock": clock, "seconds": seconds}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["hours", "--from", "yesterday", "--to", "2021-01-01"], "Write it like 2026-03-29T09:00"),
        (["hours", "--from", "2021-01-01", "--to", "2021-01-02", "--clock", "x"], "The clocks are"),
        (["who"], "There is no database here. Start `dutydesk serve`"),
        (["check", "absent.yaml"], "can't be read: No such file"),
    ],
)
def test_a_wrong_word_is_answered_in_one_line(words: list[str], says: str, tmp_path: Path) -> None:
    answer = dutydesk(*words, cwd=tmp_path)
    assert answer.returncode == 2
    assert says in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_check_lists_the_mistakes_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("version: 1\nteam: {name: A}\n")
    answer = dutydesk("check", "mine.yaml", "--json", cwd=tmp_path)
    assert answer.returncode == 1
    mistakes = json.loads(answer.stdout)["mistakes"]
    assert (2, "team.channel") in [(m["line"], m["where"]) for m in mistakes]


def test_a_data_folder_that_can_t_be_used_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where the folder should be")
    answer = dutydesk("serve", "--port", "1", cwd=tmp_path)
    assert answer.returncode == 1
    assert len(answer.stderr.splitlines()) == 1
    assert "can't be written" in answer.stderr
