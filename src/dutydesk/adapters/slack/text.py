"""Slack's mark-up as plain text.

Source: https://docs.slack.dev/messaging/formatting-message-text (retrieving messages).
"""

import re
from collections.abc import Callable

_MARKED = re.compile(r"<([^<>\n]+)>")
_USER = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>")
_GROUP = re.compile(r"<!subteam\^([A-Z0-9]{1,30})>")
Names = Callable[[str], str]


def mentioned(text: str) -> list[str]:
    """Give the numbers of the people whom a text names, each once."""
    return list(dict.fromkeys(_USER.findall(text)))


def groups(text: str) -> list[str]:
    """Give the numbers of the user groups that a text calls without a name, each once."""
    return list(dict.fromkeys(_GROUP.findall(text)))


def plain(text: str, *, person: Names, channel: Names, group: Names) -> str:
    """Give the text as a person reads it; the three give the names of numbers, or nothing."""

    def shown(found: re.Match[str]) -> str:
        what, _, label = found[1].partition("|")
        if what.startswith("@"):
            return f"@{person(what[1:]) or label or what[1:]}"
        if what.startswith("#"):
            return f"#{(label or channel(what[1:]) or what[1:]).removeprefix('#')}"
        if what.startswith("!"):
            return _called(what[1:], label, group)
        return _link(what, label)

    return _entities(_MARKED.sub(shown, text))


def _called(what: str, label: str, group: Names) -> str:
    """Give who is called by `!`: everybody there, or a group; other things say what they are."""
    word, _, number = what.partition("^")
    if word == "subteam":
        return f"@{(label or group(number) or 'a group').removeprefix('@')}"
    if word in ("here", "channel", "everyone"):
        return f"@{(label or word).removeprefix('@')}"
    return label or f"@{word}"


def _link(address: str, label: str) -> str:
    bare = address.removeprefix("mailto:").removeprefix("tel:")
    if not label or label in (bare, address, address.partition("://")[2].rstrip("/")):
        return bare
    return f"{label} ({bare})"


def _entities(text: str) -> str:
    """Give the three characters back that Slack writes as entities, and no others."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
