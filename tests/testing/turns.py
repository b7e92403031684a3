"""Four people who are on call by turns, for the tests of the rotas' screens."""

from datetime import date

from testing.visitors import Visitor, first_account
from testing.whole_desk import Desk

PEOPLE = ("Ada", "Ben", "Cy", "Di")
FIRST = date(2026, 1, 5)


def with_turns(desk: Desk) -> Visitor:
    """Give Ada's browser: four are on call, a week each, and nobody is on support."""
    ada = first_account(desk, "Ada")
    rows = ", ".join(f"{{name: {n}, email: {n.lower()}@example.org}}" for n in PEOPLE)
    ada.send("/people/", what="file", text=f"engineers: [{rows}]")
    for duty, first in (("primary", 0), ("secondary", 2)):
        turns = [PEOPLE[(first + n) % 4] for n in range(4)]
        ada.send(
            "/shifts/change/", what="rotation", duty=duty, places="\n".join(turns), length="1",
            unit="weekly", starts=f"{FIRST}T10:00", confirm="1",
        )  # fmt: skip
    return ada


def off_duty(on: date) -> str:
    """Give somebody who is neither primary nor secondary on that day, but for Monday morning."""
    return PEOPLE[((on - FIRST).days // 7 + 1) % 4]
