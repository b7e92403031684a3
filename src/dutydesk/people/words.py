"""What people are written when something about their account changes, and browsers in words."""

from datetime import datetime

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_MACHINES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "a Mac"),
    ("CrOS", "a Chromebook"),
    ("Linux", "Linux"),
)


def browser(agent: str) -> str:
    """Say in plain words what a browser calls itself: “Firefox on Linux”."""
    name = next((words for mark, words in _BROWSERS if mark in agent), "")
    machine = next((words for mark, words in _MACHINES if mark in agent), "")
    if name and machine:
        return f"{name} on {machine}"
    return name or (f"A browser on {machine}" if machine else "An unknown browser")


def address_changed(*, team: str, name: str, new: str, by: str) -> tuple[str, str]:
    """Tell an engineer, at the old address, that they are reached elsewhere from now on."""
    return (
        f"{team} reaches you by another address",
        f"{by} changed the address by which {name} is reached from this one to {new}.\n"
        "What was sent here goes there from now on, pages too. If you didn't expect this, tell an "
        "administrator of the desk.",
    )


def password_changed(*, team: str, name: str, how: str, at: datetime) -> tuple[str, str]:
    """Tell the owner of an account that its password is a new one."""
    return (
        f"Your password at {team} was changed",
        f"{name}, the password of your account was changed {how} on {at:%-d %B %Y at %H:%M %Z}. "
        "Everywhere else you were signed out.\n"
        "If it wasn't you, ask an administrator of the desk for a link that sets a new one.",
    )
