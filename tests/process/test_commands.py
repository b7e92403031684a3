"""`dutydesk check` and `dutydesk hours`, as somebody types them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from dutydesk.process.rules.check import DEFAULT_FILE


def dutydesk(
    *words: str, cwd: Path, given: bytes = b"", stdout: IO[str] | None = None
) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DUTYDESK", "DATA"))}
    environment["DJANGO_SETTINGS_MODULE"] = "dutydesk.site.settings"
    done = subprocess.run(
        [sys.executable, "-m", "dutydesk", *words],
        input=given,
        stdout=stdout or subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=cwd,
        env=environment,
        check=False,
    )
    printed = (done.stdout or b"").decode()
    return subprocess.CompletedProcess(done.args, done.returncode, printed, done.stderr.decode())


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


@pytest.mark.clause("ask.cover")
def test_check_warns_of_support_hours_that_no_part_of_the_day_holds(tmp_path: Path) -> None:
    text = DEFAULT_FILE.read_text(encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(text.replace('starts: "12:30"', 'starts: "13:00"'))
    answer = dutydesk("check", "mine.yaml", cwd=tmp_path)
    assert answer.returncode == 0
    assert "no part of the day holds the support hours 12:30 to 13:00" in answer.stderr
    assert "no part of the day" not in dutydesk("check", cwd=tmp_path).stderr


@pytest.mark.parametrize("words", [["check"], ["check", "--json"], ["check", "--schema"]])
def test_what_can_t_be_printed_is_one_line_and_no_traceback(
    words: list[str], tmp_path: Path
) -> None:
    with Path("/dev/full").open("w") as full:
        answer = dutydesk(*words, cwd=tmp_path, stdout=full)
    assert answer.returncode == 1
    assert answer.stderr.splitlines() == [
        "What was to be printed has no room where it goes. Make room there."
    ]


def test_check_reads_what_is_piped_and_says_where_it_is_not_utf_8(tmp_path: Path) -> None:
    text = DEFAULT_FILE.read_bytes()
    assert dutydesk("check", "-", cwd=tmp_path, given=text).returncode == 0
    latin = text.replace(b"name: Cloud", "name: Nu\xe9e".encode("latin-1"))
    answer = dutydesk("check", "-", cwd=tmp_path, given=latin)
    assert answer.returncode == 2
    assert "is not UTF-8; line 6 is the first that isn't. Save it as UTF-8." in answer.stderr
