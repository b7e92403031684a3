"""Settings are read from variables and from files; what is wrong is refused by name."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.settings import Settings, WrongSettings, environment, read, settings_in_force
from dutydesk.settings.environment import LARGEST, Reading
from dutydesk.settings.kinds import Unfit, switch
from dutydesk.settings.variables import VARIABLES, Variable, shown
from dutydesk.site.settings import _database

KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----"
SOUND = {
    "DUTYDESK_HOME": "/srv/desk",
    "DUTYDESK_PROCESS": "/srv/process.yaml",
    "DATABASE_URL": "postgresql://ada:pass@db.example.org:5433/desk",
    "DUTYDESK_URL": "https://desk.example.org",
    "DUTYDESK_HOSTS": "desk.example.org, .inner.example, [::1]",
    "DUTYDESK_STATUS_HOST": "status.example.org:8443",
    "DUTYDESK_TRUSTED_PROXIES": "127.0.0.1/32, fd00::/8",
    "DUTYDESK_REHEARSAL": "on",
    "DUTYDESK_WATCHDOG_URL": "https://hc-ping.example/a-secret-path",
    "DUTYDESK_MAIL_URL": "mailtos://ada:pass@mail.example.org:465?from=desk@example.org",
    "DUTYDESK_CONTACT_METHOD_HOSTS": "ntfy.internal, 10.1.2.0/24",
    "DUTYDESK_ALERTMANAGER_URL": "http://one:9093,http://two:9093",
    "DUTYDESK_ALERTMANAGER_AUTH": "basic ada:pass",
    "DUTYDESK_MAINTENANCE_COMMANDS": "visits=/bin/sh",
    "DUTYDESK_HANDBOOK_LOCAL": "on",
    "DUTYDESK_HANDBOOK_SECRETS": "docs-token=/run/secrets/docs-token",
    "DUTYDESK_HANDBOOK_HOSTS": "git.internal",
    "DUTYDESK_PAGERDUTY_SCHEDULES": "primary=PI7DH85, secondary=PJ1GD2X",
    "DUTYDESK_PROMETHEUS_URL": "http://prometheus:9090",
    "DUTYDESK_PAGERDUTY_EVENTS_URL": "https://events.eu.pagerduty.com",
    "DUTYDESK_PAGERDUTY_API_URL": "https://api.eu.pagerduty.com",
    "DUTYDESK_SLACK_GROUPS": "support=S1, on_call=S2",
    "DUTYDESK_SLACK_API_URL": "http://127.0.0.1:9/api",
    "DUTYDESK_GITHUB_PRIVATE_KEY": KEY,
    "DUTYDESK_GITHUB_API_URL": "https://github.example.org/api/v3",
}
EVERYTHING = {
    one.name: SOUND.get(one.name, f"given-{place}") for place, one in enumerate(VARIABLES)
}


def mistakes(**variables: str) -> dict[str, str]:
    """Give what is wrong by the name of its variable."""
    found = read(variables)
    assert len({one.name for one in found.mistakes}) == len(found.mistakes)
    return {one.name: f"{one.reason} {one.remedy}" for one in found.mistakes}


def value(found: Reading, variable: Variable) -> str:
    given = variable.value(found.settings)
    return str(given.get_secret_value()) if variable.secret else shown(given)


def test_where_nothing_is_set_all_is_sound_and_by_default() -> None:
    found = read({})
    assert (found.mistakes, found.unknown, found.origins) == ((), (), {})
    settings = found.settings
    assert settings.home == Path("var").absolute()
    assert settings.process_file == settings.home / "process.yaml"
    assert settings.hosts == ("localhost", "127.0.0.1", "[::1]")
    assert not settings.rehearsal
    assert not settings.slack.bot_token
    assert settings.pagerduty.events_url == "https://events.pagerduty.com"


@pytest.mark.parametrize("variable", VARIABLES, ids=lambda one: one.name)
def test_each_setting_is_a_variable_or_a_file(variable: Variable, tmp_path: Path) -> None:
    text = EVERYTHING[variable.name]
    found = read(EVERYTHING)
    assert not found.mistakes
    expected = "on" if text == "on" else text
    assert value(found, variable) == expected
    assert found.origins[variable.name] == "environment"
    file = tmp_path / "it"
    file.write_text(f"  {text}\n")
    others = {name: given for name, given in EVERYTHING.items() if name != variable.name}
    found = read(others | {f"{variable.name}_FILE": str(file)})
    assert not found.mistakes
    assert value(found, variable) == expected
    assert found.origins[variable.name] == f"file {file}"
    assert found.settings.files == {variable.name: file}
    assert others.keys() == {
        name for name, from_ in found.origins.items() if from_ == "environment"
    }


@pytest.mark.parametrize(
    ("name", "wrong", "says"),
    [
        ("PAGERDUTY_SCHEDULES", "primary:PI7", "“primary:PI7” is not like “primary=PI7DH85”"),
        ("PAGERDUTY_SCHEDULES", "first=PI7DH85", "is none of support=…, primary=…, secondary=…"),
        ("PAGERDUTY_SCHEDULES", "primary=P1,primary=P2", "“primary=P2” says a second time"),
        ("SLACK_GROUPS", "S0614TZR7", "“S0614TZR7” is not like “support=S0614TZR7”"),
        ("SLACK_GROUPS", "cover=S1", "is none of support=…, primary=…, secondary=…, on_call=…"),
        ("MAINTENANCE_COMMANDS", "visits", "is not like “prison-visits=/usr/local/bin/visits”"),
        ("MAINTENANCE_COMMANDS", "visits=bin/sh", "names no absolute path"),
        ("HANDBOOK_SECRETS", "docs=token", "names no absolute path"),
        ("MAINTENANCE_COMMANDS", "visits=/nowhere/sh", "names no file that is there"),
        ("ALERTMANAGER_URL", "alertmanager:9093", "begins with https:// or http://"),
        ("ALERTMANAGER_URL", "http://one:9093, two:9093", "“two:9093” is no address that begins"),
        ("ALERTMANAGER_URL", "http://one:70000", "has a port that there can't be. Use a"),
        ("ALERTMANAGER_URL", "http://one:0", "has a port that there can't be"),
        ("ALERTMANAGER_URL", "http://one:web", "has a port that there can't be"),
        ("ALERTMANAGER_URL", "http://", "names no host"),
        ("ALERTMANAGER_URL", "http://[::1", "names a host that there can't be"),
        ("ALERTMANAGER_URL", "http://u:hidden@one", "what it says has a user or a password in it"),
        ("ALERTMANAGER_URL", "http://one two", "has spaces in it"),
        ("STATUS_HOST", "https://status.example.org", "Leave out scheme and path; write it like"),
        ("STATUS_HOST", "status:web", "is no host's name"),
        ("STATUS_HOST", "desk.example.org", "“desk.example.org” is the desk's own name"),
        ("SLACK_API_URL", "slack.com", "Write it like https://"),
        ("PAGERDUTY_API_URL", "https://api?key=1", "Leave out what begins with ? or #"),
        ("ALERTMANAGER_AUTH", "hidden", "Write “basic user:password” or “bearer token”"),
        ("ALERTMANAGER_AUTH", "basic hidden", "is no sign-in"),
        ("ALERTMANAGER_AUTH", "bearer", "is no sign-in"),
        ("URL", "desk.example.org", "begins with https:// or http://"),
        ("URL", "https://example.org/desk", "Leave out the path"),
        ("URL", "https://example.org:99999", "from 1 to 65535"),
        ("HOSTS", "https://desk.example.org", "“https://desk.example.org” is no host's name"),
        ("HOSTS", "desk.example.org:8000", "Leave out scheme, port and path"),
        ("TRUSTED_PROXIES", "10.0.0.1, ten.example", "“ten.example” is no address and no network"),
        ("TRUSTED_PROXIES", "10.0.0.300", "is no address and no network"),
        ("CONTACT_METHOD_HOSTS", "10.1.2.0/33", "is no host, address or network"),
        ("CONTACT_METHOD_HOSTS", "10.1.2.300", "is no host, address or network"),
        ("CONTACT_METHOD_HOSTS", "http://ntfy.internal", "is no host, address or network"),
        ("REHEARSAL", "maybe", "“maybe” is neither on nor off. Write 1, true, yes or on"),
        ("WATCHDOG_URL", "hc-ping.example/hidden", "what it says is no address that begins"),
        ("WATCHDOG_URL", "https://hc-ping.example:0/hidden", "has a port that there can't be"),
        ("MAIL_URL", "smtp://mail.example.org", "begins with mailto:// or mailtos://"),
        ("MAIL_URL", "mailto://mail.example.org", "doesn't say whom mails are from"),
        ("MAIL_URL", "mailto://?from=desk@example.org", "names no host"),
        ("MAIL_URL", "mailto://ada:hid/den@mail.example.org", "in a password write %2F for /"),
        ("MAIL_URL", "mailto://ada:p@mail.example.org:70000", "from 1 to 65535"),
        ("GITHUB_PRIVATE_KEY", "/run/secrets/key", "is no private key in PEM"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_the_reason_and_the_remedy(
    name: str, wrong: str, says: str
) -> None:
    complete = {**EVERYTHING, f"DUTYDESK_{name}": wrong}
    (said,) = mistakes(**complete).items()
    assert said[0] == f"DUTYDESK_{name}"
    assert says in said[1]
    assert "hidden" not in said[1]


def test_a_command_must_be_one_that_may_be_run(tmp_path: Path) -> None:
    file = tmp_path / "visits"
    file.write_text("#!/bin/sh\n")
    given = {"DUTYDESK_MAINTENANCE_COMMANDS": f"visits={file}"}
    file.chmod(0o644)
    (said,) = mistakes(**given).values()
    assert said.endswith(f"names a file that can't be run. Do `chmod +x {file}`.")
    file.chmod(0o755)
    assert read(given).settings.maintenance.commands == {"visits": file}


@pytest.mark.parametrize("wrong", ["mysql://db/desk", "db.example.org", "postgresql://db:0/desk"])
def test_a_database_is_a_postgresql_with_a_port_that_there_can_be(wrong: str) -> None:
    assert list(mistakes(DATABASE_URL=wrong)) == ["DATABASE_URL"]
    assert wrong not in mistakes(DATABASE_URL=wrong)["DATABASE_URL"]


def test_a_database_of_this_machine_needs_no_host() -> None:
    for address in ("postgresql://postgres@/desk?host=/run/a+b", "postgres:///desk"):
        assert not mistakes(DATABASE_URL=address)


def test_what_an_address_sets_stands_beside_what_the_desk_sets_and_after_it() -> None:
    found = _database("postgresql://x@db/desk?options=-c%20search_path%3Ddesk%20-c%20jit%3Don")
    options = found["OPTIONS"]["options"]
    assert "idle_in_transaction_session_timeout=8000" in options
    assert options.endswith("-c search_path=desk -c jit=on")


def test_all_mistakes_are_said_at_once_and_the_rest_holds() -> None:
    given = {
        "DUTYDESK_REHEARSAL": "perhaps",
        "DUTYDESK_MAIL_URL": "mail.example.org",
        "DUTYDESK_SLACK_BOT_TOKEN_FILE": "/nowhere",
        "DUTYDESK_GITHUB_APP": "4711",
        "DUTYDESK_PAGERDUTY_SCHEDULES": "primary:PI7DH85",
        "DUTYDESK_URL": "https://desk.example.org/",
    }
    found = read(given)
    wrong = [one.name.removeprefix("DUTYDESK_") for one in found.mistakes]
    assert wrong == [
        "REHEARSAL",
        "MAIL_URL",
        "PAGERDUTY_SCHEDULES",
        "SLACK_BOT_TOKEN",
        "GITHUB_APP",
    ]
    assert found.settings.url == "https://desk.example.org"
    assert not found.settings.rehearsal
    assert found.settings.pagerduty.schedules == {}


def test_nothing_goes_on_with_wrong_settings_unless_it_only_looks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = read({"DUTYDESK_REHEARSAL": "perhaps", "DUTYDESK_REHEARSL": "1"})
    monkeypatch.setattr(environment, "reading", lambda: found)
    with pytest.raises(WrongSettings) as refused:
        settings_in_force()
    assert "DUTYDESK_REHEARSAL: “perhaps” is neither" in str(refused.value)
    assert "Did you mean DUTYDESK_REHEARSAL?" in str(refused.value)
    found.bears_mistakes = True
    assert isinstance(settings_in_force(), Settings)


@pytest.mark.parametrize(
    ("given", "needs"),
    [
        ({"GITHUB_APP": "4711"}, "DUTYDESK_GITHUB_PRIVATE_KEY"),
        ({"GITHUB_PRIVATE_KEY": KEY}, "DUTYDESK_GITHUB_APP"),
        ({"PAGERDUTY_SCHEDULES": "primary=P1"}, "DUTYDESK_PAGERDUTY_API_KEY"),
        ({"SLACK_BOT_TOKEN": "xoxb"}, "DUTYDESK_SLACK_SIGNING_SECRET or DUTYDESK_SLACK_APP_TOKEN"),
        ({"SLACK_SIGNING_SECRET": "s"}, "DUTYDESK_SLACK_BOT_TOKEN"),
        ({"SLACK_APP_TOKEN": "xapp"}, "DUTYDESK_SLACK_BOT_TOKEN"),
        ({"SLACK_GROUPS": "support=S1"}, "DUTYDESK_SLACK_BOT_TOKEN"),
        ({"SLACK_TOPIC": "{support}"}, "DUTYDESK_SLACK_BOT_TOKEN"),
        ({"ALERTMANAGER_AUTH": "bearer t"}, "DUTYDESK_ALERTMANAGER_URL"),
    ],
)
def test_what_is_set_by_halves_names_what_it_needs(given: dict[str, str], needs: str) -> None:
    variables = {f"DUTYDESK_{name}": text for name, text in given.items()}
    says = f"it does nothing without {needs}. "
    assert [one.startswith(says) for one in mistakes(**variables).values()] == [True]
    assert list(mistakes(**variables)) == list(variables)


def test_what_is_wrong_is_no_half_of_anything(tmp_path: Path) -> None:
    """Else whoever mistyped one setting would look for two."""
    given = {"DUTYDESK_SLACK_BOT_TOKEN_FILE": str(tmp_path), "DUTYDESK_SLACK_SIGNING_SECRET": "s"}
    assert list(mistakes(**given)) == ["DUTYDESK_SLACK_BOT_TOKEN"]


ON, OFF = ("1", "true", "yes", "on"), ("0", "false", "no", "off", "")


@pytest.mark.parametrize("word", [*ON, *OFF])
def test_on_and_off_are_read_in_any_case(word: str) -> None:
    for written in (word, word.upper(), word.title(), f" {word} "):
        found = read({"DUTYDESK_REHEARSAL": written})
        assert not found.mistakes
        assert found.settings.rehearsal == (word in ON)


@given(st.text())
def test_every_other_word_is_refused(word: str) -> None:
    if word.strip().lower() in {*ON, *OFF}:
        return
    with pytest.raises(Unfit, match="is neither on nor off"):
        switch(word)


def test_a_file_that_can_t_be_read_is_refused(tmp_path: Path) -> None:
    for name, content in (
        ("empty", b" \n"),
        ("bytes", b"\xff\xfe"),
        ("large", b"x" * (LARGEST + 1)),
    ):
        (tmp_path / name).write_bytes(content)
    expected = {
        "absent": "that can't be read: No such file or directory. Mend that, or set",
        ".": "that can't be read: Is a directory.",
        "bytes": "that can't be read: it is no text in UTF-8.",
        "large": f"that can't be read: it is larger than {LARGEST} bytes.",
        "empty": "that is empty. Write the setting into it.",
    }
    for name, says in expected.items():
        given = {"DUTYDESK_METRICS_TOKEN_FILE": str(tmp_path / name)}
        said = mistakes(**given)["DUTYDESK_METRICS_TOKEN"]
        assert said.startswith(f"DUTYDESK_METRICS_TOKEN_FILE names a file {says}"), said
        assert str(tmp_path) not in said
    shown = mistakes(DUTYDESK_URL_FILE=str(tmp_path / "absent"))["DUTYDESK_URL"]
    assert f"that can't be read, {tmp_path / 'absent'}: No such file" in shown


def test_a_variable_and_its_file_must_agree(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("sesame\n")
    given = {"DUTYDESK_METRICS_TOKEN": "sesame", "DUTYDESK_METRICS_TOKEN_FILE": str(file)}
    found = read(given)
    assert (found.mistakes, found.origins) == ((), {"DUTYDESK_METRICS_TOKEN": "environment"})
    said = mistakes(**{**given, "DUTYDESK_METRICS_TOKEN": "open"})["DUTYDESK_METRICS_TOKEN"]
    assert said == (
        "it and DUTYDESK_METRICS_TOKEN_FILE are both set, and differ. Take one of them away."
    )


def test_bytes_that_are_no_text_are_refused() -> None:
    assert "no text in UTF-8" in mistakes(DUTYDESK_SLACK_TOPIC="\udcff")["DUTYDESK_SLACK_TOPIC"]


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("DUTYDESK_PAGERDUTY_SCHEDULE", "DUTYDESK_PAGERDUTY_SCHEDULES"),
        ("DUTYDESK_SLACK_BOT_TOKN", "DUTYDESK_SLACK_BOT_TOKEN"),
        ("DUTYDESK_SLACK_BOT_TOKEN_FIEL", "DUTYDESK_SLACK_BOT_TOKEN_FILE"),
        ("DUTYDESK_DATABASE_URL", "DATABASE_URL"),
        ("DUTY_DESK_HOME", "DUTYDESK_HOME"),
        ("dutydesk_home", "DUTYDESK_HOME"),
        ("DUTYDESK_TEST_DATABASE_NAME", ""),
        ("DUTYDESK_SHOE_SIZE", ""),
    ],
)
def test_a_name_that_is_no_setting_s_is_warned_of(name: str, nearest: str) -> None:
    (found,) = read({name: "hidden"}).unknown
    assert (found.name, found.nearest) == (name, nearest)
    assert str(found).startswith(f"{name} is no setting of the desk, and is left aside.")
    assert ("Did you mean" in str(found)) == bool(nearest)
    assert "hidden" not in str(found)


def test_what_kubernetes_sets_beside_a_service_is_not_warned_of() -> None:
    of_a_service = {
        "DUTYDESK_SERVICE_HOST": "10.0.0.11",
        "DUTYDESK_WEB_SERVICE_PORT_HTTP": "8000",
        "DUTYDESK_WEB_PORT_8000_TCP_ADDR": "10.0.0.11",
        "DUTYDESK_PORT": "tcp://10.0.0.11:8000",
    }
    assert read(of_a_service).unknown == ()
    (found,) = read({"DUTYDESK_PORT": "8000"}).unknown
    assert found.nearest == "PORT"


def test_the_environment_of_these_tests_is_sound() -> None:
    found = read(os.environ)
    assert (found.mistakes, found.unknown) == ((), ())
