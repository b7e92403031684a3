"""Git repositories are read with dulwich, as the port asks."""

from pathlib import Path
from typing import Any

import pytest

from dutydesk.adapters.git.remote import GitSource
from dutydesk.adapters.git.ssh import SystemSsh
from dutydesk.ports.repositories import Origin, RepositorySource, RepositoryTrouble
from testing.repositories import SourceContract


class TestGitSource(SourceContract):
    def source(self, home: Path, **given: Any) -> RepositorySource:
        return GitSource(home, **given)


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a program in the place of `ssh` that writes down with what it was called."""
    said, program = tmp_path / "ran", tmp_path / "bin" / "ssh"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" > {said}\nfor each; do test -f "$each" && cat "$each"'
        f' >> {said}; done\necho "Permission denied (publickey)." >&2\nexit 255\n'
    )
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    return said


def test_ssh_shows_the_key_to_one_host_and_asks_for_nothing(tmp_path: Path, ran: Path) -> None:
    key = tmp_path / "key"
    key.write_text("-----BEGIN OPENSSH PRIVATE KEY-----\nabc")
    home = tmp_path / "home"
    source = GitSource(home, secrets={"deploy": key}, inside=("127.0.0.1",))
    with pytest.raises(RepositoryTrouble) as met:
        source.tip(Origin("docs", "ssh://git@127.0.0.1:2222/docs.git", "main", "deploy"))
    assert met.value.lasting
    assert "doesn't open it" in met.value.reason
    said = ran.read_text().splitlines()
    assert said[: said.index("--") + 2][-1] == "127.0.0.1"
    assert {"BatchMode=yes", "IdentitiesOnly=yes", "HostKeyAlias=127.0.0.1"} <= set(said)
    assert "-----BEGIN OPENSSH PRIVATE KEY-----" in said
    assert "git-upload-pack '/docs.git'" in said
    assert not list(home.glob("*.key"))


def test_ssh_goes_to_no_inner_host_that_is_not_allowed(tmp_path: Path, ran: Path) -> None:
    source = GitSource(tmp_path / "home", secrets={})
    with pytest.raises(RepositoryTrouble) as met:
        source.tip(Origin("docs", "git@127.0.0.1:owner/docs.git"))
    assert "inner one" in met.value.reason
    assert not ran.exists()


def test_an_address_is_no_option_of_ssh(tmp_path: Path, ran: Path) -> None:
    with pytest.raises(OSError):
        SystemSsh(tmp_path, None, ()).run_command("-oProxyCommand=touch x", b"git")
    assert not ran.exists()
