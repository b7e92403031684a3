"""`dutydesk settings`, and how every command refuses settings that are wrong."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from dutydesk.settings import read
from dutydesk.settings.commands import lines
from dutydesk.settings.variables import VARIABLES


def dutydesk(
    home: Path, words: Sequence[str], **variables: str
) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DUTYDESK", "DATA", "DJANGO"))}
    return subprocess.run(
        [sys.executable, "-m", "dutydesk", *words],
        env=kept | {"DUTYDESK_HOME": str(home)} | variables,
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_prints_what_is_in_force_in_groups(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("sesame")
    done = dutydesk(
        tmp_path,
        ["settings"],
        DUTYDESK_METRICS_TOKEN_FILE=str(tmp_path / "token"),
        DUTYDESK_CONTACT_METHOD_HOSTS="10.1.2.0/24",
    )
    assert (done.returncode, done.stderr) == (0, "")
    printed = [line.split(maxsplit=2) for line in done.stdout.splitlines()]
    assert ["DUTYDESK_METRICS_TOKEN", "set", f"file {tmp_path / 'token'}"] in printed
    assert ["DUTYDESK_CONTACT_METHOD_HOSTS", "10.1.2.0/24", "environment"] in printed
    assert ["DUTYDESK_REHEARSAL", "off", "default"] in printed
    assert ["DUTYDESK_MAIL_URL", "not", "set"] in printed
    groups = [line for line in done.stdout.splitlines() if line and not line.startswith(" ")]
    assert groups == list(dict.fromkeys(one.group for one in VARIABLES if not one.for_tests))
    assert "\x1b" not in done.stdout
    assert not any(line.endswith(" ") for line in done.stdout.splitlines())


def test_what_only_tests_use_is_shown_if_it_is_set() -> None:
    assert "Tests alone" not in "".join(lines(read({})))
    shown = "\n".join(lines(read({"DUTYDESK_TEST_DATABASE": "another"})))
    assert shown.count("DUTYDESK_TEST_DATABASE") == 1


def test_it_prints_json(tmp_path: Path) -> None:
    done = dutydesk(tmp_path, ["settings", "--json"], DUTYDESK_SLACK_BOT_TOKEN="xoxb-hidden")
    assert (done.returncode, done.stderr) == (2, "")
    found = json.loads(done.stdout)
    rows = {one["name"]: one for one in found["settings"]}
    assert set(rows) == {one.name for one in VARIABLES}
    token = rows["DUTYDESK_SLACK_BOT_TOKEN"]
    assert token | {"meaning": ""} == {
        "name": "DUTYDESK_SLACK_BOT_TOKEN",
        "group": "Slack",
        "meaning": "",
        "value": None,
        "set": True,
        "source": "environment",
        "secret": True,
        "wrong": True,
    }
    assert rows["DUTYDESK_HOME"]["value"] == str(tmp_path)
    assert [one["name"] for one in found["mistakes"]] == ["DUTYDESK_SLACK_BOT_TOKEN"]


def test_it_says_what_is_wrong_and_what_may_be_meant(tmp_path: Path) -> None:
    wrong = {"DUTYDESK_REHEARSAL": "maybe", "DUTYDESK_HOSTSS": "x", "DUTYDESK_GITHUB_APP": "1"}
    done = dutydesk(tmp_path, ["settings"], **wrong)
    assert done.returncode == 2
    assert "  DUTYDESK_REHEARSAL                 wrong" in done.stdout
    said = done.stderr.splitlines()
    assert said == [
        "warning: DUTYDESK_HOSTSS is no setting of the desk, and is left aside. "
        "Did you mean DUTYDESK_HOSTS?",
        "DUTYDESK_REHEARSAL: “maybe” is neither on nor off. "
        "Write 1, true, yes or on; or 0, false, no or off.",
        "DUTYDESK_GITHUB_APP: it does nothing without DUTYDESK_GITHUB_PRIVATE_KEY. "
        "Set that too, or take this away.",
    ]


@pytest.mark.parametrize(
    "words", [["serve"], ["web"], ["worker"], ["prepare"], ["who"], ["invite", "ada@example.org"]]
)
def test_wrong_settings_are_refused_before_anything_is_done(
    words: list[str], tmp_path: Path
) -> None:
    done = dutydesk(
        tmp_path,
        words,
        DUTYDESK_PAGERDUTY_SCHEDULES="primary:PI7DH85",
        DUTYDESK_SLACK_APP_TOKEN_FILE="/nowhere/hidden",
        DUTYDESK_REHEARSL="1",
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        "Nothing was done, for settings are wrong:",
        "  DUTYDESK_PAGERDUTY_SCHEDULES: “primary:PI7DH85” is not like “primary=PI7DH85”. "
        "Write NAME=VALUE; several with commas between.",
        "  DUTYDESK_SLACK_APP_TOKEN: DUTYDESK_SLACK_APP_TOKEN_FILE names a file that can't be "
        "read: No such file or directory. Mend that, or set DUTYDESK_SLACK_APP_TOKEN itself.",
        "  warning: DUTYDESK_REHEARSL is no setting of the desk, and is left aside. "
        "Did you mean DUTYDESK_REHEARSAL?",
        "Correct them; `dutydesk settings` shows what is in force.",
    ]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [["web"], ["worker"]])
def test_whoever_starts_a_part_is_warned_of_a_name_that_is_no_setting_s(
    words: list[str], tmp_path: Path
) -> None:
    done = dutydesk(tmp_path, words, DUTYDESK_REHEARSL="1")
    assert done.returncode == 1
    warning, refusal = done.stderr.splitlines()
    assert warning.endswith(
        "WARNING dutydesk.settings: DUTYDESK_REHEARSL is no setting of the desk, and is left "
        "aside. Did you mean DUTYDESK_REHEARSAL?"
    )
    assert refusal.startswith("There is no database. Set DATABASE_URL, or run")


def test_a_process_file_is_checked_whatever_the_settings_are(tmp_path: Path) -> None:
    done = dutydesk(tmp_path, ["check"], DUTYDESK_URL="desk.example.org")
    assert done.returncode == 2
    assert ": this process is sound." in done.stdout
    assert done.stderr.startswith("settings: DUTYDESK_URL: “desk.example.org” is no address")
    (tmp_path / "process.yaml").write_text("team: {}\n")
    done = dutydesk(tmp_path, ["check", "--json"], DUTYDESK_URL="desk.example.org")
    assert done.returncode == 1
    assert json.loads(done.stdout)["mistakes"]


def test_help_is_given_whatever_the_settings_are(tmp_path: Path) -> None:
    for words in (["--help"], ["worker", "--help"], ["settings", "--help"]):
        done = dutydesk(tmp_path, words, DUTYDESK_URL="desk.example.org")
        assert (done.returncode, done.stderr) == (0, "")
    assert "--at-start" not in done.stdout


@pytest.mark.parametrize("word", ["false", ""])
def test_a_rehearsal_that_is_switched_off_moves_no_clock(word: str, tmp_path: Path) -> None:
    done = dutydesk(tmp_path, ["rehearse", "--forward", "1 minute"], DUTYDESK_REHEARSAL=word)
    assert done.returncode == 2
    assert done.stderr.startswith("This desk keeps real time.")
    assert list(tmp_path.iterdir()) == []
