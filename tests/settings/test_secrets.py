"""No secret is in anything that is printed, logged or raised, however wrongly it is set."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.settings import WrongSettings, environment, read
from dutydesk.settings.commands import lines, told
from dutydesk.settings.environment import Reading, check_at_start
from dutydesk.settings.variables import VARIABLES, Variable
from testing.tries import tries

MARK = "s3cr3t"
SOUND = {
    "DATABASE_URL": "postgresql://ada:{}@db.example.org/desk",
    "DUTYDESK_WATCHDOG_URL": "https://hc-ping.example/{}",
    "DUTYDESK_MAIL_URL": "mailtos://ada:{}@mail.example.org",
    "DUTYDESK_ALERTMANAGER_AUTH": "bearer {}",
    "DUTYDESK_GITHUB_PRIVATE_KEY": "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----",
}
SECRETS = [one for one in VARIABLES if one.secret]
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0")).map(lambda end: MARK + end)


def everything_said(found: Reading) -> str:
    said = [repr(found), str(found.settings), str(WrongSettings(found)), json.dumps(told(found))]
    return "\n".join([*said, *lines(found), found.settings.model_dump_json()])


def test_what_opens_something_is_a_secret() -> None:
    opens = ("KEY", "TOKEN", "SECRET", "AUTH", "DATABASE_URL", "MAIL_URL", "WATCHDOG_URL")
    assert {one.name for one in VARIABLES if one.name.endswith(opens)} == {
        one.name for one in SECRETS
    }


@pytest.mark.parametrize("variable", SECRETS, ids=lambda one: one.name)
@tries(5)
@given(text=texts)
def test_a_secret_is_never_said_whether_it_is_sound_or_not(variable: Variable, text: str) -> None:
    for form in (SOUND.get(variable.name, "{}"), "{}", "http://{}", "basic {}", "mailto://{}"):
        for name in (variable.name, f"{variable.name}_FILE", f"{variable.name}S"):
            assert MARK not in everything_said(read({name: form.format(text)}))


@pytest.mark.parametrize("variable", SECRETS, ids=lambda one: one.name)
def test_what_a_secret_s_file_holds_is_never_said(variable: Variable, tmp_path: Path) -> None:
    file = tmp_path / "it"
    for form in (SOUND.get(variable.name, "{}"), "{}"):
        file.write_text(form.format(MARK))
        given = {f"{variable.name}_FILE": str(file)}
        assert MARK not in everything_said(read(given))
        assert MARK not in everything_said(read(given | {variable.name: f"another {MARK}"}))


def test_it_says_that_a_secret_is_set() -> None:
    said = "\n".join(lines(read({"DUTYDESK_METRICS_TOKEN": MARK})))
    assert "DUTYDESK_METRICS_TOKEN             set  " in said
    assert "not set" in next(line for line in said.splitlines() if "SECRET_KEY" in line)


@pytest.mark.parametrize("variable", SECRETS, ids=lambda one: one.name)
def test_no_secret_is_logged_when_a_desk_starts(
    variable: Variable, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    found = read({f"{variable.name}_": MARK, "DUTYDESK_TOKEN_OF_MINE": MARK})
    monkeypatch.setattr(environment, "reading", lambda: found)
    check_at_start()
    assert "DUTYDESK_TOKEN_OF_MINE is no setting" in caplog.text
    assert MARK not in caplog.text


@pytest.mark.parametrize("text", ["http://u:{}@host", "https://{}@host:0", "a@{}"])
def test_what_may_hold_a_password_in_another_setting_isn_t_said(text: str) -> None:
    for variable in VARIABLES:
        if not variable.secret and variable.name.endswith("_URL"):
            assert MARK not in everything_said(read({variable.name: text.format(MARK)}))
