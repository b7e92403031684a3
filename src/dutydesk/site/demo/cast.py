"""Who is in the made-up desk, and what they say: read from `cast.yaml`."""

from pathlib import Path
from typing import Any, NamedTuple

from dutydesk.process.rules.yaml_text import read_yaml

HERE = Path(__file__).parent


class Talk(NamedTuple):
    """A question, what is answered, and the title of its ticket if it takes longer."""

    asks: str
    answers: tuple[str, ...]
    ticket: str = ""


class MadeUpAlert(NamedTuple):
    """An alert: its name, what it says, its severity, its service, and how long it fires."""

    name: str
    summary: str
    severity: str
    service: str
    minutes: int


_TOLD: dict[str, Any] = read_yaml((HERE / "cast.yaml").read_text(encoding="utf-8"))
ENGINEERS = tuple(_TOLD["engineers"])
SKILLS = {name: tuple(skills) for name, skills in _TOLD["skills"].items()}
TEAMS = {one["name"]: (one["channel"], one["service"]) for one in _TOLD["teams"]}
USERS = {one["name"]: tuple(one["users"]) for one in _TOLD["teams"]}
OWN = tuple(_TOLD["own"])
LEADER = str(_TOLD["leader"])
TALKS = tuple(Talk(**(one | {"answers": tuple(one["answers"])})) for one in _TOLD["talks"])
PEOPLE_SAY = tuple(_TOLD["people_say"])
HAPPY_LINES = {int(score): tuple(lines) for score, lines in _TOLD["happy_lines"].items()}
ALERTS = tuple(MadeUpAlert(**one) for one in _TOLD["alerts"])
