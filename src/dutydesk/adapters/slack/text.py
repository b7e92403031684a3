"""Slack's mark-up as plain text.

Source: https://docs.slack.dev/messaging/formatting-message-text (retrieving messages).
"""

import re
from collections.abc import Callable

_MARKED = re.compile(r"<([^<>\n]+)>")
_USER = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>")
_GROUP = re.compile(r"<!subteam\^([A-Z0-9]{1,30})>")
_CODE = re.compile(r"(?<![ \t])[ \t]*(?<!`)```(?!`)(.+?)(?<!`)```(?!`)[ \t]*", re.DOTALL)
_OPENING = re.compile(r"[\w+#.-]*\n")
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

    return _fenced(_entities(_MARKED.sub(shown, text)))


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


def _fenced(text: str) -> str:
    """Give the text with the marks of each block of code on lines of their own, as elsewhere.

    Slack writes them on the first and the last line of the code, which are no words of a fence.
    """
    return _CODE.sub(lambda found: _block(text, found), text)


def _block(text: str, found: re.Match[str]) -> str:
    code = found[1]
    if "\n" not in code:
        return found[0]
    before = "" if text[: found.start()][-1:] in ("", "\n") else "\n"
    after = "" if text[found.end() :][:1] in ("", "\n") else "\n"
    close = "" if code.endswith("\n") else "\n"
    start = "" if code.startswith("\n") or (not close and _OPENING.match(code)) else "\n"
    return f"{before}```{start}{code}{close}```{after}"
