"""Issues that move between repositories, and a process that names another one."""

from copy import deepcopy
from pathlib import Path
from typing import Any

from dutydesk.process.flows import process
from testing.tracked import Tracked


def transfer(world: Tracked, number: int, node: str = "I_900") -> Any:
    """Move an issue to another repository, where it has that node."""
    issue = world.github.issues.pop(number)
    world.github.gone[number] = 301
    there = {"new_issue": {"node_id": node, "number": 9}}
    world.github.tell("issues", "transferred", issue, changes=there)
    return issue


def bring_back(world: Tracked, issue: Any, number: int, node: str = "I_900") -> None:
    """Move it back, where it has a number and a node as any new one."""
    back = deepcopy(issue)
    address = f"https://github.com/{world.github.repository}/issues/{number}"
    back.update(id=number, number=number, node_id=f"I_{number}", html_url=address)
    back["updated_at"] = f"{world.at:%Y-%m-%dT%H:%M:%SZ}"
    world.github.issues[number] = back
    here = {"old_issue": {"node_id": node, "number": 9}}
    world.github.tell("issues", "opened", back, changes=here)


def name(world: Tracked, repository: str, tmp_path: Path) -> None:
    """Let the process file name another repository."""
    file = tmp_path / "process.yaml"
    before = process.in_force().ask.ticket.repository
    file.write_text(file.read_text().replace(f"repository: {before}", f"repository: {repository}"))
    process.adopt(file=file, at=world.at)


def move_on(world: Tracked, tmp_path: Path) -> Any:
    """Keep tickets in another repository from now on; give the first one's issue."""
    issue = world.github.issues.pop(1)
    world.github.repository = "acme/help"
    name(world, "acme/help", tmp_path)
    world.github.webhooks.clear()
    world.later(minutes=10)
    return issue
