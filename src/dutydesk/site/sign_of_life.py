"""The sign of life that each process of a desk gives to `serve`: its event loop touches a file.

Nothing else is asked for it, above all not the database: who waits for that is not frozen.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dutydesk.kernel.late import library

if TYPE_CHECKING:
    import asyncio
else:
    asyncio = library("asyncio")  # `serve` only looks for the signs, and holds 3 MiB less.

FILE = "SIGN_OF_LIFE"  # No setting: `serve` names the file to those that it starts.
EVERY = 1.0


async def give() -> None:
    """Give signs of life as long as the event loop runs, if whoever supervises this asks for it."""
    file = os.environ.get(FILE)
    while file:
        with suppress(OSError):
            os.utime(file)
        await asyncio.sleep(EVERY)


@dataclass
class MissedSigns:
    """For how many looks a process has given no sign of life.

    It is counted in looks and not in time: while the machine sleeps, or starves who looks, nobody
    is silent. Nor is who gave no sign yet, since a start takes as long as it takes. `last`: the
    sign that was there before it was started, if there was one; any other is its own.
    """

    last: int | None = None
    looks: int = 0
    _began: bool = False

    def look(self, sign: int) -> int:
        """Take the newest sign, whatever it is, as long as each differs; give the looks."""
        if self.last is None:
            self.last = sign
        elif sign != self.last:
            self.last, self._began, self.looks = sign, True, 0
        elif self._began:
            self.looks += 1
        return self.looks
