"""Reading what Slack tells of its channels: whether it matters, where it happened, what it is of.

Sources: https://docs.slack.dev/reference/events/message and its subtypes, …/reaction_added,
…/channel_rename, …/app_home_opened.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

Event = Mapping[str, Any]
NEW = ("", "file_share", "thread_broadcast", "me_message")
SLACKBOT = "USLACKBOT"
"""Who Slack says things by, such as that something was deleted."""
_INNER = {"message_changed": "message", "message_deleted": "previous_message"}
_TS = re.compile(r"\d{1,10}\.\d{1,9}")
_NUMBER = re.compile(r"[A-Z0-9]{1,30}")


def read_json(text: str | bytes) -> dict[str, Any]:
    """Read an object of JSON that PostgreSQL can store: no NUL, no half characters.

    Raises ValueError.
    """
    found = json.loads(text, parse_constant=_no_number)
    if not isinstance(found, dict):
        raise ValueError("not an object")
    whole = json.dumps(found, ensure_ascii=False).encode("utf-8", "replace")
    clean: dict[str, Any] = json.loads(whole.replace(b"\\u0000", b"\\ufffd"))
    return clean


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no JSON")


def outside(team: str, number: str) -> str:
    """Name somebody, or a channel, of a workspace for good; Slack's numbers are much shorter."""
    return f"slack:{team[:30]}:{number[:40]}".replace("\x00", "")


def event_of(payload: Event) -> Event:
    """Give the event in an envelope; an empty one if there is none."""
    return _mapping(payload.get("event"))


def _mapping(value: Any) -> Event:
    return value if isinstance(value, Mapping) else {}


def _mappings(values: Any) -> Iterator[Event]:
    yield from (
        (one for one in values or () if isinstance(one, Mapping))
        if isinstance(values, list | tuple)
        else ()
    )


def said_in(event: Event) -> Event:
    """Give the message that an event is about, as it is or was."""
    inner = _INNER.get(str(event.get("subtype")))
    return _mapping(event.get(inner)) if inner else event


def said_before(event: Event) -> Event:
    """Give the message that was changed or deleted as it was; an empty one if that isn't told."""
    return _mapping(event.get("previous_message"))


def channel_of(event: Event) -> str:
    """Give the number of the channel in which it happened; empty if in none."""
    item, channel = event.get("item"), event.get("channel")
    found = item.get("channel") if isinstance(item, Mapping) else channel
    return str(found.get("id") if isinstance(found, Mapping) else found or "")


def team_of(payload: Event) -> str:
    """Give the workspace that the app is installed in."""
    found = (one.get("team_id") for one in _mappings(payload.get("authorizations")))
    return str(next(filter(None, found), None) or payload.get("team_id") or "")


def place_of(payload: Event) -> str:
    """Give what must be done in order: everything in one channel, or about one person."""
    event = event_of(payload)
    return outside(team_of(payload), channel_of(event) or str(event.get("user") or ""))[:80]


def matters(payload: Event) -> bool:
    """Say whether there is anything to do: not for what the desk itself or another bot posts.

    What an app posts with a person's token is that person's, and what a workflow posts is what
    somebody filled in; whether a user is a bot's is found out later.
    """
    event = event_of(payload)
    judge = {
        "message": _message,
        "reaction_added": _reaction,
        "reaction_removed": _reaction,
        "channel_rename": _rename,
        "app_home_opened": _home,
    }.get(str(event.get("type")))
    return judge is not None and not _own(payload, event) and judge(event)


def heard_as_new(channel: str, said: Event) -> bool:
    """Say whether a message that is read, or told of beside another, is one that would be heard."""
    return matters({"event": {**said, "type": "message", "channel": channel}})


def _own(payload: Event, event: Event) -> bool:
    """Say whether the desk itself did it."""
    app = said_in(event).get("app_id")
    if app and app == payload.get("api_app_id"):
        return True
    bots = (one for one in _mappings(payload.get("authorizations")) if one.get("is_bot"))
    return any(one.get("user_id") == event.get("user") for one in bots)


def is_direct(event: Event) -> bool:
    """Say whether it is what somebody, no bot, newly writes to the desk alone."""
    written = event.get("subtype") in (None, *NEW) and not event.get("bot_id")
    direct = event.get("type") == "message" and event.get("channel_type") == "im"
    return direct and written and event.get("user") != SLACKBOT and _is(_NUMBER, event, "user")


