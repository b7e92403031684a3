"""Apprise itself, loaded when somebody is first reached by it: it holds 6 MiB in each process."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from apprise import AppriseAsset
    from apprise.plugins.base import NotifyBase


def apprise() -> Any:
    """Give the library."""
    return import_module("apprise")


def service(address: str) -> "NotifyBase | None":
    """Give the service that an address names; None if Apprise can't read it."""
    named: NotifyBase | None = apprise().Apprise.instantiate(address, asset=asset())
    return named


def asset() -> "AppriseAsset":
    """Give the surroundings of a service: nothing is kept on disk, no redirect is followed."""
    given: AppriseAsset = apprise().AppriseAsset(
        app_id="Duty Desk",
        async_mode=False,
        http_redirects=False,
        storage_mode=apprise().PersistentStoreMode.MEMORY,
    )
    return given
