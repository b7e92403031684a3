"""What rooms say they are is whole: whatever is promised, put or recorded has somebody for it."""

import re
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

from django.apps import apps
from django.urls import resolve

import dutydesk
from dutydesk.adapters.clock import SystemClock
from dutydesk.kernel.events import Event
from dutydesk.kernel.kinds import MessageKind, PromiseKind
from dutydesk.outbox.flows import outbox
from dutydesk.ports.vendor import Connection, Surroundings
from dutydesk.settings import read
from dutydesk.site.menu import team
from dutydesk.wiring import ACTIONS, ROOMS, VENDORS, rooms, vendors

HOUSE = Path(dutydesk.__file__).parent
WORD = re.compile(r"[a-z]+([.-][a-z]+)*")
SET = {
    "DUTYDESK_ALERTMANAGER_URL": "http://alertmanager.invalid",
    "DUTYDESK_GITHUB_TOKEN": "only-for-tests",
    "DUTYDESK_MAINTENANCE_COMMANDS": "visits=/bin/true",
    "DUTYDESK_MAIL_URL": "mailtos://u:only-for-tests@mail.invalid?from=desk@mail.invalid",
    "DUTYDESK_PAGERDUTY_API_KEY": "only-for-tests",
    "DUTYDESK_PAGERDUTY_ROUTING_KEY": "only-for-tests",
    "DUTYDESK_PAGERDUTY_SCHEDULES": "primary=P1",
    "DUTYDESK_SLACK_BOT_TOKEN": "only-for-tests",
}


def everything_in(kind: type[str]) -> dict[str, str]:
    """Give each value of this kind that any module of a room, a vendor or a port has."""
    found: dict[str, str] = {}
    parts = (*ROOMS, "ports", "adapters", "slack")
    for module in walk_packages([str(HOUSE)], "dutydesk."):
        if module.name.split(".")[1] in parts and ".migrations" not in module.name:
            values = vars(import_module(module.name)).values()
            found |= {str(one): module.name for one in values if isinstance(one, kind)}
    return found


def test_a_name_in_wiring_is_all_that_a_room_needs_to_be_there() -> None:
    there = {file.parent.name for file in HOUSE.glob("*/room.py")} - {"kernel"}
    assert there == set(ROOMS) == {room.name for room in rooms()}
    said = [*HOUSE.glob("adapters/*/vendor.py"), HOUSE / "slack" / "vendor.py"]
    assert {".".join(file.parent.relative_to(HOUSE).parts) for file in said} == set(VENDORS)
    assert [vendor.name for vendor in vendors()] == [name.split(".")[-1] for name in VENDORS]
    for name in ROOMS:
        assert apps.is_installed(f"dutydesk.{name}")
        assert (HOUSE / name / "urls.py").exists() == bool(rooms()[ROOMS.index(name)].urls)


def test_every_promise_that_can_be_made_has_who_is_told_when_it_is_due() -> None:
    handlers = [handler for room in rooms() for handler in room.promises]
    kinds = everything_in(PromiseKind)
    assert len(kinds) > 15
    assert {str(handler.kind) for handler in handlers} == set(kinds)
    assert max(Counter(handler.kind for handler in handlers).values()) == 1


def test_every_button_of_a_promise_is_something_that_people_can_do() -> None:
    kinds = [handler.kind for room in rooms() for handler in room.promises]
    buttons = [(kind.action, kind.label) for kind in kinds if kind.action or kind.label]
    assert len(buttons) > 5
    assert all(action in ACTIONS and label for action, label in buttons)


def test_every_message_that_can_be_put_is_known_and_says_what_takes_it() -> None:
    declared = {kind for room in rooms() for kind in room.messages}
    declared |= {kind for vendor in vendors() for kind in vendor.messages}
    assert {str(kind) for kind in declared} == set(everything_in(MessageKind))
    assert all(kind.taker and outbox.known(kind) for kind in declared)


def brought(given: dict[str, str]) -> Iterator[Connection]:
    clock = SystemClock()
    gives = {port: one for room in rooms() for port, one in room.gives.items()}
    here = Surroundings(read(given).settings, clock, clock, ACTIONS, gives)
    for vendor in vendors():
        yield vendor.connect(here)


def test_every_message_has_who_delivers_it_once_all_is_set_up() -> None:
    kinds = {kind for room in rooms() for kind in room.messages}
    kinds |= {kind for vendor in vendors() for kind in vendor.messages}
    senders = {kind.family for room in rooms() for kind in room.senders}
    senders |= {kind.family for each in brought(SET) for kind in each.senders}
    assert senders == {kind.family for kind in kinds}


def test_what_is_not_set_up_names_the_setting_that_is_missing() -> None:
    missing = {kind for room in rooms() for kind in room.messages}
    missing -= {kind for room in rooms() for kind in room.senders}
    missing -= {kind for each in brought({}) for kind in each.senders}
    assert missing
    assert all(kind.setting.startswith("DUTYDESK_") for kind in missing)


def subclasses(of: type[Event]) -> Iterator[type[Event]]:
    for one in of.__subclasses__():
        yield one
        yield from subclasses(one)


def test_every_fact_that_is_recorded_is_known_by_a_word_of_its_own() -> None:
    everything_in(PromiseKind)  # Every module is there by now.
    facts = [one for one in subclasses(Event) if one.__module__.startswith("dutydesk.")]
    kinds = [one.__dict__["kind"] for one in facts if "kind" in one.__dict__]
    assert len(kinds) > 60
    assert [kind for kind, count in Counter(kinds).items() if count > 1] == []
    assert all(re.fullmatch(r"[a-z]+\.[a-z_-]+", kind) for kind in kinds)
    reacted = {reactor.event for room in rooms() for reactor in room.reactors}
    assert all("kind" in event.__dict__ for event in reacted)


def test_what_rows_know_by_name_has_a_stable_word_and_no_module_s_path() -> None:
    reactors = [reactor for room in rooms() for reactor in room.reactors]
    by_name = {reactor.name: reactor.run for reactor in reactors}
    assert all(by_name[reactor.name] is reactor.run for reactor in reactors)
    assert len({(one.event.kind, one.name) for one in reactors}) == len(reactors)
    names = [*by_name, *everything_in(PromiseKind), *everything_in(MessageKind)]
    assert all(WORD.fullmatch(name) and ".flows." not in name for name in names)


def test_every_section_of_the_menu_leads_to_a_screen_and_has_its_own_place() -> None:
    sections = [section for group in team() for section in group.places]
    places = [section.place for section in sections]
    assert len(places) == len(set(places)) > 8
    for section in sections:
        assert getattr(resolve(section.address).func, "access", "public") != "public"


def test_what_comes_in_by_each_door_is_worked_out_by_one_handler() -> None:
    handlers = [handler for room in rooms() for handler in room.arrivals]
    handlers += [handler for each in brought(SET) for handler in each.arrivals]
    doors = [door for handler in handlers for door in handler.doors]
    assert "slack" in doors
    assert max(Counter(doors).values()) == 1
    assert all(WORD.fullmatch(door) and len(door) <= 20 for door in doors)
