"""The contracts between packages name every room and every vendor.

That every package is named is import-linter's own to hold: its layers are exhaustive.
"""

from configparser import ConfigParser
from pathlib import Path

import dutydesk

HOUSE = Path(dutydesk.__file__).parent
CONTRACTS = Path(__file__).parents[2] / ".importlinter"


def test_the_contracts_name_every_vendor_and_every_room() -> None:
    contracts = ConfigParser()
    contracts.read(CONTRACTS)
    vendors = {f"dutydesk.adapters.{one.name}" for one in _packages(HOUSE / "adapters")}
    assert set(contracts["importlinter:contract:vendors"]["modules"].split()) == vendors
    rooms = {f"dutydesk.{one.parent.name}" for one in HOUSE.glob("*/room.py")}
    rooms -= {"dutydesk.kernel"}  # It says what a room is.
    assert set(contracts["importlinter:contract:shelves"]["containers"].split()) == rooms


def _packages(folder: Path) -> list[Path]:
    return [one for one in folder.iterdir() if (one / "__init__.py").exists()]
