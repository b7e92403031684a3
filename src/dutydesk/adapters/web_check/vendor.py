"""Checks over HTTP; the process file says which there are."""

from functools import cached_property
from importlib import import_module

from dutydesk.ports.vendor import Connection, Surroundings, Vendor
from dutydesk.ports.web_checks import CheckAnswer, WebCheck, WebChecker
from dutydesk.settings import Settings


class Checks:
    """Loads the library that asks, some 10 MiB, once there is something to ask."""

    def __init__(self, settings: Settings) -> None:
        """Load nothing yet."""
        self._settings = settings

    @cached_property
    def _checker(self) -> WebChecker:
        checker = import_module("dutydesk.adapters.web_check.checker")
        made: WebChecker = checker.HttpChecker(self._settings.availability.hosts)
        return made

    def ask(self, check: WebCheck) -> CheckAnswer:
        """Ask once."""
        return self._checker.ask(check)


def connect(desk: Surroundings) -> Connection:
    """Bring what asks."""
    return Connection(offers={WebChecker: Checks(desk.settings)})


VENDOR = Vendor("web_check", connect)
