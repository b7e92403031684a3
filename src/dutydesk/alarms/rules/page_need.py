"""Whether somebody is to be called for an alarm: from what fires, its page and its incident."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from dutydesk.oncall.rules.page_state import PageState

Deed = Literal["nothing", "page", "call again", "tell the lead", "end"]


@dataclass(frozen=True, slots=True)
class Firing:
    """One alert that fires, as it matters to paging.

    `quiet`: a silence keeps it so. `called`: somebody was called for this firing, or an incident
    has it. `anyway`: its service is paged for at any hour. `rests`: it flaps, and is quiet now.
    """

    name: str
    high: bool
    quiet: bool = False
    called: bool = False
    anyway: bool = False
    rests: bool = False

    @property
    def but(self) -> str:
        """Say why it pages nobody by itself just now; empty if it does."""
        if self.quiet:
            return "silenced"
        if self.rests:
            return "quiet now"
        return "" if self.high else "low"


@dataclass(frozen=True, slots=True)
class Need:
    """What follows for people. `called`: for these somebody is called from now on.

    `forgotten`: nobody is called for these any more, so that they call when they are heard again,
    or high again.
    """

    deed: Deed = "nothing"
    silenced: bool = False
    called: frozenset[str] = frozenset()
    forgotten: frozenset[str] = frozenset()


NOTHING = Need()


def need(firing: Iterable[Firing], *, page: PageState, incident: bool) -> Need:
    """Give what is to be done. `incident`: a running one has the alarm. Clause oncall.respond.

    A page lasts exactly as long as a high alert fires that no silence quiets. Nobody is called
    twice for what stays high; what begins, or gets worse, while somebody has the page calls them
    again.
    """
    every = list(firing)
    urgent = [one for one in every if one.high]
    heard = [one for one in urgent if not one.quiet]
    fresh = frozenset(one.name for one in heard if not one.called)
    eased = frozenset(one.name for one in every if one.called and not one.high)
    if page != "none" and not heard:
        names = frozenset(one.name for one in urgent)
        return Need("end", silenced=bool(urgent), forgotten=names | eased)
    deed = _deed(page, incident) if fresh else "nothing"
    return Need(deed, called=fresh, forgotten=eased)


def _deed(page: PageState, incident: bool) -> Deed:
    if page == "none":
        return "tell the lead" if incident else "page"
    return "call again" if page == "acknowledged" else "nothing"


def ranked(going_on: Sequence[Firing]) -> list[int]:
    """Give the places of all, the worst first: the alarm is named, shown and routed as it says.

    High before low, heard before silenced, one that is paged for at any hour before others, one
    that fires before one that rests, and then the first. The others follow as news: those that
    nobody was called for yet before the rest of their kind, and the newest first.
    """

    def weight(place: int) -> tuple[bool, ...]:
        one = going_on[place]
        return (not one.high, one.quiet, not one.anyway, one.rests)

    def age(place: int) -> tuple[bool, bool, bool, int]:
        one = going_on[place]
        return (not one.high, one.quiet, one.called, -place)

    worst = min(range(len(going_on)), key=weight)
    return sorted(range(len(going_on)), key=lambda place: (place != worst, age(place)))
