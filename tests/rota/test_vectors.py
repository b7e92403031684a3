"""Cases that other rota tools got wrong, or agreed on, run against the rota's rules.

`ROTA_VECTORS` names the files to run, separated by `:`, when they are others than the project's.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dutydesk.process.rules.check import default_process
from testing.vectors import cadence, composing, seeded, showing
from testing.vectors.common import Case

OWN = Path(__file__).parents[1] / "data" / "rota" / "rota-vectors.json"

# A case that contradicts the process, by its number, with the reason. There is none.
CONTRADICTED: dict[str, str] = {}


READERS: dict[str, Callable[[Case], Case]] = {
    "A": cadence.handoffs,
    "B": cadence.window,
    "C": cadence.wall_clock,
    "D": composing.composition,
    "E": composing.layers,
    "G": composing.swapped,
    "H": cadence.generated,
    "I": showing.fairness,
    "K": showing.telling,
    "L": showing.calendars,
    "M": lambda case: seeded.seeded(case, default_process()),
}


def _cases() -> list[Any]:
    files = os.environ.get("ROTA_VECTORS", str(OWN)).split(":")
    read = (json.loads(Path(file).read_text()) for file in files if file)
    return [pytest.param(case, id=case["id"]) for one in read for case in one["vectors"]]


@pytest.mark.parametrize("case", _cases())
@pytest.mark.clause(
    "oncall.rota", "hours.support", "hours.working", "hours.oncall", "support.cycle"
)
def test_a_case_from_the_field(case: Case) -> None:
    if case["id"] in CONTRADICTED:
        pytest.skip(CONTRADICTED[case["id"]])
    said = READERS[case["id"][0]](case)
    assert {key: said.get(key) for key in case["expect"]} == case["expect"]
