"""The file of a published postmortem in a repository, and what is said when it can't be there."""

from datetime import datetime
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from dutydesk.kernel.messages import Button, Message
from dutydesk.postmortems.rules.report import Report
from dutydesk.postmortems.words.report import markdown


def file_text(report: Report, zone: ZoneInfo) -> str:
    """Give what is published as Markdown, with front matter before it."""
    front: dict[str, object] = {"title": report.title}
    if report.began:
        front["date"] = datetime.fromisoformat(report.began).astimezone(zone).date()
    front["services"] = list(report.services)
    front["durations"] = dict(report.lengths)
    return f"---\n{_yaml(front)}---\n\n{markdown(report, zone)}"


def _yaml(front: dict[str, object]) -> str:
    yaml: Any = YAML(typ="safe", pure=True)
    written = StringIO()
    yaml.default_flow_style, yaml.allow_unicode, yaml.width = False, True, 10_000
    yaml.sort_base_mapping_type_on_output = False
    yaml.dump(front, written)
    return written.getvalue()


def closed(*, title: str, about: str) -> Message:
    """Say to whoever published it that its pull request was closed, and not taken in."""
    return Message(
        f"The pull request about the postmortem “{title}” was closed, and not merged: the "
        "repository is not as it is to be. Ask there why, or propose it again.",
        title="Its pull request was closed",
        buttons=(Button("postmortem.repository", about, "Propose it again"),),
        tone="soon",
    )


def not_there(*, title: str, about: str, reason: str, away: bool) -> Message:
    """Say to whoever published it that the repository doesn't take it, and why."""
    what = "can't be taken out of" if away else "can't be put into"
    return Message(
        f"The postmortem “{title}” {what} its repository. {reason}",
        title="The repository doesn't take it",
        buttons=(Button("postmortem.repository", about, "Try again"),),
        tone="soon",
    )
