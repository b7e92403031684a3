"""A part of the desk that dies is started again: at once, and ever later if it dies at once."""

import os
import sys

import pytest

from dutydesk.site.serve import WELL, Part


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
