"""A command of the machine is run when a service is taken out and put back."""

from datetime import datetime
from pathlib import Path

import pytest

from dutydesk.adapters.maintenance_command.sender import CommandSender
from dutydesk.incidents.flows import maintenance_hooks
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.ports.delivery import Delivery, Undelivered
from testing.machine import eventually
from testing.maintenance import deliver, put_back, take_out
from testing.world import World

pytestmark = pytest.mark.django_db


def executable(folder: Path, text: str) -> Path:
    file = folder / "switch"
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return file


@pytest.mark.clause("oncall.maintenance")
def test_a_command_of_the_machine_is_run_with_on_and_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setenv("DUTYDESK_SECRET_KEY", "not for others")
    file = executable(
        tmp_path, f'echo "$1 $# [$DUTYDESK_SECRET_KEY]" >>{tmp_path}/said; echo did it'
    )
    kind = maintenance_hooks.command("prison-visits")
    monkeypatch.setitem(outbox._senders, kind, CommandSender(file))
    out = take_out(world)
    deliver(world.at)
    assert OutboxMessage.objects.get().reference == "ended with 0: did it"
    put_back(world, out)
    deliver(world.at)
    assert (tmp_path / "said").read_text() == "on 1 []\noff 1 []\n"


def parcel(on: bool = True) -> Delivery:
    at = datetime.fromisoformat("2026-11-24T11:00:00+00:00")
    return Delivery("k", {"on": on}, 1, False, at, at)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("echo first; echo no disk >&2; echo; exit 3", "the command ended with 3: no disk"),
        ("exit 1", "the command ended with 1: it wrote nothing"),
        (
            "head -c 3000000 /dev/zero | tr '\\0' x; exit 2",
            "the command ended with 2: " + "x" * 200,
        ),
    ],
)
def test_a_command_that_fails_says_how(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(Undelivered) as failure:
        CommandSender(executable(tmp_path, text), longest=600).deliver(parcel())
    assert failure.value.reason == reason
    assert not failure.value.permanent


def test_a_command_that_takes_too_long_is_ended_with_what_it_started(tmp_path: Path) -> None:
    file = executable(tmp_path, f"echo waiting; sleep 600 & echo $! >{tmp_path}/child; wait")
    with pytest.raises(Undelivered) as failure:  # Enough to begin, on whatever machine.
        CommandSender(file, longest=5).deliver(parcel())
    assert failure.value.reason == "the command took longer than 5 s: waiting"
    assert not failure.value.permanent
    child = int((tmp_path / "child").read_text())
    eventually(lambda: not _runs(child))  # By itself it ends later.


def _runs(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().split()[2]
    except OSError:
        return False
    return state != "Z"


def test_a_command_that_isnt_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(Undelivered, match="can't be run: No such file"):
        CommandSender(tmp_path / "nothing").deliver(parcel())
