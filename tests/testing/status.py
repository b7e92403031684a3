"""A status page that is shown, and what is asked of it, in process."""

import html
import json
import re
from pathlib import Path
from typing import Any

from dutydesk.process.flows import process
from dutydesk.process.rules.check import DEFAULT_FILE
from dutydesk.status.api.answers import StatusAnswers
from dutydesk.status.flows import record
from testing.world import World

LINK = "https://desk.example.org/status/"
OFF = "  shown: off\n"
ASK = "  quick_limit: 15 minutes\n"
UNPUBLISHED = '    shown: "off"\n'


def shown(text: str = "", who: str = "public", postmortems: str = "off", ask: str = "") -> str:
    """Give the shipped process with its status page shown, and `text` in that section.

    `postmortems`: who reads those that are published; `ask`: text in the section of questions.
    """
    shipped = DEFAULT_FILE.read_text(encoding="utf-8")
    assert OFF in shipped
    assert UNPUBLISHED in shipped
    assert ASK in shipped
    shipped = shipped.replace(ASK, f"{ASK}{ask}").replace(
        UNPUBLISHED, f'    shown: "{postmortems}"\n'
    )
    return shipped.replace(OFF, f"  shown: {who}\n{text}")


def show(
    world: World,
    folder: Path,
    text: str = "",
    who: str = "public",
    postmortems: str = "off",
    ask: str = "",
) -> None:
    """Put a process in force that shows the status page."""
    file = folder / "shown.yaml"
    file.write_text(shown(text, who, postmortems, ask), encoding="utf-8")
    process.adopt(file=file, at=world.at)


def answers(world: World) -> StatusAnswers:
    return StatusAnswers(record.read(at=world.at), LINK)


def body(world: World, path: str = "", *, stale: bool = False) -> str:
    """Give what is answered at a path of the page."""
    found = answers(world).get(path, stale=stale)
    assert found is not None, path
    return found.body.decode()


def words(world: World, path: str = "", *, stale: bool = False) -> str:
    """Give what a page says, without its marks and with single spaces."""
    page = re.sub(r"<style.*?</style>", "", body(world, path, stale=stale))
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page)))


def document(world: World, name: str) -> Any:
    """Give one of the documents for programs."""
    return json.loads(body(world, f"api/v2/{name}.json"))
