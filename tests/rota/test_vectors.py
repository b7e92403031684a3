"""Cases that other rota tools got wrong, or agreed on, run against the rota's rules.

`ROTA_VECTORS` names the files to run, separated by `:`, when they are others than the project's.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from testing.vectors import cadence, calendars, composition, seeded
from testing.vectors.common import Case, adopt_default

_DATA = Path(__file__).parents[1] / "data" / "rota"
OWN = (_DATA / "rota-vectors.json", _DATA / "more-vectors.json")

# A case that contradicts the process, by its number, with the reason. There is none.
CONTRADICTED: dict[str, str] = {}


READERS: dict[str, Callable[[Case], Case]] = {
    "rotation": cadence.handoffs,
    "window": cadence.window,
    "wallclock": cadence.wall_clock,
    "composition": composition.composition,
    "layers": composition.layers,
    "swap": composition.swapped,
    "override": composition.swapped,
    "generator": cadence.generated,
    "fairness": calendars.fairness,
    "announce": calendars.telling,
    "ical": calendars.calendars,
    "seed-hours": seeded.seeded,
    "seed-coverage": seeded.seeded,
    "seed-rota": seeded.seeded,
}


def _cases() -> list[Any]:
    named = os.environ.get("ROTA_VECTORS")
    files = [Path(file) for file in named.split(":") if file] if named else OWN
    read = (json.loads(file.read_text()) for file in files)
    return [pytest.param(case, id=case["id"]) for one in read for case in one["vectors"]]


@pytest.mark.django_db
@pytest.mark.parametrize("case", _cases())
@pytest.mark.clause(
    "oncall.rota", "hours.support", "hours.working", "hours.oncall", "support.cycle"
)
def test_a_case_from_the_field(case: Case, tmp_path: Path) -> None:
    if case["id"] in CONTRADICTED:
        pytest.skip(CONTRADICTED[case["id"]])
    adopt_default(tmp_path)
    said = READERS[case["area"]](case)
    assert {key: said.get(key) for key in case["expect"]} == case["expect"]