def unread(payload: Event) -> Event:
    """Give an envelope as it is kept: of what is written to the desk alone no word is."""
    event = event_of(payload)
    if not is_direct(event):
        return payload
    kept = ("type", "channel", "channel_type", "user", "ts")
    return {**payload, "event": {name: event[name] for name in kept if name in event}}


def version_of(event: Event) -> str:
    """Give when a message was changed, by Slack's own clock; empty if that isn't told."""
    name = next((one for one in ("event_ts", "ts") if _is(_TS, event, one)), "")
    return str(event[name]) if name else ""


def edited_in(said: Event) -> str:
    """Give when a message, as it stands, was changed the last time; empty if it never was."""
    edited = said.get("edited")
    return version_of({"ts": edited.get("ts")}) if isinstance(edited, Mapping) else ""


def _message(event: Event) -> bool:
    if is_direct(event):
        return True
    if event.get("channel_type", "channel") != "channel" or not _is(_NUMBER, event, "channel"):
        return False  # Everybody who is signed in reads every channel here: only public ones.
    subtype, said = event.get("subtype") or "", said_in(event)
    if subtype == "message_deleted":  # A bot's too: an engineer may have made it a question.
        return _is(_TS, event, "deleted_ts")
    if said.get("subtype") == "tombstone":  # By USLACKBOT, who stands for whoever deleted it.
        return subtype == "message_changed" and _is(_TS, said, "ts")
    if not _is(_TS, said, "ts") or (said.get("thread_ts") and not _is(_TS, said, "thread_ts")):
        return False
    if said.get("subtype") == "bot_message":  # What begins a thread may have been made a question.
        begins = said.get("thread_ts") in (None, "", said["ts"])
        return is_form(said) or (subtype == "message_changed" and begins)
    somebody = is_form(said) or (_is(_NUMBER, said, "user") and said["user"] != SLACKBOT)
    return somebody and subtype in (*NEW, "message_changed")


def is_form(said: Event) -> bool:
    """Say whether a message is what somebody filled into a form of a workflow."""
    workflow = said.get("workflow_id") or _mapping(said.get("bot_profile")).get("is_workflow_bot")
    bot = said.get("subtype") in (None, "", "bot_message") and _is(_NUMBER, said, "bot_id")
    return bot and bool(workflow)


def bot_name(said: Event) -> str:
    """Give the name by which a bot posted; empty if there is none."""
    profile = _mapping(said.get("bot_profile"))
    return str(said.get("username") or profile.get("name") or "").strip()[:100]


def _reaction(event: Event) -> bool:
    item = _mapping(event.get("item"))
    named = isinstance(event.get("reaction"), str) and _is(_NUMBER, event, "user")
    return named and _is(_NUMBER, item, "channel") and _is(_TS, item, "ts")


def _rename(event: Event) -> bool:
    channel = _mapping(event.get("channel"))
    return _is(_NUMBER, channel, "id") and isinstance(channel.get("name"), str)


def _home(event: Event) -> bool:
    return _is(_NUMBER, event, "user")


def _is(pattern: re.Pattern[str], among: Event, name: str) -> bool:
    value = among.get(name)
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _preview(file: Event) -> Iterator[str]:
    """Give how the text in a file begins, as a block of code."""
    preview = file.get("preview")
    if not isinstance(preview, str) or not preview.strip():
        return
    more = file.get("preview_is_truncated") or file.get("lines_more")
    code = preview.replace("\r\n", "\n").replace("```", "'''").strip("\n")
    yield "\n".join(("```", code, *(("…",) if more else ()), "```"))


def attached(said: Event) -> list[str]:
    """Give what was attached: what begins a text, files with their address, forwarded messages.

    Slack makes a file of what is long and pasted, and tells its first lines.
    """
    files = [
        text
        for one in _mappings(said.get("files"))
        for text in (
            *_preview(one),
            f"[{one.get('name') or 'a file'}: {one.get('permalink') or 'in Slack'}]",
        )
    ]
    forwarded = [
        f"Forwarded: {one.get('text') or one.get('fallback') or ''}"
        for one in _mappings(said.get("attachments"))
        if one.get("is_share") or one.get("is_msg_unfurl")
    ]
    return files + forwarded
