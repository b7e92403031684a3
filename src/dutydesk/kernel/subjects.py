"""Naming one thing of the desk in one word, such as `incident:12`."""

from dutydesk.kernel import bounds

_SCREENS = {
    "alarm": "/alarms/{}",
    "alarm-to-silence": "/alarms/silences/new?alarm={}",
    "announcement": "/announcements/{}",
    "channel": "/channels/{}",
    "heartbeat": "/alarms/heartbeats/",
    "incident": "/incidents/{}",
    "maintenance": "/services/maintenance/{}",
    "page": "/pages/{}",
    "post": "/posts/{}",
    "postmortem": "/postmortems/{}",
    "cover": "/shifts/",
    "rehearsal": "/pages/ways/",
    "promised-update": "/announcements/updates/{}",
    "question": "/questions/{}",
    "silence": "/alarms/silences/{}",
    "service": "/services/{}",
    "swap": "/shifts/",
    "thread": "/threads/{}",
    "ticket": "/tickets/{}",
}


def subject(kind: str, number: int) -> str:
    """Give the subject's name, as in `incident:12`."""
    return f"{kind}:{number}"


def number_of(name: str, kind: str) -> int:
    """Give the number in `incident:12`; ValueError if `name` is not of that kind."""
    found, _, number = name.partition(":")
    read = bounds.number(number)
    if found != kind or read is None:
        raise ValueError(f"“{name[:60]}” does not name one {kind}.")
    return read


def screen_of(name: str) -> str:
    """Give the path of the screen that shows the subject; the front screen if it has none."""
    kind, _, number = name.partition(":")
    return _SCREENS.get(kind, "/").format(number)
