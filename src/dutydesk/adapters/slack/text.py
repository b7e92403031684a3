"""Slack's mark-up as plain text.

Source: https://docs.slack.dev/messaging/formatting-message-text (retrieving messages).
"""

import re
from collections.abc import Callable

_MARKED = re.compile(r"<([^<>\n]+)>")
_USER = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>")
Names = Callable[[str], str]


def mentioned(text: str) -> list[str]:
    """Give the numbers of the people whom a text names, each once."""
    return list(dict.fromkeys(_USER.findall(text)))


def plain(text: str, *, person: Names, channel: Names) -> str:
    """Give the text as a person reads it; `person` and `channel` give the names of numbers."""

    def shown(found: re.Match[str]) -> str:
        what, _, label = found[1].partition("|")
        if what.startswith("@"):
            return f"@{person(what[1:]) or label or what[1:]}"
        if what.startswith("#"):
            return f"#{(label or channel(what[1:]) or what[1:]).removeprefix('#')}"
        if what.startswith("!"):
            return label or "@" + what[1:].partition("^")[0]
        return _link(what, label)

    return _entities(_MARKED.sub(shown, text))


def _link(address: str, label: str) -> str:
    bare = address.removeprefix("mailto:").removeprefix("tel:")
    if not label or label in (bare, address, address.partition("://")[2].rstrip("/")):
        return bare
    return f"{label} ({bare})"


def _entities(text: str) -> str:
    """Give the three characters back that Slack writes as entities, and no others."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
