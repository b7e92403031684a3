"""`dutydesk check` and `dutydesk hours`, as somebody types them."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

import pytest
import typer
import tzdata

from dutydesk import cli
from dutydesk.kernel.moments import typed_moment
from dutydesk.process.commands import ProcessCommands
from dutydesk.process.rules.check import DEFAULT_FILE
from dutydesk.site.versions import VERSION, ZONE_RULES


def dutydesk(
    *words: str, cwd: Path, stdout: IO[str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Let somebody type it where there is no desk; it loads the whole of one."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DUTYDESK", "DATA"))}
    environment["DJANGO_SETTINGS_MODULE"] = "dutydesk.site.settings"
    return subprocess.run(
        [sys.executable, "-m", "dutydesk", *words],
        stdout=stdout or subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        env=environment,
        check=False,
    )


@dataclass(frozen=True)
class Answer:
    """What a command printed, and its exit code."""

    code: object
    out: str
    err: str


class Typist:
    """Types commands in this process, in a folder where there is no desk."""

    def __init__(self, patch: pytest.MonkeyPatch, printed: pytest.CaptureFixture[str]) -> None:
        self.patch, self.printed = patch, printed

    def __call__(self, *words: str, given: bytes = b"") -> Answer:
        self.patch.setattr(sys, "argv", ["dutydesk", *words])
        self.patch.setattr(sys, "stdin", TextIOWrapper(BytesIO(given)))
        with pytest.raises(SystemExit) as end:
            cli.main()
        return Answer(end.value.code, *self.printed.readouterr())


@pytest.fixture
def typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Typist:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli, "database_url", lambda: "")
    return Typist(monkeypatch, capsys)


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


def test_the_version_says_which_rules_of_time_zones_are_in_force(tmp_path: Path) -> None:
    told = dutydesk("--version", cwd=tmp_path)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout == f"dutydesk {VERSION}; time zones by {ZONE_RULES}\n"
    assert tzdata.IANA_VERSION in told.stdout and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["hours", "--from", "yesterday", "--to", "2021-01-01"], "Write it like 2026-03-29T09:00"),
        (["hours", "--from", "2021-01-01", "--to", "2021-01-02", "--clock", "x"], "The clocks are"),
        (["hours", "--from", "2026-10-25T01:30", "--to", "2026-11-01"], "+01:00 for the first"),
        (["hours", "--from", "2026-03-29T01:30", "--to", "2026-11-01"], "the clocks go forward"),
        (
            ["hours", "--from", "1960-01-01", "--to", "2026-11-01"],
            "is not a time of the years 1970 to 2199.",
        ),
        (["who"], "There is no database here. Start `dutydesk serve`"),
        (["check", "absent.yaml"], "can't be read: No such file"),
    ],
)
def test_a_wrong_word_is_answered_in_one_line(words: list[str], says: str, typed: Typist) -> None:
    answer = typed(*words)
    assert answer.code == 2
    assert says in answer.err
    assert len(answer.err.splitlines()) == 1


def test_check_lists_the_mistakes_of_a_file(tmp_path: Path, typed: Typist) -> None:
    (tmp_path / "mine.yaml").write_text("version: 1\nteam: {name: A}\n")
    answer = typed("check", "mine.yaml", "--json")
    assert answer.code == 1
    mistakes = json.loads(answer.out)["mistakes"]
    assert (2, "team.channel") in [(m["line"], m["where"]) for m in mistakes]


def checked(hours: str, at: str, tmp_path: Path, *, as_json: bool = False) -> None:
    """Check the shipped process with other on-call hours, at a moment in London."""
    file = tmp_path / "process.yaml"
    on_call = "Mo-Fr 07:00-10:00,17:00-22:00; Sa-Su,PH 07:00-22:00"
    file.write_text(DEFAULT_FILE.read_text("utf-8").replace(on_call, hours), "utf-8")
    now = typed_moment(at, ZoneInfo("Europe/London"))
    commands = ProcessCommands(file, lambda _weeks, _json: True, lambda _names: (), lambda: now)
    commands.check(as_json=as_json)


def test_check_says_when_each_clock_opens_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checked("Mo-Su,PH 22:00-07:00", "2026-10-23 23:00", tmp_path)
    support, _, on_call, _ = capsys.readouterr().out.split("\n\n")[1:]
    assert support.splitlines()[:2] == [
        "Support hours: closed until Mon 26 Oct at 10:00 GMT",
        "  Mon 26 Oct 10:00 to 17:00 GMT, 7h00m",
    ]
    assert on_call.splitlines() == [
        "On-call hours: open until tomorrow at 07:00 BST",
        "  Sat 24 Oct 22:00 BST to Sun 25 Oct 07:00 GMT, 10h00m",
        "  Sun 25 Oct 22:00 to Mon 26 Oct 07:00 GMT, 9h00m",
        "  Mon 26 Oct 22:00 to Tue 27 Oct 07:00 GMT, 9h00m",
        "  Tue 27 Oct 22:00 to Wed 28 Oct 07:00 GMT, 9h00m",
        "  Wed 28 Oct 22:00 to Thu 29 Oct 07:00 GMT, 9h00m",
        "  Thu 29 Oct 22:00 to Fri 30 Oct 07:00 GMT, 9h00m",
        "  Fri 30 Oct 22:00 to Sat 31 Oct 07:00 GMT, 9h00m",
    ]
    checked("24/7", "2026-10-23 23:00", tmp_path)
    assert "On-call hours: open\n" in capsys.readouterr().out


def test_check_prints_openings_and_warnings_as_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checked("Mo-Fr 22:00-06:00; PH off", "2026-12-31 12:00", tmp_path, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert [line.split(": ")[:2] for line in told["warnings"]] == [
        ["line 25", "clocks.on_call.hours"]
    ]
    assert {name: len(found) for name, found in told["openings"].items()} == {
        "support": 7,
        "working": 7,
        "on_call": 7,
        "every_day": 7,
    }
    assert told["openings"]["on_call"][0] == {
        "opens": "2026-12-31T22:00:00+00:00",
        "closes": "2027-01-01T00:00:00+00:00",
    }


def test_check_refuses_hours_that_never_open(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit):
        checked("Mo-Fr,PH off", "2026-12-31 12:00", tmp_path)
    told = capsys.readouterr()
    assert "line 25: clocks.on_call.hours: “Mo-Fr,PH off” never opens" in told.err
    assert told.out == ""


def test_a_data_folder_that_can_t_be_used_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where the folder should be")
    answer = dutydesk("serve", "--port", "1", cwd=tmp_path)
    assert answer.returncode == 1
    assert len(answer.stderr.splitlines()) == 1
    assert "can't be written" in answer.stderr


@pytest.mark.clause("ask.cover")
def test_check_warns_of_support_hours_that_no_part_of_the_day_holds(
    tmp_path: Path, typed: Typist
) -> None:
    text = DEFAULT_FILE.read_text(encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(text.replace('starts: "12:30"', 'starts: "13:00"'))
    answer = typed("check", "mine.yaml")
    assert answer.code == 0
    assert "No part of the day holds the support hours 12:30 to 13:00" in answer.err
    assert "No part of the day" not in typed("check").err


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


def test_check_reads_what_is_piped_and_says_where_it_is_not_utf_8(typed: Typist) -> None:
    text = DEFAULT_FILE.read_bytes()
    assert typed("check", "-", given=text).code == 0
    latin = text.replace(b"name: Cloud", "name: Nu\xe9e".encode("latin-1"))
    answer = typed("check", "-", given=latin)
    assert answer.code == 2
    assert "is not UTF-8; line 6 is the first that isn't. Save it as UTF-8." in answer.err
