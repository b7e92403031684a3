"""Announcements as the process's document tells of them."""

from dutydesk.kernel.durations import write_duration
from dutydesk.process.rules.announcements import AnnouncementTemplate
from dutydesk.process.rules.model import Process
from dutydesk.process.words.lists import listed


def rendered(process: Process) -> tuple[str, ...]:
    """Say what is announced, and how."""
    announcements = process.announcements
    notify = {
        "never": "We never notify a whole channel.",
        "if necessary": "We notify a whole channel only when it is absolutely necessary.",
    }[announcements.notifiers]
    some = announcements.templates
    return (
        *listed("We broadcast:", announcements.when),
        *listed("A broadcast looks like one, and names:", announcements.names),
        f"The next update's time is a commitment. {notify}",
        "Whoever owes planned work is reminded of its start "
        f"{write_duration(announcements.remind_before)} before it. If nobody says that it has "
        f"begun, it is asked {announcements.ask_at_most} times more, and then once whether it is "
        "off. Each time of recurring work is "
        f"announced {write_duration(announcements.series_ahead)} ahead.",
        *(listed("Wordings for it:", map(_template, announcements.templates)) if some else ()),
    )


def _template(one: AnnouncementTemplate) -> str:
    return (
        f"{one.title}: it usually takes {write_duration(one.lasts)}, with updates "
        f"{', '.join(one.updates)}"
    )
