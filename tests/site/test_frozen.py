"""A process of the desk that is frozen is started anew, and one that only waits is left alone."""

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from dutydesk.site.serve import FROZEN, LOOK
from dutydesk.site.sign_of_life import MissedSigns
from testing.machine import eventually
from testing.visitors import Visitor, first_account
from testing.whole_desk import Desk

# Long beside the second in which each gives a sign, and half of what it is for people.
SOON = 7
HURRY = f"from dutydesk.site import serve; serve.FROZEN = {SOON};"


def test_silence_is_counted_from_the_last_sign_on() -> None:
    silence = MissedSigns()
    assert [silence.look(sign) for sign in (1, 2, 2, 2, 3, 3)] == [0, 0, 1, 2, 0, 1]


def test_who_only_begins_is_not_silent() -> None:
    silence = MissedSigns()
    assert {silence.look(7) for _ in range(10 * FROZEN)} == {0}


def test_who_gave_one_sign_and_no_other_is_silent() -> None:
    silence = MissedSigns(last=1)
    assert [silence.look(sign) for sign in (1, 1, 2, 2, 2)] == [0, 0, 0, 1, 2]


def test_a_clock_that_was_put_back_is_a_sign_too() -> None:
    silence = MissedSigns()
    assert [silence.look(sign) for sign in (100, 101, 5, 5)] == [0, 0, 0, 1]


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    desk = Desk(hurry=HURRY)
    try:
        yield desk
    finally:
        desk.close()


@pytest.fixture(scope="module")
def ada(desk: Desk) -> Visitor:
    return first_account(desk)


def with_children(first: int) -> set[int]:
    """Give a process, the group that it leads, and its children, which may have left that."""
    found = {first} if Path(f"/proc/{first}").exists() else set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                _, *kin = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
            except OSError:
                continue
            if str(first) in kin:
                found.add(int(entry.name))
    return found


def frozen_ones(desk: Desk) -> list[str]:
    """Give which processes were said to be frozen, in their order."""
    said = rf"the (\w+) process has given no sign of life for {SOON * LOOK:.0f} s"
    return re.findall(said, desk.log.read_text())


def test_people_wait_for_a_frozen_process_a_quarter_of_a_minute() -> None:
    assert FROZEN * LOOK == 15


def test_a_frozen_web_is_started_anew(desk: Desk, ada: Visitor) -> None:
    before = frozen_ones(desk)
    (web,) = {os.getpgid(one) for one in desk.children("web")}
    frozen = with_children(web)
    os.killpg(web, signal.SIGSTOP)
    eventually(lambda: not frozen & with_children(web))
    eventually(desk.well)
    assert "Ada" in ada.see("/")
    assert frozen_ones(desk) == [*before, "web"]


def test_a_frozen_worker_is_started_anew_and_who_waits_for_the_database_is_not(
    desk: Desk, ada: Visitor
) -> None:
    before = frozen_ones(desk)
    eventually(lambda: "1 at work" in ada.see("/healthz"))  # Who only begins is not silent.
    webs, (worker,) = desk.children("web"), desk.children("worker")
    (server,) = desk.children("postgres")
    held = with_children(server)
    for each in held | {worker}:
        os.kill(each, signal.SIGSTOP)
    try:
        eventually(lambda: desk.children("worker") not in ([], [worker]))
    finally:
        for each in held:
            os.kill(each, signal.SIGCONT)
    eventually(desk.well)
    ada.send("/people/", what="invitation", name="Ben", email="ben@example.org")
    eventually(lambda: "1 at work" in ada.see("/healthz"))
    assert desk.children("web") == webs
    assert frozen_ones(desk) == [*before, "worker"]
