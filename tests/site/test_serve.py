"""A part of the desk that dies is started again: at once, and ever later if it dies at once."""

import os
import socket
import sys
import threading
from pathlib import Path

import pytest

from dutydesk.settings.kinds import site_address
from dutydesk.site.serve import WELL, CannotServe, Part, address, only_one
from dutydesk.site.startup_message import say_once_it_answers
from testing.machine import AT_MOST


class Died:
    def poll(self) -> int:
        return 1


class Lives:
    def poll(self) -> None:
        return None


def looks_until_started(part: Part, started: list[object]) -> int:
    """Give how many looks it takes until the part, which is dead, is started again."""
    before = len(started)
    for look in range(100):
        part.revive()
        if len(started) > before:
            return look + 1
    raise AssertionError("it is not started again")


def test_it_waits_longer_each_time_until_it_has_lived_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[object] = []
    next_ones: list[object] = [Died() for _ in range(4)]

    def start(part: Part) -> object:
        started.append(next_ones.pop(0) if next_ones else Lives())
        return started[-1]

    monkeypatch.setattr(Part, "_start", start)
    part = Part(["worker"], {})
    assert [looks_until_started(part, started) for _ in range(4)] == [1, 2, 3, 4]
    for _ in range(WELL):
        part.revive()
    assert len(started) == 5
    monkeypatch.setattr(Lives, "poll", Died.poll)
    assert [looks_until_started(part, started) for _ in range(3)] == [1, 2, 3]


def test_one_that_can_t_be_started_just_now_is_started_later(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    part = Part(["--help"], dict(os.environ))
    part.wait()
    dead = part._process
    with monkeypatch.context() as without:
        without.setattr(sys, "executable", "/nowhere/python")
        part.revive()
    assert "the --help process can't be started" in caplog.text
    assert part._process is dead
    part.revive()
    part.revive()
    assert part._process is not dead
    part.wait()


def answer(listening: socket.socket, events: list[str]) -> None:
    connection, _ = listening.accept()
    with connection:
        asked = connection.recv(4000).decode()
        events.append(f"answered for {asked.split('Host: ')[1].split()[0]}")
        connection.sendall(b"HTTP/1.1 503 Not yet\r\nContent-Length: 0\r\n\r\n")


def test_the_address_is_said_when_the_web_answers_and_not_before() -> None:
    events: list[str] = []
    with socket.socket() as web:
        web.bind(("127.0.0.1", 0))
        saying = say_once_it_answers(
            "It is here",
            host="0.0.0.0",
            port=web.getsockname()[1],
            address="https://desk.example.org",
            stopping=threading.Event(),
            say=events.append,
        )
        web.listen()
        answer(web, events)
        saying.join(AT_MOST)
    assert events == ["answered for desk.example.org", "It is here"]


def test_the_address_of_a_desk_that_ends_before_it_answers_is_not_said() -> None:
    events: list[str] = []
    stopping = threading.Event()
    with socket.socket() as web:
        web.bind(("127.0.0.1", 0))
        port = web.getsockname()[1]
        saying = say_once_it_answers(
            "It is here",
            host="127.0.0.1",
            port=port,
            address="http://localhost",
            stopping=stopping,
            say=events.append,
        )
        stopping.set()
        saying.join(AT_MOST)
    assert not saying.is_alive()
    assert events == []


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("0.0.0.0", "localhost"),
        ("::1", "localhost"),
        ("10.0.0.1", "10.0.0.1"),
        ("fd::1", "[fd::1]"),
    ],
)
def test_the_address_of_a_desk_is_one_that_settings_take(host: str, shown: str) -> None:
    found = address(host, 8000)
    assert found == f"http://{shown}:8000"
    assert site_address(found) == found


def test_nobody_else_can_take_the_lock_of_the_data_folder(tmp_path: Path) -> None:
    home = tmp_path / "desk"
    with only_one(home):
        assert home.stat().st_mode & 0o777 == 0o700
        assert (home / "lock").stat().st_mode & 0o777 == 0o600
        with pytest.raises(CannotServe, match="Another desk"), only_one(home):
            pass
    (home / "lock").chmod(0o644)
    with only_one(home):
        assert (home / "lock").stat().st_mode & 0o777 == 0o600
