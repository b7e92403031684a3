"""The menu: which sections there are, in groups, and in which of them a screen is.

Each room says its own sections in its `room.py`; here stand those that belong to no room.
"""

from dataclasses import dataclass
from functools import cache

from dutydesk.kernel.actions import Person
from dutydesk.kernel.addresses import beginning, path_to
from dutydesk.kernel.messages import Button
from dutydesk.kernel.room import MenuSection
from dutydesk.wiring import ACTIONS, rooms


@dataclass(frozen=True, slots=True)
class Group:
    """Sections that belong together, with a title unless they stand above all."""

    title: str
    places: tuple[MenuSection, ...]


NOW = MenuSection("Now", path_to("now"), 10, (path_to("owed"),), icon="clock", foot=True)
MINE = MenuSection("Mine", path_to("mine"), 20, icon="user", count="mine", foot=True)
FIND = MenuSection("Find", path_to("find"), icon="magnifying-glass")
REACHED = MenuSection(
    "How I am reached", path_to("contact-methods"), icon="bell-alert", access="engineer"
)
ACCOUNT = MenuSection("My account and sessions", path_to("my-account"), icon="user-circle")
DECLARE = Button("incident.declare", "new", "Declare an incident")
GROUPS = ("", "Respond", "Plan", "Learn", "Team")

ASKERS = (
    Group(
        "",
        (
            MenuSection("Now", path_to("now"), icon="home"),
            MenuSection(
                "Ask",
                path_to("ask"),
                0,
                (path_to("channels"), beginning("post")),
                icon="chat-bubble-left-right",
            ),
            MenuSection(
                "My questions",
                path_to("mine"),
                0,
                (beginning("thread"), beginning("question")),
                icon="user",
                count="mine",
            ),
            MenuSection("Past answers", path_to("find"), icon="book-open"),
            MenuSection("Who is on", path_to("shifts"), icon="calendar"),
        ),
    ),
)
"""What somebody sees who asks the team."""


@cache
def team() -> tuple[Group, ...]:
    """Give what engineers and administrators see: all sections, in their groups."""
    every = sorted(
        [NOW, MINE, *(section for room in rooms() for section in room.sections)],
        key=lambda section: section.place,
    )
    titles = [*GROUPS, *(one.group for one in every if one.group not in GROUPS)]
    groups = {title: tuple(one for one in every if one.group == title) for title in titles}
    return tuple(Group(title, places) for title, places in groups.items() if places)


def menu_of(person: Person) -> tuple[Group, ...]:
    """Give the menu that is this person's."""
    return team() if person.may("engineer") else ASKERS


def foot_of(person: Person) -> tuple[MenuSection, ...]:
    """Give the four places at the foot of this person's phone."""
    if not person.may("engineer"):
        return ASKERS[0].places[:4]
    return tuple(place for group in team() for place in group.places if place.foot)[:4]


def own_of(person: Person) -> list[MenuSection]:
    """Give the screens about this person themselves, which stand behind their name."""
    return [place for place in (REACHED, ACCOUNT) if person.may(place.access)]


def deed_of(person: Person) -> Button | None:
    """Give what this person can do from every screen; None if there is nothing."""
    can = DECLARE.action in ACTIONS and person.may(ACTIONS[DECLARE.action].access)
    return DECLARE if can else None


def place_of(path: str, person: Person) -> MenuSection | None:
    """Give the place in which `path` is: the person's own, then any; None if it is in none."""
    if path.startswith(REACHED.address):
        return REACHED
    own = [place for group in menu_of(person) for place in group.places]
    every = [place for group in team() for place in group.places]
    return next((place for place in (*own, *every, FIND, ACCOUNT) if place.holds(path)), None)


def parts_of(place: MenuSection | None, person: Person) -> list[MenuSection]:
    """Give the tabs of a place that this person may open; none if there is one alone."""
    parts = [part for part in place.parts if person.may(part.access)] if place else []
    return parts if len(parts) > 1 else []


def part_at(parts: list[MenuSection], path: str) -> MenuSection | None:
    """Give the tab in which `path` is: the one that says most of it."""
    holding = [part for part in parts if part.holds(path)]
    return max(holding, key=lambda part: len(part.address), default=None)
